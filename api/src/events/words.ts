import { type Address, formatUnits } from "viem";
import type { JsonObject, LoggedEvent, WireEvent } from "./event.ts";
import { type FigureRule, isFigureRule, type RuleSpec } from "./rules.ts";

/** What things are called. Where a name is not known, the address or id stands for it. */
export interface Names {
  index(address: Address): string;
  token(address: Address): { readonly symbol: string; readonly decimals: number } | undefined;
}

/** Where links in messages lead. */
export interface Links {
  readonly api: string; // root of the API, without a slash at its end
  readonly explorer: string | null; // root of a block explorer; null: there is none
}

/** An event as it goes over the wire. */
export function toWire(event: LoggedEvent, names: Names, links: Links): WireEvent {
  return {
    id: String(event.seq),
    type: event.type,
    timestamp: new Date(event.at * 1000).toISOString(),
    index: event.index,
    account: event.account,
    block: event.block === null ? null : String(event.block),
    tx: event.tx,
    decision: event.decision,
    retracts: event.retracts === null ? null : String(event.retracts),
    text: sentenceOf(event, names),
    links: linksOf(event, links),
    data: event.data,
  };
}

/** Addresses of what is behind an event: its decision, its transaction, its index. */
export function linksOf(
  { decision, tx, index }: LoggedEvent,
  { api, explorer }: Links,
): Readonly<Record<string, string>> {
  return {
    ...(decision === null ? {} : { decision: `${api}/v1/decisions/${decision}` }),
    ...(tx === null || explorer === null ? {} : { tx: `${explorer}/tx/${tx}` }),
    ...(index === null ? {} : { index: `${api}/v1/indices/${index}` }),
  };
}

/** What happened, in one sentence. */
export function sentenceOf(event: LoggedEvent, names: Names): string {
  const { data } = event;
  const index = event.index === null ? "An index" : names.index(event.index);
  const who = event.account === null ? "Somebody" : short(event.account);
  switch (event.type) {
    case "index.created":
      return `${who} created the index ${index}.`;
    case "index.minted":
      return `${who} bought ${units(data.shares, 18)} shares of ${index}.`;
    case "index.redeemed":
      return `${who} gave back ${units(data.shares, 18)} shares of ${index}.`;
    case "rebalance.proposed":
      return `${index} is to be rebalanced (epoch ${text(data.epoch)}): ${changesIn(data, names)}.`;
    case "rebalance.filled":
      return `${index} sold ${amount(data.sold, data.sellToken, names)} for ${amount(data.paid, data.buyToken, names)}.`;
    case "rebalance.ended":
      return `The rebalance of ${index} (epoch ${text(data.epoch)}) was ${text(data.outcome)}.`;
    case "revenue.claimed":
      return `${who} claimed ${amount(data.amount, data.token, names)} of revenue.`;
    case "proposal.created":
      return `There is a new proposal: ${text(data.title)}. Its vote ends ${text(data.voteEnd)}.`;
    case "proposal.voted":
      return `${who} voted "${text(data.support)}" with ${units(data.weight, 18)} votes.`;
    case "decision.made":
      return `The keeper decided about ${index}: ${text(data.action) === "propose" ? "new weights" : "no change"}. ${text(data.reason)}`;
    case "regime.changed":
      return `The market's regime for ${index} changed from ${text(data.before)} to ${text(data.after)}.`;
    case "grade.changed":
      return `The ${text(data.grade)} grade of ${text(data.token)} went from ${text(data.before)} to ${text(data.after)}.`;
    case "event.retracted":
      return `Event ${text(data.retracts)} (${text(data.type)}) did not happen: its block was replaced.`;
    case "alert.fired":
    case "alert.retracted":
    case "webhook.stopped":
      return text(data.text);
  }
}

/** What a figure did that made a rule fire. `from`: the line, or what the change is measured from. */
export function figureSentence(rule: FigureRule, figure: number, from: number, names: Names): string {
  const now = `it is ${show(rule, figure, names)}`;
  const subject = subjectOf(rule, names);
  if (rule.when === "drops-by") return `${subject} fell from ${show(rule, from, names)}: ${now}.`;
  if (rule.when === "rises-by") return `${subject} rose from ${show(rule, from, names)}: ${now}.`;
  const verb = rule.when === "below" ? "fell below" : "rose above";
  return `${subject} ${verb} ${show(rule, rule.value, names)}: ${now}.`;
}

