import type { Hex } from "viem";
import { type Canonical, canonicalHash, canonicalJson, contentHash } from "../data/canonical.ts";
import type { Day } from "../data/time.ts";
import type { EnsembleSpec } from "./params.ts";

/** The fitted models that speak, as text. */
export type Champion = {
  readonly fittedOn: Day;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly week: { readonly [member: string]: Canonical };
  readonly month: { readonly [member: string]: Canonical };
  readonly anomaly: Canonical;
};

/** What was predicted for a day, kept until it is known what came of it. */
export type Prediction = {
  readonly day: Day;
  readonly assets: readonly string[];
  readonly members: { readonly [member: string]: string }; // packFloats
  readonly ensemble: string; // packFloats
};

/** What came of a prediction: [raw, neutral] information coefficients as decimal strings; "NaN" when unknown. */
export type Outcome = {
  readonly day: Day;
  readonly members: { readonly [member: string]: readonly [string, string] };
  readonly ensemble: readonly [string, string];
};

/**
 * Everything that the ensemble knows after one weekly training. Each state names the one before it, so that the chain of
 * states can be made again from the stored market data alone.
 */
export type EnsembleState = {
  readonly schema: "gimbal.ensemble/1";
  readonly spec: EnsembleSpec;
  readonly day: Day; // last day of the market data
  readonly inputs: Hex; // of the market data
  readonly labels: Hex; // of the labelled headlines
  readonly sentiment: Canonical; // what judges headlines; null: the lexicon alone
  readonly previous: Hex | null;
  readonly champion: Champion | null;
  readonly weightsBps: { readonly [member: string]: number };
  readonly outcomes: readonly Outcome[]; // oldest first
  readonly pending: readonly Prediction[]; // oldest first
  readonly verdict: string; // what became of this week's challenger, in words
};

// A state is megabytes of text and never changes: its hash is worked out once. The text would be too much to keep.
const hashes = new WeakMap<EnsembleState, Hex>();

/** Stored form of a state and its content hash. */
export function encodeState(state: EnsembleState): { readonly hash: Hex; readonly text: string } {
  const text = canonicalJson(state satisfies Canonical);
  const hash = contentHash(text);
  hashes.set(state, hash);
  return { hash, text };
}

/** Content hash of a state. States are values: one that was hashed must not be written to. */
export function stateHash(state: EnsembleState): Hex {
  return hashes.get(state) ?? encodeState(state).hash;
}

/** Name of a configuration: every other configuration has another one. */
export function specHash(spec: EnsembleSpec): Hex {
  return canonicalHash(spec satisfies Canonical);
}

/** Figures of an outcome. */
export function readOutcome([raw, neutral]: readonly [string, string]): {
  readonly raw: number;
  readonly neutral: number;
} {
  return { raw: Number(raw), neutral: Number(neutral) };
}
