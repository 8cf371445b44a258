import type { Address, Hex } from "viem";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import type { DaySpan } from "./dates.ts";
import type { Named } from "./names.ts";

/** What the records do not hold, and why, in a sentence that may be said. */
export interface Missing {
  readonly missing: string;
}

/** Something of the records, or why there is none. */
export type Known<T> = T | Missing;

/** Whether the records lack what was asked for. */
export function isMissing(known: object): known is Missing {
  return "missing" in known;
}

/** A sum with its unit, as the API writes it. */
export interface Sum {
  readonly amount: string; // decimal
  readonly unit: string;
}

export interface IndexEntry extends Named {
  readonly address: Address;
}

/** A decision and what became of it. */
export interface DecisionFacts {
  readonly hash: Hex;
  readonly record: DecisionRecord;
  /** The transaction that proposed it; null: it was not proposed, or is not on chain yet. */
  readonly transaction: Hex | null;
}

/** One trade of an index. */
export interface FillFacts {
  readonly time: number; // {s}
  readonly transaction: Hex;
  readonly sold: Sum; // what the index gave
  readonly bought: Sum; // what it got
}

export interface HoldingFacts {
  readonly symbol: string;
  readonly token: Address;
  readonly weightBps: number | null; // {bps of NAV}; null: no price
  readonly targetBps: number | null; // {bps of NAV}; null: no decision yet
  readonly amount: Sum;
  readonly value: Sum | null;
}

export interface PerformanceFacts {
  readonly from: string; // ISO
  readonly to: string; // ISO
  /** {1} as decimal text; null: the records do not reach back so far. */
  readonly returned: string | null;
  readonly benchmarks: readonly { readonly name: string; readonly returned: string | null }[];
}

export interface FeeFacts {
  readonly name: string; // such as "streaming fee"
  readonly value: string; // such as "1% a year"
}

export interface NextFacts {
  readonly at: number | null; // {s}; null: nobody knows
  readonly reason: string;
  readonly epoch: string | null; // a sentence about the epoch that is open; null: none is
}

/** One thing that an account can claim now. */
export interface ClaimFacts {
  readonly what: string; // such as "revenue of your lock"
  readonly sum: Sum;
}

export interface TierFacts {
  readonly tier: number; // 0 to 10
  readonly score: Sum;
  readonly asOf: string; // ISO: the week start that it was read at
  readonly next: { readonly tier: number; readonly missing: Sum } | null; // null: the highest
  readonly benefits: readonly string[];
}

/** Days, and how much of them. */
export interface Range {
  readonly span: DaySpan | null; // null: the newest
  readonly limit: number;
}

/** All that the assistant may look at. Reads only: nothing that it is asked can change anything. */
export interface Records {
  /** The moment and the block that the answers are about; block null: the chain was not asked. */
  newest(): Promise<{ readonly time: number; readonly block: number | null }>;
  indices(): Promise<readonly IndexEntry[]>;
  tokens(): Promise<readonly Named[]>;
  /** Decisions, newest first, each with what its record holds. */
  decisions(index: Address, range: Range): Promise<readonly DecisionFacts[]>;
  /** Trades, newest first. */
  fills(index: Address, range: Range): Promise<readonly FillFacts[]>;
  holdings(index: Address): Promise<Known<{ readonly holdings: readonly HoldingFacts[]; readonly nav: Sum | null }>>;
  performance(index: Address, span: DaySpan | null): Promise<Known<PerformanceFacts>>;
  fees(index: Address): Promise<Known<{ readonly fees: readonly FeeFacts[] }>>;
  next(index: Address): Promise<Known<NextFacts>>;
  /** `nextWeek`: ISO date from which the revenue of the running week counts; null: the account has no lock. */
  claims(
    account: Address,
  ): Promise<Known<{ readonly claims: readonly ClaimFacts[]; readonly nextWeek: string | null }>>;
  tier(account: Address): Promise<Known<TierFacts>>;
}
