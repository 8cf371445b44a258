import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type BotParts, clientOrderIdOf, runBot } from "../../../scripts/trading-bot/bot.ts";
import {
  BotBusyError,
  BotSettingsError,
  OrderRefusedError,
  PriceAwayError,
  SignalsInvalidError,
} from "../../../scripts/trading-bot/errors.ts";
import type { Exchange } from "../../../scripts/trading-bot/exchange.ts";
import { PaperExchange } from "../../../scripts/trading-bot/paper.ts";
import { type Limits, type PlanInput, planPurchases, planSales } from "../../../scripts/trading-bot/plan.ts";
import { parseSettings } from "../../../scripts/trading-bot/settings.ts";
import { apiSignals } from "../../../scripts/trading-bot/signals.ts";
import { BotStore } from "../../../scripts/trading-bot/store.ts";
import { toNumber, toRaw } from "../../../scripts/trading-bot/units.ts";
import { CHILD_ENVIRONMENT } from "../../helpers/childProcess.ts";
import { failureOf } from "../../helpers/sdk.ts";

const LIMITS: Limits = {
  ...{ maxWeightBps: 3_000, cashFloorBps: 2_000, maxTrade: 1_000, minTrade: 10, dailyTurnover: 1_500 },
  ...{ dailyLossBps: 500, slippageBps: 100, deviationBps: 100, maxSignalAge: 3_600 },
};

const input = (over: Partial<PlanInput> = {}): PlanInput => ({
  signals: [
    { symbol: "AAA", stance: "bullish" },
    { symbol: "BBB", stance: "bearish" },
    { symbol: "CCC", stance: "neutral" },
  ],
  holdings: [
    { symbol: "AAA", amount: 10, price: 10 },
    { symbol: "BBB", amount: 4, price: 100 },
    { symbol: "CCC", amount: 5, price: 100 },
  ],
  ...{ cash: 1_000, turnoverLeft: 10_000, limits: LIMITS },
  ...over,
});

describe("trading bot: what it wants", () => {
  it("sells the bearish and what is above a cap, and leaves the neutral alone", () => {
    expect(planSales(input()).map(({ symbol, amount, price }) => [symbol, amount, price])).to.deep.equal([
      ["BBB", 4, 99],
    ]);
    const heavy = input({ holdings: [{ symbol: "CCC", amount: 10, price: 100 }] }); // half of 2,000; the cap is 600
    expect(planSales(heavy)).to.deep.include.members([{ ...planSales(heavy)[0]!, amount: 4, worth: 400 }]);
    expect(planSales(input({ signals: [] }))).to.deep.equal([]);
  });

  it("buys the bullish up to the cap, the cash floor, one order's and the day's limit", () => {
    const [order] = planPurchases(input()); // equity 2,000: cap 600 less 100 held, cash above the floor 600
    expect([order!.symbol, order!.side, order!.worth, order!.amount]).to.deep.equal(["AAA", "buy", 500, 50]);
    expect(order!.price).to.be.within(10.0999, 10.1001);
    expect(planPurchases(input({ cash: 300 }))[0]!.worth, "floor 260 of 1,300").to.be.within(39.6, 39.61);
    expect(planPurchases(input({ cash: 250 })), "at the floor").to.deep.equal([]);
    expect(planPurchases(input({ turnoverLeft: 99 }))[0]!.worth).to.equal(99);
    expect(planPurchases(input({ turnoverLeft: 9 }))).to.deep.equal([]);
    expect(planPurchases(input({ limits: { ...LIMITS, maxTrade: 42 } }))[0]!.worth).to.equal(42);
    const two = input({
      signals: ["AAA", "CCC"].map((symbol) => ({ symbol, stance: "bullish" as const })),
      holdings: ["AAA", "CCC"].map((symbol) => ({ symbol, amount: 0, price: 10 })),
      turnoverLeft: 400,
    });
    const worth = planPurchases(two).map((order) => order.worth);
    expect(worth, "the day's limit is one for both").to.deep.equal([300, 100]);
    const unknown = [{ symbol: "AAA", stance: "unknown" }] as const;
    expect(planPurchases(input({ signals: unknown }))).to.deep.equal([]);
  });

  it("turns numbers into raw amounts and back without ever naming more than there is", () => {
    for (const raw of [0n, 1n, 999_999n, 123_456_789_012_345_678n, 10n ** 30n - 1n]) {
      const back = toRaw(toNumber(raw, 18), 18);
      expect(back <= raw && raw - back <= raw / 10n ** 14n, String(raw)).to.equal(true);
    }
    expect([toRaw(1.5, 6), toRaw(0.1234567, 6), toRaw(2e21, 2)]).to.deep.equal([1_500_000n, 123_456n, 2n * 10n ** 23n]);
  });
});

