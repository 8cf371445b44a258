import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { PointInTimeView } from "../data/source.ts";
import { isStable, type VaultSnapshot } from "../data/vault.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { decide } from "../pipeline.ts";
import type { Policy } from "../plan/policy.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "../signals/opinion.ts";
import type { EnsembleState } from "../training/state.ts";

/** Makes decisions one after the other, as a live keeper does: with what is known at the view's time, and no more. */
export interface Decider {
  decide(view: PointInTimeView, vault: VaultSnapshot): Promise<DecisionRecord>;
}

/** The models of each time, trained on what was known then. */
export interface ModelSource {
  /** The state of the newest training at or before the snapshot's last day; null = there is none. */
  stateFor(market: MarketSnapshot): EnsembleState | null;
}

/** Decides by a policy and remembers what a decision hands to the next one. `models` null: the policy needs none. */
export function createDecider(policy: Policy, models: ModelSource | null = null): Decider {
  let memory: DecisionMemory = NO_MEMORY;
  return {
    decide: async (view, vault) => {
      const market = await observe(view, vault, models !== null);
      const model = models?.stateFor(market) ?? null;
      const record = decide({ market, vault, policy, model, memory });
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
