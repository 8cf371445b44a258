import type { DecisionParts } from "@gimbal/sdk/grades";
import type { Hex } from "viem";
import { VerificationError } from "../../../keeper/src/errors.ts";
import { putBlobs } from "../../../keeper/src/journal/blobs.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { type DecisionRecord, decisionParts, recordText } from "../../../keeper/src/plan/record.ts";
import { NotFoundError } from "../http/problem.ts";
import type { DecisionSource, StoredDecision } from "./decisions.ts";

/** A decision with everything it was made from. `texts`: by their sha256, except for the record, whose hash is a keccak256. */
export interface Bundle extends DecisionParts {
  readonly schema: "gimbal.bundle/1";
  /** keccak256 of `contentHash` and `gradesRoot`. */
  readonly hash: Hex;
  /** Canonical text of the record. */
  readonly record: string;
  readonly texts: Readonly<Record<Hex, string>>;
}

/** What of a stored text names further texts. */
interface Naming {
  readonly months?: readonly Hex[]; // of a market
  readonly inputs?: Hex; // of a models' state: its market
  readonly labels?: Hex;
  readonly previous?: Hex | null;
}

/**
 * Everything that `verifyDecision` needs: market, vault and models; `hasTraining`: also what the models were trained on and the
 * state before them. Throws NotFoundError when the journal no longer has a part.
 */
export async function makeBundle(
  source: DecisionSource,
  decision: StoredDecision,
  hasTraining: boolean,
): Promise<Bundle> {
  const texts: Record<Hex, string> = {};
  const add = async (hash: Hex): Promise<Naming> => {
    const text = texts[hash] ?? (await source.text(hash));
    if (text === undefined) {
      throw new NotFoundError("The journal no longer has everything that this decision was made from.", {
        missing: hash,
      });
    }
    texts[hash] = text;
    return JSON.parse(text) as Naming;
  };
  const addMarket = async (hash: Hex) => {
    for (const month of (await add(hash)).months ?? []) await add(month);
  };
  const { inputs, model } = decision.record;
  await addMarket(inputs.market);
  await add(inputs.vault);
  if (model.hash !== null) {
    const state = await add(model.hash);
    if (hasTraining) {
      if (state.inputs !== undefined) await addMarket(state.inputs);
      if (state.labels !== undefined) await add(state.labels);
      if (state.previous) await add(state.previous);
    }
  }
  const { hash, record } = decision;
  return { schema: "gimbal.bundle/1", hash, ...decisionParts(record), record: recordText(record), texts };
}

/**
 * A journal in memory that holds a bundle and nothing else: what it needs for `verifyDecision`. Only what the bundle says of
 * its hash is checked yet. Throws VerificationError when that is of another record.
 */
export async function openBundle(bundle: Bundle): Promise<Journal> {
  requireParts(bundle);
  const { hash, record, texts } = bundle;
  const database = await openSqlite(":memory:");
  await putBlobs(database, Object.entries(texts));
  const { chainId, vault, epoch, asOf, action } = JSON.parse(record) as DecisionRecord;
  const values = [hash, chainId, vault, epoch, asOf, action, record] as const;
  await database.run("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
  return new Journal(database);
}

/** Whoever reads the two parts from a bundle, to prove a grade with them, must get those of its record. */
function requireParts({ hash, contentHash, gradesRoot, record }: Bundle): void {
  const parts = decisionParts(JSON.parse(record) as DecisionRecord);
  if (parts.contentHash === contentHash && parts.gradesRoot === gradesRoot) return;
  throw new VerificationError("The bundle tells other hashes than those of its record.", { hash, ...parts });
}
