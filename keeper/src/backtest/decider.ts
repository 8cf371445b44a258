import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { PointInTimeView } from "../data/source.ts";
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

/**
 * Decides by a policy and remembers what a decision hands to the next one, its cost model, refit weekly from realised fills,
 * included. `models` null: the policy needs none.
 */
export function createDecider(policy: Policy, models: ModelSource | null = null): Decider {
  let memory: DecisionMemory = NO_MEMORY;
  let costModel: CostNote | null = null;
  return {
    decide: async (view, vault, fills = []) => {
      const market = await observe(view, vault, models !== null);
      const model = models?.stateFor(market) ?? null;
      costModel = costsInForce(policy.plan, costModel, vault.block.timestamp, (since) => {
        return fills.filter(({ at }) => at > since);
      });
      const inForce = { ...policy, plan: withCosts(policy.plan, costModel) };
      const record = decide({ market, vault, policy: inForce, costModel, model, memory });
      memory = record.memory.after;
      return record;
    },
  };
}

/** With models, the whole market: grades compare. By rule, the basket is enough. */
function observe(view: PointInTimeView, vault: VaultSnapshot, whole: boolean): Promise<MarketSnapshot> {
  const basket = vault.assets.filter((asset) => !isStable(asset)).map(({ asset }) => asset);
  return captureMarket(view, { assets: whole ? "listed" : basket, lookbackDays: DECISION_LOOKBACK });
}
