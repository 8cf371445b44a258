import { canonicalHash } from "@gimbal/sdk";
import { decisionHashOf, gradesRoot } from "@gimbal/sdk/grades";
import { expect } from "chai";
import type { Address, Hex } from "viem";
import { splitOf } from "./feeSplit.ts";
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
