import { expect } from "chai";
import { zeroAddress, zeroHash } from "viem";
import { bodyOf, testApp, testContext } from "../app.fixture.ts";
import { type FixtureRows, fixtureHistory } from "../history/history.fixture.ts";
import type { VaultRow } from "../history/rows.ts";
import type { AdoptionRow, StrategyLockRow } from "../history/serviceRows.ts";
import { isoTime } from "../http/schemas.ts";
import {
  AUTHOR,
  ago,
  BUYER,
  DAY,
  GIM,
  hash,
  INDEX,
  NOW,
  OWNER,
  SELLING,
  SERVICE_ROWS,
  SHARES,
  strategyRow,
  USDC,
} from "./services.fixture.ts";

const STRANGE = "0x00000000000000000000000000000000000bad00";
const vault: VaultRow = {
  ...{ ...ago(100), address: INDEX, creator: AUTHOR, version: 1, name: "Alpha", symbol: "ALP", curator: zeroAddress },
  ...{ methodologyHash: hash(1), royaltyRecipient: strategyRow().receiver, royaltyBps: 100, streamingRate: 0n },
  ...{ mintFeeBps: 0, feeRecipient: AUTHOR, basketNonce: 0, batchDepositor: null, holders: 1, pausedBits: 0 },
  ...{ pausedUntil: 0, epoch: 0, nav: null },
};
const adoption: AdoptionRow = {
  ...{ ...ago(50), id: 95_000_001, vault: INDEX, strategy: 1n, royaltyBps: 2_000, hash: hash(1) },
  ...{ announcedTime: NOW - 57 * DAY, ended: null },
};
const lock: StrategyLockRow = {
  ...{ ...ago(20), shares: SHARES, strategy: 1n, locker: OWNER, name: "Momentum shares", symbol: "MOM", holders: 2 },
  ...{ supply: 10n ** 21n, reservePrice: 1_000_000_000n, currency: USDC, status: "LOCKED", bidder: null, bid: 0n },
  ...{ endsAt: null, endedBlock: null, endedTime: null },
};
const notice = (days: number, number: number) => ({
  ...{ ...ago(days), vault: INDEX, changeHash: hash(number), strategy: 1n, royaltyBps: 2_500, hash: hash(2) },
  ...{ appliesAt: NOW + (7 - days) * DAY, lapsesAt: NOW + (21 - days) * DAY },
});
const rows: Partial<FixtureRows> = {
  ...SERVICE_ROWS,
  vaults: [vault],
  strategies: [strategyRow({ owner: SHARES, lock: SHARES })],
  strategyVersions: [
    { ...ago(90), strategy: 1n, number: 0, hash: hash(1), uri: "ipfs://1" },
    { ...ago(30), strategy: 1n, number: 1, hash: hash(2), uri: "ipfs://2" },
  ],
  adoptions: [adoption],
  adoptionNotices: [notice(22, 5), notice(3, 6)],
  royaltyTotals: [
    { strategy: 1n, token: INDEX, paid: 5n * 10n ** 18n, paidOut: 4n * 10n ** 18n, block: 990, time: NOW - DAY },
    { strategy: 1n, token: STRANGE, paid: 0n, paidOut: 10n ** 60n, block: 990, time: NOW - DAY },
  ],
  assetTotals: [{ asset: 1n, currency: USDC, earned: 3_000_000n, paid: 1_000_000n, block: 990, time: NOW - DAY }],
  strategyLocks: [lock],
  royaltyRounds: [
    { ...ago(10), shares: SHARES, token: INDEX, number: 0, amount: 10n ** 18n, timepoint: NOW - 10 * DAY - 1 },
    { ...ago(9), shares: SHARES, token: STRANGE, number: 0, amount: 10n ** 60n, timepoint: NOW - 9 * DAY - 1 },
    { ...ago(8), shares: SHARES, token: INDEX, number: 1, amount: 2n * 10n ** 18n, timepoint: NOW - 8 * DAY - 1 },
  ],
};

async function strategies(over: Partial<FixtureRows> = {}) {
  return testApp(await testContext({ history: fixtureHistory({ ...rows, ...over }), deployment: SELLING }));
}

