import type { Canonical } from "../data/canonical.ts";

/** Bins of a feature: 0 = missing, 1 to 63 ascending. */
export const BINS = 64;

/** Rows to learn from, or to predict for. */
export interface Dataset {
  readonly rows: number;
  readonly columns: readonly string[]; // feature ids
  /** Column-major: the bin of column c in row r is bins[c * rows + r]. */
  readonly bins: Uint8Array;
  readonly target: Float64Array; // what is to be predicted; NaN when unknown
  readonly weight: Float64Array; // > 0
  readonly era: Int32Array; // day of the row, ascending
  readonly sequences: Sequences | null;
}

/** Histories for recurrent networks. Rows share the storage: windows overlap. */
export interface Sequences {
  readonly steps: number;
  readonly inputs: number;
  /** Input i of step s of row r is values[start[r] + s * inputs + i]; finite. start[r] < 0: the row has no history. */
  readonly values: Float32Array;
  readonly start: Int32Array;
}

/** Parameters of a learner: integers and strings only, so that a record can hold them. */
export type LearnerConfig = { readonly [name: string]: Canonical };

/** A kind of model. Equal data, configuration and seed give equal models, to the bit, on every machine. */
export interface Learner<Config extends LearnerConfig = LearnerConfig> {
  readonly id: string;
  readonly version: number;
  fit(data: Dataset, config: Config, seed: number): Fitted;
  /** The model that `serialize` wrote. */
  restore(stored: Canonical): Fitted;
}

/** A fitted model. */
export interface Fitted {
  /** One value a row, higher is better; NaN where nothing can be said. */
  predict(data: Dataset): Float64Array;
  /** How much each column adds to the prediction for one row, in units of the prediction. */
  contributions?(data: Dataset, row: number): Float64Array;
  serialize(): Canonical;
}
