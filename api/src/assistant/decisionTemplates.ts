// Answers about what an index decided and traded. Every figure and every reason is a field of a record.
import type { RecordedAsset } from "../../../keeper/src/plan/record.ts";
import {
  type Answer,
  type Citation,
  type Desk,
  decisionCitation,
  distinct,
  percent,
  recordCitation,
  timeInWords,
  transactionCitation,
  type Understood,
} from "./answer.ts";
import { spanInWords } from "./dates.ts";
import { label } from "./names.ts";
import type { DecisionFacts, FillFacts, IndexEntry } from "./records.ts";
import { cleanText, safeName } from "./text.ts";

/** Decisions that are looked through for the newest that traded a token. */
const SEARCHED = 100;
/** Most lines of one list in an answer. */
const LISTED = 8;
const DAY = 86_400;

type About = Understood & { readonly index: IndexEntry };

/** Why did the index sell X on day Y? */
export async function answerTrade(desk: Desk, asked: About): Promise<Answer> {
  const { index, token, span, wish } = asked;
  const decisions = await desk.records.decisions(index.address, { span, limit: SEARCHED });
  const of = (decision: DecisionFacts) => decision.record.assets.find((asset) => isThis(asset, token));
  const known = decisions.filter((decision) => of(decision) !== undefined);
  const acted = known.filter(({ record }) => record.action === "propose");
  const matches = acted.filter((decision) => sideOf(of(decision)) === wish.side);
  const chosen = matches[0] ?? acted.find((decision) => sideOf(of(decision)) !== null) ?? known[0];
  const asset = chosen === undefined ? undefined : of(chosen);
  if (chosen === undefined || asset === undefined) return noTrade(desk, asked, decisions);
  const fills = await fillsAfter(desk, index, chosen);
  const own = fills.filter(({ sold, bought }) => [sold.unit, bought.unit].includes(token?.symbol ?? asset.asset));
  const lines = [
    headline(index, asset, chosen, wish.side),
    ...assetLines(asset),
    ...marketLines(chosen),
    ...chosen.record.reasons.slice(0, 3).map((reason) => `Of the whole decision: ${cleanText(reason)}`),
    ...outcomeLines(chosen, own),
  ];
  return {
    intent: "trade",
    text: lines.join("\n"),
    citations: distinct([
      ...sourcesOf(chosen),
      ...own.slice(0, LISTED).map((fill) => transactionCitation(fill.transaction)),
    ]),
    ask: null,
    facts: { index, decision: factsOf(chosen, [asset]), fills: own },
  };
}

/** Why did the index rebalance? */
export async function answerRebalance(desk: Desk, asked: About): Promise<Answer> {
  const { index, span } = asked;
  const decisions = await desk.records.decisions(index.address, { span, limit: SEARCHED });
  const chosen = decisions.find(({ record }) => record.action === "propose") ?? decisions[0];
  if (chosen === undefined) return noDecision(desk, asked);
  const fills = await fillsAfter(desk, index, chosen);
  const moved = movesOf(chosen);
  const lines = [
    chosen.record.action === "propose"
      ? `${label(index)} decided to rebalance on ${timeInWords(chosen.record.asOf)} (decision ${chosen.hash}).`
      : `${label(index)} decided on ${timeInWords(chosen.record.asOf)} not to rebalance (decision ${chosen.hash}).`,
    ...chosen.record.reasons.map(cleanText),
    ...marketLines(chosen),
    ...moved.slice(0, LISTED).map(moveLine),
    ...more(moved.length, "token"),
    ...outcomeLines(chosen, fills),
  ];
  const cited = fills.slice(0, LISTED).map((fill) => transactionCitation(fill.transaction));
  const facts = { index, decision: factsOf(chosen, chosen.record.assets), fills };
  return {
    intent: "rebalance",
    text: lines.join("\n"),
    citations: distinct([...sourcesOf(chosen), ...cited]),
    ask: null,
    facts,
  };
}

/** What changed last week? */
export async function answerChanges(desk: Desk, asked: About): Promise<Answer> {
  const { index, now } = asked;
  const today = Math.floor(now / DAY);
  const span = asked.span ?? { from: today - 6, to: today };
  const [decisions, fills] = await Promise.all([
    desk.records.decisions(index.address, { span, limit: SEARCHED }),
    desk.records.fills(index.address, { span, limit: SEARCHED }),
  ]);
  const when = spanInWords(span);
  const quiet = decisions.length === 0 && fills.length === 0;
  const lines = quiet
    ? [`The records hold no decision and no trade of ${label(index)} for ${when}.`]
    : [
        `${label(index)}, ${when}:`,
        ...decisions.slice(0, LISTED).map(decisionLine),
        ...more(decisions.length, "decision"),
        ...fills.slice(0, LISTED).map(fillLine),
        ...more(fills.length, "trade"),
        ...(fills.length === 0 ? ["No trade of these days is on record."] : []),
      ];
  const citations = distinct([
    ...decisions.slice(0, LISTED).flatMap(sourcesOf),
    ...fills.slice(0, LISTED).map((fill) => transactionCitation(fill.transaction)),
    recordCitation(`/v1/indices/${index.address}/rebalances`),
  ]);
  const facts = { index, decisions: decisions.slice(0, LISTED).map((item) => factsOf(item, [])), fills };
  return { intent: "changes", text: lines.join("\n"), citations, ask: null, facts };
}

