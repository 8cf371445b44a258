// Answers about what an index is and does now, and about an account.
import type { Address } from "viem";
import {
  type Answer,
  askBack,
  type Desk,
  percent,
  recordCitation,
  signedPercent,
  timeInWords,
  type Understood,
} from "./answer.ts";
import { label } from "./names.ts";
import { type HoldingFacts, type IndexEntry, isMissing, type Sum } from "./records.ts";
import { safeName } from "./text.ts";

type About = Understood & { readonly index: IndexEntry };
type Mine = Understood & { readonly account: Address };

/** Most holdings that are listed. */
const LISTED = 25;

const sum = ({ amount, unit }: Sum): string => `${amount} ${safeName(unit)}`;

/** What does index Z hold? */
export async function answerHoldings(desk: Desk, { index }: About): Promise<Answer> {
  const known = await desk.records.holdings(index.address);
  const citations = [recordCitation(`/v1/indices/${index.address}/holdings`)];
  if (isMissing(known)) return { intent: "holdings", text: known.missing, citations, ask: null, facts: known };
  const { holdings, nav } = known;
  const largest = holdings.toSorted((a, b) => (b.weightBps ?? -1) - (a.weightBps ?? -1));
  const lines = [
    `${label(index)} holds ${holdings.length} token${holdings.length === 1 ? "" : "s"}${nav === null ? "" : `, worth ${sum(nav)} together`}:`,
    ...largest.slice(0, LISTED).map(holdingLine),
    ...(holdings.length > LISTED ? [`... and ${holdings.length - LISTED} more.`] : []),
  ];
  return { intent: "holdings", text: lines.join("\n"), citations, ask: null, facts: { index, ...known } };
}

function holdingLine({ symbol, weightBps, targetBps, amount, value }: HoldingFacts): string {
  const weight = weightBps === null ? "no price" : percent(weightBps);
  const target = targetBps === null || targetBps === weightBps ? "" : `, target ${percent(targetBps)}`;
  return `- ${safeName(symbol)}: ${weight}${target} (${sum(amount)}${value === null ? "" : `, ${sum(value)}`})`;
}

/** How is Z doing against BTC? */
export async function answerPerformance(desk: Desk, { index, span }: About): Promise<Answer> {
  const known = await desk.records.performance(index.address, span);
  const citations = [recordCitation(`/v1/indices/${index.address}/performance`)];
  if (isMissing(known)) return { intent: "performance", text: known.missing, citations, ask: null, facts: known };
  const { from, to, returned, benchmarks } = known;
  const figure = (ratio: string | null) => (ratio === null ? "not on record" : signedPercent(ratio));
  const lines = [
    `${label(index)}, ${from} to ${to}: ${figure(returned)}.`,
    ...benchmarks.map(({ name, returned: other }) => `${safeName(name)} in the same time: ${figure(other)}.`),
    "What was says nothing about what will be.",
  ];
  return { intent: "performance", text: lines.join("\n"), citations, ask: null, facts: { index, ...known } };
}

/** What fees does Z take? */
export async function answerFees(desk: Desk, { index }: About): Promise<Answer> {
  const known = await desk.records.fees(index.address);
  const citations = [recordCitation(`/v1/indices/${index.address}`)];
  if (isMissing(known)) return { intent: "fees", text: known.missing, citations, ask: null, facts: known };
  const lines = [`${label(index)} takes:`, ...known.fees.map(({ name, value }) => `- ${name}: ${value}`)];
  return { intent: "fees", text: lines.join("\n"), citations, ask: null, facts: { index, ...known } };
}

/** When is the next rebalance? */
export async function answerNext(desk: Desk, { index }: About): Promise<Answer> {
  const known = await desk.records.next(index.address);
  const citations = [recordCitation("/v1/keeper/status")];
  if (isMissing(known)) return { intent: "next-rebalance", text: known.missing, citations, ask: null, facts: known };
  const { at, reason, epoch } = known;
  const lines = [
    at === null
      ? `Nothing on record says when the next decision about ${label(index)} is due.`
      : `The next decision about ${label(index)} is due at ${timeInWords(at)}. It rebalances only if that pays.`,
    ...(reason === "" ? [] : [reason]),
    ...(epoch === null ? [] : [epoch]),
  ];
  return { intent: "next-rebalance", text: lines.join("\n"), citations, ask: null, facts: { index, ...known } };
}

/** What is my next claim? */
export async function answerClaim(desk: Desk, { account }: Mine): Promise<Answer> {
  const known = await desk.records.claims(account);
  const citations = [recordCitation(`/v1/accounts/${account}/stake`)];
  if (isMissing(known)) return { intent: "claim", text: known.missing, citations, ask: null, facts: known };
  const { claims, nextWeek } = known;
  const lines = [
    claims.length === 0 ? `${account} has nothing to claim now.` : `${account} can claim now:`,
    ...claims.map((claim) => `- ${sum(claim.sum)}: ${claim.what}`),
    nextWeek === null
      ? "The records hold no lock of this account, so no revenue comes up for it."
      : `Next: revenue of the running week, once that is over and settled, from ${nextWeek}. Its sum is not known before.`,
  ];
  return { intent: "claim", text: lines.join("\n"), citations, ask: null, facts: { account, ...known } };
}

/** What is my tier? */
export async function answerTier(desk: Desk, { account }: Mine): Promise<Answer> {
  const known = await desk.records.tier(account);
  const citations = [recordCitation(`/v1/accounts/${account}/stake`)];
  if (isMissing(known)) return { intent: "tier", text: known.missing, citations, ask: null, facts: known };
  const { tier, score, asOf, next, benefits } = known;
  const lines = [
    `${account} is in score tier ${tier} of 10, with a Staking Score of ${sum(score)}, read at ${asOf}.`,
    ...benefits.map((benefit) => `- ${benefit}`),
    ...(next === null ? [] : [`Tier ${next.tier} asks for ${sum(next.missing)} more.`]),
  ];
  return { intent: "tier", text: lines.join("\n"), citations, ask: null, facts: { account, ...known } };
}

/** Explain a word of the glossary. */
export async function answerExplain({ glossary }: Desk, { wish }: Understood): Promise<Answer> {
  const words = wish.term ?? "";
  const entry = glossary.find(words);
  if (entry === undefined) {
    const options = glossary.near(words);
    const hint = options.length === 0 ? "" : ` Do you mean ${options.join(", ")}?`;
    return askBack("explain", `The glossary has no word ${safeName(words)}.${hint}`, { about: "word", options });
  }
  const citations = [recordCitation(`/v1/glossary?term=${encodeURIComponent(entry.term)}`)];
  return { intent: "explain", text: `${entry.term}: ${entry.meaning}`, citations, ask: null, facts: entry };
}

/** Which indices are there? */
export async function answerList(desk: Desk): Promise<Answer> {
  const indices = await desk.records.indices();
  const lines =
    indices.length === 0
      ? ["The records hold no index yet."]
      : [`There are ${indices.length} indices:`, ...indices.slice(0, LISTED).map((index) => `- ${label(index)}`)];
  if (indices.length > LISTED) lines.push(`... and ${indices.length - LISTED} more.`);
  return {
    intent: "list",
    text: lines.join("\n"),
    citations: [recordCitation("/v1/indices")],
    ask: null,
    facts: indices,
  };
}
