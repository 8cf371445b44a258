import { packFloats, unpackFloats } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { encodeSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { RankScore } from "../math/rankCorrelation.ts";
import { centredRanks } from "../math/ranks.ts";
import { deviation, mean } from "../math/statistics.ts";
import { isolationForest } from "../models/isolationForest.ts";
import type { Dataset, Fitted } from "../models/learner.ts";
import {
  apart,
  buildExamples,
  type Era,
  type Examples,
  eraOf,
  erasBefore,
  predictionSet,
  trainingSet,
} from "./examples.ts";
import { exposuresOf } from "./exposures.ts";
import { forwardReturns } from "./labels.ts";
import { fitMember, type Member, predictMember, restoreMember, serializeMember } from "./members.ts";
import type { EnsembleSpec, MemberSpec, TrainingParams } from "./params.ts";
import { memberWeights, scoreWeek } from "./scoring.ts";
import { learnSentiment, prepareMarket } from "./sentimentHead.ts";
import { type Champion, type EnsembleState, type Outcome, type Prediction, readOutcome, stateHash } from "./state.ts";

const WEEK = 7;
const OUTCOMES_KEPT = 104;
/** Heads must not share their random numbers. */
const MONTH_SHIFT = 1_000;

/** The models of a state, ready to predict. */
export interface Crew {
  readonly week: readonly Member[];
  readonly month: readonly Member[];
  readonly anomaly: Fitted;
}

/** What one weekly training starts from. */
export interface TrainingInputs {
  readonly examples: Examples;
  readonly cut: number; // index of the last known day
  readonly learnt: Learnt;
}

/** What is the same for all weeks of a training: where the figures are from, and who judged the headlines. */
export type Learnt = Pick<EnsembleState, "inputs" | "labels" | "sentiment">;

/**
 * Trains on everything that a market snapshot and labelled headlines hold. Without a state before it, the weeks before are
 * walked through first, so that the members' weights rest on results that no member had seen.
 */
export function train(
  market: MarketSnapshot,
  labels: readonly LabelledHeadline[],
  previous: EnsembleState | null,
  spec: EnsembleSpec,
): EnsembleState {
  const learnt = { inputs: encodeSnapshot(market).hash, ...learnSentiment(labels, previous) };
  return trainPanel(prepareMarket(market, learnt).panel, learnt, previous, spec);
}

/** The same on a panel that is laid out already. */
export function trainPanel(
  panel: MarketPanel,
  learnt: Learnt,
  previous: EnsembleState | null,
  spec: EnsembleSpec,
): EnsembleState {
  const { params } = spec;
  const cut = panel.days - 1;
  const back = params.historyDays + WEEK * params.warmUpWeeks;
  const examples = buildExamples(panel, params, cut - back, cut);
  let state = previous;
  for (let week = previous === null ? params.warmUpWeeks : 0; week >= 0; week--) {
    state = trainWeek({ examples, cut: cut - WEEK * week, learnt }, state, spec);
  }
  if (state === null) throw new RangeError("A training walks at least one week.");
  // The weeks of the warm-up are made from the same inputs; nobody keeps them, so the chain begins here.
  return previous === null ? { ...state, previous: null } : state;
}

/** {days} of market history that a training reads. */
export function trainingLookback({ params }: EnsembleSpec): number {
  return params.historyDays + WEEK * params.warmUpWeeks + DECISION_LOOKBACK;
}

/** One week: score what was predicted, fit a challenger, compare, weigh the members, predict. */
export function trainWeek(inputs: TrainingInputs, previous: EnsembleState | null, spec: EnsembleSpec): EnsembleState {
  const { examples, cut, learnt } = inputs;
  const { panel } = examples;
  const { params } = spec;
  const day = panel.firstDay + cut;
  const { outcomes, pending } = settle(examples, cut, previous, params);

  const today = eraOf(examples, cut, params);
  const contest = fitChallenger(examples, cut, today, outcomes, spec);
  const champion = contest.champion ?? previous?.champion ?? null;
  const names = spec.members.map(({ id }) => id);
  const history = names.map((id) =>
    outcomes.map((outcome) => readOutcome(outcome.members[id] ?? ["NaN", "NaN"]).neutral),
  );
  const weights = memberWeights(history, params);
  const crew = contest.crew ?? (champion === null ? null : restoreCrew(champion, spec));
  const prediction = crew === null || today === null ? [] : [predictEra(examples, today, crew, weights)];

  return {
    schema: "gimbal.ensemble/1",
    spec,
    day,
    ...learnt,
    previous: previous === null ? null : stateHash(previous),
    champion,
    weightsBps: Object.fromEntries(names.map((id, i) => [id, Math.round((weights[i] ?? 0) * 10_000)])),
    outcomes: outcomes.slice(-OUTCOMES_KEPT),
    pending: [...pending, ...prediction],
    verdict: contest.verdict,
  };
}

const restored = new WeakMap<Champion, { readonly spec: EnsembleSpec; readonly crew: Crew }>();

/** The models of a champion, read from their text once. */
export function restoreCrew(champion: Champion, spec: EnsembleSpec): Crew {
  const known = restored.get(champion);
  if (known?.spec === spec) return known.crew;
  const crew = readCrew(champion, spec);
  restored.set(champion, { spec, crew });
  return crew;
}

function readCrew(champion: Champion, spec: EnsembleSpec): Crew {
  const restore = (stored: Champion["week"]) =>
    spec.members.flatMap((member) =>
      stored[member.id] === undefined ? [] : [restoreMember(member, stored[member.id] ?? null)],
    );
  return {
    week: restore(champion.week),
    month: restore(champion.month),
    anomaly: isolationForest.restore(champion.anomaly),
  };
}

/** Weighted mean of the members' ranks, ranked again; a member that says nothing about a row is left out for it. */
export function combine(ranks: readonly Float64Array[], weights: ArrayLike<number>, rows: number): Float64Array {
  const sum = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    let score = 0;
    for (let m = 0; m < ranks.length; m++) {
      const rank = ranks[m]?.[row] ?? Number.NaN;
      if (Number.isNaN(rank)) continue;
      score += (weights[m] ?? 0) * rank;
      total += weights[m] ?? 0;
    }
    sum[row] = total > 0 ? score / total : Number.NaN;
  }
  return centredRanks(sum);
}

