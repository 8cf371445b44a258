/** {1} change of a close from one day to the next that is not believed at first. */
export const JUMP = 2.4;
/** {1} rise that is taken for a change of unit, and not believed for as long as a listing page lives. */
const GREAT_RISE = 8;
/** {rows} after which a level that stays is believed. A fall is believed soonest: the way out must not wait long. */
const HOLD = { fall: 1, rise: 3, greatRise: 35, supply: 35 } as const;
/** {1} how far a capitalisation may move on the day of a redenomination. */
const STEADY = 1.67;
/** {rows} in which a listing may confirm a redenomination. */
const LISTING_AGE = 45;

/** What was seen in one asset's prices. Rows from `row` on. */
export interface PriceEvent {
  readonly kind: "spike" | "pending" | "jump" | "supply" | "redenomination";
  readonly row: number;
  readonly rows: number;
  readonly factor: number;
}

/** Prices of one asset, NaN = missing. */
export interface PriceSeries {
  readonly close: Float64Array;
  readonly marketCap: Float64Array | undefined;
  readonly listedSupply: Float64Array | undefined;
}

/** What a look at the prices found: rows whose price or capitalisation is not used, and why. */
export interface PriceVerdict {
  readonly events: readonly PriceEvent[];
  readonly doubtfulPrices: readonly number[];
  readonly doubtfulCaps: readonly number[];
}

/**
 * Judges each row by the rows up to it, so that a verdict never changes when later rows arrive: a jump is doubtful until
 * the level has held, or is a spike when the price comes back. A change of unit is one at which price and supply move
 * against each other.
 */
export function judgePrices(series: PriceSeries): PriceVerdict {
  const { close } = series;
  const events: PriceEvent[] = [];
  const doubtfulPrices: number[] = [];
  let last = -1;
  let doubt: { row: number; rows: number; rises: boolean; factor: number } | undefined;

  for (let row = 0; row < close.length; row++) {
    const value = close[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const factor = last < 0 ? 1 : value / (close[last] ?? value);
    if (isWithin(factor, JUMP)) {
      if (doubt !== undefined) events.push({ kind: "spike", row: doubt.row, rows: doubt.rows, factor: doubt.factor });
      doubt = undefined;
      last = row;
      continue;
    }
    const unit = changeOfUnit(series, last, row);
    if (unit !== undefined) {
      events.push({ kind: "redenomination", row, rows: 1, factor: unit });
      doubt = undefined;
      last = row;
      continue;
    }
    const rises = factor > 1;
    if (doubt === undefined || doubt.rises !== rises) doubt = { row, rows: 0, rises, factor };
    const hold = rises ? (factor > GREAT_RISE ? HOLD.greatRise : HOLD.rise) : HOLD.fall;
    if (doubt.rows >= hold) {
      events.push({ kind: "jump", row: doubt.row, rows: doubt.rows, factor: doubt.factor });
      doubt = undefined;
      last = row;
    } else {
      doubtfulPrices.push(row);
      doubt.rows += 1;
    }
  }
  if (doubt !== undefined) events.push({ kind: "pending", row: doubt.row, rows: doubt.rows, factor: doubt.factor });
  const caps = judgeCaps(series, new Set(doubtfulPrices));
  return { events: [...events, ...caps.events], doubtfulPrices, doubtfulCaps: caps.rows };
}

/**
 * Factor by which the unit changed between two rows. Either the capitalisation hardly moved while the price went by a
 * round number, or the listed supply went the other way by as much.
 */
function changeOfUnit(series: PriceSeries, before: number, now: number): number | undefined {
  const { close, marketCap, listedSupply } = series;
  const price = (close[now] ?? Number.NaN) / (close[before] ?? Number.NaN);
  const cap = (marketCap?.[now] ?? Number.NaN) / (marketCap?.[before] ?? Number.NaN);
  const round = roundFactor(price / cap);
  if (isWithin(cap, STEADY) && round !== undefined) return round;
  const supply = lastValue(listedSupply, now) / lastValue(listedSupply, before);
  if (isWithin(supply, JUMP) || !isWithin(price * supply, STEADY)) return undefined;
  return roundFactor(1 / supply) ?? 1 / supply;
}

function isWithin(ratio: number, bound: number): boolean {
  return ratio <= bound && ratio >= 1 / bound;
}

/** 5, 10, 20, 50, 100, ... or one part of as many. */
function roundFactor(factor: number): number | undefined {
  if (factor < 1) {
    const parts = roundFactor(1 / factor);
    return parts === undefined ? undefined : 1 / parts;
  }
  for (let power = 1; power <= 1e9; power *= 10) {
    for (const round of [5 * power, 10 * power, 20 * power]) if (Math.abs(factor / round - 1) < 0.02) return round;
  }
  return undefined;
}

function lastValue(values: Float64Array | undefined, row: number): number {
  for (let t = row; values !== undefined && t >= Math.max(0, row - LISTING_AGE); t--) {
    if (!Number.isNaN(values[t])) return values[t] ?? Number.NaN;
  }
  return Number.NaN;
}

/** The supply behind a capitalisation must not leap: one wrong page would move every weight that goes by size. */
function judgeCaps({ close, marketCap }: PriceSeries, doubtful: ReadonlySet<number>) {
  const rows: number[] = [];
  const events: PriceEvent[] = [];
  let supply = Number.NaN;
  let doubt: { row: number; rows: number; factor: number } | undefined;
  for (let row = 0; marketCap !== undefined && row < close.length; row++) {
    const now = (marketCap[row] ?? Number.NaN) / (close[row] ?? Number.NaN);
    if (Number.isNaN(now) || doubtful.has(row)) continue;
    const factor = Number.isNaN(supply) ? 1 : now / supply;
    if (!isWithin(factor, JUMP) && (doubt?.rows ?? 0) < HOLD.supply) {
      doubt ??= { row, rows: 0, factor };
      doubt.rows += 1;
      rows.push(row);
      continue;
    }
    if (doubt !== undefined) events.push({ kind: "supply", ...doubt });
    doubt = undefined;
    supply = now;
  }
  if (doubt !== undefined) events.push({ kind: "supply", ...doubt });
  return { rows, events };
}
