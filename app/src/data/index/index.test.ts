import { canonicalHash } from "@gimbal/sdk";
import { decisionHashOf, gradesRoot } from "@gimbal/sdk/grades";
import { expect } from "chai";
import type { Address, Hex } from "viem";
import { ApiError } from "../api.ts";
import { splitOf } from "./feeSplit.ts";
import { type IndexBar, withMoment } from "./live.ts";
import { quotaProblem } from "./quota.ts";
import { verify } from "./verify.ts";
import { numberOf, rawOf, secondsOf } from "./wire.ts";

const VAULT: Address = "0x00000000000000000000000000000000000000AA";
const TOKEN: Address = "0x00000000000000000000000000000000000000bb";

describe("what the API writes", () => {
  it("is read without loss, and null stays null", () => {
    expect(rawOf({ raw: "123456789012345678901234567890", decimals: 18 })).to.equal(123456789012345678901234567890n);
    expect(numberOf({ raw: "1500000", decimals: 6 })).to.equal(1.5);
    expect([rawOf(null), numberOf(null), secondsOf(null)]).to.deep.equal([null, null, null]);
    expect(secondsOf("1970-01-02T00:00:00Z")).to.equal(86_400);
  });
});

describe("the split of fees", () => {
  it("is the vault's: the protocol's part first, then the author's of what is left", () => {
    expect(splitOf(2_000, 1_000, true)).to.deep.equal({ protocol: 2_000, author: 800, creator: 7_200 });
  });

  it("gives the creator's part to the protocol where no creator is named", () => {
    expect(splitOf(2_000, 1_000, false)).to.deep.equal({ protocol: 9_200, author: 800, creator: 0 });
  });
});

describe("verifying a decision", () => {
  const record = {
    ...{ chainId: 31_337, vault: VAULT, epoch: 7, reasons: ["Momentum of ETH fell."] },
    assets: [{ token: TOKEN, traderGrade: 80, investorGrade: null }],
  };
  const decisionHash: Hex = decisionHashOf(canonicalHash(record), gradesRoot(record));
  const onChain = { chainId: 31_337, vault: VAULT, epoch: 7, decisionHash };

  it("believes the record that was hashed, in whatever order its keys came", () => {
    const { assets, ...rest } = record;
    expect(verify({ assets, ...rest }, onChain)).to.deep.include({
      isTrue: true,
      recomputed: decisionHash,
      faults: [],
    });
  });

  it("sees a changed reason, a changed grade, and a changed hash", () => {
    const other = verify({ ...record, reasons: ["Momentum of ETH rose."] }, onChain);
    expect([other.isTrue, other.faults.length]).to.deep.equal([false, 1]);
    const graded = { ...record, assets: [{ token: TOKEN, traderGrade: 81, investorGrade: null }] };
    expect(verify(graded, onChain).isTrue).to.equal(false);
    expect(verify(record, { ...onChain, decisionHash: `0x${"11".repeat(32)}` }).isTrue).to.equal(false);
  });

  it("does not take a true record for another chain, index or rebalance", () => {
    expect(verify(record, { ...onChain, chainId: 1 }).faults).to.deep.equal(["The record is about chain 31337."]);
    expect(verify(record, { ...onChain, vault: TOKEN }).faults).to.have.length(1);
    expect(verify(record, { ...onChain, epoch: 8 }).faults).to.deep.equal(["The record is about rebalance 7."]);
  });

  it("says so when there is nothing to compute from", () => {
    for (const broken of [null, undefined, {}, { ...record, epoch: 1.5 }, { ...record, assets: [] }, "text"]) {
      expect(verify(broken, onChain)).to.deep.include({ isTrue: false, recomputed: null });
    }
  });
});

describe("bars of an index up to this moment", () => {
  const bar = (time: number, close: number): IndexBar => ({ time, open: 10, high: 12, low: 9, close, tvl: 100 });
  const bars = [bar(0, 10), bar(3_600, 11)];

  it("end at the price of now: in the bar that is under way, its highs and lows with it", () => {
    const now = { time: 5_000, price: 13, tvl: 130 };
    const newest = { time: 3_600, open: 10, high: 13, low: 9, close: 13, tvl: 130 };
    expect(withMoment(bars, now, 3_600)).to.deep.equal([bars[0], newest]);
  });

  it("get a bar of their own that begins where the last one ended, when that one is over", () => {
    const now = { time: 7_300, price: 8, tvl: 80 };
    const newest = { time: 7_200, open: 11, high: 11, low: 8, close: 8, tvl: 80 };
    expect(withMoment(bars, now, 3_600)).to.deep.equal([...bars, newest]);
  });

  it("stay as they are without a price of now, without bars, and for a moment of the past", () => {
    const now = { time: 3_599, price: 8, tvl: 80 };
    expect(withMoment(bars, undefined, 3_600)).to.equal(bars);
    expect(withMoment([], now, 3_600)).to.deep.equal([]);
    expect(withMoment(bars, now, 3_600)).to.equal(bars);
  });
});

describe("verifying", () => {
  it("says that it is free again soon when the quota is used up, and nothing of other failures", () => {
    expect(quotaProblem(new ApiError(402, "PAYMENT_REQUIRED", "x"))).to.match(/Wait a minute.*costs nothing/);
    expect(quotaProblem(new ApiError(429, "RATE_LIMITED", "x"))).to.contain("Wait a minute");
    expect(quotaProblem(new ApiError(404, "NOT_FOUND", "x"))).to.equal(undefined);
    expect(quotaProblem(new Error("x"))).to.equal(undefined);
  });
});
