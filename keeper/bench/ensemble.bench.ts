import { syntheticPanel } from "../src/features/panel.fixture.ts";
import { defaultGradeParams } from "../src/signals/gradeParams.ts";
import { gradeTokens } from "../src/signals/grades.ts";
import { NO_MEMORY } from "../src/signals/opinion.ts";
import { buildEra, buildExamples } from "../src/training/examples.ts";
import { outlookOf } from "../src/training/outlook.ts";
import type { EnsembleSpec } from "../src/training/params.ts";
import { fullSpec } from "../src/training/specs.ts";
import type { EnsembleState, Outcome } from "../src/training/state.ts";
import { trainWeek } from "../src/training/train.ts";
import { type Benchmark, type Duration, seconds } from "./types.ts";

const LEARNT = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
const WEEK = 7;
const ROWS = 200_000;

/** The full configuration with an era every day: four years of about 140 tokens make 200,000 rows. */
const manyRows: EnsembleSpec = { ...fullSpec, params: { ...fullSpec.params, stepDays: 1 } };

/** A state with nothing but past scores, so that the next training also rehearses. */
function scoredState(spec: EnsembleSpec, day: number): EnsembleState {
  const score = ["-1", "-1"] as const; // whatever the rehearsal finds is no worse
  const outcomes = Array.from({ length: 26 }, (_, i): Outcome => {
    return {
      day: day - WEEK * (27 - i),
      members: Object.fromEntries(spec.members.map(({ id }) => [id, score])),
      ensemble: score,
    };
  });
  return {
    schema: "gimbal.ensemble/1",
    spec,
    day: day - WEEK,
    ...LEARNT,
    previous: null,
    champion: null,
    weightsBps: {},
    outcomes,
    pending: [],
    verdict: "",
  };
}

let retrained: { readonly time: Duration; readonly megabytes: number } | undefined;

/** The weekly training of a live keeper: rows from the panel, rehearsal, both heads of every member, anomaly forest. */
function retrain() {
  if (retrained !== undefined) return retrained;
  const { params } = manyRows;
  const panel = syntheticPanel({ assets: 310, days: 560 + params.historyDays, seed: 1 });
  const cut = panel.days - 1;
  const previous = scoredState(manyRows, panel.firstDay + cut);
  let state: EnsembleState | null = null;
  const time = seconds(() => {
    const examples = buildExamples(panel, params, cut - params.historyDays, cut);
    state = trainWeek({ examples, cut, learnt: LEARNT }, previous, manyRows);
  });
  const { champion, verdict } = state as unknown as EnsembleState;
  if (champion === null || champion.rows < ROWS) throw new Error(`${champion?.rows ?? 0} rows were learnt. ${verdict}`);
  retrained = { time, megabytes: process.resourceUsage().maxRSS / 1_024 };
  return retrained;
}

/** A state whose models were fitted on 20,000 rows: predicting takes as long as with more. */
function trainedState(spec: EnsembleSpec): EnsembleState {
  const { params } = spec;
  const panel = syntheticPanel({ assets: 150, days: 560 + 400, seed: 1 });
  const cut = panel.days - 1;
  const examples = buildExamples(panel, params, cut - 400, cut);
  return trainWeek({ examples, cut, learnt: LEARNT }, null, spec);
}

function predictAndGrade(): Duration {
  const tokens = 6_000;
  const spec: EnsembleSpec = { ...fullSpec, params: { ...fullSpec.params, universe: tokens } };
  const panel = syntheticPanel({ assets: tokens, days: 560, seed: 2 });
  const today = panel.days - 1;
  const trained = trainedState(fullSpec);
  if (trained.champion === null) throw new Error(trained.verdict);
  const state = { ...trained, spec, champion: { ...trained.champion, fittedOn: panel.firstDay + today } };
  const era = buildEra(panel, today, [...panel.assets.keys()]);
  const basket = new Set(panel.assets.slice(0, 100));
  return seconds(() => {
    const outlook = outlookOf(panel, era, state, spec, basket);
    const opinions = gradeTokens({
      outlook,
      panel,
      regime: { regime: "bull" },
      memory: NO_MEMORY,
      params: defaultGradeParams,
    });
    if (outlook.source !== "ensemble") throw new Error(outlook.notes.join(" "));
    const graded = opinions.filter(({ traderGrade }) => traderGrade !== null).length;
    if (graded < 0.95 * tokens) throw new Error(`${graded} tokens were graded.`);
  });
}

/** The whole training and decision of the ensemble. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "weekly retraining on 200,000 rows",
    target: "<= 60 s",
    unit: "s",
    limit: 60,
    run: () => retrain().time,
  },
  {
    name: "most memory of it",
    target: "<= 600 MB",
    unit: "MB",
    limit: 600,
    run: () => retrain().megabytes,
  },
  { name: "predict and grade 6,000 tokens", target: "<= 0.5 s", unit: "s", limit: 0.5, run: predictAndGrade },
];
