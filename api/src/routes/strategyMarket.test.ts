import { expect } from "chai";
import { zeroHash } from "viem";
import { bodyOf, testApp, testContext } from "../app.fixture.ts";
import { type FixtureRows, fixtureHistory } from "../history/history.fixture.ts";
import type { AdoptionRow, ListingSaleRow } from "../history/serviceRows.ts";
import {
  AUTHOR,
  ago,
  BUYER,
  DAY,
  GIM,
  hash,
  INDEX,
  listingRow,
  NOW,
  OWNER,
  PASS,
  REGISTRY,
  SELLING,
  SERVICE_ROWS,
  strategyRow,
  USDC,
} from "./services.fixture.ts";

const saleRow = (over: Partial<ListingSaleRow> = {}): ListingSaleRow => ({
  ...{ ...ago(3), id: 99_700_001, listing: 1n, collection: REGISTRY, kind: "strategy", tokenId: 1n, buyer: BUYER },
  ...{ seller: OWNER, units: 1n, currency: USDC, cost: 400_000_000n, royaltyReceiver: AUTHOR, royalty: 20_000_000n },
  ...{ fee: 10_000_000n, hash: hash(2) },
  ...over,
});
const credits = { collection: PASS, kind: "credits", tokenId: 1n, units: 80n, left: 50n, available: 20n } as const;

async function market(rows: Partial<FixtureRows>) {
  const history = fixtureHistory({ ...SERVICE_ROWS, ...rows });
  return testApp(await testContext({ history, deployment: SELLING }));
}

describe("GET /v1/market/listings", () => {
  const listings = [
    listingRow(),
    listingRow({ ...credits, id: 2n, seller: BUYER, unitPrice: 8_000n }),
    listingRow({ id: 3n, tokenId: 2n, currency: GIM, unitPrice: 10n ** 18n }),
    listingRow({ id: 4n, tokenId: 3n, available: 0n }),
  ];

  it("tells what can be bought, for how much, and what to expect", async () => {
    const fetch = await market({ listings });
    const { data, asOfBlock } = await bodyOf(fetch("/v1/market/listings"));
    expect(asOfBlock).to.equal(1_000);
    expect(data.map(({ id }: never) => id)).to.deep.equal(["3", "2", "1"]);
    expect(data[2]).to.deep.include({
      ...{ collection: "strategies", contract: REGISTRY, tokenId: "1", service: null, seller: OWNER, feeBps: 250 },
      ...{ units: "1", left: "1", available: "1", royaltyBps: 500, expectedHash: hash(2), currency: USDC },
      unitPrice: { amount: "400", raw: "400000000", decimals: 6, unit: "USDC" },
    });
    expect(data[2].live).to.deep.equal({ rank: null, days: 0, excessAYear: null });
    expect(data[1]).to.deep.include({
      ...{ collection: "credits", service: "SIGNALS", units: "80", left: "50", available: "20", live: null },
      ...{ expectedHash: zeroHash, royaltyBps: 0 },
    });
    expect([data[0].unitPrice.unit, data[0].live]).to.deep.equal(["GIM", null]); // a data set has no place
  });

  it("filters by collection, currency, seller, token and availability, and pages", async () => {
    const fetch = await market({ listings });
    const ids = async (query: string) =>
      (await bodyOf(fetch(`/v1/market/listings?${query}`))).data.map(({ id }: never) => id);
    expect(await ids("collection=credits")).to.deep.equal(["2"]);
    expect(await ids("collection=strategies")).to.deep.equal(["3", "1"]);
    expect(await ids(`currency=${GIM}`)).to.deep.equal(["3"]);
    expect(await ids(`seller=${BUYER}`)).to.deep.equal(["2"]);
    expect(await ids("tokenId=2")).to.deep.equal(["3"]);
    expect(await ids("availability=all")).to.deep.equal(["4", "3", "2", "1"]);
    for (const order of ["newest", "results"]) {
      const found: string[] = [];
      let next: string | undefined = "";
      while (next !== undefined) {
        const cursor: string = next === "" ? "" : `&cursor=${next}`;
        const page = await bodyOf(fetch(`/v1/market/listings?limit=2&order=${order}${cursor}`));
        found.push(...page.data.map(({ id }: never) => id));
        next = page.next;
      }
      expect(found, order).to.deep.equal(["3", "2", "1"]);
      expect(await bodyOf(fetch(`/v1/market/listings?limit=3&order=${order}`)), order).to.not.have.property("next");
    }
    expect((await bodyOf(fetch("/v1/market/listings?currency=USDC"))).code).to.equal("REQUEST_INVALID");
  });

  it("puts strategies first that did best since they were adopted", async () => {
    const adopted = (strategy: bigint, days: number): AdoptionRow => ({
      ...{ ...ago(days), id: Number(strategy), vault: INDEX, strategy, royaltyBps: 100, hash: hash(2) },
      ...{ announcedTime: null, ended: null },
    });
    const history = fixtureHistory({
      ...SERVICE_ROWS,
      strategies: [strategyRow(), strategyRow({ id: 2n }), strategyRow({ id: 3n })],
      adoptions: [adopted(1n, 80), adopted(3n, 35)],
      listings: [listingRow(), listingRow({ id: 2n, tokenId: 2n }), listingRow({ id: 3n, tokenId: 3n })],
    });
    // It fell until 40 days ago, and rose since then.
    const rows = Array.from({ length: 100 }, (_, i) => {
      const day = NOW / DAY - 100 + i;
      const close = 10n ** 18n * BigInt(i < 60 ? 100 - i : 10 + i);
      const same = { open: close, high: close, low: close, close, total: close, supply: 1n, snapshots: 1 };
      return { day, ...same, isComplete: true, closeBlock: 1, closeTime: day * DAY };
    });
    history.navDays = async () => ({ rows, next: null });
    const context = await testContext({ history, deployment: SELLING });
    const closes = rows.map(({ day }) => ({ day, value: 1 }));
    const head = { day: closes[0]?.day } as never;
    context.market.store.head = async () => head;
    const panel = { assets: ["BTC"], firstDay: closes[0]?.day ?? 0, days: 100, column: () => closes.map(() => 1) };
    context.market.panel = async () => panel as never;
    const { data } = await bodyOf(testApp(context)("/v1/market/listings?order=results"));
    expect(data.map(({ id, live }: never) => [id, (live as { rank: number | null }).rank])).to.deep.equal([
      ["3", 1],
      ["1", 2],
      ["2", null],
    ]);
  });
});

