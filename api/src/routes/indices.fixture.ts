import { type Address, getAddress, type Hash, pad, toHex } from "viem";
import { METHODOLOGIES, readMethodologies } from "../../../keeper/src/data/methodologyFolder.ts";
import type { FixtureRows } from "../history/history.fixture.ts";
import type { FillRow, HoldingsRow, NavRow, RebalanceRow, VaultRow } from "../history/rows.ts";

const DAY = 86_400;
const E18 = 10n ** 18n;

/** Three years after 1970 starts on a Wednesday; all fixtures count from here. {s} */
export const START = 20_000 * DAY;
/** Number of days that the first index was looked at. */
export const DAYS = 40;

const address = (n: number): Address => getAddress(pad(toHex(n), { size: 20 }));
const hash = (n: number): Hash => pad(toHex(n), { size: 32 });

/** Two indices: ALPHA with a history of 40 days, BETA of the last day only; GAMMA was never looked at. */
export const [ALPHA, BETA, GAMMA, WBTC, USDC] = [0xa1, 0xb1, 0xc1, 0xe1, 0xe2].map(address) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
/** Who made them. */
export const CREATOR: Address = address(0xd1);

const [balanced] = [...readMethodologies([METHODOLOGIES]).values()].filter(({ id }) => id === "ai-balanced");

function vault(over: Partial<VaultRow> & Pick<VaultRow, "address" | "name" | "symbol">): VaultRow {
  return {
    block: 10,
    time: START,
    transaction: hash(1),
    creator: CREATOR,
    version: 1,
    curator: address(0),
    methodologyHash: balanced?.hash ?? hash(0),
    royaltyRecipient: address(0),
    royaltyBps: 0,
    streamingRate: 158_548_959n, // 0.5% a year
    mintFeeBps: 15,
    feeRecipient: address(0xf1),
    basketNonce: 0,
    batchDepositor: null,
    holders: 3,
    pausedBits: 0,
    pausedUntil: 0,
    epoch: 0,
    nav: null,
    ...over,
  };
}

/** Price of a share of ALPHA at the end of a day: 100, then up and down around a rise. {cents} */
export const centsOn = (day: number): bigint => 10_000n + BigInt(day * 100) + (day % 2 === 0 ? 0n : 250n);

function navOf(day: number, cents: bigint): NavRow {
  const perShare = (cents * E18) / 100n;
  return {
    block: 100 + day,
    time: START + day * DAY + 3_600,
    cause: "day",
    total: perShare * 10n,
    perShare,
    supply: 10n * E18,
    multiplier: 10n ** 27n,
    unpriced: [],
  };
}

function basketOf(day: number, cents: bigint): HoldingsRow & { readonly vault: Address } {
  const nav = navOf(day, cents);
  const btc = { position: 0, address: WBTC, symbol: "WBTC", decimals: 8, units: 10n ** 24n, unitsPerShare: 10n ** 24n };
  const usdc = {
    position: 1,
    address: USDC,
    symbol: "USDC",
    decimals: 6,
    units: 10n ** 28n,
    unitsPerShare: 10n ** 28n,
  };
  const btcPrice = BigInt(60_000 + day * 100) * 10n ** 27n;
  return {
    vault: ALPHA,
    nav,
    holdings: [
      { ...btc, amount: 1_000_000n, price: btcPrice, value: (nav.total * 6n) / 10n, weightBps: 6_000 },
      { ...usdc, amount: 400_000_000n, price: 10n ** 27n, value: (nav.total * 4n) / 10n, weightBps: 4_000 },
    ],
  };
}

/** A rebalance of ALPHA on day 30 by a decision. */
export function rebalanceBy(decisionHash: Hash): RebalanceRow {
  return {
    block: 130,
    time: START + 30 * DAY + 4_000,
    transaction: hash(130),
    vault: ALPHA,
    epoch: 1,
    lane: "RISK",
    decisionHash,
    opensAt: START + 30 * DAY + 8_000,
    closesAt: START + 31 * DAY,
    status: "ended",
    weightsBefore: [
      { token: WBTC, weightBps: 5_000 },
      { token: USDC, weightBps: 5_000 },
    ],
    weightsTarget: [
      { token: WBTC, weightBps: 5_500 },
      { token: USDC, weightBps: 4_500 },
    ],
    weightsAfter: [
      { token: WBTC, weightBps: 5_400 },
      { token: USDC, weightBps: 4_600 },
    ],
    fills: 2,
    tradedValue: 120n * E18,
    outcome: null,
  };
}

function fill(n: number, paidValue: bigint | null): FillRow {
  return {
    id: 13_100_000 + n,
    block: 131,
    time: START + 30 * DAY + 9_000 + n,
    transaction: hash(131),
    vault: ALPHA,
    epoch: 1,
    filler: address(0xf2),
    sellToken: USDC,
    buyToken: WBTC,
    sold: 60_000_000n,
    paid: 99_000n,
    soldValue: 60n * E18,
    paidValue,
  };
}

/** Everything that the index knows in tests of the routes. */
export function fixtureRows(decisionHash: Hash = hash(0xdd)): Partial<FixtureRows> {
  const days = Array.from({ length: DAYS }, (_, day) => day);
  const beta = { ...navOf(DAYS - 1, 5_000n), total: 9_999n * E18 };
  return {
    head: { chainId: 31_337, block: 200, time: START + (DAYS - 1) * DAY + 7_200 },
    tokens: [
      { address: WBTC, symbol: "WBTC", decimals: 8 },
      { address: USDC, symbol: "USDC", decimals: 6 },
    ],
    vaults: [
      vault({ address: ALPHA, name: "Alpha Index", symbol: "ALP", epoch: 1 }),
      vault({
        address: BETA,
        name: "Beta Fund",
        symbol: "BET",
        block: 120,
        time: START + 20 * DAY,
        methodologyHash: hash(0x99),
        pausedBits: 0b101,
        pausedUntil: START + 60 * DAY,
        curator: CREATOR,
      }),
      vault({
        address: GAMMA,
        name: "Gamma",
        symbol: "GAM",
        creator: address(0xd2),
        block: 199,
        time: START + 39 * DAY,
      }),
    ],
    baskets: [...days.map((day) => basketOf(day, centsOn(day))), { vault: BETA, nav: beta, holdings: [] }],
    strategies: [
      {
        ...{ id: 1n, kind: "STRATEGY", block: 20, time: START, transaction: hash(2), author: CREATOR, owner: CREATOR },
        ...{ receiver: address(0xd5), royaltyBps: 1_000, resaleBps: 500, resaleReceiver: CREATOR, transferNonce: 0 },
        ...{ hash: hash(3), uri: "ipfs://strategy", versions: 1, lock: null },
      },
    ],
    rebalances: [rebalanceBy(decisionHash)],
    fills: [fill(1, 59n * E18), fill(2, 60n * E18)],
    fees: [
      {
        ...{ id: 14_000_001, block: 140, time: START + 35 * DAY, transaction: hash(140), vault: ALPHA },
        kind: "distributed",
        shares: 1_000n,
        daoShares: 600n,
        royaltyShares: 0n,
        creatorShares: 400n,
      },
    ],
  };
}
