import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Address } from "viem";
import { WeightsCsvInvalidError } from "../templates/errors.ts";
import { PortfolioInvalidError } from "./errors.ts";
import { type PlannedTrade, parseHoldingsCsv, planTrades } from "./trades.ts";

type Priced = { token: Address; decimals: number; price: string };
type Vector = {
  held: (Priced & { amount: string })[];
  targets: (Priced & { weightBps: number })[];
  least: string;
  total: string;
  trades: (Omit<PlannedTrade, "amount" | "value"> & { amount: string; value: string })[];
};

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/trades.json"), "utf8")) as Vector[];
const token = (digit: number): Address => `0x${String(digit).padStart(40, "0")}`;
const USD = 10n ** 18n;
const dollar = { decimals: 6, price: 10n ** 27n };
const ether = { decimals: 18, price: 2_000n * 10n ** 27n };

describe("planTrades", () => {
  it("answers as the vectors say, which were computed with exact fractions", () => {
    expect(vectors.length).to.equal(5);
    for (const { held, targets, least, total, trades } of vectors) {
      const plan = planTrades({
        held: held.map((item) => ({ ...item, price: BigInt(item.price), amount: BigInt(item.amount) })),
        targets: targets.map((item) => ({ ...item, price: BigInt(item.price) })),
        least: BigInt(least),
      });
      expect(String(plan.total)).to.equal(total);
      const said = plan.trades.map((trade) => ({
        ...trade,
        amount: String(trade.amount),
        value: String(trade.value),
      }));
      expect(said).to.deep.equal(trades);
    }
  });

  it("sells all of what is not in the index, and what is above its weight, before it buys", () => {
    const { total, trades, sold, bought } = planTrades({
      held: [
        { token: token(1), ...dollar, amount: 1_000_000_000n },
        { token: token(2), ...ether, amount: USD / 2n },
      ],
      targets: [
        { token: token(2), ...ether, weightBps: 2_500 },
        { token: token(3), ...dollar, weightBps: 7_500 },
      ],
    });
    expect(total).to.equal(2_000n * USD);
    expect(trades).to.deep.equal([
      { side: "sell", token: token(1), amount: 1_000_000_000n, value: 1_000n * USD, fromBps: 5_000, toBps: 0 },
      { side: "sell", token: token(2), amount: USD / 4n, value: 500n * USD, fromBps: 5_000, toBps: 2_500 },
      { side: "buy", token: token(3), amount: 1_500_000_000n, value: 1_500n * USD, fromBps: 0, toBps: 7_500 },
    ]);
    expect([sold, bought]).to.deep.equal([1_500n * USD, 1_500n * USD]);
  });

  it("leaves out what is too small, and refuses what it cannot compute with", () => {
    const one = { token: token(1), ...dollar };
    const other = { token: token(2), ...dollar };
    const near = {
      held: [
        { ...one, amount: 50_000_000n },
        { ...other, amount: 50_000_002n },
      ],
      targets: [
        { ...one, weightBps: 5_000 },
        { ...other, weightBps: 5_000 },
      ],
    };
    expect(planTrades(near).trades).to.deep.equal([]);
    expect(planTrades({ ...near, least: 1n }).trades).to.have.length(2);
    const refuses = (over: object, words: string) =>
      expect(() => planTrades({ ...near, ...over })).to.throw(PortfolioInvalidError, words);
    refuses({ targets: near.targets.slice(1) }, "sum to 10000, not 5000");
    refuses({ held: [{ ...one, price: 0n, amount: 1n }] }, "price");
    refuses({ held: [near.held[0], near.held[0]] }, "named twice");
    refuses({ held: [] }, "worth something");
    refuses({ held: [{ ...one, amount: -1n }] }, "negative");
  });
});

describe("parseHoldingsCsv", () => {
  const tokens = { WETH: { address: token(5) } };

  it("reads tokens and amounts", () => {
    expect(parseHoldingsCsv(`token,amount\nWETH,1.5\n${token(6)},20\n`, tokens)).to.deep.equal([
      { token: token(5), name: "WETH", quantity: "1.5" },
      { token: token(6), name: token(6), quantity: "20" },
    ]);
  });

  it("names the line of what is no amount", () => {
    for (const wrong of ["-1", "1e5", "", "one", ".5"]) {
      expect(() => parseHoldingsCsv(`token,amount\nWETH,${wrong}\n`, tokens)).to.throw(
        WeightsCsvInvalidError,
        "Line 2",
      );
    }
  });
});
