import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";
import { requireTier, runBot } from "../../scripts/trading-bot/bot.ts";
import {
  BotHaltedError,
  OrderRefusedError,
  OrderUnknownError,
  PriceAwayError,
  SignalsStaleError,
  TierTooLowError,
} from "../../scripts/trading-bot/errors.ts";
import type { Exchange } from "../../scripts/trading-bot/exchange.ts";
import type { SignalSet } from "../../scripts/trading-bot/signals.ts";
import { BotStore } from "../../scripts/trading-bot/store.ts";
import { reversePath } from "../../scripts/trading-bot/uniswap.ts";
import { setPrices } from "../helpers/market.ts";
import { erc20 } from "../helpers/periphery.ts";
import { WEEK } from "../helpers/scores.ts";
import { failureOf } from "../helpers/sdk.ts";
import {
  type Around,
  BOT_LIMITS,
  botOf,
  deployTrading,
  Killed,
  type Trading,
  trader,
  traderClient,
  USD,
  uniswapOf,
} from "../helpers/tradingBot.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2027-01-04T09:00:00Z" },
});

async function deployed() {
  return deployTrading(ethers, networkHelpers);
}

/** WETH goes, BTC comes. */
async function signalsOf({ scores }: Trading, id = "0x01"): Promise<SignalSet> {
  const signals = [
    { symbol: "WETH", stance: "bearish" },
    { symbol: "BTC", stance: "bullish" },
  ] as const;
  return { id, asOf: Number(await scores.now()) - 600, validUntil: null, signals };
}

const held = async (world: Trading) => ({
  usd: await world.usd.balanceOf(trader.address),
  weth: await erc20(world.at.WETH, world.owner).balanceOf(trader.address),
  btc: await world.btc.balanceOf(trader.address),
});
const nonce = () => ethers.provider.getTransactionCount(trader.address);
const SELL = ["WETH/USDT", "limit", "sell", 0.5, 1_990] as const;

