// A world with one index: what the keeper's fixture decided about, with a history around it.
import { type Address, getAddress, type Hash, pad } from "viem";
import { openSqlite } from "../../keeper/src/journal/sqlite.ts";
import { FIXTURE, fixtureJournal, testContext } from "./app.fixture.ts";
import type { ApiContext } from "./context.ts";
import { JournalDecisions } from "./decisions/decisions.ts";
import { type FixtureRows, fixtureHistory } from "./history/history.fixture.ts";
import type { FillRow, HoldingsRow, NavRow, RebalanceRow, VaultRow } from "./history/rows.ts";

const DAY = 86_400;
const D18 = 10n ** 18n;
const hash = (n: number): Hash => pad(`0x${n.toString(16)}`, { size: 32 });
const at = (n: number): Address => getAddress(pad(`0x${n.toString(16)}`, { size: 20 }));

/** A context that holds no decision: quick to make, for tests of what needs none. */
export async function emptyContext(over: Partial<ApiContext> = {}): Promise<ApiContext> {
  const decisions = new JournalDecisions(await openSqlite(":memory:"), FIXTURE.chainId);
  return testContext({ decisions, history: fixtureHistory(), ...over });
}

/** A world, and the hashes of what happened in it. */
export interface World {
  readonly context: ApiContext;
  readonly vault: Address;
  readonly hashes: readonly Hash[];
  readonly proposal: Hash;
  readonly fill: Hash;
}

/** Three daily decisions, the last of which was proposed and traded once; two days of NAV. `rows`: what else happened. */
export async function fixtureWorld(over: Partial<ApiContext> = {}, rows: Partial<FixtureRows> = {}): Promise<World> {
  const { database, hashes } = await fixtureJournal();
  const decisions = new JournalDecisions(database, FIXTURE.chainId);
  const vault = getAddress(FIXTURE.vault);
  const newest = await decisions.newest(vault);
  if (newest === undefined) throw new Error("The fixture has decisions.");
  const time = newest.record.asOf;
  const stamp = (block: number, n: number) => ({ block, time: time + n, transaction: hash(n) });
  const tokens = newest.record.assets.map(({ token, asset }) => ({
    address: getAddress(token),
    symbol: asset,
    decimals: 18,
  }));
  const nav: NavRow = {
    block: 150,
    time: time + 600,
    cause: "event",
    total: 100_000n * D18,
    perShare: D18,
    supply: 100_000n * D18,
    multiplier: 10n ** 27n,
    unpriced: [],
  };
  const old: NavRow = { ...nav, block: 90, time: time - 2 * DAY, perShare: (D18 * 8n) / 10n, total: 80_000n * D18 };
  const holdings = tokens.map((token, position) => ({
    ...token,
    position,
    units: D18,
    unitsPerShare: D18,
    amount: 5n * D18,
    price: 10n ** 27n,
    value: 25_000n * D18,
    weightBps: 2_500,
  }));
  const row: VaultRow = {
    ...stamp(1, 1),
    time: time - 10 * DAY,
    address: vault,
    creator: at(7),
    version: 1,
    name: "Big Three",
    symbol: "BIG3",
    curator: at(0),
    methodologyHash: hash(9),
    royaltyRecipient: at(0),
    royaltyBps: 0,
    streamingRate: 317_097_919n,
    mintFeeBps: 30,
    feeRecipient: at(0),
    basketNonce: 1,
    batchDepositor: null,
    holders: 3,
    pausedBits: 0,
    pausedUntil: 0,
    epoch: newest.record.epoch,
    nav,
  };
  const weights = newest.record.assets.map(({ token, proposedBps }) => ({
    token: getAddress(token),
    weightBps: proposedBps,
  }));
  const rebalance: RebalanceRow = {
    ...stamp(120, 60),
    vault,
    epoch: newest.record.epoch,
    lane: "RISK",
    decisionHash: newest.hash,
    opensAt: time + 120,
    closesAt: time + 3_600,
    status: "open",
    weightsBefore: weights,
    weightsTarget: weights,
    weightsAfter: null,
    fills: 1,
    tradedValue: 1_000n * D18,
    outcome: null,
  };
  const [first, second] = tokens;
  const fill: FillRow = {
    ...stamp(130, 300),
    id: 13_000_000,
    vault,
    epoch: rebalance.epoch,
    filler: at(8),
    sellToken: first?.address ?? vault,
    buyToken: second?.address ?? vault,
    sold: 15n * 10n ** 17n,
    paid: 2n * D18,
    soldValue: D18,
    paidValue: D18,
  };
  const baskets: (HoldingsRow & { vault: Address })[] = [old, nav].map((each) => ({ vault, nav: each, holdings }));
  const history = fixtureHistory({
    head: { chainId: FIXTURE.chainId, block: 200, time: time + 1_200 },
    tokens,
    vaults: [row],
    baskets,
    rebalances: [rebalance],
    fills: [fill],
    ...rows,
  });
  const context = await testContext({ history, decisions, clock: () => time + 1_200, ...over });
  return { context, vault, hashes, proposal: rebalance.transaction, fill: fill.transaction };
}
