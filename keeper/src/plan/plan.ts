import type { AssetId } from "../data/source.ts";
import { BPS, isStable, type VaultSnapshot } from "../data/vault.ts";
import type { SignalSet } from "../signals/signals.ts";
import {
  currentWeights,
  destinationAssets,
  riskExposure,
  type TargetWeights,
  type Weights,
} from "../weights/targets.ts";
import { type Drift, measureDrift, tradeTo } from "./bands.ts";
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

/** Bands that follow the market, and what ignores them. */
export interface BandChoice {
  readonly factorBps: number; // width, of the normal one
  readonly forced: ReadonlySet<AssetId>; // go to their target at once
}

/**
 * Acts only when the vault is off target, a lane is free, and the step is worth more than it costs. With bands it goes to
 * their inner edges, and a forced asset off its target is a reason to act; without, to the target.
 */
export function makePlan(
  signalSet: SignalSet,
  target: TargetWeights,
  vault: VaultSnapshot,
  facts: MarketFacts,
  params: PlanParams,
  bands?: BandChoice,
): Plan {
  const current = currentWeights(vault);
  const drift = driftOf(current, target, params, bands);
  const stay = (...reasons: readonly string[]) => noAction(current, drift, reasons);

  const obstacle = findObstacle(signalSet, current, vault, params);
  if (obstacle !== null) return stay(obstacle);
  if (drift.triggers.length === 0) return stay(`Within every band; ${drift.oneWayBps} bps off target in all.`);

  const choice = chooseLane(current, target, vault, params);
  if (choice.lane === null) return stay(...drift.triggers, choice.reason);

  const goal =
    bands === undefined || choice.lane === "DERISK"
      ? target.weights
      : tradeTo(vault, current, target.weights, bands.forced, params, bands.factorBps);
  const clip: ClippedWeights = (choice.lane === "DERISK" ? clipDerisk : clipRisk)(vault, current, goal, params);
  const reasons = [...drift.triggers, choice.reason, ...clip.clips];
  if (clip.obstacle !== null) return stay(...reasons, clip.obstacle);

  const turnoverBps = measureDrift(current, clip.weights, params).oneWayBps;
  if (turnoverBps === 0) return stay(...reasons, "The vault's limits leave no step to take.");

  const figures = estimate(vault, current, clip.weights, facts, params);
  const verdict = weigh(figures, params);
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

function driftOf(current: Weights, target: TargetWeights, params: PlanParams, bands: BandChoice | undefined): Drift {
  const drift = measureDrift(current, target.weights, params, bands?.factorBps);
  const off = [...(bands?.forced ?? [])]
    .filter((asset) => (current.get(asset) ?? 0) !== (target.weights.get(asset) ?? 0))
    .sort();
  if (off.length === 0) return drift;
  return { ...drift, triggers: [...drift.triggers, `To their targets at once: ${off.join(", ")}.`] };
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

function findObstacle(set: SignalSet, current: Weights, vault: VaultSnapshot, params: PlanParams): string | null {
  if (!vault.signersActive) return "The vault's signers are revoked: nobody may decide for it.";
  if (vault.proposalsPaused) return "Proposals are paused by the guardian.";

  const silent = new Set(set.signals.filter(({ score }) => score === null).map(({ asset }) => asset));
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
function chooseLane(current: Weights, target: TargetWeights, vault: VaultSnapshot, params: PlanParams): LaneChoice {
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

function weigh(figures: Estimate, params: PlanParams): { readonly pays: boolean; readonly reason: string } {
  const pays = figures.benefit * BPS > figures.cost * params.benefitMultipleBps;
  const compared = `estimated benefit ${toBps(figures.benefit)} bps of NAV, cost ${toBps(figures.cost)} bps`;
  return { pays, reason: pays ? `It pays: ${compared}.` : `It does not pay: ${compared}.` };
}

/** Two decimals from hundredths, without a float on the way. */
function toBps(centi: number): string {
  return `${Math.floor(centi / 100)}.${String(centi % 100).padStart(2, "0")}`;
}
