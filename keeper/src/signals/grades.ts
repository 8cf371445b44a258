import { BPS } from "../data/vault.ts";
import type { DataPoint } from "../features/featureSpec.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { valuesOf } from "../features/matrixColumns.ts";
import type { Outlook } from "../models/outlook.ts";
import { say } from "./dataPointReader.ts";
import type { GradeParams } from "./gradeParams.ts";
import type { DecisionMemory, Driver, Opinion, Stance } from "./opinion.ts";
import { findPumps, type Pump } from "./pump.ts";
import type { MarketRegime } from "./regime.ts";
import { type Scores, scoreTokens } from "./scores.ts";
import { ownTrend, takeStance } from "./stance.ts";

/** Drivers told of a grade. */
const TOLD = 3;

/** What opinions are made of. */
export interface GradeInputs {
  readonly outlook: Outlook;
  readonly panel: MarketPanel; // the one that the outlook's rows point into
  readonly regime: Pick<MarketRegime, "regime">;
  readonly memory: DecisionMemory;
  readonly params: GradeParams;
}

/** An opinion about every token of the outlook, in its order (ascending by asset). */
export function gradeTokens(inputs: GradeInputs): readonly Opinion[] {
  const { outlook, panel, regime, params } = inputs;
  const scores = scoreTokens(outlook, regime.regime === "range", params);
  const pumps = findPumps(panel, params);
  const rsi = valuesOf(outlook.matrix, "rsi14");
  return outlook.assets.map((_, row) => opinionOf(inputs, row, { scores, pumps, rsi }));
}

interface Shared {
  readonly scores: Scores;
  readonly pumps: ReadonlyMap<number, Pump>;
  readonly rsi: Float64Array;
}

function opinionOf(inputs: GradeInputs, row: number, { scores, pumps, rsi }: Shared): Opinion {
  const { outlook, panel, regime, memory, params } = inputs;
  const asset = outlook.assets[row] ?? "";
  const column = outlook.matrix.asset[row] ?? 0;
  const traderGrade = gradeOf(scores.trader[row]);
  const investorGrade = gradeOf(scores.investor[row]);
  const before: Stance = memory.tokens[asset]?.stance ?? "unknown";
  const sideways = regime.regime === "range";
  const grade = combinedGrade(traderGrade, investorGrade, params);
  const taken = takeStance(asset, grade, ownTrend(panel, column), before, sideways, params);
  const drivers = traderGrade === null ? [] : driversOf(outlook, row, scores, rsi);
  const known = knownPoints(outlook, row);
  const doubts = suspicions(asset, outlook.anomaly[row] ?? Number.NaN, pumps.get(column), params);
  const oversold = (rsi[row] ?? Number.NaN) <= params.oversoldRsi;
  const dip = `${asset} is oversold in a market without direction (14-day RSI ${say(rsi[row] ?? 0, "number")}).`;
  const possible = outlook.matrix.features.length;
  const parts = { traderGrade, investorGrade, known, possible, drivers };
  return {
    asset,
    stance: taken.stance,
    score: traderGrade === null ? null : (scores.combined[row] ?? null),
    ...parts,
    suspicious: doubts.length > 0,
    reasons: [gradeSentence(asset, parts), taken.reason, ...(sideways && oversold ? [dip] : []), ...doubts],
  };
}

/** The grade that the stance goes by; without an investor grade the trader grade alone. */
export function combinedGrade(trader: number | null, investor: number | null, params: GradeParams): number | null {
  if (trader === null) return null;
  if (investor === null) return trader;
  return Math.round((params.traderShareBps * trader + (BPS - params.traderShareBps) * investor) / BPS);
}

function gradeOf(place: number | undefined): number | null {
  return place === undefined || Number.isNaN(place) ? null : Math.round(100 * place);
}

function knownPoints({ matrix }: Outlook, row: number): number {
  const width = matrix.features.length;
  let known = 0;
  for (let i = row * width; i < (row + 1) * width; i++) if (!Number.isNaN(matrix.values[i] ?? Number.NaN)) known++;
  return known;
}

