import { unpackFloats } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { encodeSnapshot } from "../data/snapshot.ts";
import type { Day } from "../data/time.ts";
import type { TrainedPolicy } from "../plan/policy.ts";
import { learnSentiment, prepareMarket } from "../training/sentimentHead.ts";
import type { Prediction } from "../training/state.ts";
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
  const models = keepPredictions(walkModels(market, options), weeks);
  return {
    id: "ai",
    words: "AI: the ensemble's grades choose, the regime says how much",
    universe: UNIVERSE,
    maxWeightBps: MAX_WEIGHT_BPS,
    policy,
    createDecider: () => createDecider(policy, models),
    predictions: () => weeks,
    trials,
  };
}

/**
 * The walk learns and predicts from the whole history. That is what each decision would have seen: data points look back only,
 * averages of the market count what a listing had on the day, and no verdict on bad data changes with later days.
 */
export function walkModels(
  market: BacktestMarket,
  {
    policy,
    from,
    labels,
  }: Pick<EnsembleOptions, "from" | "labels"> & { readonly policy: Pick<TrainedPolicy, "ensemble"> },
): ModelSource {
  const known = labels.filter(({ at }) => at <= from * 86_400);
  const judge = learnSentiment(known, null);
  const { panel } = prepareMarket(market.snapshot, judge);
  const learnt = { inputs: encodeSnapshot(market.snapshot).hash, ...judge };
  const walk = walkForward(panel, learnt, policy.ensemble, from - 1);
  return { stateFor: ({ lastDay }) => walk.at(lastDay) };
}

/** Keeps what each week's models said of the day that they were trained on. */
function keepPredictions(models: ModelSource, weeks: PredictedWeek[]): ModelSource {
  return {
    stateFor: (market) => {
      const state = models.stateFor(market);
      const spoken = state?.pending.at(-1);
      const isNew = market.lastDay > (weeks.at(-1)?.day ?? Number.NEGATIVE_INFINITY);
      if (isNew && spoken?.day === market.lastDay) weeks.push(readPrediction(spoken));
      return state;
    },
  };
}

function readPrediction({ day, assets, members, ensemble }: Prediction): PredictedWeek {
  const scores = new Map(Object.entries(members).map(([id, packed]) => [id, unpackFloats(packed)]));
  return { day, assets, scores: scores.set("ensemble", unpackFloats(ensemble)) };
}
