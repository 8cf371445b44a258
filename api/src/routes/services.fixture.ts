import { type Address, pad, zeroHash } from "viem";
import type { Deployment } from "../../../sdk/src/addresses.ts";
import { FIXTURE_DEPLOYMENT } from "../app.fixture.ts";
import type { FixtureRows } from "../history/history.fixture.ts";
import type { ListingRow, StrategyRow } from "../history/serviceRows.ts";

/** An account of the tests. */
export const at = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });
/** A hash of the tests. */
export const hash = (n: number) => pad(`0x${n.toString(16)}`, { size: 32 });

export const DAY = 86_400;
/** {s} of the newest block: midnight of a day. */
export const NOW = 20_000 * DAY;
export const [USDC, GIM, PASS, REGISTRY] = [at(0x501), at(0x502), at(0x503), at(0x504)] as const;
export const [AUTHOR, OWNER, BUYER, INDEX, SHARES] = [at(0x601), at(0x602), at(0x603), at(0xa1), at(0x605)] as const;

/** A deployment that sells. */
export const SELLING: Deployment = {
  ...FIXTURE_DEPLOYMENT,
  contracts: { ...FIXTURE_DEPLOYMENT.contracts, GovernanceToken: GIM, AccessPass: PASS, StrategyRegistry: REGISTRY },
  tokens: { USDC: { address: USDC, decimals: 6, feed: at(0x505) } },
};

/** When something happened, in days before now. */
export const ago = (days: number) => {
  return { block: 1_000 - days, time: NOW - days * DAY, transaction: zeroHash };
};

export const strategyRow = (over: Partial<StrategyRow> = {}): StrategyRow => ({
  ...{ ...ago(90), id: 1n, kind: "STRATEGY", author: AUTHOR, owner: OWNER, receiver: at(0x701), royaltyBps: 2_500 },
  ...{
    resaleBps: 500,
    resaleReceiver: AUTHOR,
    transferNonce: 1,
    hash: hash(2),
    uri: "ipfs://2",
    versions: 2,
    lock: null,
  },
  ...over,
});

export const listingRow = (over: Partial<ListingRow> = {}): ListingRow => ({
  ...{ ...ago(5), id: 1n, seller: OWNER, collection: REGISTRY, kind: "strategy", tokenId: 1n, units: 1n, left: 1n },
  ...{ unitPrice: 400_000_000n, currency: USDC, until: NOW + DAY, feeBps: 250, available: 1n },
  ...over,
});

/** A strategy that an index follows, credits that are used, a market with trades. */
export const SERVICE_ROWS = {
  head: { chainId: 31_337, block: 1_000, time: NOW },
  strategies: [strategyRow(), strategyRow({ id: 2n, kind: "DATASET", royaltyBps: 0, hash: hash(9), versions: 1 })],
  creditPrices: [
    { ...ago(80), credit: 1, usdc: 10_000n, gim: 200_000_000_000_000_000n },
    { ...ago(80), credit: 4, usdc: 50_000n, gim: 0n },
  ],
  accessPlans: [{ ...ago(80), number: 0, services: 6, creditsPerDay: 5_000, usdc: 29_000_000n, gim: 0n }],
  serviceSettings: [
    { ...ago(80), name: "assetShareBps", value: 4_000 },
    { ...ago(80), name: "marketFeeBps", value: 250 },
    { ...ago(80), name: "trialCredits", value: 50 },
  ],
} satisfies Partial<FixtureRows>;
