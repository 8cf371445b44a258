import type { Day } from "../../../keeper/src/data/time.ts";

/** {days} on either side that a turning point must exceed; it is known only when those after it have ended. */
export const TURN_DAYS = 5;
/** {days} of closes that are looked at. */
export const LEVEL_DAYS = 180;
/** {1} Turning points within this distance of each other are one level. */
export const LEVEL_BAND = 0.02;
/** {days} around a turning point of which at most one in ten may lack: as many in whole days. */
const LEAST_AROUND = 10;

/** A price at which the token turned before. */
export interface Level {
  readonly price: number; // {USD} mean of the turning points
  readonly touches: number; // turning points that it is made of
  readonly lastDay: Day; // of the newest one
  readonly distance: number; // {1} from the last close, signed
}

/** Levels under and above the last close, nearest first. */
export interface Levels {
  readonly close: number | null; // {USD} of the last day; null: then there are no levels
  readonly support: readonly Level[];
  readonly resistance: readonly Level[];
}

/**
 * Prices at which past closes turned: a close above all others of five days before and after it, or below all of them, among
 * the last 180 days. Those within 2% of each other are one level. What lies under the last close is support, what lies above
 * it resistance; it says where the price turned and not that it will.
 */
export function priceLevels(close: Float64Array, firstDay: Day): Levels {
  const last = close.length - 1;
  const price = close[last] ?? Number.NaN;
  if (!(price > 0)) return { close: null, support: [], resistance: [] };
  const levels = joinTurns(turnsOf(close, firstDay)).map(({ sum, touches, lastDay }) => ({
    price: sum / touches,
    touches,
    lastDay,
    distance: sum / touches / price - 1,
  }));
  const near = (a: Level, b: Level) => Math.abs(a.distance) - Math.abs(b.distance);
  return {
    close: price,
    support: levels.filter(({ distance }) => distance < 0).sort(near),
    resistance: levels.filter(({ distance }) => distance > 0).sort(near),
  };
}

interface Turn {
  readonly day: Day;
  readonly price: number;
}

/** Days whose close is the only highest, or the only lowest, of the days around. */
function turnsOf(close: Float64Array, firstDay: Day): readonly Turn[] {
  const turns: Turn[] = [];
  const from = Math.max(TURN_DAYS, close.length - LEVEL_DAYS);
  for (let t = from; t < close.length - TURN_DAYS; t++) {
    const price = close[t] ?? Number.NaN;
    if (!(price > 0)) continue;
    const around = close.subarray(t - TURN_DAYS, t + TURN_DAYS + 1).filter((value) => value > 0);
    if (around.length < LEAST_AROUND) continue;
    const higher = around.filter((value) => value >= price).length;
    const lower = around.filter((value) => value <= price).length;
    // The close itself counts once on either side.
    if (higher === 1 || lower === 1) turns.push({ day: firstDay + t, price });
  }
  return turns;
}

interface Joined {
  readonly sum: number;
  readonly touches: number;
  readonly lastDay: Day;
}

/** From the lowest up: a turning point joins the level below while it lies within the band of its lowest. */
function joinTurns(turns: readonly Turn[]): readonly Joined[] {
  const joined: (Joined & { readonly lowest: number })[] = [];
  for (const { price, day } of turns.toSorted((a, b) => a.price - b.price || a.day - b.day)) {
    const level = joined.at(-1);
    if (level === undefined || price > level.lowest * (1 + LEVEL_BAND)) {
      joined.push({ lowest: price, sum: price, touches: 1, lastDay: day });
    } else {
      joined[joined.length - 1] = {
        ...level,
        sum: level.sum + price,
        touches: level.touches + 1,
        lastDay: Math.max(level.lastDay, day),
      };
    }
  }
  return joined;
}
