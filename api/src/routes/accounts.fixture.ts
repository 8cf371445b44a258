import { type Address, type Hash, pad, zeroAddress } from "viem";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { FIXTURE, testApp, testContext } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { type FixtureRows, fixtureHistory } from "../history/history.fixture.ts";
import type { FlowRow, NavRow, ShareTransferRow, VaultRow } from "../history/rows.ts";

export const address = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });
export const hash = (n: number): Hash => pad(`0x${n.toString(16)}`, { size: 32 });
export const D18 = 10n ** 18n;
export const SHARE = D18;

/** An account, somebody else, and an index. */
export const ME = address(0xa1);
export const OTHER = address(0xb2);
export const VAULT = address(0xc3);

/** {s} of the block with this number: one a day. */
export const timeOf = (block: number): number => 1_790_000_000 + block * 86_400;

/** Where the event with a number happened. */
export const place = (block: number) => ({
  id: block * 100_000,
  block,
  time: timeOf(block),
  transaction: hash(block),
});

/** The newest block of these histories. */
export const HEAD = { chainId: FIXTURE.chainId, block: 40, time: timeOf(40) };

export function navRow(block: number, dollarsPerShare: number, unpriced: readonly Address[] = []): NavRow {
  const perShare = BigInt(dollarsPerShare) * D18;
  const rest = { cause: "event", total: 0n, supply: 0n, multiplier: 0n, unpriced } as const;
  return { block, time: timeOf(block), perShare, ...rest };
}

export function vaultRow(over: Partial<VaultRow> = {}): VaultRow {
  return {
    ...{ address: VAULT, creator: OTHER, version: 1, name: "Ten tokens", symbol: "TEN", curator: zeroAddress },
    ...{ methodologyHash: hash(0), royaltyRecipient: zeroAddress, royaltyBps: 0, streamingRate: 0n, mintFeeBps: 10 },
    ...{ feeRecipient: zeroAddress, basketNonce: 0, batchDepositor: null, holders: 1, pausedBits: 0, pausedUntil: 0 },
    ...{ epoch: 0, nav: null, block: 1, time: timeOf(1), transaction: hash(1) },
    ...over,
  };
}

export function transferRow(block: number, from: Address, to: Address, shares: bigint): ShareTransferRow {
  return { ...place(block), vault: VAULT, from, to, amount: shares, fromBalance: 0n, toBalance: 0n };
}

export function mintRow(block: number, receiver: Address, shares: bigint, feeShares: bigint): FlowRow {
  const rest = { kind: "mint", caller: receiver, token: null, amount: null, deferredBitmap: null } as const;
  return { ...place(block), vault: VAULT, ...rest, receiver, shares, feeShares };
}

/** A context over a history; decisions are of no concern. */
export async function historyContext(rows: Partial<FixtureRows>, over: Partial<ApiContext> = {}): Promise<ApiContext> {
  const decisions = new JournalDecisions(await openSqlite(":memory:"), FIXTURE.chainId);
  const history = fixtureHistory({ head: HEAD, ...rows });
  return testContext({ decisions, history, clock: () => HEAD.time, ...over });
}

/** Requests to an app over a history. */
export async function historyApp(rows: Partial<FixtureRows>, over: Partial<ApiContext> = {}) {
  return testApp(await historyContext(rows, over));
}
