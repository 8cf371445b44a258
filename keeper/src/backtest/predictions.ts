import type { AssetId } from "../data/source.ts";
import { DAY, type Day, firstKnown } from "../data/time.ts";
import { exposuresAt } from "./exposures.ts";
import type { PredictedEra } from "./informationCoefficient.ts";
import type { BacktestMarket } from "./market.ts";
import { measurePerformance } from "./metrics.ts";
import { PlainPortfolio } from "./portfolio.ts";
import type { NamedSeries } from "./report.ts";

const HORIZON = 7;
/** {days} between what is known and the first price that could be traded at. */
const LAG = 1;
const PUT_IN = 1_000_000;

/** What was predicted at the end of a day, before anything after it was known. */
export interface PredictedWeek {
  readonly day: Day;
  readonly assets: readonly AssetId[];
  /** By member of the ensemble, and "ensemble"; higher is better, NaN = nothing said. */
  readonly scores: ReadonlyMap<string, ArrayLike<number>>;
}

/** Joins predictions with what came of them, and with two predictors that need no model. */
export function toEras(weeks: readonly PredictedWeek[], market: BacktestMarket): readonly PredictedEra[] {
  const { panel } = market;
  const places = new Map(panel.assets.map((asset, i) => [asset, i]));
  const eras: PredictedEra[] = [];
  for (const { day, assets, scores } of weeks) {
    // Weeks must not overlap, or the same days would count twice.
    if (day - (eras.at(-1)?.day ?? Number.NEGATIVE_INFINITY) < HORIZON) continue;
    if (day + LAG + HORIZON >= panel.firstDay + panel.days) continue;
    const indices = Int32Array.from(assets, (asset) => places.get(asset) ?? 0);
    const { volatility, size, beta } = exposuresAt(panel, day, indices);
    const momentum = returnsOver(panel, day - 30, day, indices);
    const known = new Map([
      ...scores,
      ["low-volatility (no model)", volatility.map((value) => -value)],
      ["momentum (no model)", momentum],
    ]);
    const returns = returnsOver(panel, day + LAG, day + LAG + HORIZON, indices);
    eras.push({ day, scores: known, returns, exposures: [volatility, size, beta] });
  }
  return eras;
}

/** Portfolios of the best fifth of every predictor, week by week at the same costs: what might have been chosen instead. */
export function predictorPortfolios(
  weeks: readonly PredictedWeek[],
  market: BacktestMarket,
  { from, to, rate }: { readonly from: Day; readonly to: Day; readonly rate: number },
): readonly NamedSeries[] {
  const ids = [...new Set(weeks.flatMap(({ scores }) => [...scores.keys()]))];
  return ids.map((id) => {
    const portfolio = new PlainPortfolio(market.prices, PUT_IN, rate);
    const values: number[] = [];
    let next = 0;
    let started = false;
    for (let day = from; day <= to + 1; day++) {
      for (; next < weeks.length && firstKnown((weeks[next]?.day ?? 0) + LAG) <= day * DAY; next++) {
        const best = bestFifth(weeks[next], id);
        if (best.length === 0) continue;
        portfolio.rebalance(new Map(best.map((asset) => [asset, 1 / best.length])), day * DAY, !started);
        started = true;
      }
      values.push(portfolio.value(day * DAY));
    }
    return {
      id,
      words: `best fifth by ${id}`,
      values,
      performance: measurePerformance(values),
      turnoverWeekly: portfolio.traded.turnover / ((values.length - 1) / HORIZON),
      costShare: portfolio.traded.cost / PUT_IN,
    };
  });
}

function bestFifth(week: PredictedWeek | undefined, id: string): readonly AssetId[] {
  const scores = week?.scores.get(id) ?? [];
  const known = (week?.assets ?? [])
    .map((asset, i) => ({ asset, score: scores[i] ?? Number.NaN }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((a, b) => b.score - a.score || (a.asset < b.asset ? -1 : 1));
  return known.slice(0, Math.round(known.length / 5)).map(({ asset }) => asset);
}

/** {days} that the price at the end may be late; later, the result is unknown. */
const LATE = 3;

function returnsOver(panel: BacktestMarket["panel"], from: Day, to: Day, assets: Int32Array): Float64Array {
  return Float64Array.from(assets, (asset) => {
    const close = panel.column("close", asset);
    const at = (day: Day) => close[day - panel.firstDay] ?? Number.NaN;
    let end = Number.NaN;
    for (let late = 0; late <= LATE && Number.isNaN(end); late++) end = at(to - late);
    return end / at(from) - 1;
  });
}
