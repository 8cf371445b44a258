import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId, PointInTimeView } from "../data/source.ts";
import type { Day } from "../data/time.ts";
import { isStable, type VaultSnapshot } from "../data/vault.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { decide } from "../pipeline.ts";
import { type CostNote, costsInForce, withCosts } from "../plan/costRefit.ts";
import type { Policy } from "../plan/policy.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "../signals/opinion.ts";
import type { EnsembleState } from "../training/state.ts";
import type { TimedFill } from "./simulatedVault.ts";

/** Makes decisions one after the other, as a live keeper does: with what is known at the view's time, and no more. */
export interface Decider {
  /** `fills`: what the vault's trades cost so far, oldest first. */
  decide(view: PointInTimeView, vault: VaultSnapshot, fills?: readonly TimedFill[]): Promise<DecisionRecord>;
}

/** The models of each time, trained on what was known then. */
export interface ModelSource {
  /** The state of the newest training at or before the snapshot's last day; null = there is none. */
  stateFor(market: MarketSnapshot): EnsembleState | null;
}

/** A policy that is worked out anew for each decision: `day` is the last one that is known. */
export type PolicyOfDay = (day: Day, vault: VaultSnapshot) => Policy;

/** What of the market a decision is shown. */
export type Observe = (view: PointInTimeView, vault: VaultSnapshot) => Promise<MarketSnapshot>;

/**
 * Decides by a policy and remembers what a decision hands to the next one, its cost model, refit weekly from realised fills,
 * included. `models` null: the policy needs none.
 */
export function createDecider(
  policy: Policy | PolicyOfDay,
  models: ModelSource | null = null,
  observe: Observe = models === null ? observeBasket : observeMarket,
): Decider {
  let memory: DecisionMemory = NO_MEMORY;
  let costModel: CostNote | null = null;
  return {
    decide: async (view, vault, fills = []) => {
      const market = await observe(view, vault);
      const model = models?.stateFor(market) ?? null;
      const asked = typeof policy === "function" ? policy(view.lastDay, vault) : policy;
      costModel = costsInForce(asked.plan, costModel, vault.block.timestamp, (since) => {
        return fills.filter(({ at }) => at > since);
      });
      const inForce = { ...asked, plan: withCosts(asked.plan, costModel) };
      const record = decide({ market, vault, policy: inForce, costModel, model, memory });
      memory = record.memory.after;
      return record;
    },
  };
}

/** By rule, the basket is enough. */
export const observeBasket: Observe = (view, vault) => {
  return captureMarket(view, { assets: basketOf(vault), lookbackDays: DECISION_LOOKBACK });
};

/** The whole market: grades compare. */
export const observeMarket: Observe = (view) => {
  return captureMarket(view, { assets: "listed", lookbackDays: DECISION_LOOKBACK });
};

/** Names of the risk assets of a vault's basket. */
export function basketOf(vault: VaultSnapshot): readonly AssetId[] {
  return vault.assets.filter((asset) => !isStable(asset)).map(({ asset }) => asset);
}