/** Moves every prediction whose week is over from `pending` to `outcomes`. */
function settle(
  examples: Examples,
  cut: number,
  previous: EnsembleState | null,
  params: TrainingParams,
): { readonly outcomes: readonly Outcome[]; readonly pending: readonly Prediction[] } {
  const { panel } = examples;
  const isOver = ({ day }: Prediction) => day - panel.firstDay + params.lagDays + params.weekDays <= cut;
  const over = (previous?.pending ?? []).filter(isOver);
  const pending = (previous?.pending ?? []).filter((prediction) => !isOver(prediction));
  const scored = over.flatMap((prediction) => {
    const outcome = scorePrediction(panel, prediction, params);
    return outcome === null ? [] : [outcome];
  });
  return { outcomes: [...(previous?.outcomes ?? []), ...scored], pending };
}

/** Assets that were renamed or left out since are not scored. */
function scorePrediction(panel: MarketPanel, prediction: Prediction, params: TrainingParams): Outcome | null {
  const day = prediction.day - panel.firstDay;
  if (day < 0) return null;
  const places = new Map(panel.assets.map((asset, i) => [asset, i]));
  const rows = [...prediction.assets.keys()].filter((row) => places.has(prediction.assets[row] ?? ""));
  const assets = rows.map((row) => places.get(prediction.assets[row] ?? "") ?? 0);
  const exposures = exposuresOf(panel, day, assets);
  const returns = forwardReturns(panel, day, assets, params.lagDays, params.weekDays);
  const score = (packed: string) => {
    const values = unpackFloats(packed);
    return toText(
      scoreWeek(
        Float64Array.from(rows, (row) => values[row] ?? Number.NaN),
        returns,
        exposures,
      ),
    );
  };
  return {
    day: prediction.day,
    members: Object.fromEntries(Object.entries(prediction.members).map(([id, packed]) => [id, score(packed)])),
    ensemble: score(prediction.ensemble),
  };
}

interface Contest {
  readonly champion: Champion | null; // null: the challenger did not win
  readonly crew: Crew | null;
  readonly verdict: string;
}

function fitChallenger(
  examples: Examples,
  cut: number,
  today: Era | null,
  outcomes: readonly Outcome[],
  spec: EnsembleSpec,
): Contest {
  const { params } = spec;
  const lost = (verdict: string): Contest => ({ champion: null, crew: null, verdict });
  const week = trainingSet(examples, erasBefore(examples, cut, params.weekDays, params), params.weekDays, params);
  if (today === null || week.rows < params.leastRows) {
    return lost(`No new model: ${week.rows} rows to learn from, ${params.leastRows} are needed.`);
  }
  const trial = rehearse(examples, outcomes, spec);
  if (!trial.passed) return lost(trial.words);

  const month = trainingSet(examples, erasBefore(examples, cut, params.monthDays, params), params.monthDays, params);
  const crew: Crew = {
    week: spec.members.map((member) => fitMember(member, week, 0)),
    month: month.rows < params.leastRows ? [] : monthly(spec).map((member) => fitMember(member, month, MONTH_SHIFT)),
    anomaly: isolationForest.fit(week, spec.anomaly.config, spec.anomaly.seed),
  };
  const unusual = unusualShare(examples, today, crew.anomaly, params);
  if (unusual * 10_000 > params.unusualShareBps) {
    return lost(`No new model: ${Math.round(unusual * 100)}% of today's rows are unlike what it was trained on.`);
  }
  return {
    champion: toChampion(examples, cut, week, crew),
    crew,
    verdict: `New model from ${week.rows} rows. ${trial.words}`,
  };
}

