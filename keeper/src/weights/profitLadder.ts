import { WeightsError } from "../errors.ts";
import type { TokenMemory } from "../signals/opinion.ts";

/** Rungs: at this gain over the entry price, this part of what is then held is sold. {bps} */
export const PROFIT_RUNGS = [
  { gainBps: 2_500, sellBps: 1_000 },
  { gainBps: 5_000, sellBps: 1_500 },
  { gainBps: 10_000, sellBps: 2_500 },
] as const;

/** What the ladder asks for. */
export interface ProfitTaking {
  readonly keepBps: number; // part of the position that may stay; 10,000 = nothing is sold
  readonly steps: number; // rungs taken since entry, with these
}

const BPS = 10_000n;
const D18 = 1_000_000_000_000_000_000n;

/**
 * Rungs that the price has reached since entry and that were not taken yet. Several at once are taken one after the other,
 * each from what the one before left. Prices are decimal strings {USD}.
 */
export function takeProfit(memory: TokenMemory | undefined, price: string): ProfitTaking {
  const steps = memory?.profitSteps ?? 0;
  if (memory === undefined || memory.entryPrice === null) return { keepBps: Number(BPS), steps };
  const entry = parsePrice(memory.entryPrice);
  const now = parsePrice(price);
  let keep = BPS;
  let taken = steps;
  for (const { gainBps, sellBps } of PROFIT_RUNGS.slice(steps)) {
    if (now * BPS < entry * (BPS + BigInt(gainBps))) break;
    keep = (keep * (BPS - BigInt(sellBps))) / BPS;
    taken++;
  }
  return { keepBps: Number(keep), steps: taken };
}

/**
 * Entry price and rungs after the weight goes from `before` to `after` {bps} at a price: what is added counts with its own
 * price, what is sold leaves the mean as it is, and what is sold out is forgotten. A new entry starts the ladder anew.
 */
export function updateEntry(
  memory: Pick<TokenMemory, "entryPrice" | "profitSteps"> | undefined,
  price: string,
  before: number,
  after: number,
): Pick<TokenMemory, "entryPrice" | "profitSteps"> {
  if (after <= 0) return { entryPrice: null, profitSteps: 0 };
  const old = memory?.entryPrice ?? null;
  if (before <= 0) return { entryPrice: formatPrice(parsePrice(price)), profitSteps: 0 };
  if (old === null) return { entryPrice: formatPrice(parsePrice(price)), profitSteps: memory?.profitSteps ?? 0 };
  const profitSteps = memory?.profitSteps ?? 0;
  if (after <= before) return { entryPrice: old, profitSteps };
  // Weights are worth at today's price: the tokens held are before / price, those added (after - before) / price.
  const mean = (parsePrice(old) * BigInt(before) + parsePrice(price) * BigInt(after - before)) / BigInt(after);
  return { entryPrice: formatPrice(mean), profitSteps };
}

/** D18{USD} of a decimal string such as "12.5"; digits after the 18th are cut. */
function parsePrice(text: string): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new WeightsError("A price must be a decimal number such as 12.5.", { price: text });
  return BigInt(match[1] ?? "0") * D18 + BigInt((match[2] ?? "").slice(0, 18).padEnd(18, "0"));
}

function formatPrice(value: bigint): string {
  const fraction = String(value % D18)
    .padStart(18, "0")
    .replace(/0+$/, "");
  return fraction === "" ? String(value / D18) : `${value / D18}.${fraction}`;
}