/** What is the regime? From the newest decision: that is what the index acts on. */
export async function answerRegime(desk: Desk, asked: About): Promise<Answer> {
  const { index, span } = asked;
  const [newest] = await desk.records.decisions(index.address, { span, limit: 1 });
  if (newest === undefined) return { ...(await noDecision(desk, asked)), intent: "regime" };
  const { regime, asOf } = newest.record;
  const lines = [
    `The market's regime is ${regime.regime}, exposure ${percent(regime.exposureBps)}, since ${regime.since}.`,
    ...regime.reasons.map(cleanText),
    `From the decision of ${label(index)} of ${timeInWords(asOf)} (${newest.hash}).`,
  ];
  const facts = { index, decision: factsOf(newest, []) };
  return { intent: "regime", text: lines.join("\n"), citations: sourcesOf(newest), ask: null, facts };
}

const isThis = (asset: RecordedAsset, token: Understood["token"]): boolean =>
  token !== null &&
  (token.address === null
    ? asset.asset.toLowerCase() === token.symbol.toLowerCase()
    : asset.token.toLowerCase() === token.address.toLowerCase());

function sideOf(asset: RecordedAsset | undefined): "sell" | "buy" | null {
  if (asset === undefined || asset.proposedBps === asset.currentBps) return null;
  return asset.proposedBps < asset.currentBps ? "sell" : "buy";
}

const VERBS = {
  sell: { done: "cut", not: "did not sell" },
  buy: { done: "raised", not: "did not buy" },
} as const;

function headline(
  index: IndexEntry,
  asset: RecordedAsset,
  { record, hash }: DecisionFacts,
  wanted: "sell" | "buy" | null,
) {
  const side = record.action === "propose" ? sideOf(asset) : null;
  const name = safeName(asset.asset);
  const what = `its decision of ${timeInWords(record.asOf)} (${hash})`;
  const weights = `from ${percent(asset.currentBps)} to ${percent(asset.proposedBps)} of NAV`;
  if (side === null)
    return `${label(index)} did not trade ${name}: ${what} left it at ${percent(asset.currentBps)} of NAV.`;
  const plain = `${VERBS[side].done} ${name} ${weights}`;
  if (wanted === null || wanted === side) return `${label(index)} ${plain} by ${what}.`;
  return `${label(index)} ${VERBS[wanted].not} ${name}: ${what} ${plain}.`;
}

function assetLines(asset: RecordedAsset): readonly string[] {
  const { traderGrade, investorGrade, known, possible, drivers, stance } = asset;
  const grades = [
    ...(traderGrade === null ? [] : [`trader grade ${traderGrade}`]),
    ...(investorGrade === null ? [] : [`investor grade ${investorGrade}`]),
  ];
  const moved = drivers.map(({ words, value, effectBps }) => `${words} ${value} (${points(effectBps)})`);
  return [
    ...(asset.reasons.length === 0 ? ["The record gives no reason of this token's own."] : ["Reasons on record:"]),
    ...asset.reasons.map((reason) => `- ${cleanText(reason)}`),
    ...(grades.length === 0
      ? []
      : [`Stance ${stance}, ${grades.join(", ")} of 100, from ${known} of ${possible} data points.`]),
    ...(moved.length === 0 ? [] : [`What moved the grade most: ${moved.map(cleanText).join("; ")}.`]),
  ];
}

/** {bps of the grade's range} as points of 100. */
const points = (bps: number): string => `${bps > 0 ? "+" : ""}${bps / 100} points`;

function marketLines({ record: { regime, events, lane } }: DecisionFacts): readonly string[] {
  return [
    `Market: ${regime.regime}, exposure ${percent(regime.exposureBps)}${lane === null ? "" : `, lane ${lane}`}.`,
    ...events.slice(0, 3).map((event) => `Event: ${cleanText(event)}`),
  ];
}

function outcomeLines({ record, transaction }: DecisionFacts, fills: readonly FillFacts[]): readonly string[] {
  if (record.action !== "propose") return [];
  if (transaction === null) return ["No transaction that proposed it is on record."];
  return [
    `Proposed in transaction ${transaction}, epoch ${record.epoch}.`,
    ...(fills.length === 0 ? ["No trade of it is on record."] : fills.slice(0, LISTED).map(fillLine)),
    ...more(fills.length, "trade"),
  ];
}

