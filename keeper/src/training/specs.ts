import type { EnsembleSpec, MemberSpec, TrainingParams } from "./params.ts";

const params: TrainingParams = {
  universe: 150,
  weekDays: 7,
  monthDays: 30,
  lagDays: 1,
  embargoDays: 1,
  stepDays: 3,
  historyDays: 1_460,
  halfLifeDays: 365,
  leastRows: 1_000,
  expiryDays: 21,
  rehearsalWeeks: 8,
  scoreWeeks: 26,
  scoreHalfLifeWeeks: 13,
  warmUpWeeks: 12,
  leastWeightBps: 1_000,
  mostWeightBps: 4_000,
  shrinkBps: 5_000,
  sharpness: 2,
  labelKind: 1,
  sequenceSteps: 30,
  anomalousBps: 9_900,
  unusualShareBps: 2_000,
};

const members: readonly MemberSpec[] = [
  {
    id: "ridge",
    learner: "ridge",
    seeds: [0],
    config: { lambda: 2_000, missingPercent: 101 },
    month: true,
    families: null,
  },
  {
    id: "gradient-boosting",
    learner: "gradient-boosting",
    seeds: [1, 2, 3],
    config: {
      trees: 120,
      leaves: 12,
      learningRateBps: 400,
      minLeafWeight: 400,
      l2Bps: 500_000,
      columnsBps: 4_000,
      rowsBps: 4_000,
    },
    month: true,
    families: null,
  },
  {
    id: "random-forest",
    learner: "random-forest",
    seeds: [4],
    config: { trees: 60, leaves: 256, depth: 10, minLeafWeight: 200, columnsBps: 2_500 },
    month: true,
    families: null,
  },
  {
    id: "recurrent",
    learner: "gru",
    seeds: [5],
    config: { hidden: 8, epochs: 3, batch: 64, learningRate: 3_000, maxRows: 12_000, gradientLimit: 1_000 },
    month: false,
    families: null,
  },
  {
    id: "sentiment",
    learner: "ridge",
    seeds: [0],
    config: { lambda: 500, missingPercent: 101 },
    month: false,
    families: ["sentiment"],
  },
];

const anomaly: EnsembleSpec["anomaly"] = { config: { trees: 100, sampleRows: 256, referenceRows: 4_000 }, seed: 7 };

/** What live keepers train every week. */
export const fullSpec: EnsembleSpec = { id: "full-2", params, members, anomaly };

/**
 * What years of weekly trainings can be walked with in minutes: an era a week instead of every third day, and one seed a
 * member. Everything else is as in `fullSpec`.
 */
export const evaluationSpec: EnsembleSpec = {
  id: "evaluation-2",
  params: { ...params, stepDays: 7 },
  members: members.map((member) => ({ ...member, seeds: member.seeds.slice(0, 1) })),
  anomaly,
};

/** The same members, small: what a fresh machine can train for every week of a replay within its time limit. */
export const smallSpec: EnsembleSpec = {
  id: "small-1",
  params: {
    ...params,
    universe: 100,
    stepDays: 7,
    historyDays: 540,
    leastRows: 500,
    rehearsalWeeks: 0,
    warmUpWeeks: 4,
  },
  members: members.map((member) => ({ ...member, ...shrink(member) })),
  anomaly: { config: { ...anomaly.config, trees: 50 }, seed: anomaly.seed },
};

function shrink({ learner, config }: MemberSpec): Pick<MemberSpec, "seeds" | "config"> {
  switch (learner) {
    case "gradient-boosting":
      return { seeds: [1], config: { ...config, trees: 60, minLeafWeight: 100 } };
    case "random-forest":
      return { seeds: [4], config: { ...config, trees: 20, leaves: 64, minLeafWeight: 50 } };
    case "gru":
      return { seeds: [5], config: { ...config, epochs: 1, maxRows: 2_000 } };
    case "ridge":
      return { seeds: [0], config };
  }
}
