import type { Address, Hex } from "viem";
import type { CosignerEvent } from "../health/observer.ts";
import type { RefusalCode } from "./refusal.ts";

/** A keeper that is asked for signatures. */
export interface Peer {
  readonly address: Address;
  readonly url: string;
}

/**
 * What became of asking one keeper. `dishonest`: it answered with something that only somebody who lies or is broken sends.
 * `broken`: its answer is none. `silent`: none came in time.
 */
export type OutcomeKind = "signed" | "refused" | "dishonest" | "broken" | "silent";

/** What exactly, where it is not a refusal of the other keeper. */
export type OutcomeCode =
  | "SIGNED"
  | "OTHER_DECISION"
  | "OTHER_ACCOUNT"
  | "WRONG_SIGNATURE"
  | "UNSIGNED_REFUSAL"
  | "ANSWER_UNREADABLE"
  | "NO_ANSWER"
  | RefusalCode;

/** One keeper's part in a decision's signatures: what logs, counters and alerts are made from. */
export interface CosignOutcome {
  readonly vault: Address;
  readonly decisionHash: Hex;
  readonly cosigner: Address;
  readonly url: string;
  readonly kind: OutcomeKind;
  readonly code: OutcomeCode;
  readonly words: string;
  readonly ms: number;
  readonly bytes: number; // sent to it
}

/** Refusals that may turn into a signature a little later: the other keeper was busy, behind, or in trouble. */
const PASSING: ReadonlySet<OutcomeCode> = new Set([
  "NO_ANSWER",
  "ANSWER_UNREADABLE",
  "KEEPER_FAILED",
  "REQUESTS_TOO_MANY",
  "REQUEST_STALE",
  "BLOCK_UNKNOWN",
  "BLOCK_UNREADABLE",
  "EPOCH_WRONG",
  "DECISION_TOO_OLD",
  "OTHER_DECISION_SIGNED",
  "INPUTS_INVALID",
  "VAULT_HALTED",
]);

/** Whether it is worth asking again. */
export function mayPass({ code }: CosignOutcome): boolean {
  return PASSING.has(code);
}

/** What the keeper's observers are told. */
export function toEvent({ cosigner, kind, code, words }: CosignOutcome): CosignerEvent {
  const result = kind === "silent" ? "unreachable" : kind;
  return { kind: "cosigner", cosigner, result, reason: kind === "signed" ? null : `${code}: ${words}` };
}

/** In one line, for errors and logs. */
export function describe({ cosigner, kind, code, words }: CosignOutcome): string {
  return kind === "signed" ? `${cosigner} signed` : `${cosigner} ${kind}: ${code}: ${words}`;
}
