import { expect } from "chai";
import { zeroAddress } from "viem";
import { bodyOf, type Json, testApp, testContext } from "../app.fixture.ts";
import { ROUTES } from "../app.ts";
import { ReceiptBook } from "../credits/receiptBook.ts";
import { type FixtureRows, fixtureHistory } from "../history/history.fixture.ts";
import type { CreditAccountRow } from "../history/serviceRows.ts";
import { isoTime } from "../http/schemas.ts";
import { ago, BUYER, DAY, NOW, OWNER, PASS, SELLING, SERVICE_ROWS } from "./services.fixture.ts";

const creditRow = (over: Partial<CreditAccountRow>): CreditAccountRow => ({
  ...{ account: BUYER, credit: 1, wallet: 0n, meter: 0n, notice: 0n, noticeEndsAt: 0, bought: 0n, loaded: 0n },
  ...{ unloaded: 0n, used: 0n, receipts: 0, block: 990, time: NOW - DAY },
  ...over,
});

async function context(rows: Partial<FixtureRows> = {}) {
  return testContext({ history: fixtureHistory({ ...SERVICE_ROWS, ...rows }), deployment: SELLING });
}

describe("GET /v1/services", () => {
  it("tells prices, and every route that is sold with what it costs", async () => {
    const { data, asOfBlock } = await bodyOf(testApp(await context())("/v1/services"));
    expect(asOfBlock).to.equal(1_000);
    expect(data).to.deep.include({ contract: PASS, assetShareBps: 4_000, marketFeeBps: 250 });
    expect(data.credits.map(({ id, service }: Json) => [id, service])).to.deep.equal([
      ["1", "SIGNALS"],
      ["2", "DECISIONS"],
      ["3", "COMPUTE"],
      ["4", "DATASETS"],
    ]);
    const [signals, decisions, , datasets] = data.credits;
    expect([signals.price.usdc.amount, signals.price.gim.amount]).to.deep.equal(["0.01", "0.2"]);
    expect([datasets.price.usdc.amount, datasets.price.gim]).to.deep.equal(["0.05", null]);
    expect(decisions.price).to.deep.equal({ usdc: null, gim: null }); // has no price yet
    const listed = data.credits.flatMap(({ routes }: Json) => routes.map(({ path }: Json) => path));
    expect(listed).to.have.members(ROUTES.filter(({ isSold }) => isSold).map(({ path }) => path));
    expect(signals.routes).to.deep.include({ method: "GET", path: "/v1/trading-signals", price: "1 credit" });
  });

  it("tells plans and the trial", async () => {
    const { data } = await bodyOf(testApp(await context())("/v1/services"));
    expect(data.plans).to.have.lengthOf(1);
    expect(data.plans[0]).to.deep.include({
      number: 0,
      services: ["SIGNALS", "DECISIONS"],
      creditsPerDay: 5_000,
      days: 30,
    });
    expect(data.plans[0].price.usdc.amount).to.equal("29");
    expect(data.trial).to.deep.equal({ credits: 50, days: 7 });
  });

  it("sells nothing where there is no contract, and tells what is not known", async () => {
    const { data } = await bodyOf(testApp(await testContext())("/v1/services"));
    expect(data).to.deep.equal({
      ...{ contract: null, credits: [], plans: [], trial: null, assetShareBps: null, marketFeeBps: null },
    });
  });
});

