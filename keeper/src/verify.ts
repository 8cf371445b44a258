import { indexVaultAbi } from "@gimbal/sdk";
import { type DecisionParts, decisionHashOf } from "@gimbal/sdk/grades";
import type { Hex, PublicClient } from "viem";
import type { Canonical } from "./data/canonical.ts";
import { VerificationError } from "./errors.ts";
import { toDecision } from "./execute/propose.ts";
import type { Journal } from "./journal/journal.ts";
import { decide } from "./pipeline.ts";
import { type DecisionRecord, decisionParts, recordText } from "./plan/record.ts";
import { type EnsembleState, encodeState } from "./training/state.ts";
import { train } from "./training/train.ts";

/** What a verification found; whatever does not fit is thrown. */
export interface Verification extends DecisionParts {
  readonly hash: Hex;
  readonly record: DecisionRecord;
  /** Hash of the models' state, which training them again gave too; null: no model spoke, or training was not asked for. */
  readonly retrained: Hex | null;
  /** `matches`: the epoch on chain carries this decision. `none`: it was a decision to do nothing. */
  readonly chain: "matches" | "none" | "unchecked";
}

/**
 * Recomputes a decision from its stored inputs, the training of its models included unless `training` is "stored", and
 * compares both with what was recorded and, given a client, with the chain.
 */
export async function verifyDecision(
  hash: Hex,
  journal: Journal,
  client?: PublicClient,
  training: "again" | "stored" = "again",
): Promise<Verification> {
  const { record, parts } = await storedRecord(hash, journal);
  const inputs = await journal.inputs(record);
  const again = decide(inputs);
  if (recordText(again) !== recordText(record)) {
    const places = differences(record as Canonical, again as Canonical).slice(0, 10);
    throw new VerificationError("The stored inputs lead to another decision.", { hash, differsAt: places.join(", ") });
  }
  const retrained = inputs.model === null || training === "stored" ? null : encodeState(inputs.model).hash;
  if (inputs.model !== null && retrained !== null) await verifyTraining(inputs.model, journal);
  if (client === undefined) return { hash, ...parts, record, retrained, chain: "unchecked" };
  if (record.action === "none") return { hash, ...parts, record, retrained, chain: "none" };
  await compareWithChain(hash, client, journal);
  return { hash, ...parts, record, retrained, chain: "matches" };
}

/** Trains a state again from its stored inputs and the state before it, and compares every byte. */
export async function verifyTraining(state: EnsembleState, journal: Journal): Promise<void> {
  const { market, labels, previous } = await journal.trainingInputs(state);
  const expected = encodeState(state).hash;
  const actual = encodeState(train(market, labels, previous, state.spec)).hash;
  if (actual === expected) return;
  throw new VerificationError("The stored market data leads to other models.", { expected, actual });
}

/** The record of a decision, with its hash checked, and what the hash is made of. */
async function storedRecord(
  hash: Hex,
  journal: Journal,
): Promise<{ readonly record: DecisionRecord; readonly parts: DecisionParts }> {
  const record = await journal.decision(hash);
  if (record === undefined) {
    throw new VerificationError("This journal has no such decision. Use the journal of the keeper that made it.", {
      hash,
    });
  }
  const parts = decisionParts(record);
  const actual = decisionHashOf(parts.contentHash, parts.gradesRoot);
  if (actual !== hash) throw new VerificationError("The record was altered.", { expected: hash, actual });
  return { record, parts };
}

/** Compares a decision that was proposed with what the chain carries under its hash. */
export async function compareWithChain(hash: Hex, client: PublicClient, journal: Journal): Promise<void> {
  const { record } = await storedRecord(hash, journal);
  const logs = await client.getContractEvents({
    address: record.vault,
    abi: indexVaultAbi,
    eventName: "WeightsProposed",
    args: { decisionHash: hash },
    fromBlock: BigInt(record.block.number),
    strict: true,
  });
  const [event] = logs;
  if (event === undefined) {
    throw new VerificationError("The chain does not know this decision: it was never proposed, or refused.", { hash });
  }
  const expected = toDecision(record);
  const checks = {
    epoch: [expected.epoch, event.args.epoch],
    lane: [expected.lane, event.args.lane],
    weights: [expected.weights.join(","), event.args.weights.join(",")],
    proposals: [1, logs.length],
  };
  for (const [field, [wanted, found]] of Object.entries(checks)) {
    if (wanted === found) continue;
    const details = { hash, field, record: String(wanted), chain: String(found) };
    throw new VerificationError("The chain carries something else under this decision's hash.", details);
  }
}

/** Paths at which two values differ. */
function differences(a: Canonical | undefined, b: Canonical | undefined, path = "$"): readonly string[] {
  if (a === b) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return [path];
  const left = a as Readonly<Record<string, Canonical>>;
  const right = b as Readonly<Record<string, Canonical>>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys.flatMap((key) => differences(left[key], right[key], `${path}.${key}`));
}