const fillLine = ({ time, sold, bought, transaction }: FillFacts): string =>
  `${timeInWords(time)}: gave ${sold.amount} ${safeName(sold.unit)} for ${bought.amount} ${safeName(bought.unit)} (${transaction}).`;

function decisionLine({ record, hash }: DecisionFacts): string {
  const moves = movesOf({ record, hash, transaction: null });
  const what =
    record.action === "propose"
      ? `rebalance, ${percent(record.turnoverBps)} turned over; ${moves.slice(0, 4).map(shortMove).join(", ")}`
      : `no change: ${cleanText(record.reasons[0] ?? "no reason on record")}`;
  return `${timeInWords(record.asOf)}: ${what} (decision ${hash}).`;
}

function movesOf({ record }: DecisionFacts): readonly RecordedAsset[] {
  if (record.action !== "propose") return [];
  const size = ({ proposedBps, currentBps }: RecordedAsset) => Math.abs(proposedBps - currentBps);
  return record.assets.filter((asset) => size(asset) > 0).toSorted((a, b) => size(b) - size(a));
}

const shortMove = ({ asset, currentBps, proposedBps }: RecordedAsset): string =>
  `${safeName(asset)} ${percent(currentBps)} to ${percent(proposedBps)}`;

function moveLine(asset: RecordedAsset): string {
  const [reason] = asset.reasons;
  return `- ${shortMove(asset)}${reason === undefined ? "" : `: ${cleanText(reason)}`}`;
}

function more(count: number, what: string): readonly string[] {
  const left = count - LISTED;
  return left > 0 ? [`... and ${left} ${what}${left === 1 ? "" : "s"} more.`] : [];
}

function sourcesOf({ hash, transaction }: DecisionFacts): readonly Citation[] {
  return [decisionCitation(hash), ...(transaction === null ? [] : [transactionCitation(transaction)])];
}

/** Trades of the epoch that a decision started: from its time to the end of its week. */
async function fillsAfter(desk: Desk, { address }: IndexEntry, decision: DecisionFacts): Promise<readonly FillFacts[]> {
  if (decision.record.action !== "propose") return [];
  const from = Math.floor(decision.record.asOf / DAY);
  const later = await desk.records.decisions(address, { span: { from, to: from + 7 }, limit: SEARCHED });
  const next = later
    .map(({ record }) => record)
    .filter(({ asOf, action }) => asOf > decision.record.asOf && action === "propose")
    .reduce((first, { asOf }) => Math.min(first, asOf), Number.POSITIVE_INFINITY);
  const fills = await desk.records.fills(address, { span: { from, to: from + 7 }, limit: SEARCHED });
  return fills.filter(({ time }) => time >= decision.record.asOf && time < next);
}

/** What of a decision may be spoken of: not the whole record, which can be large. */
function factsOf({ hash, transaction, record }: DecisionFacts, assets: readonly RecordedAsset[]) {
  const { asOf, epoch, action, lane, turnoverBps, oneWayDriftBps, events, reasons, regime } = record;
  const { votes, since, exposureBps } = regime;
  const market = { regime: regime.regime, exposureBps, since, votes, reasons: regime.reasons };
  return {
    hash,
    transaction,
    asOf: new Date(asOf * 1_000).toISOString(),
    ...{ epoch, action, lane, turnoverBps, oneWayDriftBps, events, reasons, regime: market },
    assets,
  };
}

async function noTrade(desk: Desk, asked: About, decisions: readonly DecisionFacts[]): Promise<Answer> {
  if (decisions.length === 0) return { ...(await noDecision(desk, asked)), intent: "trade" };
  const { index, token, span } = asked;
  const when = span === null ? "the decisions on record" : `the decisions of ${spanInWords(span)}`;
  const text = `${label(index)} does not have ${token === null ? "that token" : safeName(token.symbol)} in its basket in ${when}.`;
  const citations = distinct(decisions.slice(0, 1).flatMap(sourcesOf));
  return { intent: "trade", text, citations, ask: null, facts: { index } };
}

async function noDecision(desk: Desk, { index, span, now, wish }: About): Promise<Answer> {
  const lines: string[] = [];
  const citations: Citation[] = [];
  if (span !== null && span.from * DAY > now) lines.push(`${spanInWords(span)} has not come yet.`);
  else
    lines.push(`The records hold no decision of ${label(index)}${span === null ? "" : ` for ${spanInWords(span)}`}.`);
  const until = span === null ? null : { from: 0, to: Math.min(span.to, Math.floor(now / DAY)) };
  const [before] = until === null ? [] : await desk.records.decisions(index.address, { span: until, limit: 1 });
  if (before !== undefined) {
    lines.push(`The one before that is of ${timeInWords(before.record.asOf)} (${before.hash}).`);
    citations.push(...sourcesOf(before));
  }
  return { intent: wish.intent, text: lines.join("\n"), citations, ask: null, facts: { index } };
}
