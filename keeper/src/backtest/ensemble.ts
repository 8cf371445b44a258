import type { LabelledHeadline } from "../data/columns.ts";
import { encodeSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import type { Day } from "../data/time.ts";
import type { TrainedPolicy } from "../plan/policy.ts";
import { eraAt, predictionSet } from "../training/examples.ts";
import { predictMember } from "../training/members.ts";
import { learnSentiment, prepareMarket } from "../training/sentimentHead.ts";
import { buildSequences } from "../training/sequences.ts";
import type { EnsembleState } from "../training/state.ts";
import { combine, restoreCrew } from "../training/train.ts";
import { walkForward } from "../training/walkForward.ts";
import type { Trials } from "./analyse.ts";
import { createDecider, type ModelSource } from "./decider.ts";
import type { TrainedStrategy } from "./evaluation.ts";
import type { BacktestMarket } from "./market.ts";
import type { PredictedWeek } from "./predictions.ts";

const UNIVERSE = 100;
const MAX_WEIGHT_BPS = 2_500;

/** What an ensemble is run with. */
export interface EnsembleOptions {
  readonly policy: TrainedPolicy;
  readonly from: Day; // first decision
  readonly labels: readonly LabelledHeadline[]; // only those known before the first decision are learnt from
  readonly trials: Trials | null;
}

/** The AI index: trained every week on what precedes it, and its predictions kept for scoring. */
export function ensembleStrategy(market: BacktestMarket, options: EnsembleOptions): TrainedStrategy {
  const { policy, trials } = options;
  const weeks: PredictedWeek[] = [];
  const models = keepPredictions(walkModels(market, options), policy, weeks);
  return {
    id: "ai",
    words: "AI: the ensemble's grades choose, the regime says how much",
    universe: UNIVERSE,
    maxWeightBps: MAX_WEIGHT_BPS,
    createDecider: () => createDecider(policy, models),
    predictions: () => weeks,
    trials,
  };
}

function walkModels(market: BacktestMarket, { policy, from, labels }: EnsembleOptions): ModelSource {
  const known = labels.filter(({ at }) => at <= from * 86_400);
  const judge = learnSentiment(known, null);
  const { panel } = prepareMarket(market.snapshot, judge);
  const learnt = { inputs: encodeSnapshot(market.snapshot).hash, ...judge };
  const walk = walkForward(panel, learnt, policy.ensemble, from - 1);
  return { stateFor: ({ lastDay }) => walk.at(lastDay) };
}

/**
 * Predicts with each week's models from the decision's own snapshot. The walk's panel has seen which doubtful prices held, and a
 * prediction from it would know a little of the days after.
 */
function keepPredictions(models: ModelSource, policy: TrainedPolicy, weeks: PredictedWeek[]): ModelSource {
  return {
    stateFor: (market) => {
      const state = models.stateFor(market);
      const isNew = market.lastDay > (weeks.at(-1)?.day ?? Number.NEGATIVE_INFINITY);
      const week = state === null || !isNew ? null : predictWeek(market, state, policy);
      if (week !== null) weeks.push(week);
      return state;
    },
  };
}

function predictWeek(
  market: MarketSnapshot,
  state: EnsembleState,
  { ensemble: spec }: TrainedPolicy,
): PredictedWeek | null {
  if (state.champion === null) return null;
  const { panel } = prepareMarket(market, state);
  const era = eraAt(panel, panel.days - 1, spec.params);
  if (era === null) return null;
  const data = predictionSet(era, state.champion.columns, buildSequences(panel, spec.params.sequenceSteps));
  const crew = restoreCrew(state.champion, spec).week;
  const ranks = crew.map((member) => predictMember(member, data));
  const weights = crew.map(({ spec: member }) => state.weightsBps[member.id] ?? 0);
  const scores = new Map(crew.map(({ spec: member }, i) => [member.id, ranks[i] ?? new Float64Array()] as const));
  scores.set("ensemble", combine(ranks, weights, data.rows));
  return { day: market.lastDay, assets: Array.from(era.assets, (asset) => panel.assets[asset] ?? ""), scores };
}
