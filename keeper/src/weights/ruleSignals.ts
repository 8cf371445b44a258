import type { MethodologyWeighting } from "@gimbal/sdk";
import type { MarketPanel } from "../features/marketPanel.ts";
import { log } from "../math/functions.ts";
import { deviation } from "../math/statistics.ts";

/** {days} that a price may be missing before an asset counts as gone. */
export const PRICE_AGE = 3;
/** Part of the days that must be known for a volatility. */
const LEAST_KNOWN = 2 / 3;

type Rsi = Extract<MethodologyWeighting, { kind: "rsi" }>;
type MovingAverage = Extract<MethodologyWeighting, { kind: "moving-average" }>;

/** {1/day} deviation of the daily log returns of the last `days`; null when too few are known. */
export function volatilityOf(panel: MarketPanel, asset: number, days: number): number | null {
  const close = panel.column("close", asset);
  const returns: number[] = [];
  for (let t = Math.max(1, panel.days - days); t < panel.days; t++) {
    const step = log((close[t] ?? Number.NaN) / (close[t - 1] ?? Number.NaN));
    if (Number.isFinite(step)) returns.push(step);
  }
  if (priceNow(panel, asset) === null || returns.length < days * LEAST_KNOWN) return null;
  return deviation(returns);
}

/** What one became of one in `days`; null when the price then or now is unknown. */
export function growthOf(panel: MarketPanel, asset: number, days: number): number | null {
  const close = panel.column("close", asset);
  const now = priceNow(panel, asset);
  const then = newest(close, panel.days - 1 - days, PRICE_AGE);
  return now === null || then === null ? null : now / then;
}

/**
 * Whether a token is held by the rule of an oscillator or an average: on the way up it enters at one value, on the way down
 * it leaves at another. The path is recomputed from the panel's prices, so that nothing is kept between decisions. A token
 * that has crossed neither is not held. null: its price, or enough of its past, is unknown.
 */
export function isHeld(panel: MarketPanel, asset: number, rule: Rsi | MovingAverage): boolean | null {
  if (priceNow(panel, asset) === null) return null;
  const closes = panel.column("close", asset).filter((close) => close > 0);
  if (closes.length <= rule.days) return null;
  return rule.kind === "rsi" ? byStrength(closes, rule) : byAverage(closes, rule);
}

/** {USD/tok} newest known price, at most PRICE_AGE days old. */
export function priceNow(panel: MarketPanel, asset: number): number | null {
  return newest(panel.column("close", asset), panel.days - 1, PRICE_AGE);
}

/** Newest value above zero, at most `age` days before `last`. */
export function newest(values: Float64Array, last: number, age: number): number | null {
  for (let day = last; day >= Math.max(0, last - age); day--) {
    const known = values[day] ?? Number.NaN;
    if (known > 0) return known;
  }
  return null;
}

/** Wilder's relative strength index, day after day. */
function byStrength(closes: Float64Array, { days, enterBps, leaveBps }: Rsi): boolean {
  let [gain, loss] = [0, 0];
  let held = false;
  for (let t = 1; t < closes.length; t++) {
    const change = (closes[t] ?? 0) - (closes[t - 1] ?? 0);
    // The first `days` changes are averaged plainly, the later ones with a weight of 1 / days.
    const weight = t <= days ? 1 / t : 1 / days;
    gain += (Math.max(0, change) - gain) * weight;
    loss += (Math.max(0, -change) - loss) * weight;
    if (t < days || gain + loss === 0) continue;
    const strengthBps = (10_000 * gain) / (gain + loss);
    if (strengthBps >= enterBps) held = true;
    else if (strengthBps < leaveBps) held = false;
  }
  return held;
}

function byAverage(closes: Float64Array, { days, bandBps }: MovingAverage): boolean {
  let sum = 0;
  let held = false;
  for (let t = 0; t < closes.length; t++) {
    const close = closes[t] ?? 0;
    sum += close - (closes[t - days] ?? 0);
    if (t < days - 1) continue;
    const average = sum / days;
    if (close * 10_000 > average * (10_000 + bandBps)) held = true;
    else if (close * 10_000 < average * (10_000 - bandBps)) held = false;
  }
  return held;
}
