import type { Day } from "../data/time.ts";
import { knownRows, rankScore } from "../math/rankCorrelation.ts";
import { ascendingOrder } from "../math/ranks.ts";
import { deviation, mean } from "../math/statistics.ts";

/** One prediction day with what came of it, all in the order of the same assets; NaN = unknown. */
export interface PredictedEra {
  readonly day: Day;
  /** By member of the ensemble, and "ensemble". */
  readonly scores: ReadonlyMap<string, ArrayLike<number>>;
  readonly returns: ArrayLike<number>; // of the week that follows
  /** Volatility, size and beta of the day. */
  readonly exposures: readonly ArrayLike<number>[];
}

/** A rank information coefficient over weeks that do not overlap. */
export interface CoefficientSummary {
  readonly weeks: number;
  readonly mean: number;
  readonly ratio: number; // mean over deviation, of one week
  readonly t: number;
  readonly hitRate: number; // weeks above 0
}

/** How well one predictor ranked the universe. */
export interface PredictorScore {
  readonly id: string;
  readonly raw: CoefficientSummary;
  readonly neutral: CoefficientSummary; // volatility, size and beta taken out of both sides
  /** Mean weekly return of the highest and of the lowest tenth and of all: money, not ranks. */
  readonly money: { readonly top: number; readonly bottom: number; readonly spread: number; readonly all: number };
}

/** Scores of every predictor that any era names. Eras must be at least a week apart. */
export function scorePredictors(eras: readonly PredictedEra[]): readonly PredictorScore[] {
  const ids = [...new Set(eras.flatMap(({ scores }) => [...scores.keys()]))];
  return ids.map((id) => {
    const raw: number[] = [];
    const neutral: number[] = [];
    const money: Money[] = [];
    for (const { scores, returns, exposures } of eras) {
      const own = scores.get(id);
      if (own === undefined) continue;
      const score = rankScore(own, returns, exposures);
      if (Number.isNaN(score.raw)) continue;
      raw.push(score.raw);
      neutral.push(score.neutral);
      money.push(moneyOf(own, returns));
    }
    return { id, raw: summarise(raw), neutral: summarise(neutral), money: meanMoney(money) };
  });
}

/** Mean, information ratio, t value and hit rate of weekly coefficients. */
export function summarise(coefficients: readonly number[]): CoefficientSummary {
  const known = coefficients.filter((value) => !Number.isNaN(value));
  const centre = known.length === 0 ? Number.NaN : mean(known);
  const spread = deviation(known);
  const ratio = spread > 0 ? centre / spread : Number.NaN;
  return {
    weeks: known.length,
    mean: centre,
    ratio,
    t: ratio * Math.sqrt(known.length),
    hitRate: known.filter((value) => value > 0).length / known.length,
  };
}

interface Money {
  readonly top: number;
  readonly bottom: number;
  readonly all: number;
}

function moneyOf(scores: ArrayLike<number>, returns: ArrayLike<number>): Money {
  const rows = knownRows(scores, returns);
  const order = ascendingOrder(rows.map((row) => scores[row] ?? Number.NaN));
  const ordered = Array.from(order, (place) => returns[rows[place] ?? 0] ?? Number.NaN);
  const tenth = Math.max(1, Math.floor(ordered.length / 10));
  return { top: mean(ordered.slice(-tenth)), bottom: mean(ordered.slice(0, tenth)), all: mean(ordered) };
}

function meanMoney(weeks: readonly Money[]): PredictorScore["money"] {
  const average = (pick: (week: Money) => number) => mean(weeks.map(pick));
  const [top, bottom, all] = [average((week) => week.top), average((week) => week.bottom), average((week) => week.all)];
  return { top, bottom, spread: top - bottom, all };
}