describe("GET /v1/strategies/{id}", () => {
  it("tells versions, adoptions, what waits, what it earned, and its shares", async () => {
    const { data, asOfBlock } = await bodyOf((await strategies())("/v1/strategies/1"));
    expect(asOfBlock).to.equal(1_000);
    expect(data).to.deep.include({
      ...{ id: "1", kind: "STRATEGY", author: AUTHOR, owner: SHARES, royaltyBps: 2_500, resaleBps: 500 },
      ...{ ownersBefore: 1, hash: hash(2) },
    });
    expect(data.versions.map(({ number, uri }: never) => [number, uri])).to.deep.equal([
      [1, "ipfs://2"],
      [0, "ipfs://1"],
    ]);
    const terms = { index: INDEX, name: "Alpha", symbol: "ALP" };
    expect(data.adoptions).to.deep.equal([
      {
        ...{ ...terms, royaltyBps: 2_000, hash: hash(1), version: 0, announcedAt: isoTime(NOW - 57 * DAY) },
        ...{ since: isoTime(NOW - 50 * DAY), until: null },
      },
    ]);
    // The other one is void by now.
    expect(data.announced).to.deep.equal([
      {
        ...{ ...terms, royaltyBps: 2_500, hash: hash(2), version: 1, announcedAt: isoTime(NOW - 3 * DAY) },
        ...{ appliesAt: isoTime(NOW + 4 * DAY), lapsesAt: isoTime(NOW + 18 * DAY) },
      },
    ]);
    expect(data.earned[0]).to.deep.nested.include({ "earned.amount": "3", "paid.amount": "1", "paid.unit": "USDC" });
    expect(data.lock).to.deep.include({ shares: SHARES, status: "LOCKED", holders: 2, bid: null, endsAt: null });
    expect(data.lock.reservePrice.amount).to.equal("1000");
  });

  it("names only tokens that somebody vouches for: anybody may pay out tokens of his own", async () => {
    const { data } = await bodyOf((await strategies())("/v1/strategies/1"));
    expect(
      data.royalties.map(({ token, paid, paidOut }: never) => [
        token,
        (paid as never)["amount"],
        (paidOut as never)["amount"],
      ]),
    ).to.deep.equal([[INDEX, "5", "4"]]);
    expect(data.lock.distributed).to.deep.equal([
      { token: INDEX, rounds: 2, amount: { amount: "3", raw: "3000000000000000000", decimals: 18, unit: "share" } },
    ]);
  });

  it("tells the highest bid and the end of the auction, and no version of a hash that is none", async () => {
    const bidding: StrategyLockRow = {
      ...lock,
      status: "AUCTION",
      bidder: BUYER,
      bid: 10n ** 18n,
      currency: GIM,
      endsAt: NOW,
    };
    const other = { ...adoption, hash: hash(7), ended: { block: 999, time: NOW - DAY }, announcedTime: null };
    const fetch = await strategies({ strategyLocks: [bidding], adoptions: [other] });
    const { data } = await bodyOf(fetch("/v1/strategies/1"));
    expect([data.lock.bid.amount, data.lock.bid.unit, data.lock.bidder]).to.deep.equal(["1", "GIM", BUYER]);
    expect(data.lock.endsAt).to.equal(isoTime(NOW));
    expect(data.adoptions[0]).to.deep.include({ version: null, announcedAt: null, until: isoTime(NOW - DAY) });
  });

  it("answers 404 for a number that no token has, and 400 for what is no number", async () => {
    const fetch = await strategies();
    expect((await bodyOf(fetch("/v1/strategies/2"))).code).to.equal("NOT_FOUND");
    for (const id of ["0", "-1", "x", "1e3", "9".repeat(78)])
      expect((await bodyOf(fetch(`/v1/strategies/${id}`))).code, id).to.equal("REQUEST_INVALID");
    const bare = await strategies({
      strategies: [strategyRow({ hash: zeroHash })],
      adoptions: [],
      adoptionNotices: [],
    });
    expect((await bodyOf(bare("/v1/strategies/1"))).data).to.deep.include({ adoptions: [], announced: [], lock: null });
  });
});