/** Data points that move the grade most: each by how much lower the grade would be without it. */
function driversOf(outlook: Outlook, row: number, scores: Scores, rsi: Float64Array): readonly Driver[] {
  const { features, values } = outlook.matrix;
  const width = features.length;
  const grade = scores.trader[row] ?? Number.NaN;
  const week = outlook.week[row] ?? Number.NaN;
  const drivers = largest(outlook.contributions.subarray(row * width, (row + 1) * width)).map((column): Driver => {
    const { id, words, unit } = features[column] as DataPoint;
    const without = scores.traderWith(row, week - (outlook.contributions[row * width + column] ?? 0));
    const value = values[row * width + column] ?? Number.NaN;
    const said = Number.isNaN(value) ? "unknown" : say(value, unit);
    return { feature: id, words, value: said, effectBps: toBps(grade - without) };
  });
  if (scores.reversionShare > 0 && !Number.isNaN(scores.reversion[row] ?? Number.NaN)) {
    const effectBps = toBps(grade - scores.traderWithoutReversion(row));
    const value = `14-day RSI ${say(rsi[row] ?? 0, "number")}`;
    drivers.push({ feature: "meanReversion", words: "mean reversion", value, effectBps });
  }
  const moving = drivers.filter(({ effectBps }) => effectBps !== 0);
  return moving.sort((a, b) => Math.abs(b.effectBps) - Math.abs(a.effectBps)).slice(0, TOLD);
}

/** Columns of the largest effects, largest first; equal ones in their order. */
function largest(contributions: Float64Array): readonly number[] {
  const best: number[] = [];
  const size = (column: number) => Math.abs(contributions[column] ?? 0);
  for (let column = 0; column < contributions.length; column++) {
    if (!(size(column) > 0)) continue;
    let at = best.length;
    while (at > 0 && size(best[at - 1] ?? 0) < size(column)) at--;
    if (at < TOLD) best.splice(at, 0, column);
    if (best.length > TOLD) best.pop();
  }
  return best;
}

function toBps(fraction: number): number {
  return Math.round(fraction * BPS) + 0;
}

function suspicions(asset: string, anomaly: number, pump: Pump | undefined, params: GradeParams): readonly string[] {
  const unusual = `${asset} is suspicious: fewer than ${(BPS - params.anomalyBps) / 100}% of the tokens seen before`;
  return [
    ...(anomaly * BPS > params.anomalyBps ? [`${unusual} were as unusual.`] : []),
    ...(pump === undefined
      ? []
      : [
          `${asset} looks like a pump and dump: its price rose ${Math.round(pump.rise * 100)}% more than the market ` +
            `in ${params.pumpDays} days on ${Math.round(pump.burst)} times its usual volume.`,
        ]),
  ];
}

/** The sentence that tells a grade and its drivers. */
export function gradeSentence(
  asset: string,
  parts: Pick<Opinion, "traderGrade" | "investorGrade" | "known" | "possible" | "drivers">,
): string {
  const { traderGrade, investorGrade, known, possible, drivers } = parts;
  const source = `computed from ${known} of ${possible} data points`;
  if (traderGrade === null) return `${asset}: no grade, ${source}.`;
  const investor = investorGrade === null ? "no investor grade" : `investor grade ${investorGrade}`;
  const told = (side: number) =>
    drivers
      .filter(({ effectBps }) => effectBps * side > 0)
      .map(({ words, value, effectBps }) => {
        const points = Math.round(effectBps / 100);
        return `${words} ${value} (${points > 0 ? "+" : ""}${points + 0})`;
      });
  const pros = told(1);
  const cons = told(-1);
  return [
    `${asset}: trader grade ${traderGrade}, ${investor}, ${source}.`,
    ...(pros.length > 0 ? [`For it: ${pros.join(", ")}.`] : []),
    ...(cons.length > 0 ? [`Against it: ${cons.join(", ")}.`] : []),
  ].join(" ");
}
