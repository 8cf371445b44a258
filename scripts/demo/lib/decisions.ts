import { isoFromDay } from "../../../keeper/src/data/time.ts";
import type { DecisionRecord, RecordedAsset } from "../../../keeper/src/plan/record.ts";
import type { DemoIndex, Evaluation } from "./scene.ts";
import { percent } from "./table.ts";

/** {bps} a change below it is what rounding leaves. */
const VISIBLE = 5;
const NAME_WIDTH = 6;
const GRADE_WIDTH = 4;
const STANCE_WIDTH = 7;
/** Drivers of a token that are told. */
const TOLD = 3;

/** What a token's line holds; said once. */
export const TOKEN_LINE =
  "A token's line: weight before and after; trader and investor grade; stance; expected cost; its drivers, in points.";

type Figure = "currentBps" | "targetBps" | "proposedBps";

/** {1} part of a decision's weights that is in coins. */
export function exposureOf({ assets }: Pick<DemoIndex, "assets">, decision: DecisionRecord, figure: Figure): number {
  const stable = decision.assets.reduce((sum, row, index) => sum + (assets[index]?.stable ? row[figure] : 0), 0);
  return 1 - stable / 10_000;
}

/** What a weekly decision of an index was, for the screen: a heading, and a line for each token or reason that matters. */
export function decisionLines(index: DemoIndex, { record, day }: Evaluation, before: Evaluation | undefined): string[] {
  const [from, to] = [exposureOf(index, record, "currentBps"), exposureOf(index, record, "proposedBps")];
  const { regime, lane, action, reasons } = record;
  const head = `${isoFromDay(day)} ${index.symbol.padEnd(4)} ${regime.regime.padEnd(7)}`;
  const coins = `${percent(from, 0)} -> ${percent(to, 0)} in coins`;
  const acts = action === "propose";
  const heading = acts
    ? `${head} ${coins}, ${lane} lane, turnover ${percent(record.turnoverBps / 10_000)}, expected cost ${costOf(record)}`
    : `${head} stays ${percent(from, 0)} in coins. ${reasons.find((reason) => !isTrigger(reason)) ?? ""}`;
  const ai = record.policy.weighting === "grades";
  const regimeLines =
    !ai && before?.record.regime.exposureBps !== regime.exposureBps ? regime.reasons : [votesOf(record)];
  const tokens = ai && acts ? record.assets.filter(isChanged).map(tokenLine) : [];
  return [heading, ...[...regimeLines, ...record.events, ...tokens].map((line) => `  ${line}`)];
}

/** Everything about a decision, for the file. */
export function fullLines(index: DemoIndex, { record, hash, day }: Evaluation): string[] {
  const { regime, model } = record;
  const spoke = model.spoke === "ensemble" ? "the ensemble" : "the fallback";
  const assets = record.policy.weighting === "grades" ? record.assets : record.assets.filter(isChanged);
  return [
    `${isoFromDay(day)} ${index.name}, epoch ${record.epoch}: ${record.action === "propose" ? record.lane : "nothing"}, ` +
      `${percent(exposureOf(index, record, "currentBps"))} -> ${percent(exposureOf(index, record, "proposedBps"))} in coins, ` +
      `turnover ${percent(record.turnoverBps / 10_000)}, expected cost ${costOf(record)}`,
    `  decision ${hash}`,
    `  models ${model.hash ?? "none"}, ${spoke} graded. ${model.notes.join(" ")}`,
    ...record.findings.map(({ asset, words, action }) => `  data: ${asset ?? "market"}: ${words} (${action})`),
    ...[...regime.reasons, ...record.events, ...record.reasons].map((reason) => `  ${reason}`),
    ...assets.flatMap((row) => [`  ${tokenLine(row)}`, ...row.reasons.map((reason) => `    ${reason}`)]),
  ];
}

function isChanged({ currentBps, proposedBps, stance }: RecordedAsset): boolean {
  return stance !== "stable" && Math.abs(proposedBps - currentBps) >= VISIBLE;
}

/** A token's change with what speaks for it and against it. */
function tokenLine(row: RecordedAsset): string {
  const { asset, currentBps, proposedBps, stance, traderGrade, investorGrade, drivers, costCentiBps } = row;
  const change = `${percent(currentBps / 10_000).padStart(5)} -> ${percent(proposedBps / 10_000).padStart(5)}`;
  if (stance === "stable") return `${asset.padEnd(NAME_WIDTH)} ${change}  stable`;
  const grades = `${gradeText(traderGrade)} ${gradeText(investorGrade)} ${stance.padEnd(STANCE_WIDTH)}`;
  const cost = `${(costCentiBps / 100).toFixed(2).padStart(5)} bps`;
  const told = drivers.slice(0, TOLD).map(({ words, value, effectBps }) => `${words} ${value} (${points(effectBps)})`);
  return `${asset.padEnd(NAME_WIDTH)} ${change}  ${grades} ${cost}${told.length === 0 ? "" : `  ${told.join("; ")}`}`;
}

function gradeText(grade: number | null): string {
  return String(grade ?? "none").padStart(GRADE_WIDTH);
}

function points(effectBps: number): string {
  const value = Math.round(effectBps / 100);
  return `${value > 0 ? "+" : ""}${value}`;
}

/** Who speaks for risk and who against it, in one line. */
function votesOf({ regime }: DecisionRecord): string {
  const names = (side: string): string =>
    regime.reasons
      .filter((reason) => reason.includes(`: ${side}`))
      .map((reason) => reason.slice(0, reason.indexOf(":")).toLowerCase())
      .join(", ");
  const [pros, cons] = [names("for"), names("against")];
  return `For risk: ${pros === "" ? "nobody" : pros}. Against it: ${cons === "" ? "nobody" : cons}.`;
}

function costOf({ estimateCentiBps }: DecisionRecord): string {
  return estimateCentiBps === null ? "none" : `${((estimateCentiBps["cost"] ?? 0) / 100).toFixed(2)} bps`;
}

/** Sentences that say why something should be done, as opposed to what is done. */
function isTrigger(reason: string): boolean {
  return /is at \d+ bps|would have to be sold|at once:/.test(reason);
}
