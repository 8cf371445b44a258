import type { AssetId } from "../data/source.ts";
import { BPS, isStable, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import { WeightsError } from "../errors.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { DecisionMemory, Opinion, TokenRule } from "../signals/opinion.ts";
import { type Bounded, buildCandidates, type DepthTable, type TradingCosts } from "./candidates.ts";
import { judgeConviction } from "./conviction.ts";
import { horizonCovariance } from "./figures.ts";
import type { WeightParams } from "./params.ts";
import { METHODS, type Method, type PortfolioProblem, type PortfolioSolution } from "./problem.ts";
import { roundWeights } from "./rounding.ts";
import { solvePortfolio } from "./solve.ts";
import { capOf, currentWeights, destinationAssets, riskExposure, splitStable, type Weights } from "./targets.ts";

/** Everything that a portfolio is made from. */
export interface PortfolioInput {
  readonly vault: VaultSnapshot;
  readonly panel: MarketPanel;
  readonly opinions: readonly Opinion[];
  readonly rules: readonly TokenRule[];
  readonly memory: DecisionMemory;
  readonly exposureBps: number; // of the regime
  readonly params: WeightParams;
  readonly costs: TradingCosts;
  readonly depth?: DepthTable;
}

/** Target weights {bps} of every basket asset; they sum to 10,000. Fits where a plan asks for `TargetWeights`. */
export interface Portfolio {
  readonly weights: Weights;
  readonly exposureBps: number; // sum of everything that is no destination
  readonly reasons: readonly string[];
  readonly included: ReadonlySet<AssetId>; // for `TokenMemory.included`
  readonly profitSteps: ReadonlyMap<AssetId, number>; // for `TokenMemory.profitSteps`, once the plan acts
  readonly forced: ReadonlySet<AssetId>; // go to their target at once, whatever the bands say
  readonly unplacedBps: number; // exposure that the limits leave no room for
  /** How the weights were found. Integers and strings: it goes into the record. */
  readonly figures: {
    readonly method: Method;
    readonly iterations: number;
    readonly volatilityBps: number; // expected, a year, of the whole vault; 0 = not known
    readonly shrinkageBps: number;
    readonly meanCorrelationBps: number;
    readonly positions: number;
  };
}

const DAYS_A_YEAR = 365;

/** From opinions to target weights: who is wanted, within which limits, how much of each, and the rest to the stables. */
export function buildPortfolio(input: PortfolioInput): Portfolio {
  const { vault, params } = input;
  const destinations = destinationAssets(vault);
  const items = vault.assets
    .filter((item) => !destinations.has(item.asset) && !isStable(item))
    .sort((a, b) => (a.asset < b.asset ? -1 : 1));
  const current = currentWeights(vault);
  const held = new Set(items.flatMap(({ asset }) => ((current.get(asset) ?? 0) > 0 ? [asset] : [])));
  const rules = new Map(input.rules.map((rule) => [rule.asset, rule]));
  const eligible = new Set(items.map(({ asset }) => asset));
  const conviction = judgeConviction(input.opinions, rules, eligible, held, input.memory, params);

  const taking = items.filter(({ asset }) => held.has(asset) || conviction.included.has(asset));
  const covariance = horizonCovariance(
    input.panel,
    taking.map(({ asset }) => asset),
    params,
  );
  const matrix = covariance?.matrix ?? new Float64Array(taking.length * taking.length).fill(Number.NaN);
  const now = riskExposure(current, destinations);
  const bounded = buildCandidates(taking, {
    ...input,
    rules,
    included: conviction.included,
    current,
    exposureRatio: now > input.exposureBps ? input.exposureBps / now : 1,
    volatility: covariance === null ? new Map() : yearlyVolatility(taking, matrix, params),
    depth: input.depth ?? new Map(),
  });

  const problem = problemOf(bounded, matrix, input, now);
  const { solution, limited } = solveWithin(problem, params, covariance !== null);
  const risk = roundWeights(limited, solution.weights);
  const weights = withStables(vault, risk);
  const exposureBps = riskExposure(weights, destinations);
  return {
    weights,
    exposureBps,
    reasons: [...conviction.reasons, ...describe(bounded, limited, problem, solution, risk)],
    included: conviction.included,
    profitSteps: new Map(bounded.map(({ candidate, profitSteps }) => [candidate.asset, profitSteps])),
    forced: forcedAssets(bounded, current, risk),
    unplacedBps: Math.max(0, Math.round(limited.exposure * BPS) - exposureBps),
    figures: figuresOf(problem, solution, covariance, risk, params),
  };
}

function figuresOf(
  problem: PortfolioProblem,
  solution: PortfolioSolution,
  covariance: ReturnType<typeof horizonCovariance>,
  risk: Weights,
  params: WeightParams,
): Portfolio["figures"] {
  const volatility = covariance === null ? 0 : yearly(varianceOf(problem, solution.weights), params);
  return {
    method: solution.method,
    iterations: solution.iterations,
    volatilityBps: Math.round(volatility * BPS),
    shrinkageBps: Math.round((covariance?.shrinkage ?? 0) * BPS),
    meanCorrelationBps: Math.round((covariance?.meanCorrelation ?? 0) * BPS),
    positions: [...risk.values()].filter((weight) => weight > 0).length,
  };
}

/** Expected volatility {1} a year of each asset. */
function yearlyVolatility(
  assets: readonly VaultAsset[],
  matrix: Float64Array,
  params: WeightParams,
): ReadonlyMap<AssetId, number> {
  return new Map(assets.map(({ asset }, i) => [asset, yearly(matrix[i * assets.length + i] ?? 0, params)]));
}

function problemOf(
  bounded: readonly Bounded[],
  covariance: Float64Array,
  { params, exposureBps }: PortfolioInput,
  now: number,
): PortfolioProblem {
  return {
    candidates: bounded.map(({ candidate }) => candidate),
    covariance,
    exposure: exposureBps / BPS,
    // Turnover limits the exchange of one token for another; a higher exposure is the regime's decision.
    turnover: (params.turnoverBps + Math.max(0, exposureBps - now)) / BPS,
    sectorCap: params.sectorCapBps / BPS,
    ecosystemCap: params.ecosystemCapBps / BPS,
    sizeBandCaps: {
      large: params.largeCapBps / BPS,
      mid: params.midCapBps / BPS,
      small: params.smallCapBps / BPS,
    },
    riskAversion: params.aversionCenti / 100,
    correlationPenalty: params.correlationPenaltyBps / BPS,
  };
}

/**
 * Solves, then once more where something has to give: without positions that are not worth their trades, and with less
 * exposure when the expected volatility is above its target.
 */
function solveWithin(
  problem: PortfolioProblem,
  params: WeightParams,
  riskKnown: boolean,
): { readonly solution: PortfolioSolution; readonly limited: PortfolioProblem } {
  const wanted = METHODS[params.method] ?? "optimised";
  let limited = problem;
  let solution = solvePortfolio(limited, wanted);
  const small = solution.weights.map((weight, i) => {
    const floor = limited.candidates[i]?.floor ?? 0;
    return floor === 0 && weight < params.smallestPositionBps / BPS ? 1 : 0;
  });
  if (small.some((flag, i) => flag === 1 && (solution.weights[i] ?? 0) > 0.5 / BPS)) {
    const candidates = limited.candidates.map((item, i) => (small[i] === 1 ? { ...item, cap: 0 } : item));
    const without = solvePortfolio({ ...limited, candidates }, wanted);
    // Leaving small ones out must not leave exposure out.
    if (without.unplaced <= solution.unplaced + params.smallestPositionBps / BPS) {
      limited = { ...limited, candidates };
      solution = without;
    }
  }
  const expected = riskKnown ? yearly(varianceOf(limited, solution.weights), params) : 0;
  const target = params.targetVolatilityBps / BPS;
  if (expected > target) {
    const placed = solution.weights.reduce((sum, weight) => sum + weight, 0);
    limited = { ...limited, exposure: (placed * target) / expected };
    solution = solvePortfolio(limited, wanted);
  }
  return { solution, limited };
}

function varianceOf({ candidates, covariance }: PortfolioProblem, weights: Float64Array): number {
  const n = candidates.length;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) variance += (covariance[i * n + j] ?? 0) * (weights[i] ?? 0) * (weights[j] ?? 0);
  }
  return variance;
}