/**
 * The challenger's configuration is fitted as of some weeks ago and must not do worse on the weeks since than what spoke then,
 * by more than one standard error. One seed a member, no recurrent network, and of eras whose labels share most of their days one
 * only: a check, not a second training.
 */
function rehearse(
  examples: Examples,
  outcomes: readonly Outcome[],
  spec: EnsembleSpec,
): { readonly passed: boolean; readonly words: string } {
  const { params } = spec;
  const recent = outcomes.slice(-params.rehearsalWeeks);
  if (params.rehearsalWeeks === 0 || recent.length < params.rehearsalWeeks) {
    return { passed: true, words: "Too few weeks for a comparison with the model before." };
  }
  const first = (recent[0]?.day ?? 0) - examples.panel.firstDay;
  const eras = apart(erasBefore(examples, first, params.weekDays, params), Math.ceil(params.weekDays / 2));
  const data = trainingSet(examples, eras, params.weekDays, params);
  if (data.rows < params.leastRows)
    return { passed: true, words: "Too few rows for a comparison with the model before." };
  const cast = spec.members.filter(({ learner }) => learner !== "gru");
  const members = cast.map((member) => fitMember({ ...member, seeds: member.seeds.slice(0, 1) }, data, 0));
  const differences = recent.flatMap((outcome) => {
    const era = eraOf(examples, outcome.day - examples.panel.firstDay, params);
    if (era === null) return [];
    const rows = predictionSet(era, examples.columns, examples.sequences);
    const ranks = members.map((member) => predictMember(member, rows));
    const equal = new Float64Array(members.length).fill(1);
    const returns = forwardReturns(examples.panel, era.day, era.assets, params.lagDays, params.weekDays);
    const score = scoreWeek(combine(ranks, equal, rows.rows), returns, era.exposures);
    const difference = score.neutral - readOutcome(outcome.ensemble).neutral;
    return Number.isNaN(difference) ? [] : [difference];
  });
  const gain = differences.length < 2 ? 0 : mean(differences);
  const error = differences.length < 2 ? 0 : deviation(differences) / Math.sqrt(differences.length);
  const words = `On the last ${differences.length} weeks its rank correlation was ${signed(gain)} beside the model before.`;
  return { passed: gain >= -error, words: gain >= -error ? words : `No new model. ${words}` };
}

function predictEra(examples: Examples, era: Era, crew: Crew, weights: Float64Array): Prediction {
  const data = predictionSet(era, examples.columns, examples.sequences);
  const ranks = crew.week.map((member) => predictMember(member, data));
  return {
    day: examples.panel.firstDay + era.day,
    assets: [...era.assets].map((asset) => examples.panel.assets[asset] ?? ""),
    members: Object.fromEntries(crew.week.map((member, m) => [member.spec.id, packFloats(ranks[m] ?? [])])),
    ensemble: packFloats(combine(ranks, weights, data.rows)),
  };
}

function unusualShare(examples: Examples, era: Era, anomaly: Fitted, params: TrainingParams): number {
  const scores = anomaly.predict(predictionSet(era, examples.columns, examples.sequences));
  return scores.filter((score) => score * 10_000 > params.anomalousBps).length / scores.length;
}

function toChampion({ panel, columns }: Examples, cut: number, data: Dataset, crew: Crew): Champion {
  const store = (members: readonly Member[]) =>
    Object.fromEntries(members.map((member) => [member.spec.id, serializeMember(member)]));
  return {
    fittedOn: panel.firstDay + cut,
    rows: data.rows,
    columns,
    week: store(crew.week),
    month: store(crew.month),
    anomaly: crew.anomaly.serialize(),
  };
}

function monthly(spec: EnsembleSpec): readonly MemberSpec[] {
  return spec.members.filter(({ month }) => month).map((member) => ({ ...member, seeds: member.seeds.slice(0, 1) }));
}

function toText({ raw, neutral }: RankScore): readonly [string, string] {
  return [String(raw), String(neutral)];
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;
}
