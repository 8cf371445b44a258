import { mintAmounts, redeemAmounts } from "@gimbal/sdk";
import { expect } from "chai";
import { parseUnits } from "viem";
import {
  atLeast,
  atMost,
  formatAmount,
  lessMargin,
  parseAmount,
  priceImpact,
  roundedUp,
  sharesFor,
  usdValue,
  withMargin,
} from "./amounts.ts";

const CASES = 1_000;

/** Random figures that are the same in every run (xorshift). */
function figures(seed: bigint) {
  let state = seed;
  const next = (): bigint => {
    state ^= (state << 13n) & 0xffff_ffff_ffff_ffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffff_ffff_ffff_ffffn;
    return state;
  };
  const below = (limit: bigint): bigint => ((next() << 64n) | next()) % limit;
  /** Of any size: as many small ones as large ones. */
  const size = (digits: number): bigint => below(10n ** BigInt(1 + Number(below(BigInt(digits)))));
  return { below, size };
}

/** {raw} that a label says. */
const said = (short: string, decimals: number) => parseUnits((short.split(" ")[0] ?? "").replaceAll(",", ""), decimals);

describe("an amount as it is typed", () => {
  it("is read to the last digit", () => {
    expect(parseAmount("1", 18).raw).to.equal(10n ** 18n);
    expect(parseAmount(" 0.000000000000000001 ", 18).raw).to.equal(1n);
    expect(parseAmount(".5", 6).raw).to.equal(500_000n);
    expect(parseAmount("12.", 6).raw).to.equal(12_000_000n);
  });

  it("is neither an amount nor a fault while the field is empty", () => {
    expect(parseAmount("  ", 18)).to.deep.equal({ raw: undefined, fault: undefined });
  });

  it("is refused when it could be misread", () => {
    for (const text of ["-1", "+1", "1e3", "1,5", "1.2.3", ".", "0x10", "one"]) {
      expect(parseAmount(text, 18), text).to.deep.equal({
        raw: undefined,
        fault: "Write digits, with a point before the decimals.",
      });
    }
    expect(parseAmount("0.1234567", 6).fault).to.equal("It has at most 6 decimals.");
    expect(parseAmount("1.5", 0, "A number of orders").fault).to.equal("A number of orders has no decimals.");
    expect(parseAmount("9".repeat(97), 6, "USDC").fault).to.equal("USDC has too many digits.");
  });
});

describe("amounts", () => {
  it("come back from their text without loss, for 1,000 random ones", () => {
    const { below, size } = figures(7n);
    for (let i = 0; i < CASES; i++) {
      const [raw, decimals] = [size(34), Number(below(28n))];
      const text = formatAmount(raw, decimals);
      expect(parseAmount(text, decimals, "TOK").raw).to.equal(raw);
      expect(parseUnits(text, decimals)).to.equal(raw);
    }
  });

  it("of mints and redemptions keep every digit and round labels against whoever reads, for 1,000 random baskets", () => {
    const { below, size } = figures(11n);
    for (let i = 0; i < CASES; i++) {
      const tokens = Array.from({ length: 1 + Number(below(4n)) }, () => ({
        units: size(30) + 1n,
        decimals: Number(below(19n)),
      }));
      const multiplier = 10n ** 27n - below(10n ** 26n);
      const [shares, mintFeeBps, slippage] = [size(26) + 1n, Number(below(101n)), Number(below(501n))];
      const { amounts, feeShares } = mintAmounts({ tokens, shares, mintFeeBps, multiplier });
      const paid = redeemAmounts({ tokens, shares, multiplier });
      expect(said(atMost(feeShares, 18, "GIM10").exact, 18)).to.equal(feeShares);
      for (const [index, { decimals }] of tokens.entries()) {
        const [most, least] = [withMargin(amounts[index]!, slippage), lessMargin(paid[index]!, slippage)];
        expect(most * 10_000n >= amounts[index]! * BigInt(10_000 + slippage)).to.equal(true);
        expect(least * 10_000n <= paid[index]! * BigInt(10_000 - slippage)).to.equal(true);
        const [take, give] = [atMost(most, decimals, "T"), atLeast(least, decimals, "T")];
        expect(said(take.exact, decimals)).to.equal(most);
        expect(said(give.exact, decimals)).to.equal(least);
        expect(said(take.short, decimals) >= most, `${take.short} for ${most}`).to.equal(true);
        expect(said(give.short, decimals) <= least, `${give.short} for ${least}`).to.equal(true);
        expect(paid[index]! <= amounts[index]!).to.equal(true);
      }
    }
  });

  it("say little in few digits and nothing as nothing", () => {
    expect(atMost(1_234_567_891n, 6, "USDC").short).to.equal("1,234.5679 USDC");
    expect(atLeast(1_234_567_891n, 6, "USDC").short).to.equal("1,234.5678 USDC");
    expect(atLeast(1n, 18, "ETH").short).to.equal("0.000000000000000001 ETH");
    expect(atMost(0n, 18, "ETH").short).to.equal("0 ETH");
    expect(roundedUp(1_001n, 3, 2)).to.equal(1_010n);
  });
});

describe("the price impact", () => {
  it("is what a trade is worse than the net asset value, rounded up", () => {
    expect(priceImpact("buy", 10_000n, 10_100n)).to.equal(100);
    expect(priceImpact("sell", 10_000n, 9_499n)).to.equal(501);
    expect(priceImpact("sell", 1_000_000n, 999_999n)).to.equal(1);
    expect(priceImpact("buy", 10_000n, 9_900n)).to.equal(-100);
    expect(priceImpact("buy", null, 1n)).to.equal(null);
    expect(priceImpact("buy", 0n, 1n)).to.equal(null);
    expect(usdValue(2_500_000n, 10n ** 27n, 6)).to.equal(25n * 10n ** 17n);
  });
});

describe("shares for a budget", () => {
  it("cost no more than it and leave little, in a market that gets dearer", async () => {
    const costOf = async (shares: bigint) => ({ cost: shares + (shares * shares) / 10_000_000n });
    for (const first of [10n, 900_000n, 5_000_000n]) {
      const found = await sharesFor(1_000_000n, first, costOf);
      expect(found!.cost <= 1_000_000n, String(first)).to.equal(true);
      expect(found!.cost >= 990_000n, `${first}: ${found!.cost}`).to.equal(true);
    }
  });

  it("are none when nothing can be bought", async () => {
    expect(await sharesFor(10n, 1_000n, async () => ({ cost: 1_000n }))).to.equal(undefined);
    expect(await sharesFor(10n, 0n, async () => ({ cost: 0n }))).to.equal(undefined);
  });
});
