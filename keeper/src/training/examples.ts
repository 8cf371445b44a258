import { computeMatrix, dataPoints } from "../features/dataPoints.ts";
import type { DataPoint, FeatureMatrix } from "../features/featureSpec.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { rankRows, toBins } from "../features/ranks.ts";
import { DEFAULT_UNIVERSE, universeAt } from "../features/universe.ts";
import { exp } from "../math/functions.ts";
import type { Dataset } from "../models/learner.ts";
import { type Exposures, exposuresOf, meanReturns } from "./exposures.ts";
import { eraTarget, forwardReturns } from "./labels.ts";
import type { TrainingParams } from "./params.ts";
import { buildSequences, type SequenceStore, sequencesOf } from "./sequences.ts";

const LEAST_UNIVERSE = 10;

/** The rows of one day: the universe of that day with its features. */
export interface Era {
  readonly day: number; // index into the panel
  readonly assets: Int32Array;
  readonly matrix: FeatureMatrix;
  readonly ranks: Float64Array; // row-major
  readonly bins: Uint8Array; // column-major
  readonly exposures: Exposures;
}

/** Eras of a panel, and what is shared between them. Everything about an era uses days up to its own only. */
export interface Examples {
  readonly panel: MarketPanel;
  readonly columns: readonly string[];
  readonly eras: readonly Era[];
  readonly sequences: SequenceStore;
}

/** {days} since 1970 modulo the step: eras keep their dates from one training to the next. */
function isEra(panel: MarketPanel, day: number, step: number): boolean {
  return (panel.firstDay + day) % step === 0;
}

/** Computes the eras from `from` to `to` (indices of days, both included). */
export function buildExamples(panel: MarketPanel, params: TrainingParams, from: number, to: number): Examples {
  const wanted: EraRows[] = [];
  for (let day = Math.max(0, from); day <= Math.min(to, panel.days - 1); day++) {
    const assets = isEra(panel, day, params.stepDays) ? universeOf(panel, day, params) : [];
    if (assets.length >= LEAST_UNIVERSE) wanted.push({ day, assets });
  }
  const eras = buildEras(panel, wanted);
  const columns = dataPoints.map(columnName);
  return { panel, columns, eras, sequences: buildSequences(panel, params.sequenceSteps) };
}

/** The rows of one day's universe; null when it is too small to compare anything. */
export function eraAt(panel: MarketPanel, day: number, params: TrainingParams): Era | null {
  const assets = universeOf(panel, day, params);
  return assets.length < LEAST_UNIVERSE ? null : buildEra(panel, day, assets);
}

/** Which assets (indices into the panel) a row could be about on a day. */
export function universeOf(panel: MarketPanel, day: number, params: TrainingParams): readonly number[] {
  return [...universeAt(panel, day, { ...DEFAULT_UNIVERSE, size: params.universe })].sort((a, b) => a - b);
}

/** The rows of one day for given assets. */
export function buildEra(panel: MarketPanel, day: number, assets: readonly number[]): Era {
  const [era] = buildEras(panel, [{ day, assets }]);
  if (era === undefined) throw new RangeError("One day makes one era.");
  return era;
}

interface EraRows {
  readonly day: number;
  readonly assets: readonly number[];
}

/** All rows in one pass, since what assets share is computed once for a pass; then cut into eras. */
function buildEras(panel: MarketPanel, wanted: readonly EraRows[]): readonly Era[] {
  const day = Int32Array.from(wanted.flatMap((era) => era.assets.map(() => era.day)));
  const asset = Int32Array.from(wanted.flatMap((era) => era.assets));
  const matrix = computeMatrix(panel, { day, asset });
  const ranks = rankRows(matrix);
  const market = meanReturns(panel);
  const width = matrix.features.length;
  let start = 0;
  return wanted.map((era) => {
    const end = start + era.assets.length;
    const own = ranks.slice(start * width, end * width);
    const part: Era = {
      day: era.day,
      assets: asset.slice(start, end),
      matrix: sliceRows(matrix, start, end),
      ranks: own,
      bins: toBins(own, end - start, width),
      exposures: exposuresOf(panel, era.day, era.assets, market),
    };
    start = end;
    return part;
  });
}

function sliceRows(matrix: FeatureMatrix, start: number, end: number): FeatureMatrix {
  const width = matrix.features.length;
  const inTime = matrix.rows === 0 ? 0 : matrix.trailing.length / matrix.rows;
  return {
    features: matrix.features,
    rows: end - start,
    day: matrix.day.slice(start, end),
    asset: matrix.asset.slice(start, end),
    values: matrix.values.slice(start * width, end * width),
    trailing: matrix.trailing.slice(start * inTime, end * inTime),
  };
}

/** Name of a feature's column in a dataset: a model fitted on other versions refuses to predict. */
export function columnName({ family, id, version }: DataPoint): string {
  return `${family}/${id}@${version}`;
}

/** Eras whose label over `horizon` days had ended, with the embargo, by `cut` (index of the last known day). */
export function erasBefore(examples: Examples, cut: number, horizon: number, params: TrainingParams): readonly Era[] {
  const last = cut - horizon - params.lagDays - params.embargoDays;
  return examples.eras.filter(({ day }) => day <= last && day > cut - params.historyDays);
}

/** Rows to learn from: every row of the eras that has a label. Newer rows weigh more. */
export function trainingSet(
  examples: Examples,
  eras: readonly Era[],
  horizon: number,
  params: TrainingParams,
): Dataset {
  const { panel, columns, sequences } = examples;
  const parts = eras.map((era) => {
    const returns = forwardReturns(panel, era.day, era.assets, params.lagDays, horizon);
    const target = eraTarget(returns, era.exposures, params.labelKind);
    const rows = [...target.keys()].filter((row) => !Number.isNaN(target[row]));
    return { era, target, rows };
  });
  const rows = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const bins = new Uint8Array(rows * columns.length);
  const target = new Float64Array(rows);
  const weight = new Float64Array(rows);
  const asset = new Int32Array(rows);
  const day = new Int32Array(rows);
  const newest = eras.at(-1)?.day ?? 0;
  let at = 0;
  for (const part of parts) {
    const { era } = part;
    const share = exp((-Math.LN2 * (newest - era.day)) / params.halfLifeDays);
    for (const row of part.rows) {
      for (let c = 0; c < columns.length; c++) bins[c * rows + at] = era.bins[c * era.assets.length + row] ?? 0;
      target[at] = part.target[row] ?? 0;
      weight[at] = share;
      asset[at] = era.assets[row] ?? 0;
      day[at] = era.day;
      at++;
    }
  }
  return { rows, columns, bins, target, weight, era: day, sequences: sequencesOf(sequences, asset, day) };
}

/** The rows of one era, to predict for. */
export function predictionSet(era: Era, columns: readonly string[], sequences: SequenceStore): Dataset {
  const rows = era.assets.length;
  const day = new Int32Array(rows).fill(era.day);
  return {
    rows,
    columns,
    bins: era.bins,
    target: new Float64Array(rows).fill(Number.NaN),
    weight: new Float64Array(rows).fill(1),
    era: day,
    sequences: sequencesOf(sequences, era.assets, day),
  };
}
