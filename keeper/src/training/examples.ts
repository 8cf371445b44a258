import { computeMatrix, dataPoints } from "../features/dataPoints.ts";
import type { DataPoint, FeatureMatrix } from "../features/featureSpec.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { rankRows, toBins } from "../features/ranks.ts";
import { DEFAULT_UNIVERSE, universeAt } from "../features/universe.ts";
import { exp } from "../math/functions.ts";
import type { Dataset } from "../models/learner.ts";
import { type Exposures, exposuresOf } from "./exposures.ts";
import { eraTarget, forwardReturns } from "./labels.ts";
import type { TrainingParams } from "./params.ts";
import { buildSequences, type SequenceStore, sequencesOf } from "./sequences.ts";

const LEAST_UNIVERSE = 10;

/** Rows whose data points are held as doubles at one time; 90 data points of 5,000 rows take 4 MB. */
const BATCH_ROWS = 5_000;

/** The rows of one day: the universe of that day with its features, in bins only, an eighth of their size. */
export interface Era {
  readonly day: number; // index into the panel
  readonly assets: Int32Array;
  readonly bins: Uint8Array; // column-major
  readonly exposures: Exposures;
}

/** The rows of one day with what their bins were made from. */
export interface DetailedEra extends Era {
  readonly matrix: FeatureMatrix;
  readonly ranks: Float64Array; // row-major
}

/** Eras of a panel, and what is shared between them. Everything about an era uses days up to its own only. */
export interface Examples {
  readonly panel: MarketPanel;
  readonly columns: readonly string[];
  readonly eras: readonly Era[];
  readonly sequences: SequenceStore;
  /** Days that are no eras of training but were asked for, by day; null: too small a universe. */
  readonly others: Map<number, Era | null>;
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
  return { panel, columns, eras, sequences: buildSequences(panel, params.sequenceSteps), others: new Map() };
}

/** The rows of one day's universe; null when it is too small to compare anything. */
export function eraAt(panel: MarketPanel, day: number, params: TrainingParams): DetailedEra | null {
  const assets = universeOf(panel, day, params);
  return assets.length < LEAST_UNIVERSE ? null : buildEra(panel, day, assets);
}

/** Rows of a day that need not be an era of training, computed once; null when its universe is too small. */
export function eraOf({ panel, eras, others }: Examples, day: number, params: TrainingParams): Era | null {
  const era = eras.find((known) => known.day === day) ?? others.get(day);
  if (era !== undefined) return era;
  const detailed = eraAt(panel, day, params);
  const other = detailed === null ? null : withoutDetails(detailed);
  others.set(day, other);
  return other;
}

/** Which assets (indices into the panel) a row could be about on a day. */
export function universeOf(panel: MarketPanel, day: number, params: TrainingParams): readonly number[] {
  return [...universeAt(panel, day, { ...DEFAULT_UNIVERSE, size: params.universe })].sort((a, b) => a - b);
}

/** The rows of one day for given assets. */
export function buildEra(panel: MarketPanel, day: number, assets: readonly number[]): DetailedEra {
  const [era] = detailedEras(panel, [{ day, assets }]);
  if (era === undefined) throw new RangeError("One day makes one era.");
  return era;
}

interface EraRows {
  readonly day: number;
  readonly assets: readonly number[];
}

/** A batch after the other, so that the data points of all rows are never in memory as doubles. */
function buildEras(panel: MarketPanel, wanted: readonly EraRows[]): readonly Era[] {
  const eras: Era[] = [];
  let batch: EraRows[] = [];
  let rows = 0;
  for (const [i, era] of wanted.entries()) {
    batch.push(era);
    rows += era.assets.length;
    if (rows < BATCH_ROWS && i + 1 < wanted.length) continue;
    eras.push(...detailedEras(panel, batch).map(withoutDetails));
    batch = [];
    rows = 0;
  }
  return eras;
}

function withoutDetails({ day, assets, bins, exposures }: DetailedEra): Era {
  return { day, assets, bins, exposures };
}

/** The rows of some days in one pass, then cut into eras. */
function detailedEras(panel: MarketPanel, wanted: readonly EraRows[]): readonly DetailedEra[] {
  const day = Int32Array.from(wanted.flatMap((era) => era.assets.map(() => era.day)));
  const asset = Int32Array.from(wanted.flatMap((era) => era.assets));
  const matrix = computeMatrix(panel, { day, asset });
  const ranks = rankRows(matrix);
  const width = matrix.features.length;
  let start = 0;
  return wanted.map((era) => {
    const end = start + era.assets.length;
    const own = ranks.slice(start * width, end * width);
    const part: DetailedEra = {
      day: era.day,
      assets: asset.slice(start, end),
      matrix: sliceRows(matrix, start, end),
      ranks: own,
      bins: toBins(own, end - start, width),
      exposures: exposuresOf(panel, era.day, era.assets),
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

/** The newest of the eras and those before it that lie at least `days` from the next one taken. */
export function apart(eras: readonly Era[], days: number): readonly Era[] {
  let next = Number.POSITIVE_INFINITY;
  return eras
    .toReversed()
    .filter(({ day }) => {
      if (day > next - days) return false;
      next = day;
      return true;
    })
    .toReversed();
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
    for (let c = 0; c < columns.length; c++) {
      const own = era.bins.subarray(c * era.assets.length, (c + 1) * era.assets.length);
      for (let i = 0; i < part.rows.length; i++) bins[c * rows + at + i] = own[part.rows[i] ?? 0] ?? 0;
    }
    for (const row of part.rows) {
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
