import type { AssetId } from "../data/source.ts";
import type { TradeCosts } from "./tradeCosts.ts";

/** What one token has too little (> 0) or too much (< 0) of. */
export interface Gap {
  readonly asset: AssetId;
  readonly usd: number;
  readonly markup: number; // {1} snapshot price over live price, at least 1: how turnover is counted
  readonly volume: number | null; // {USD/day}
}

/** What one token's part of a trade cost, as a keeper would see it on chain. */
export interface Leg {
  readonly usd: number; // whole gap, since pieces of one move push the price together
  readonly volume: number; // {USD/day}
  readonly cost: number; // {1}
}

/** A trade of several surpluses for several deficits. */
export interface Fill {
  readonly sells: readonly { readonly asset: AssetId; readonly usd: number; readonly markup: number }[];
  readonly buys: readonly { readonly asset: AssetId; readonly usd: number }[];
  readonly sold: number; // {USD}
  readonly cost: number; // {USD} sold - bought
  readonly legs: readonly Leg[]; // of tokens whose volume is known
}

/** What bounds a trade. {USD} */
export interface FillBounds {
  readonly costs: TradeCosts;
  readonly sellable: number; // turnover that is left
  readonly losable: number; // loss that is left
}

/**
 * As much as surpluses, deficits, turnover and loss allow, shared out in proportion: who fills which pair first is the
 * market's choice. null = nothing to trade.
 */
export function sizeFill(gaps: readonly Gap[], { costs, sellable, losable }: FillBounds): Fill | null {
  const over = gaps.filter(({ usd }) => usd < 0);
  const under = gaps.filter(({ usd }) => usd > 0);
  const surplus = over.reduce((sum, { usd }) => sum - usd, 0);
  const counted = over.reduce((sum, { usd, markup }) => sum - usd * markup, 0);
  const deficit = under.reduce((sum, { usd }) => sum + usd, 0);
  if (surplus === 0 || deficit === 0) return null;

  // The impact of the whole gap, although it may be traded in pieces: pieces of one move push the price together.
  const impact =
    meanImpact(over, surplus, costs) * surplus + meanImpact(under, deficit, costs) * Math.min(surplus, deficit);
  const rate = costs.rate + impact / surplus;
  const sold = Math.min(surplus, (sellable * surplus) / counted, deficit / (1 - rate), losable / rate);
  if (!(sold > 0)) return null;
  const paid = sold * (1 - rate);
  return {
    sells: over.map(({ asset, usd, markup }) => ({ asset, usd: (-usd * sold) / surplus, markup })),
    buys: under.map(({ asset, usd }) => ({ asset, usd: (usd * paid) / deficit })),
    sold,
    cost: sold - paid,
    legs: gaps.flatMap(({ usd, volume }) => {
      if (usd === 0 || volume === null) return [];
      return [{ usd: Math.abs(usd), volume, cost: costs.rate + costs.impact(Math.abs(usd), volume) }];
    }),
  };
}

function meanImpact(gaps: readonly Gap[], total: number, costs: TradeCosts): number {
  return gaps.reduce((sum, { usd, volume }) => sum + Math.abs(usd) * costs.impact(Math.abs(usd), volume), 0) / total;
}
