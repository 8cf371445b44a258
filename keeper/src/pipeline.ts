import type { Address, Hex } from "viem";
import { recentFindings } from "./data/quality.ts";
import { nameOn } from "./data/renames.ts";
import { encodeSnapshot, type MarketSnapshot } from "./data/snapshot.ts";
import type { AssetId } from "./data/source.ts";
import { BPS, encodeVault, isStable, poolDepths, unsellable, type VaultSnapshot } from "./data/vault.ts";
import { VaultStateError } from "./errors.ts";
import type { FillRound } from "./execute/fills.ts";
import type { Guide, Keeper } from "./execute/keeper.ts";
import type { ProposalOutcome } from "./execute/propose.ts";
import type { MarketPanel } from "./features/marketPanel.ts";
import { inSpanSync } from "./health/spans.ts";
import type { CostNote } from "./plan/costRefit.ts";
import { marketFacts } from "./plan/facts.ts";
import { makePlan } from "./plan/plan.ts";
import { type AppliedMethodology, appliedMethodology, type Policy } from "./plan/policy.ts";
import { buildRecord, type DecisionRecord, type RecordedDue, withDue } from "./plan/record.ts";
import { whatIsDue } from "./schedule/schedule.ts";
import { findEvents } from "./signals/events.ts";
import { gradeTokens } from "./signals/grades.ts";
import { markovStates } from "./signals/hiddenStates.ts";
import { nextMemory } from "./signals/memory.ts";
import type { DecisionMemory, Opinion, TokenRule } from "./signals/opinion.ts";
import { type MarketRegime, marketRegime, withAnomalies, withoutBlindRise } from "./signals/regime.ts";
import { judgedTokens, tokenRules } from "./signals/rules.ts";
import { createOutlook } from "./training/outlook.ts";
import { prepareMarket } from "./training/sentimentHead.ts";
import type { EnsembleState } from "./training/state.ts";
import { buildPortfolio } from "./weights/portfolio.ts";
import { memoryNow, positionsAfter } from "./weights/positions.ts";
import { type RuleWeighting, ruleScores, ruleTarget } from "./weights/ruleScores.ts";
import { cutWeakSectors } from "./weights/sectorCut.ts";
import { buildTargets, currentWeights, destinationAssets, riskExposure, type Weights } from "./weights/targets.ts";

/** {days} of findings about the data that a record tells. */
const TOLD_DAYS = 7;

/** Everything that a decision depends on. */
export interface DecisionInputs {
  readonly market: MarketSnapshot;
  readonly vault: VaultSnapshot;
  readonly policy: Policy; // with the cost parameters in force
  /** Where those are from; told in the record. */
  readonly costModel?: CostNote | null;
  readonly model: EnsembleState | null; // null: the fallback speaks
  readonly memory: DecisionMemory; // of the vault's decision before
  /** Told in the record; nothing is decided by it. */
  readonly due?: RecordedDue;
}

/**
 * The decision, from data to plan. Pure: live, replay and backtest call this one function, and equal inputs give the same
 * record to the byte.
 */
export function decide(inputs: DecisionInputs): DecisionRecord {
  requireSameMoment(inputs.market, inputs.vault);
  const present = underMethodology(underPresentNames(inputs));
  const { market, vault, policy, model } = present;
  const memory = memoryNow(present.memory, vault);
  const { panel, findings, profiles } = prepareMarket(market, model);
  const current = currentWeights(vault);
  const basket = new Set(vault.assets.filter((item) => !isStable(item)).map(({ asset }) => asset));
  const held = new Set([...basket].filter((asset) => (current.get(asset) ?? 0) > 0));

  const outlook = createOutlook(panel, model, policy.ensemble, [...basket]);
  const seen = withoutBlindRise(marketRegime(panel, policy.regime, markovStates), carried(present, current));
  const regime = withAnomalies(seen, outlook.anomaly, policy.regime);
  const opinions = gradeTokens({ outlook, panel, regime, memory, params: policy.grades });
  const judged = judgedTokens(panel, held);
  const ruled = { opinions, panel, memory, held: judged, blocked: unsellable(vault), params: policy.rules };
  // An index that holds every token by a rule neither buys nor sells by stance.
  const rules = policy.weighting === "grades" ? tokenRules(ruled) : [];
  const events = findEvents({ panel, memory, opinions, held, now: vault.block.timestamp, params: policy.events });

  const choice = chooseTarget({ ...present, memory }, panel, opinions, rules, regime);
  const silent = silentAssets(basket, opinions, panel);
  const facts = marketFacts(panel, profiles, basket, poolDepths(vault));
  const plan = makePlan({ ...choice, target: choice, silent, vault, regime, facts, params: policy.plan });
  const known = { before: memory, opinions, held, judged, tracked: basket };
  const after = positionsAfter({ ...choice, ...plan, vault, memory, acts: plan.action === "propose" });

  return buildRecord({
    source: market.source,
    inputs: { market: encodeSnapshot(market).hash, vault: encodeVault(inputs.vault).hash },
    policy,
    costModel: inputs.costModel ?? null,
    model,
    outlook,
    findings: recentFindings(findings, market.lastDay, TOLD_DAYS),
    regime,
    opinions,
    rules,
    events: events.fired,
    target: choice,
    plan,
    vault,
    due: inputs.due,
    memory: {
      before: inputs.memory,
      after: nextMemory({ ...known, ...after, events: events.memory.events }),
    },
  });
}

