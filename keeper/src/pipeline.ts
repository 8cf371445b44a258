import type { Address, Hex } from "viem";
import { encodeSnapshot, type MarketSnapshot } from "./data/snapshot.ts";
import { encodeVault, type VaultSnapshot } from "./data/vault.ts";
import { VaultStateError } from "./errors.ts";
import type { FillRound } from "./execute/fills.ts";
import type { Keeper } from "./execute/keeper.ts";
import type { ProposalOutcome } from "./execute/propose.ts";
import { toPanel } from "./features/panel.ts";
import { computeFeatures } from "./features/registry.ts";
import { marketCapModel } from "./models/marketCap.ts";
import { type RegimeParams, trendVolRegime } from "./models/trendVolRegime.ts";
import { marketFacts } from "./plan/facts.ts";
import type { PlanParams } from "./plan/params.ts";
import { makePlan } from "./plan/plan.ts";
import { buildRecord, type DecisionRecord } from "./plan/record.ts";
import { buildSignals } from "./signals/signals.ts";
import { buildTargets } from "./weights/targets.ts";

/** {days} of market history in a decision: 211 for the slowest feature, and half a year for the path of the regime. */
export const LOOKBACK_DAYS = 400;

/** Everything that a decision depends on. */
export interface DecisionInputs {
  readonly market: MarketSnapshot;
  readonly vault: VaultSnapshot;
  readonly policy: Policy;
}

/** Parameters of the models and of the plan. All of them end up in the record. */
export interface Policy {
  readonly regime: RegimeParams;
  readonly plan: PlanParams;
  readonly seed: number;
}

/**
 * The decision, from data to plan. Pure: live, replay and backtest call this one function, and equal inputs give the same
 * record to the byte.
 */
export function decide({ market, vault, policy }: DecisionInputs): DecisionRecord {
  requireSameMoment(market, vault);

  const frame = computeFeatures(toPanel(market));
  const scoring = marketCapModel.fit(frame, {}, policy.seed);
  const timing = trendVolRegime.fit(frame, policy.regime, policy.seed);
  const signalSet = buildSignals(frame, scoring.predict(frame), timing.predict(frame));
  const target = buildTargets(signalSet, vault);
  const plan = makePlan(signalSet, target, vault, marketFacts(frame, market.profiles), policy.plan);

  const inputs = { market: encodeSnapshot(market).hash, vault: encodeVault(vault).hash };
  const models = [scoring.ref, timing.ref];
  return buildRecord({
    source: market.source,
    inputs,
    models,
    planParams: policy.plan,
    signalSet,
    target,
    plan,
    vault,
  });
}

/** What one run did for one vault. */
export interface RunReport {
  readonly upkeep: readonly Hex[];
  readonly fills: FillRound;
  readonly decision: DecisionRecord | null; // null: not due yet
  readonly proposal: ProposalOutcome | null; // null: nothing to propose
}

/** One round for a vault: finish what was begun, do the upkeep, fill, and when it is time decide and propose. */
export async function runOnce(keeper: Keeper, vault: Address, policy: Policy): Promise<RunReport> {
  await keeper.resume();
  const unsent = await keeper.unsentDecision(vault);
  if (unsent !== undefined) await keeper.propose(unsent);
  const upkeep = await keeper.upkeep(vault);
  const fills = await keeper.fill(vault);
  if (!(await keeper.isDue(vault))) return { upkeep, fills, decision: null, proposal: null };

  const seen = await keeper.observe(vault);
  const decision = decide({ ...seen, policy });
  keeper.remember(decision, seen);
  const proposal = decision.action === "propose" ? await keeper.propose(decision) : null;
  return { upkeep, fills, decision, proposal };
}

function requireSameMoment(market: MarketSnapshot, vault: VaultSnapshot): void {
  if (market.asOf === vault.block.timestamp) return;
  throw new VaultStateError("Market and vault must be seen at the same moment.", {
    market: String(market.asOf),
    vault: String(vault.block.timestamp),
  });
}
