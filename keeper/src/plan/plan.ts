import type { AssetId } from "../data/source.ts";
import { BPS, isStable, type VaultSnapshot } from "../data/vault.ts";
import {
  currentWeights,
  destinationAssets,
  riskExposure,
  type TargetWeights,
  type Weights,
} from "../weights/targets.ts";
import { bandFactorBps, bandOf, type Drift, measureDrift, tradeTo } from "./bands.ts";
import { type Estimate, estimate } from "./costs.ts";
import type { MarketFacts } from "./facts.ts";
import { type ClippedWeights, clipDerisk, clipRisk } from "./limits.ts";
import type { PlanParams } from "./params.ts";

/** What to do now, and why. */
export interface Plan {
  readonly action: "propose" | "none";
  readonly lane: "RISK" | "DERISK" | null;
  readonly current: Weights;
  readonly proposed: Weights; // equal to `current` when nothing is done
  readonly oneWayDriftBps: number;
  readonly turnoverBps: number;
  readonly estimate: Estimate | null;
  readonly reasons: readonly string[];
}

/** What a plan is made from. */
export interface PlanInputs {
  readonly vault: VaultSnapshot;
  readonly target: Pick<TargetWeights, "weights" | "exposureBps">;
  /** Assets that go to their target at once; the others to the inner edge of their band. */
  readonly forced: ReadonlySet<AssetId>;
  /** Assets of weak sectors: forced too once they are above their band, for a drift of a few bps is not worth a trade. */
  readonly weak: ReadonlySet<AssetId>;
  /** Assets that the market data says nothing about. */
  readonly silent: ReadonlySet<AssetId>;
  readonly regime: { readonly regime: string; readonly trendStrengthBps: number };
  readonly facts: MarketFacts;
  readonly params: PlanParams;
}

/** Acts only when the vault is off target, a lane is free, and the step is worth more than it costs. */
export function makePlan(inputs: PlanInputs): Plan {
  const { vault, target, facts, params, regime } = inputs;
  const current = currentWeights(vault);
  const factor = bandFactorBps(regime.regime, regime.trendStrengthBps, params);
  const drift = measureDrift(current, target.weights, params, factor);
  const forced = new Set([...inputs.forced, ...aboveBand(inputs, current, factor)]);
  const leaving = mustGo(forced, target.weights, current);
  const atOnce = leaving.length === 0 ? [] : [`At once to a lower target: ${leaving.join(", ")}.`];
  const triggers = [...drift.triggers, ...atOnce];
  const stay = (...reasons: readonly string[]) => noAction(current, drift, reasons);

  const obstacle = findObstacle(inputs.silent, current, vault, params);
  if (obstacle !== null) return stay(obstacle);
  if (triggers.length === 0) return stay(`Within every band; ${drift.oneWayBps} bps off target in all.`);

  const choice = chooseLane(current, target, vault, params);
  if (choice.lane === null) return stay(...triggers, choice.reason);

  const clip = clipTo(choice.lane, { ...inputs, forced }, current, factor);
  const reasons = [...triggers, choice.reason, ...clip.clips];
  if (clip.obstacle !== null) return stay(...reasons, clip.obstacle);

  const turnoverBps = measureDrift(current, clip.weights, params).oneWayBps;
  if (turnoverBps === 0) return stay(...reasons, "The vault's limits leave no step to take.");

  const figures = estimate(vault, current, clip.weights, facts, params);
  const verdict = weigh(figures, leaving, params);
  if (!verdict.pays) return { ...stay(...reasons, verdict.reason), estimate: figures };
  return {
    action: "propose",
    lane: choice.lane,
    current,
    proposed: clip.weights,
    oneWayDriftBps: drift.oneWayBps,
    turnoverBps,
    estimate: figures,
    reasons: [...reasons, verdict.reason],
  };
}

/** Assets of weak sectors that are above their band. */
function aboveBand({ weak, target, params }: PlanInputs, current: Weights, factorBps: number): readonly AssetId[] {
  return [...weak].filter((asset) => {
    const goal = target.weights.get(asset) ?? 0;
    return (current.get(asset) ?? 0) - goal > bandOf(goal, params, factorBps);
  });
}