let now = 1_800_000_000;
const paperOf = (store: BotStore, price: () => number) =>
  PaperExchange.open({
    ...{ store, quote: "USDC", price: async () => price(), clock: () => now },
    ...{ cash: 10_000, feeBps: 100, spreadBps: 200, depth: 500, refill: 60 },
  });

describe("trading bot: the paper account", () => {
  let store: BotStore;
  let price = 100;
  beforeEach(async () => {
    store = await BotStore.open(":memory:");
    price = 100;
  });
  afterEach(() => store.close());

  it("buys at the ask with a fee, fills what the depth allows, and gives the rest up", async () => {
    const paper = await paperOf(store, () => price);
    expect(await paper.fetchTicker("ETH/USDC")).to.include({ bid: 99, ask: 101, last: 100 });
    const order = await paper.createOrder("ETH/USDC", "limit", "buy", 10, 102, { clientOrderId: "a" });
    expect(order).to.include({ status: "canceled", amount: 10 });
    expect(order.average).to.be.within(100.9999, 101.0001);
    expect(order.filled).to.be.within(4.95049, 4.95051); // $500 at 101
    const { USDC, ETH } = await paper.fetchBalance();
    expect(USDC!.free).to.be.within(10_000 - 505.0001, 10_000 - 504.9999); // and 1%
    expect([USDC!.used, ETH!.free]).to.deep.equal([0, order.filled]);
    expect(await paper.createOrder("ETH/USDC", "limit", "buy", 10, 102, { clientOrderId: "a" })).to.deep.equal(order);
    const sold = await paper.createOrder("ETH/USDC", "market", "sell", ETH!.free!, undefined, { clientOrderId: "b" });
    expect(sold).to.include({ status: "closed", remaining: 0 });
    expect(sold.average).to.be.within(98.9999, 99.0001);
    expect(sold.fee!.cost).to.be.within(4.9, 4.902);
    const { free, used } = (await paper.fetchBalance())["ETH"]!;
    expect([free! < 1e-14, used], "less than a double can name").to.deep.equal([true, 0]);
  });

  it("fills an order that stays further, and gives back what a cancelled one had set aside", async () => {
    const paper = await paperOf(store, () => price);
    const params = { clientOrderId: "c", timeInForce: "GTC" };
    const { id, filled } = await paper.createOrder("ETH/USDC", "limit", "buy", 10, 101, params);
    expect((await paper.fetchBalance())["USDC"]!.used).to.be.within(515, 515.2); // 10 x 101 x 1.01 less 505
    expect((await paper.fetchOrder(id)).filled, "no refill yet").to.equal(filled);
    now += 60;
    price = 103; // beyond the limit
    expect((await paper.fetchOrder(id)).filled).to.equal(filled);
    price = 99;
    expect((await paper.fetchOrder("c")).filled).to.be.within(9.9, 9.96);
    await paper.cancelOrder(id);
    const { USDC } = await paper.fetchBalance();
    expect(USDC!.used).to.equal(0);
    expect(USDC!.total).to.be.within(8_989.99, 8_990.01);
    await failureOf(OrderRefusedError, () => paper.cancelOrder(id));
    expect((await paper.fetchOrders("ETH/USDC")).map(({ status }) => status)).to.deep.equal(["canceled"]);
    expect(await paper.fetchOrders("BTC/USDC")).to.deep.equal([]);
  });

  it("refuses what it cannot pay and what makes no sense", async () => {
    const paper = await paperOf(store, () => price);
    const id = { clientOrderId: "x" };
    const refused: Parameters<Exchange["createOrder"]>[] = [
      ["ETH/USDC", "limit", "buy", 100, 101, id],
      ["ETH/USDC", "market", "sell", 1, undefined, id],
      ["ETH/USDC", "limit", "buy", -1, 101, id],
      ["ETH/USDC", "limit", "buy", 1, undefined, id],
      ["ETH/USDC", "limit", "hold", 1, 101, id],
      ["ETH/USDC", "limit", "buy", 1, 101, {}],
      ["ETH/USDC", "limit", "buy", 1, 101, { ...id, timeInForce: "FOK" }],
      ["ETH/EUR", "limit", "buy", 1, 101, id],
    ];
    for (const order of refused) {
      await failureOf(OrderRefusedError, () => paper.createOrder(...order));
    }
    expect((await paper.fetchBalance())["USDC"]).to.deep.equal({ free: 10_000, used: 0, total: 10_000 });
  });

  it("keeps the account over a restart, and lets one run at a time trade from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-bot-"));
    const file = join(folder, "bot.db");
    const first = await BotStore.open(file);
    await (await paperOf(first, () => 100)).createOrder("ETH/USDC", "market", "buy", 1, undefined, {
      clientOrderId: "a",
    });
    await failureOf(BotBusyError, () => BotStore.open(file));
    await (await BotStore.open(file, false)).close();
    await first.close();
    const second = await BotStore.open(file);
    expect((await (await paperOf(second, () => 100)).fetchBalance())["ETH"]!.free).to.equal(1);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

describe("trading bot: any exchange of ccxt's shape", () => {
  let store: BotStore;
  beforeEach(async () => {
    store = await BotStore.open(":memory:");
  });
  afterEach(() => store.close());

  const partsOf = (exchange: Exchange, over: Partial<BotParts> = {}): BotParts => ({
    ...{ exchange, store, tokens: ["ETH"], quote: "USDC", limits: LIMITS, account: "me", send: true },
    ...{ gate: async () => 1, clock: async () => now, reference: { price: async () => 100 } },
    signals: async () => ({ id: "0x0a", asOf: now, validUntil: null, signals: [{ symbol: "ETH", stance: "bullish" }] }),
    ...over,
  });

  it("never orders again what a venue lost that may have forgotten it; again what ours never got", async () => {
    const paper = await paperOf(store, () => 100);
    const venue = (has: Exchange["has"]): Exchange => ({
      ...{ id: "somewhere", has },
      fetchTicker: async (symbol) => ({ symbol, timestamp: 0, bid: 99.9, ask: 100.1, last: 100 }),
      fetchBalance: () => paper.fetchBalance(),
      fetchOrder: (id) => paper.fetchOrder(id),
      fetchOrders: async () => [],
      cancelOrder: (id) => paper.cancelOrder(id),
      createOrder: () => Promise.reject(new Error("the connection broke")),
    });
    await runBot(partsOf(venue({}))).then(
      () => expect.fail("it broke"),
      () => undefined,
    );
    const id = clientOrderIdOf("0x0a", "me", "ETH/USDC", "buy");
    expect(id).to.match(/^gim[0-9a-f]{29}$/);
    expect((await store.intent(id))!.state).to.equal("planned");
    const lost = await runBot(partsOf(venue({})));
    expect(lost.recovered[0]!.state).to.contain("lost");
    expect(lost.outcomes.map(({ state }) => state)).to.deep.equal(["had its order"]);
    expect(await store.turnoverSince(now - 10), "it may have traded").to.be.greaterThan(900);

    const ours = await BotStore.open(":memory:");
    const parts = { ...partsOf(venue({ exactlyOnce: true })), store: ours };
    await runBot(parts).catch(() => undefined);
    const again = await runBot({ ...parts, exchange: { ...venue({}), ...{ has: { exactlyOnce: true } } } }).catch(
      String,
    );
    expect(again, "sent again").to.contain("the connection broke");
    await ours.close();
  });

  it("looks again at an order that stayed open", async () => {
    const paper = await paperOf(store, () => 100);
    let status = "open";
    const order = () => ({
      ...{ id: "7", clientOrderId: clientOrderIdOf("0x0a", "me", "ETH/USDC", "buy"), timestamp: 0, symbol: "ETH/USDC" },
      ...{ side: "buy", price: 101, amount: 9, filled: 9, remaining: 0, cost: 905, status },
    });
    const venue: Exchange = {
      ...{ id: "somewhere", has: {} },
      fetchTicker: async (symbol) => ({ symbol, timestamp: 0, bid: 99.9, ask: 100.1, last: 100 }),
      fetchBalance: () => paper.fetchBalance(),
      fetchOrder: async () => order(),
      fetchOrders: async () => [order()],
      cancelOrder: async () => order(),
      createOrder: async () => order(),
    };
    expect((await runBot(partsOf(venue))).outcomes[0]!.state).to.equal("unknown");
    expect((await runBot(partsOf(venue))).recovered[0]!.state).to.equal("still open");
    status = "closed";
    expect((await runBot(partsOf(venue))).recovered[0]!.state).to.equal("found: closed");
    expect(await store.turnoverSince(now - 10)).to.equal(905);
    expect(await store.turnoverSince(now + 1)).to.equal(0);
  });

  it("tries again what a venue refused before anything was sent", async () => {
    const paper = await paperOf(store, () => 100);
    let refusals = 1;
    const venue: Exchange = {
      ...{ id: "moody", has: {} },
      fetchTicker: (symbol) => paper.fetchTicker(symbol),
      fetchBalance: () => paper.fetchBalance(),
      fetchOrder: (id) => paper.fetchOrder(id),
      fetchOrders: async () => [],
      cancelOrder: (id) => paper.cancelOrder(id),
      createOrder: async (...order) => {
        if (refusals-- > 0) throw new OrderRefusedError("Not now.");
        return paper.createOrder(...order);
      },
    };
    const parts = partsOf(venue, { limits: { ...LIMITS, deviationBps: 200, slippageBps: 200 } });
    expect((await runBot(parts)).outcomes[0]).to.include({ state: "refused", why: "Not now." });
    expect((await runBot(parts)).outcomes[0]!.state).to.equal("traded");
    expect((await runBot(parts)).outcomes[0]!.state).to.equal("had its order");
  });

  it("refuses a venue that names no price", async () => {
    const paper = await paperOf(store, () => 100);
    const silent: Exchange = Object.assign(Object.create(null) as Exchange, {
      ...{ id: "silent", has: {}, fetchBalance: () => paper.fetchBalance() },
      fetchTicker: async (symbol: string) => ({ symbol, timestamp: 0, bid: undefined, ask: undefined, last: 100 }),
    });
    expect((await runBot(partsOf(silent))).outcomes[0]).to.include({ state: "refused" });
    const blind = partsOf(paper, { reference: { price: () => Promise.reject(new PriceAwayError("none")) } });
    await failureOf(PriceAwayError, () => runBot(blind));
  });
});

const TOKENS = [{ symbol: "WETH", address: `0x${"01".repeat(20)}` as const, decimals: 18 }];
const answering =
  (...pages: unknown[]): typeof fetch =>
  async () =>
    Response.json(pages.shift());

describe("trading bot: signals and settings", () => {
  it("reads all pages of the API, and names the set by what it says", async () => {
    const asOf = "2027-01-15T08:00:00Z";
    const of = (symbol: string, signal: string, decision = "0x0d") => ({ symbol, signal, computedFrom: { decision } });
    const first = { data: [of("SOL", "bearish")], asOf, next: "more" };
    const read = (signal: string, at = asOf) =>
      apiSignals("http://api/", { tokens: TOKENS, fetch: answering(first, { data: [of("ETH", signal)], asOf: at }) })();
    const set = await read("bullish");
    expect(set).to.deep.include({ asOf: 1_800_000_000, signals: [{ symbol: "WETH", stance: "bullish" }] });
    expect((await read("bullish", "2027-01-15T09:00:00Z")).id, "asked for later").to.equal(set.id);
    expect((await read("bearish")).id).not.to.equal(set.id);
    for (const pages of [
      [{ data: [], asOf: "soon" }],
      [{ asOf }],
      [{ data: [of("ETH", "moon")], asOf }],
      [{ data: [{ symbol: "ETH", signal: "bullish" }], asOf }],
      [{ data: [{ ...of("ETH", "bullish"), symbol: 7 }], asOf }],
      [first, { data: [of("ETH", "bullish", "0x0e")], asOf }],
      [null],
    ]) {
      const bad = apiSignals("http://api", { tokens: TOKENS, fetch: answering(...pages) });
      await failureOf(SignalsInvalidError, () => bad());
    }
    const down = apiSignals("http://api", { tokens: TOKENS, fetch: async () => new Response("", { status: 503 }) });
    await failureOf(SignalsInvalidError, () => down());
    const gone = apiSignals("http://api", {
      tokens: TOKENS,
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    await failureOf(SignalsInvalidError, () => gone());
  });

  it("takes settings with their defaults, and names every field that is wrong", () => {
    const good = { venue: "paper", signals: { api: "http://127.0.0.1:1" }, leastTier: 2, tokens: ["WETH"] };
    expect(parseSettings(good)).to.deep.include({ quote: "USDC", wallet: { kind: "environment" } });
    for (const [change, field] of [
      [{ venue: "moon" }, "venue"],
      [{ leastTier: 0 }, "leastTier"],
      [{ tokens: ["USDC"] }, "tokens"],
      [{ tokens: ["WETH", "WETH"] }, "tokens"],
      [{ limits: { minTrade: 10, maxTrade: 5 } }, "limits.minTrade"],
      [{ limits: { slippageBps: 5_000 } }, "limits.slippageBps"],
      [{ colour: "red" }, "colour"],
      [{ wallet: { kind: "environment", key: "0x1" } }, "wallet"],
    ] as const) {
      expect(() => parseSettings({ ...good, ...change })).to.throw(BotSettingsError, field);
    }
  });

  it("ends with 1 and a sentence where there are no settings", () => {
    const bot = join(import.meta.dirname, "../../../scripts/trading-bot.ts");
    const folder = mkdtempSync(join(tmpdir(), "gimbal-bot-"));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [bot, ...args], { cwd: folder, env: CHILD_ENVIRONMENT });
    const missing = run();
    expect([missing.status, missing.stderr.toString()]).to.deep.equal([
      1,
      "BOT_SETTINGS: bot.json cannot be read. Write the bot's settings there; docs/TRADING-BOT.md says how.\n",
    ]);
    const settings = { venue: "paper", signals: { api: "http://127.0.0.1:1" }, leastTier: 2, tokens: ["WETH"] };
    writeFileSync(join(folder, "bot.json"), JSON.stringify(settings));
    expect(run("--halt").stdout.toString()).to.equal("halted: nothing is traded until --resume\n");
    expect(run("--resume").stdout.toString()).to.equal("running again\n");
    rmSync(folder, { recursive: true });
  });
});