/** {1/year} volatility of a variance over the horizon. */
function yearly(variance: number, params: WeightParams): number {
  return Math.sqrt((variance * DAYS_A_YEAR) / params.horizonDays);
}

function withStables(vault: VaultSnapshot, risk: Weights): Weights {
  const stable = splitStable(vault, BPS - [...risk.values()].reduce((sum, weight) => sum + weight, 0));
  for (const item of vault.assets) {
    const weight = stable.get(item.asset);
    if (weight === undefined || weight <= capOf(item, vault)) continue;
    throw new WeightsError("A stable destination would be above its cap. Raise the cap or add a destination.", {
      asset: item.asset,
      weight: `${weight} bps`,
      cap: `${capOf(item, vault)} bps`,
    });
  }
  return new Map(
    vault.assets.map((item: VaultAsset) => [item.asset, stable.get(item.asset) ?? risk.get(item.asset) ?? 0]),
  );
}

/** What leaves, what is above its cap, and what is bought anew: half of a way would be a weight that nobody wanted. */
function forcedAssets(bounded: readonly Bounded[], current: Weights, risk: Weights): ReadonlySet<AssetId> {
  return new Set(
    bounded.flatMap(({ candidate: { asset, cap } }) => {
      const now = current.get(asset) ?? 0;
      const goal = risk.get(asset) ?? 0;
      return (now > 0 && goal === 0) || now > cap * BPS + 1 || (now === 0 && goal > 0) ? [asset] : [];
    }),
  );
}

function describe(
  bounded: readonly Bounded[],
  limited: PortfolioProblem,
  problem: PortfolioProblem,
  solution: PortfolioSolution,
  risk: Weights,
): readonly string[] {
  const reasons = [...bounded.flatMap((item) => item.reasons), ...solution.reasons];
  const atCap = limited.candidates
    .filter(({ asset, cap }) => cap > 0 && (risk.get(asset) ?? 0) >= Math.floor(cap * BPS))
    .map(({ asset }) => asset);
  if (atCap.length > 0) reasons.push(`At their cap: ${atCap.join(", ")}.`);
  if (limited.exposure < problem.exposure) {
    const [from, to] = [problem.exposure, limited.exposure].map((value) => Math.round(value * BPS));
    reasons.push(`The expected volatility is above its target: the exposure goes from ${from} to ${to} bps.`);
  }
  const unplaced = Math.round(solution.unplaced * BPS);
  if (unplaced > 0) reasons.push(`The limits leave no room for ${unplaced} bps; they go to the stable destinations.`);
  return reasons;
}