/** {bps} The exposure that needs no regime to stay: what the vault carries, and all of it for who is always in. */
function carried({ policy, vault }: DecisionInputs, current: Weights): number {
  return policy.regime.mode === "none" ? BPS : riskExposure(current, destinationAssets(vault));
}

/** The inputs under the names that tokens have today: the market tells the history of a renamed token under its new name. */
function underPresentNames(inputs: DecisionInputs): DecisionInputs {
  const { market, vault, memory } = inputs;
  const taken = new Set(vault.assets.map(({ asset }) => asset));
  const present = (asset: AssetId): AssetId => {
    const name = nameOn(asset, market.lastDay);
    // Old and new token side by side are two tokens; only one of them can be the one of the data.
    return taken.has(name) ? asset : name;
  };
  const renamed = <T>(byAsset: { readonly [asset: string]: T }): { readonly [asset: string]: T } =>
    Object.fromEntries(Object.entries(byAsset).map(([asset, value]) => [present(asset), value]));
  const { planned } = memory;
  return {
    ...inputs,
    vault: { ...vault, assets: vault.assets.map((item) => ({ ...item, asset: present(item.asset) })) },
    memory: {
      ...memory,
      tokens: renamed(memory.tokens),
      planned: planned === null ? null : { ...planned, positions: renamed(planned.positions) },
    },
  };
}

/** Where the vault should be, and what is to be remembered of how that was found. */
interface Choice {
  readonly weights: Weights;
  readonly exposureBps: number;
  readonly reasons: readonly string[];
  readonly included: ReadonlySet<AssetId>;
  readonly profitSteps: ReadonlyMap<AssetId, number>;
  readonly forced: ReadonlySet<AssetId>; // go to their target at once
  readonly weak: ReadonlySet<AssetId>; // of weak sectors: at once when above their band
}

function chooseTarget(
  { vault, policy, memory }: DecisionInputs,
  panel: MarketPanel,
  opinions: readonly Opinion[],
  rules: readonly TokenRule[],
  regime: MarketRegime,
): Choice {
  const { weighting, weights: params, plan: costs } = policy;
  const applied = appliedMethodology(policy);
  const sectors = new Map(panel.assets.map((asset, i) => [asset, panel.classes[i]?.sector ?? "other"]));
  if (weighting === "grades") {
    const exposureBps = Math.min(regime.exposureBps, applied?.exposureCapBps ?? BPS);
    const depth = poolDepths(vault);
    const portfolio = buildPortfolio({ vault, panel, opinions, rules, memory, exposureBps, params, costs, depth });
    const cut = cutWeakSectors(vault, portfolio.weights, regime, sectors);
    const reasons = [...portfolio.reasons, ...cut.reasons];
    const forced = new Set([...portfolio.forced, ...leavers(vault, applied)]);
    return { ...portfolio, ...cut, forced, weak: cut.lowered, reasons };
  }
  const chosen = chooseByRule({ vault, panel, policy, weighting, applied, sectors, regime });
  return { ...chosen, included: new Set(), profitSteps: new Map(), weak: new Set() };
}

/** Weights by a rule: of all tokens of the basket, or of a methodology's members within its caps. */
function chooseByRule(inputs: {
  readonly vault: VaultSnapshot;
  readonly panel: MarketPanel;
  readonly policy: Policy;
  readonly weighting: RuleWeighting;
  readonly applied: AppliedMethodology | null;
  readonly sectors: ReadonlyMap<AssetId, string>;
  readonly regime: MarketRegime;
}): Pick<Choice, "weights" | "exposureBps" | "reasons" | "forced"> {
  const { vault, panel, policy, weighting, applied, sectors, regime } = inputs;
  const gone = leavers(vault, applied);
  const basket = vault.assets.filter((item) => !isStable(item)).map(({ asset }) => asset);
  const rule = ruleTarget(panel, new Set(basket.filter((asset) => !gone.has(asset))), weighting);
  const scores = new Map([...rule.scores, ...[...gone].map((asset) => [asset, 0] as const)]);
  const most = Math.min(rule.exposureBps, applied?.exposureCapBps ?? BPS);
  const isBlind = regime.regime === "unknown" && policy.regime.mode !== "none";
  const exposure = isBlind ? null : Math.min(regime.exposureBps, most);
  const sectorOf = (asset: AssetId) => sectors.get(asset) ?? "other";
  const target = buildTargets(scores, exposure, vault, { capBps: applied?.sectorCapBps ?? BPS, sectorOf });
  return { ...target, reasons: [...rule.reasons, ...target.reasons], forced: gone };
}