describe("GET /v1/accounts/{address}/credits", () => {
  const path = `/v1/accounts/${BUYER}/credits`;
  const rows: Partial<FixtureRows> = {
    creditAccounts: [
      creditRow({
        wallet: 380n,
        meter: 493n,
        notice: 60n,
        noticeEndsAt: NOW + DAY,
        bought: 1_000n,
        used: 7n,
        receipts: 2,
      }),
      creditRow({ credit: 4, meter: 5n, notice: 60n, noticeEndsAt: NOW - DAY }), // used since the notice
      creditRow({ credit: 2_000, meter: 42n, used: 8n, receipts: 1 }),
      creditRow({ account: OWNER, wallet: 1n }),
    ],
    accountPlans: [{ account: BUYER, plan: 0, endsAt: NOW + 60 * DAY, block: 990, time: NOW - DAY }],
    trials: [{ ...ago(2), account: BUYER, units: 50n, endsAt: NOW + 5 * DAY, expired: null }],
    sessionKeys: [{ ...ago(2), account: BUYER, key: OWNER, until: NOW + DAY }],
  };

  it("tells wallet, meter, notice, use, trial, plans and key", async () => {
    const { data, asOfBlock } = await bodyOf(testApp(await context(rows))(path));
    expect(asOfBlock).to.equal(1_000);
    const [signals, decisions, , datasets] = data.credits;
    expect(signals).to.deep.equal({
      ...{ id: "1", service: "SIGNALS", wallet: "380", meter: "493", inNotice: "60", noticeEndsAt: isoTime(NOW + DAY) },
      ...{ bought: "1000", used: "7", receipts: 2, unsettled: "0", usable: "433" },
    });
    expect(decisions).to.deep.include({ wallet: "0", meter: "0", usable: "0", noticeEndsAt: null });
    expect(datasets).to.deep.include({ meter: "5", inNotice: "5", usable: "0" });
    expect(data.trial).to.deep.equal({
      ...{ units: "50", left: "42", endsAt: isoTime(NOW + 5 * DAY), isRunning: true },
      ...{ used: "8", receipts: 1, unsettled: "0", usable: "42" },
    });
    expect(data.plans).to.deep.equal([
      {
        ...{ number: 0, services: ["SIGNALS", "DECISIONS"], creditsPerDay: 5_000 },
        ...{ endsAt: isoTime(NOW + 60 * DAY), isRunning: true },
      },
    ]);
    expect(data.key).to.deep.equal({ address: OWNER, until: isoTime(NOW + DAY) });
  });

  it("takes what was used here and is not settled off what is usable", async () => {
    const parts = await context(rows);
    const book = new ReceiptBook(parts.store.database, { chainId: SELLING.chainId, contract: PASS }, "run");
    const receipt = {
      chainId: SELLING.chainId,
      contract: PASS,
      account: BUYER,
      id: 1n,
      asset: 0n,
      nonce: 3n,
      units: 30,
    };
    const signed = { ...receipt, validUntil: NOW + DAY, signature: "0x" } as const;
    const taking = await book.take({
      receipt: signed,
      request: "x",
      usable: 433n,
      trusted: 0n,
      block: 1_000,
      now: NOW,
    });
    expect(taking.kind).to.equal("taken");
    const { data } = await bodyOf(testApp(parts)(path));
    expect(data.credits[0]).to.deep.include({ meter: "493", unsettled: "30", usable: "403" });
  });

  it("knows when a trial, a plan and a key are over", async () => {
    const over: Partial<FixtureRows> = {
      ...rows,
      accountPlans: [{ account: BUYER, plan: 0, endsAt: NOW, block: 990, time: NOW - DAY }],
      trials: [{ ...ago(8), account: BUYER, units: 50n, endsAt: NOW, expired: null }],
      sessionKeys: [{ ...ago(2), account: BUYER, key: OWNER, until: NOW }],
    };
    const { data } = await bodyOf(testApp(await context(over))(path));
    expect(data.trial).to.deep.include({ left: "0", isRunning: false, usable: "0", used: "8" });
    expect(data.plans[0].isRunning).to.equal(false);
    expect(data.key).to.equal(null);
  });

  it("is empty for whoever has nothing, also where nothing is sold", async () => {
    for (const parts of [await context(), await testContext()]) {
      const { data } = await bodyOf(testApp(parts)(`/v1/accounts/${zeroAddress}/credits`));
      expect(data).to.deep.include({ trial: null, plans: [], key: null });
      for (const each of data.credits) expect(each).to.deep.include({ wallet: "0", meter: "0", used: "0" });
    }
  });
});