describe("GET /v1/market/sales", () => {
  const listingSales = [
    saleRow({ id: 99_600_001, ...ago(4), kind: "credits", collection: PASS, units: 30n, hash: null, royalty: 0n }),
    saleRow(),
    saleRow({ id: 99_800_001, ...ago(2), tokenId: 2n, seller: BUYER, buyer: OWNER, currency: GIM }),
  ];

  it("tells who paid whom what", async () => {
    const { data } = await bodyOf((await market({ listingSales }))("/v1/market/sales"));
    expect(data.map(({ tokenId, collection }: never) => [tokenId, collection])).to.deep.equal([
      ["2", "strategies"],
      ["1", "strategies"],
      ["1", "credits"],
    ]);
    const [, sale] = data;
    expect([sale.cost.amount, sale.royalty.amount, sale.fee.amount]).to.deep.equal(["400", "20", "10"]);
    expect(sale).to.deep.include({ buyer: BUYER, seller: OWNER, hash: hash(2), listing: "1", block: 997 });
    expect(data[2]).to.deep.include({ service: "SIGNALS", hash: null, units: "30" });
  });

  it("filters, pages, and knows the past", async () => {
    const fetch = await market({ listingSales });
    const ids = async (query: string) =>
      (await bodyOf(fetch(`/v1/market/sales?${query}`))).data.map(({ id }: never) => id);
    expect(await ids("collection=credits")).to.deep.equal(["99600001"]);
    expect(await ids(`currency=${GIM}`)).to.deep.equal(["99800001"]);
    expect(await ids("tokenId=2")).to.deep.equal(["99800001"]);
    expect(await ids(`account=${AUTHOR}`)).to.deep.equal([]);
    expect(await ids("asOfBlock=997")).to.deep.equal(["99700001", "99600001"]);
    const first = await bodyOf(fetch("/v1/market/sales?limit=2"));
    expect(first.data).to.have.lengthOf(2);
    expect(await ids(`limit=2&cursor=${first.next}`)).to.deep.equal(["99600001"]);
  });
});