/** Held assets that a rule sends to a lower target, ascending. */
function mustGo(forced: ReadonlySet<AssetId>, target: Weights, current: Weights): readonly AssetId[] {
  return [...forced].filter((asset) => (current.get(asset) ?? 0) > (target.get(asset) ?? 0)).sort();
}

/** The step of one proposal. A change of exposure concerns every asset; else each goes as far as its band asks for. */
function clipTo(lane: "RISK" | "DERISK", inputs: PlanInputs, current: Weights, factorBps: number): ClippedWeights {
  const { vault, target, forced, params } = inputs;
  if (lane === "DERISK") return clipDerisk(vault, current, target.weights, params);
  const shift = Math.abs(riskExposure(current, destinationAssets(vault)) - target.exposureBps);
  const within = measureDrift(current, target.weights, params, factorBps);
  const everywhere = shift > params.portfolioBandBps || within.triggers.length === within.portfolioTriggers;
  const goal = everywhere ? target.weights : tradeTo(vault, current, target.weights, forced, params, factorBps);
  return clipRisk(vault, current, goal, params, forced);
}

function noAction(current: Weights, drift: Drift, reasons: readonly string[]): Plan {
  return {
    action: "none",
    lane: null,
    current,
    proposed: current,
    oneWayDriftBps: drift.oneWayBps,
    turnoverBps: 0,
    estimate: null,
    reasons,
  };
}

function findObstacle(
  silent: ReadonlySet<AssetId>,
  current: Weights,
  vault: VaultSnapshot,
  params: PlanParams,
): string | null {
  if (!vault.signersActive) return "The vault's signers are revoked: nobody may decide for it.";
  if (vault.proposalsPaused) return "Proposals are paused by the guardian.";

  const unknown = vault.assets
    .filter((item) => silent.has(item.asset) && !isStable(item))
    .reduce((sum, item) => sum + (current.get(item.asset) ?? 0), 0);
  return BPS - unknown < params.leastCoverageBps
    ? `The market data knows only ${BPS - unknown} bps of the vault, less than ${params.leastCoverageBps}: no decision.`
    : null;
}

interface LaneChoice {
  readonly lane: "RISK" | "DERISK" | null;
  readonly reason: string;
}

/** The emergency lane for a large cut down to a low exposure, while it is free; the delayed lane for all else. */
function chooseLane(
  current: Weights,
  target: Pick<TargetWeights, "exposureBps">,
  vault: VaultSnapshot,
  params: PlanParams,
): LaneChoice {
  const { epoch, limits } = vault;
  const now = vault.block.timestamp;
  const exposure = riskExposure(current, destinationAssets(vault));
  const cut = exposure - target.exposureBps;
  const moves = `Exposure goes from ${exposure} to ${target.exposureBps} bps`;

  const urgent = target.exposureBps <= params.deriskExposureBps && cut >= params.deriskCutBps;
  const deriskReady = epoch.lastDeriskAt === 0 ? 0 : epoch.lastDeriskAt + limits.deriskPeriod;
  if (urgent && now >= deriskReady) return { lane: "DERISK", reason: `${moves}: at once, through the DERISK lane.` };

  const riskReady = epoch.proposedAt === 0 ? 0 : epoch.proposedAt + limits.cooldown;
  if (now < riskReady) return { lane: null, reason: `${moves}, but the RISK lane cools down until ${riskReady}.` };
  const because = urgent ? ` The DERISK lane is used up until ${deriskReady}.` : "";
  return { lane: "RISK", reason: `${moves}, through the RISK lane.${because}` };
}

function weigh(
  figures: Estimate,
  leaving: readonly AssetId[],
  params: PlanParams,
): { readonly pays: boolean; readonly reason: string } {
  const worthIt = figures.benefit * BPS > figures.cost * params.benefitMultipleBps;
  const compared = `estimated benefit ${toBps(figures.benefit)} bps of NAV, cost ${toBps(figures.cost)} bps`;
  if (worthIt) return { pays: true, reason: `It pays: ${compared}.` };
  if (leaving.length > 0) return { pays: true, reason: `A rule asks for it, whatever it costs: ${compared}.` };
  return { pays: false, reason: `It does not pay: ${compared}.` };
}

/** Two decimals from hundredths, without a float on the way. */
function toBps(centi: number): string {
  return `${Math.floor(centi / 100)}.${String(centi % 100).padStart(2, "0")}`;
}
