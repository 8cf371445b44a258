import { neutralise } from "./neutral.ts";
import { centredRanks } from "./ranks.ts";
import { correlation } from "./statistics.ts";

/** Fewer assets than this cannot be ranked usefully. */
const LEAST_ASSETS = 10;

/** How well a prediction ranked what came of it. */
export interface RankScore {
  readonly raw: number; // rank information coefficient
  readonly neutral: number; // the same after the exposures were taken out of both sides
}

/** Compares two orders of the same assets; NaN with fewer than ten that both sides know. */
export function rankScore(
  prediction: ArrayLike<number>,
  outcome: ArrayLike<number>,
  exposures: readonly ArrayLike<number>[],
): RankScore {
  const rows = knownRows(prediction, outcome);
  if (rows.length < LEAST_ASSETS) return { raw: Number.NaN, neutral: Number.NaN };
  const pick = (values: ArrayLike<number>) => centredRanks(Float64Array.from(rows, (row) => values[row] ?? Number.NaN));
  const predicted = pick(prediction);
  const realised = pick(outcome);
  // An unknown exposure counts as an average one: leaving the asset out would change the universe.
  const factors = exposures.map((values) => zeroed(pick(values)));
  return {
    raw: correlation(predicted, realised),
    neutral: correlation(zeroed(neutralise(predicted, factors)), zeroed(neutralise(realised, factors))),
  };
}

/** Rows in which both sides have a number. */
export function knownRows(prediction: ArrayLike<number>, outcome: ArrayLike<number>): readonly number[] {
  const rows: number[] = [];
  for (let i = 0; i < prediction.length; i++) {
    if (Number.isFinite(prediction[i]) && Number.isFinite(outcome[i])) rows.push(i);
  }
  return rows;
}

function zeroed(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? 0 : value));
}
