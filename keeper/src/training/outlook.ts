import type { AssetId } from "../data/source.ts";
import { type Day, isoFromDay } from "../data/time.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { centredRanks } from "../math/ranks.ts";
import { deviation } from "../math/statistics.ts";
import type { Dataset } from "../models/learner.ts";
import type { Outlook } from "../models/outlook.ts";
import { buildEra, columnName, type DetailedEra, type Era, predictionSet, universeOf } from "./examples.ts";
import { fallbackScores } from "./fallback.ts";
import { explainMember, type Member, predictMember, predictModels, sumOf } from "./members.ts";
import type { EnsembleSpec } from "./params.ts";
import { buildSequences } from "./sequences.ts";
import { fullSpec } from "./specs.ts";
import type { EnsembleState } from "./state.ts";
import { type Crew, combine, restoreCrew } from "./train.ts";

/** Deviation of numbers spread evenly from -0.5 to 0.5. */
const EVEN_DEVIATION = Math.sqrt(1 / 12);

/**
 * What is expected of every asset of the last day's universe, and of `wanted` ones outside of it. Without a model, or with one
 * that is too old, the fallback speaks and says why. `wanted` are explained feature by feature.
 */
export function createOutlook(
  panel: MarketPanel,
  state: EnsembleState | null,
  spec: EnsembleSpec | null,
  wanted: readonly AssetId[],
): Outlook {
  const today = panel.days - 1;
  const asked = new Set(wanted);
  const members = new Set(universeOf(panel, today, spec?.params ?? fullSpec.params));
  const rows = [...panel.assets.keys()].filter((i) => members.has(i) || asked.has(panel.assets[i] ?? ""));
  return outlookOf(panel, buildEra(panel, today, rows), state, spec, asked);
}

/** The same from the data points of the last day. */
export function outlookOf(
  panel: MarketPanel,
  era: DetailedEra,
  state: EnsembleState | null,
  spec: EnsembleSpec | null,
  asked: ReadonlySet<AssetId>,
): Outlook {
  const today = era.day;
  const assets = Array.from(era.assets, (i) => panel.assets[i] ?? "");
  const base = { assets, matrix: era.matrix, ranks: era.ranks };

  const columns = era.matrix.features.map(columnName);
  const silence = whySilent(state, columns, panel.firstDay + today, spec);
  if (state === null || state.champion === null || spec === null || silence !== null) {
    const scores = fallbackScores(era);
    return {
      ...base,
      week: scores,
      month: scores,
      contributions: new Float64Array(era.ranks.length),
      anomaly: new Float64Array(assets.length),
      source: "fallback",
      notes: [silence ?? "No model yet: calm assets in an upward trend come first."],
    };
  }
  const crew = restoreCrew(state.champion, spec);
  return { ...base, ...speak(panel, era, columns, crew, state, asked), source: "ensemble", notes: [state.verdict] };
}

function whySilent(
  state: EnsembleState | null,
  columns: readonly string[],
  day: Day,
  spec: EnsembleSpec | null,
): string | null {
  const rule = "The fallback speaks: calm assets in an upward trend come first.";
  const champion = state?.champion ?? null;
  if (spec === null) return `This index trains no model. ${rule}`;
  if (state === null || champion === null) return `No model yet. ${rule}`;
  if (day - champion.fittedOn > spec.params.expiryDays)
    return `The model of ${isoFromDay(champion.fittedOn)} has expired. ${rule}`;
  if (day < champion.fittedOn) return `The model of ${isoFromDay(champion.fittedOn)} is younger than the data. ${rule}`;
  const same = champion.columns.length === columns.length && champion.columns.every((name, i) => name === columns[i]);
  return same ? null : `The model was trained on other data points. ${rule}`;
}

function speak(
  panel: MarketPanel,
  era: Era,
  columns: readonly string[],
  crew: Crew,
  state: EnsembleState,
  asked: ReadonlySet<AssetId>,
): Pick<Outlook, "week" | "month" | "contributions" | "anomaly"> {
  const steps = state.spec.params.sequenceSteps;
  const data = predictionSet(era, columns, buildSequences(panel, steps, era.day));
  const weights = crew.week.map(({ spec }) => (state.weightsBps[spec.id] ?? 0) / 10_000);
  const predictions = crew.week.map((member) => predictModels(member, data));
  const ranks = predictions.map((own) => centredRanks(sumOf(own, data.rows)));
  const week = combine(ranks, weights, data.rows);
  const later = crew.month.map((member) => predictMember(member, data));
  const month = later.length === 0 ? week : combine(later, new Float64Array(later.length).fill(1), data.rows);
  const explained = [...era.assets.keys()].filter((row) => asked.has(panel.assets[era.assets[row] ?? 0] ?? ""));
  return {
    week,
    month: centredRanks(month),
    contributions: explain(speakers(crew.week, weights, predictions), data, explained),
    anomaly: crew.anomaly.predict(data),
  };
}

/** A member whose models can say what each column adds. */
interface Speaker {
  readonly member: Member;
  readonly weight: number;
  readonly spread: number; // > 0: deviation of its first model's predictions
}

function speakers(
  members: readonly Member[],
  weights: readonly number[],
  predictions: readonly (readonly Float64Array[])[],
): readonly Speaker[] {
  return members
    .map((member, m) => ({ member, weight: weights[m] ?? 0, spread: spreadOf(member, predictions[m]?.[0]) }))
    .filter(({ spread }) => spread > 0);
}

/** What each column adds to the score: every member's parts in units of its own spread, by the member's weight. */
function explain(speaking: readonly Speaker[], data: Dataset, rows: readonly number[]): Float64Array {
  const width = data.columns.length;
  const result = new Float64Array(data.rows * width);
  for (const row of rows) {
    for (const { member, weight, spread } of speaking) {
      const parts = explainMember(member, data, row);
      if (parts === null) continue;
      for (let c = 0; c < width; c++) {
        const at = row * width + c;
        result[at] = (result[at] ?? 0) + (weight * EVEN_DEVIATION * (parts[c] ?? 0)) / spread;
      }
    }
  }
  return result;
}

/** Deviation of what a member's first model predicted; 0 when it cannot explain itself. */
function spreadOf(member: Member, predicted: Float64Array | undefined): number {
  if (predicted === undefined || member.models[0]?.contributions === undefined || member.spec.families !== null)
    return 0;
  return deviation(predicted.filter((value) => !Number.isNaN(value)));
}
