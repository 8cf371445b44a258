import type { MarketPanel } from "../features/marketPanel.ts";
import { centredRanks } from "../math/ranks.ts";
import type { Exposures } from "./exposures.ts";

/** {days} that the price at the end of a horizon may be late; later, the result is unknown. */
const LATE = 3;

/** Return of each asset from `day + lag` over `horizon` days; NaN when a price is missing or not there yet. */
export function forwardReturns(
  panel: MarketPanel,
  day: number,
  assets: ArrayLike<number>,
  lag: number,
  horizon: number,
): Float64Array {
  const results = new Float64Array(assets.length).fill(Number.NaN);
  const last = day + lag + horizon;
  if (last >= panel.days) return results;
  for (let i = 0; i < assets.length; i++) {
    const close = panel.column("close", assets[i] ?? 0);
    const from = close[day + lag] ?? Number.NaN;
    let to = Number.NaN;
    for (let late = 0; late <= LATE && Number.isNaN(to); late++) to = close[last - late] ?? Number.NaN;
    results[i] = to / from - 1;
  }
  return results;
}

/**
 * The target of one era: centred ranks of the returns, or of what they were beyond beta times the mean, in units of the
 * asset's own volatility. Ranks make crashes and lottery wins of one coin count no more than they should.
 */
export function eraTarget(returns: Float64Array, exposures: Exposures, kind: number): Float64Array {
  if (kind === 0) return centredRanks(returns);
  let sum = 0;
  let count = 0;
  for (const value of returns) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  const market = count === 0 ? 0 : sum / count;
  const residual = returns.map((value, i) => {
    const beta = exposures.beta[i] ?? Number.NaN;
    const volatility = exposures.volatility[i] ?? Number.NaN;
    const own = value - (Number.isNaN(beta) ? 1 : beta) * market;
    return volatility > 0 ? own / volatility : Number.NaN;
  });
  return centredRanks(residual);
}
