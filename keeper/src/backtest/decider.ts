import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { PointInTimeView } from "../data/source.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import { decide, LOOKBACK_DAYS, type Policy } from "../pipeline.ts";
import type { DecisionRecord } from "../plan/record.ts";

/** Makes decisions one after the other, as a live keeper does: with what is known at the view's time, and no more. */
export interface Decider {
  decide(view: PointInTimeView, vault: VaultSnapshot): Promise<DecisionRecord>;
}

/** Weights by capitalisation with the exposure of the market's regime: the keeper's model without learning. */
export function capWeightDecider(policy: Policy): Decider {
  return { decide: async (view, vault) => decide({ market: await observe(view, vault), vault, policy }) };
}

/** The same with equal weights: the same decision on a market in which every coin is worth the same. */
export function equalWeightDecider(policy: Policy): Decider {
  return {
    decide: async (view, vault) => decide({ market: withEqualCaps(await observe(view, vault)), vault, policy }),
  };
}

function observe(view: PointInTimeView, vault: VaultSnapshot): Promise<MarketSnapshot> {
  return captureMarket(view, { assets: vault.assets.map(({ asset }) => asset), lookbackDays: LOOKBACK_DAYS });
}

function withEqualCaps(market: MarketSnapshot): MarketSnapshot {
  const months = market.months.map((month) => {
    const assets = Object.entries(month.assets).map(([asset, columns]) => {
      const marketCap = (columns.close ?? new Float64Array()).map((close) => (close > 0 ? 1e9 : Number.NaN));
      return [asset, { ...columns, marketCap }] as const;
    });
    return { ...month, assets: Object.fromEntries(assets) };
  });
  return { ...market, months };
}
