import type { Address, Hex } from "viem";

/** What can happen. Everybody may follow these. */
export const PUBLIC_TYPES = [
  "index.created", // an index was made
  "index.minted", // somebody bought shares
  "index.redeemed", // somebody gave shares back
  "rebalance.proposed", // new target weights were submitted
  "rebalance.filled", // a surplus was exchanged for a deficit
  "rebalance.ended", // an epoch was closed or cancelled
  "revenue.claimed", // a staker took revenue
  "proposal.created", // the DAO has a new proposal
  "proposal.voted", // somebody voted on it
  "decision.made", // the keeper decided, whether it acted or not
  "regime.changed", // the market's regime, as an index sees it
  "grade.changed", // a grade moved noticeably
  "event.retracted", // an event's block was replaced: it did not happen
] as const;

/** Told to one account only. */
export const PRIVATE_TYPES = [
  "alert.fired", // one of its rules
  "alert.retracted", // what made a rule fire did not happen
  "webhook.stopped", // one of its webhooks failed too often
] as const;

export const EVENT_TYPES = [...PUBLIC_TYPES, ...PRIVATE_TYPES] as const;
export type PublicType = (typeof PUBLIC_TYPES)[number];
export type EventType = (typeof EVENT_TYPES)[number];

/** What JSON can hold. Amounts are strings. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };
export type JsonObject = { readonly [field: string]: Json };

/** An event as its source tells it. */
export interface SourceEvent {
  /** Natural key: the same for the same thing, whoever reads it and how often. Such as `31337:0xtx:4`. */
  readonly key: string;
  readonly type: EventType;
  /** Where it lies in its source: a block number, or a time {s}. */
  readonly place: number;
  /** What the place looked like, such as the hash of the block. Another one means that the old place was replaced. */
  readonly identity: string;
  readonly at: number; // {s} when it happened
  readonly block: number | null; // null: not on the chain
  readonly index: Address | null; // the index that it is about
  readonly account: Address | null; // whose deed it was
  readonly tx: Hex | null;
  readonly decision: Hex | null; // hash of the decision behind it
  readonly data: JsonObject;
}

/** An event in the log. Numbers rise by at least 1 and are never used twice. */
export interface LoggedEvent extends Omit<SourceEvent, "identity"> {
  readonly seq: number;
  readonly owner: Address | null; // the only account that may read it; null: everybody
  readonly retracts: number | null; // number of the event that it takes back
  readonly about: EventType; // its type, or the type of what it takes back
}

/** Which events somebody wants. What is left out is not looked at. */
export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  readonly index?: Address | undefined;
  readonly account?: Address | undefined;
  /** Who asks: sees what is meant for it besides what everybody sees. */
  readonly reader?: Address | undefined;
}

/** Whether somebody wants an event and may see it. Taking back belongs to what it takes back. */
export function matches(event: LoggedEvent, { types, index, account, reader }: EventFilter): boolean {
  if (event.owner !== null && !isSame(event.owner, reader)) return false;
  if (types !== undefined && !types.includes(event.type) && !types.includes(event.about)) return false;
  if (index !== undefined && !isSame(event.index, index)) return false;
  return account === undefined || isSame(event.account, account);
}

function isSame(a: Address | null, b: Address | undefined): boolean {
  return a !== null && b !== undefined && a.toLowerCase() === b.toLowerCase();
}

/** An event as it goes over the wire; also the body of a webhook, whose `type`, `timestamp` and `data` are those of Standard Webhooks. */
export interface WireEvent {
  readonly id: string;
  readonly type: EventType;
  readonly timestamp: string; // ISO 8601
  readonly index: Address | null;
  readonly account: Address | null;
  readonly block: string | null;
  readonly tx: Hex | null;
  readonly decision: Hex | null;
  readonly retracts: string | null; // id of the event that did not happen
  readonly text: string; // what happened, in one sentence
  readonly links: { readonly [name: string]: string };
  readonly data: JsonObject;
}