/** Tokens of the basket that the methodology's universe does not have, or no longer. */
function leavers(vault: VaultSnapshot, applied: AppliedMethodology | null): ReadonlySet<AssetId> {
  if (applied === null) return new Set();
  const members = new Set(applied.members);
  const assets = vault.assets.filter((item) => !isStable(item)).map(({ asset }) => asset);
  return new Set(assets.filter((asset) => !members.has(asset)));
}

/** The inputs with the methodology's caps beside those of the registry. Who is no member has a cap of 0. */
function underMethodology(inputs: DecisionInputs): DecisionInputs {
  const { vault, policy } = inputs;
  const applied = appliedMethodology(policy);
  if (applied === null) return inputs;
  const gone = leavers(vault, applied);
  const assets = vault.assets.map((item) => {
    if (isStable(item)) return item;
    const cap = gone.has(item.asset) ? 0 : Math.min(item.maxWeightBps, applied.assetCapBps);
    return { ...item, maxWeightBps: cap };
  });
  return { ...inputs, vault: { ...vault, assets } };
}

/** Basket tokens that the market data says nothing about. */
function silentAssets(
  basket: ReadonlySet<AssetId>,
  opinions: readonly Opinion[],
  panel: MarketPanel,
): ReadonlySet<AssetId> {
  const known = new Set(opinions.filter(({ score }) => score !== null).map(({ asset }) => asset));
  const priced = ruleScores(panel, basket, "equal");
  return new Set([...basket].filter((asset) => !known.has(asset) && (priced.get(asset) ?? null) === null));
}

/** What one run did for one vault. */
export interface RunReport {
  readonly upkeep: readonly Hex[];
  readonly fills: FillRound;
  readonly decision: DecisionRecord | null; // null: not due yet
  readonly proposal: ProposalOutcome | null; // null: nothing to propose
}

const NO_FILLS: FillRound = { pairs: 0, orders: 0, transactions: [] };

/** One round for a vault: finish what was begun, do the upkeep, fill, and when it is time decide and propose. */
export function runOnce(keeper: Keeper, vault: Address, guide: Guide): Promise<RunReport> {
  return keeper.alone(vault, async () => {
    await keeper.trustNodes();
    const isHalted = await keeper.isHalted(vault);
    await keeper.resume(vault, isHalted);
    // What anyone may do is done for a halted vault too; decisions wait for a person.
    if (isHalted) return { upkeep: await keeper.upkeep(vault), fills: NO_FILLS, decision: null, proposal: null };
    const unsent = await keeper.unsentDecision(vault);
    if (unsent !== undefined) await keeper.propose(unsent);
    const upkeep = await keeper.upkeep(vault);
    const fills = await keeper.fill(vault);
    await keeper.noteFills(vault);
    const decision = await decideWhenDue(keeper, vault, guide);
    const proposal = decision?.action === "propose" ? await keeper.propose(decision) : null;
    return { upkeep, fills, decision, proposal };
  });
}

/** The decision that the schedule asks for, or that a look finds due before its time; null: neither. */
async function decideWhenDue(keeper: Keeper, vault: Address, guide: Guide): Promise<DecisionRecord | null> {
  const asked = await keeper.ask(vault, guide);
  const { decide: bySchedule, look } = whatIsDue(asked);
  const due = bySchedule ?? (look.includes("drift") ? await keeper.lookForDrift(vault, asked) : null);
  if (due === null && !look.includes("events") && !look.includes("regime")) return null;

  const seen = await keeper.observe(vault, guide);
  const decision = inSpanSync("decision", { vault }, () => decide(seen));
  const reason = due ?? keeper.lookAtMarket(vault, asked, decision);
  // Looked at before its time, a market in which nothing happened is left to the next decision.
  if (reason === null) return null;
  const record = withDue(decision, reason);
  if (await keeper.isStopped(record, seen)) return null;
  await keeper.remember(record, seen);
  return record;
}

function requireSameMoment(market: MarketSnapshot, vault: VaultSnapshot): void {
  if (market.asOf === vault.block.timestamp) return;
  throw new VaultStateError("Market and vault must be seen at the same moment.", {
    market: String(market.asOf),
    vault: String(vault.block.timestamp),
  });
}