/** What a rule waits for, in one line. */
export function ruleSentence(rule: RuleSpec, names: Names): string {
  if (isFigureRule(rule)) {
    const value = show(rule, rule.value, names);
    const by = rule.kind === "price" ? `${rule.value} %` : `${rule.value} points`;
    const verb = {
      below: `falls below ${value}`,
      above: `rises above ${value}`,
      "drops-by": `falls by ${by}`,
      "rises-by": `rises by ${by}`,
    };
    return `${subjectOf(rule, names)} ${verb[rule.when]}`;
  }
  switch (rule.kind) {
    case "rebalance": {
      if (rule.token === undefined) return `${names.index(rule.index)} is to be rebalanced`;
      const side = rule.side === undefined ? "trades" : rule.side === "bought" ? "buys" : "sells";
      return `${names.index(rule.index)} ${side} ${names.token(rule.token)?.symbol ?? short(rule.token)}`;
    }
    case "proposal":
      return "the DAO has a new proposal";
    case "vote-ends":
      return `a vote ends within ${rule.hours} hours`;
    case "regime":
      return `the market's regime changes${rule.to === undefined ? "" : ` to ${rule.to}`}${rule.index === undefined ? "" : ` for ${names.index(rule.index)}`}`;
  }
}

/** A number without noise behind its sixth digit. */
const plain = (value: number): string => String(Number(value.toPrecision(6)));

function subjectOf(rule: FigureRule, names: Names): string {
  switch (rule.kind) {
    case "grade":
      return `The ${rule.grade} grade of ${rule.token}`;
    case "price":
      return `The price of ${names.index(rule.index)}`;
    case "drift":
      return `The drift of ${names.index(rule.index)}`;
    case "claimable":
      return `Your claimable revenue in ${names.token(rule.token)?.symbol ?? short(rule.token)}`;
  }
}

function show(rule: FigureRule, value: number, names: Names): string {
  switch (rule.kind) {
    case "grade":
      return plain(value);
    case "price":
      return `${plain(value)} USD`;
    case "drift":
      return `${plain(value)} %`;
    case "claimable":
      return `${plain(value)} ${names.token(rule.token)?.symbol ?? ""}`.trim();
  }
}

/** The largest changes of weight in a proposal. */
function changesIn({ weights }: JsonObject, names: Names): string {
  const changes = (Array.isArray(weights) ? (weights as readonly JsonObject[]) : [])
    .filter(({ beforeBps, targetBps }) => typeof beforeBps === "number" && typeof targetBps === "number")
    .map(({ token, beforeBps, targetBps }) => ({ token, before: Number(beforeBps), target: Number(targetBps) }))
    .filter(({ before, target }) => before !== target)
    .sort((a, b) => Math.abs(b.target - b.before) - Math.abs(a.target - a.before));
  const words = changes.slice(0, 3).map(({ token, before, target }) => {
    const symbol = names.token(String(token) as Address)?.symbol ?? short(String(token));
    return `${symbol} from ${before / 100} % to ${target / 100} %`;
  });
  if (words.length === 0) return "no weight changes";
  return changes.length > 3 ? `${words.join(", ")} and ${changes.length - 3} more` : words.join(", ");
}

function amount(raw: unknown, token: unknown, names: Names): string {
  const known = typeof token === "string" ? names.token(token as Address) : undefined;
  if (known !== undefined) return `${units(raw, known.decimals)} ${known.symbol}`;
  return `${text(raw)} raw units of ${typeof token === "string" ? short(token) : "a token"}`;
}

/** Six digits behind the point are enough to read. */
function units(raw: unknown, decimals: number): string {
  if (typeof raw !== "string" || !/^\d+$/.test(raw)) return "an unknown number of";
  const [whole = "0", part = ""] = formatUnits(BigInt(raw), decimals).split(".");
  const rest = part.slice(0, 6).replace(/0+$/, "");
  return rest === "" ? whole : `${whole}.${rest}`;
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "unknown";
}

function short(address: string): string {
  return address.length === 42 ? `${address.slice(0, 6)}...${address.slice(-4)}` : address;
}