describe("trading bot on Uniswap V3", () => {
  let world: Trading;
  let store: BotStore;
  const start = async (around?: Around, send = true) => {
    const client = traderClient(provider, around);
    return botOf(world, { client, store, set: await signalsOf(world), over: { send } });
  };

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    store = await BotStore.open(":memory:");
  });
  afterEach(() => store.close());

  it("sells what is bearish, buys what is bullish, approves exactly what it pays, and trades once for one signal", async () => {
    const before = await held(world);
    const report = await runBot(await start());
    expect(report.tier).to.equal(4);
    expect(report.equity).to.equal(12_000);
    expect(report.outcomes.map(({ side, symbol, state }) => [side, symbol, state])).to.deep.equal([
      ["sell", "WETH", "traded"],
      ["buy", "BTC", "traded"],
    ]);
    const after = await held(world);
    expect(after.weth, "all of it").to.equal(0n);
    const [sold, bought] = report.outcomes;
    expect(sold!.cost).to.be.within(2_000 * 0.995, 2_000 * 0.9971);
    expect(Number(after.usd - before.usd)).to.equal(Math.round((sold!.cost! - bought!.cost!) * 1e6));
    expect(Number(after.btc) / 1e8).to.equal(bought!.filled);
    expect(bought!.cost, "one order is worth at most the limit").to.be.within(1_990, 2_000 * 1.005);
    expect(bought!.cost! / bought!.filled!).to.be.at.most(bought!.price);
    for (const token of [world.at.USDT, world.at.WETH]) {
      const left = await erc20(token, world.owner).allowance(trader.address, String(world.stack.router.target));
      expect(left).to.equal(0n);
    }
    const sent = await nonce();
    const again = await runBot(await start());
    expect(again.outcomes.map(({ state }) => state)).to.deep.equal(["had its order"]);
    expect([await nonce(), await held(world)]).to.deep.equal([sent, after]);
    const next = { ...(await signalsOf(world, "0x02")) };
    const more = await runBot(await botOf(world, { client: traderClient(provider), store, set: next }));
    expect(
      more.outcomes.map(({ side, state }) => [side, state]),
      "another signal",
    ).to.deep.equal([["buy", "traded"]]);
  });

  it("sends and writes nothing without send, and says what it would", async () => {
    const before = await nonce();
    const report = await runBot(await start(undefined, false));
    expect(report.outcomes.map(({ side, state }) => [side, state])).to.deep.equal([
      ["sell", "wanted"],
      ["buy", "wanted"],
    ]);
    expect([await nonce(), await store.unfinished()]).to.deep.equal([before, []]);
    expect(await store.intent(report.outcomes[0]!.clientOrderId)).to.equal(undefined);
  });

  it("runs for a tier of the last week's start alone: a lock of today and one that is over bring nothing", async () => {
    const client = traderClient(provider);
    const set = await signalsOf(world);
    const { scores, owner } = world;
    const gate = (await botOf(world, { client, store, set })).gate;
    expect(await gate()).to.equal(4);
    await scores.lockForScore(owner, 50_000n * 10n ** 18n);
    const about = { scores: String(scores.registry.target) as `0x${string}`, account: owner.address as `0x${string}` };
    await failureOf(TierTooLowError, () => requireTier(client, { ...about, least: 1 }));
    await networkHelpers.time.increase(WEEK);
    expect(await requireTier(client, { ...about, least: 4 })).to.equal(4);
    await failureOf(TierTooLowError, () => requireTier(client, { ...about, least: 5 }));
    const sent = await nonce();
    const refusing = { gate: () => requireTier(client, { ...about, least: 10 }) };
    await failureOf(TierTooLowError, async () => runBot(await botOf(world, { client, store, set, over: refusing })));
    expect(await nonce()).to.equal(sent);
  });

  it("refuses pools away from Chainlink, either way, and prices that are too old", async () => {
    for (const price of ["2045", "1955"]) {
      await setPrices(world.protocol, { WETH: price });
      const report = await runBot(await start());
      expect(report.outcomes[0]).to.include({ symbol: "WETH", state: "refused" });
      expect(report.outcomes[0]!.why).to.contain("more than 100 bps apart");
    }
    await setPrices(world.protocol, { WETH: "2000" });
    const sent = await nonce();
    await networkHelpers.time.increase(86_500);
    await failureOf(PriceAwayError, async () => runBot(await start()));
    expect(await nonce()).to.equal(sent);
  });

  it("refuses signals that are old, of the future, or past their end", async () => {
    const client = traderClient(provider);
    const set = await signalsOf(world);
    const now = Number(await world.scores.now());
    for (const change of [
      { asOf: now - 86_500 },
      { asOf: now + 3_600 },
      { validUntil: now - 1 },
      { asOf: Number.NaN },
    ]) {
      const stale = await botOf(world, { client, store, set: { ...set, ...change } });
      await failureOf(SignalsStaleError, () => runBot(stale));
    }
    expect(await nonce()).to.equal(1 + (await setupNonce()));
  });

  /** Transactions of the trader before the bot, less one. */
  const setupNonce = async () => (await nonce()) - 1;

  it("never sends a second swap when it died between sending and writing down", async () => {
    let raws = 0;
    const dying: Around = async (method, forward) => {
      const result = await forward();
      if (method === "eth_sendRawTransaction" && ++raws === 2) throw new Killed("after the swap was sent");
      return result;
    };
    const before = await nonce();
    await start(dying)
      .then(runBot)
      .then(
        () => expect.fail("it should have died"),
        (error: unknown) => expect(String(error)).to.contain("after the swap was sent"),
      );
    expect(await nonce(), "an approval and the swap").to.equal(before + 2);
    expect((await store.unfinished()).length).to.equal(1);
    const report = await runBot(await start());
    expect(report.recovered.map(({ state }) => state)).to.deep.equal(["found: closed"]);
    expect(report.outcomes.map(({ side, state }) => [side, state])).to.deep.equal([["buy", "traded"]]);
    expect(await nonce(), "and the purchase").to.equal(before + 4);
    expect((await held(world)).weth).to.equal(0n);
  });

  it("sends the very same swap when it died before sending, and gives it up after its deadline", async () => {
    const client = traderClient(provider, async (method, forward) => {
      if (method === "eth_sendRawTransaction" && (await nonce()) > before) throw new Killed("before the swap");
      return forward();
    });
    const before = await nonce();
    const dying = uniswapOf(world, client, store).exchange;
    await expectDeath(() => dying.createOrder(...SELL, { clientOrderId: "one" }));
    expect(await nonce(), "the approval").to.equal(before + 1);
    const { exchange } = uniswapOf(world, traderClient(provider), store);
    const order = await exchange.createOrder(...SELL, { clientOrderId: "one" });
    expect(order).to.include({ status: "closed", filled: 0.5, remaining: 0, side: "sell", clientOrderId: "one" });
    expect(await exchange.createOrder(...SELL, { clientOrderId: "one" })).to.deep.equal(order);
    expect(await exchange.fetchOrder("one")).to.deep.equal(order);
    expect(await nonce()).to.equal(before + 2);
  });

  it("never trades an order whose deadline passed while it was down", async () => {
    let isDown = false;
    const client = traderClient(provider, async (method, forward) => {
      if (method === "eth_sendRawTransaction" && isDown) throw new Killed("down");
      if (method === "eth_sendRawTransaction") isDown = true;
      return forward();
    });
    const { exchange } = uniswapOf(world, client, store);
    await expectDeath(() => exchange.createOrder(...SELL, { clientOrderId: "late" }));
    await networkHelpers.time.increase(200);
    const again = uniswapOf(world, traderClient(provider), store).exchange;
    expect(await again.fetchOrder("late")).to.include({ status: "expired", filled: 0, remaining: 0.5 });
    expect((await held(world)).weth).to.equal(parseEther("1"));
  });

  it("gets its least amount or nothing when somebody trades in front of it", async () => {
    const { user, stack, at, usd, owner } = world;
    await stack.weth.getFunction("transfer").send(user.address, parseEther("200"));
    await erc20(at.WETH, user).approve(String(stack.router.target), parseEther("200"));
    let raws = 0;
    const client = traderClient(provider, async (method, forward) => {
      if (method === "eth_sendRawTransaction" && ++raws === 2) {
        const params = [at.WETH, at.USDT, 3_000, user.address, parseEther("200"), 0n, 0n];
        await stack.router.connect(user).getFunction("exactInputSingle").send(params);
      }
      return forward().catch((error: unknown) => {
        // The node tells a revert when it mines; a public one only takes the transaction.
        if (method === "eth_sendRawTransaction") throw new Error(`already known: ${String(error)}`);
        throw error;
      });
    });
    const before = await usd.balanceOf(trader.address);
    const order = await uniswapOf(world, client, store).exchange.createOrder(...SELL, { clientOrderId: "front" });
    expect(order).to.include({ status: "canceled", filled: 0, cost: 0 });
    expect([await usd.balanceOf(trader.address), (await held(world)).weth]).to.deep.equal([before, parseEther("1")]);
    expect(await erc20(at.WETH, owner).balanceOf(user.address)).to.equal(0n);
  });

  it("refuses orders that make no sense, and limits worse than Chainlink's price and the slippage", async () => {
    const { exchange } = uniswapOf(world, traderClient(provider), store);
    const id = { clientOrderId: "bad" };
    const before = await nonce();
    const bad: (() => Promise<unknown>)[] = [
      () => exchange.createOrder("WETH/USDT", "limit", "sell", 0.5, 1_980, id), // 1% below
      () => exchange.createOrder("WETH/USDT", "limit", "buy", 0.5, 2_020, id),
      () => exchange.createOrder("WETH/USDT", "limit", "sell", 0.5, 2_100, id), // nobody pays that
      () => exchange.createOrder("WETH/USDT", "limit", "buy", 0.5, 1_900, id),
      () => exchange.createOrder("WETH/USDT", "limit", "hold", 0.5, 2_000, id),
      () => exchange.createOrder("WETH/USDT", "limit", "sell", Number.NaN, 2_000, id),
      () => exchange.createOrder("WETH/USDT", "limit", "sell", 0, 2_000, id),
      () => exchange.createOrder("WETH/USDT", "stop", "sell", 1, 2_000, id),
      () => exchange.createOrder("WETH/USDT", "limit", "sell", 1e-19, 2_000, id),
      () => exchange.createOrder("WETH/BTC", "limit", "sell", 1, 0.02, id),
      () => exchange.createOrder("WETH/USDT", "market", "sell", 5, undefined, id), // more than it has
      () => exchange.createOrder("WETH/USDT", "market", "sell", 1, undefined, {}),
    ];
    for (const [position, order] of bad.entries()) {
      await failureOf(OrderRefusedError, order).catch((error: unknown) => {
        throw new Error(`${position}: ${String(error)}`);
      });
    }
    expect(await nonce(), "an approval at most").to.be.within(before, before + 1);
    await failureOf(OrderUnknownError, () => exchange.fetchOrder("bad"));
    await failureOf(OrderUnknownError, () => exchange.cancelOrder("bad"));
    const order = await exchange.createOrder("WETH/USDT", "market", "buy", 0.1, undefined, { clientOrderId: "good" });
    expect(order.filled).to.be.within(0.0999, 0.1001);
    expect(order.average).to.be.within(2_006, 2_010);
    await failureOf(OrderRefusedError, () => exchange.cancelOrder("good"));
    expect((await exchange.fetchOrders("WETH/USDT")).map(({ id }) => id)).to.deep.equal(["good"]);
  });

  it("halts when the account lost too much in a day, stays halted, and stops before the next order", async () => {
    const bot = await start();
    await runBot({ ...bot, signals: async () => ({ ...(await signalsOf(world)), signals: [] }) });
    await world.usd.connect(await impersonated()).transfer(world.owner.address, 700n * USD);
    const sent = await nonce();
    const halted = await failureOf(BotHaltedError, () => runBot(bot));
    expect(halted.shortMessage).to.contain("lost 583 bps since the day began, more than 500");
    await failureOf(BotHaltedError, () => runBot({ ...bot, limits: { ...BOT_LIMITS, dailyLossBps: 9_000 } }));
    expect(await nonce()).to.equal(sent);
    await store.resume();
    const turned = { ...bot, limits: { ...BOT_LIMITS, dailyLossBps: 9_000 } };
    const { exchange } = turned;
    const switching: Exchange = {
      ...{ id: exchange.id, has: exchange.has },
      fetchTicker: (symbol) => exchange.fetchTicker(symbol),
      fetchBalance: () => exchange.fetchBalance(),
      fetchOrder: (id) => exchange.fetchOrder(id),
      fetchOrders: (symbol) => exchange.fetchOrders(symbol),
      cancelOrder: (id) => exchange.cancelOrder(id),
      createOrder: async (...order) => {
        await store.halt("somebody stopped it.", 1);
        return exchange.createOrder(...order);
      },
    };
    await failureOf(BotHaltedError, () => runBot({ ...turned, exchange: switching }));
    expect((await held(world)).btc, "sold, and then bought nothing").to.equal(0n);
  });

  it("leaves the router no allowance, also where its user had given a large one", async () => {
    const router = String(world.stack.router.target);
    await world.usd.connect(await impersonated()).approve(router, 5_000n * USD); // changes to zero only, as Tether's
    const { exchange } = uniswapOf(world, traderClient(provider), store);
    await exchange.createOrder("WETH/USDT", "market", "buy", 0.1, undefined, { clientOrderId: "exact" });
    expect(await world.usd.allowance(trader.address, router)).to.equal(0n);
  });

  it("turns a path round", () => {
    const [a, b, c] = ["aa", "bb", "cc"].map((byte) => byte.repeat(20));
    expect(reversePath(`0x${a}000bb8${b}0001f4${c}`)).to.equal(`0x${c}0001f4${b}000bb8${a}`);
  });

  async function impersonated() {
    await networkHelpers.impersonateAccount(trader.address);
    return ethers.getSigner(trader.address);
  }
});

async function expectDeath(run: () => Promise<unknown>): Promise<void> {
  await run().then(
    () => expect.fail("it should have died"),
    (error: unknown) => expect(String(error)).to.match(/before the swap|down/),
  );
}
