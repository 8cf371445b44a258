import { unpackMinPrice } from "@gimbal/sdk";
import { expect } from "chai";
import { parseUnits } from "viem";
import { decodeCall } from "./decodeCall.ts";
import { fillForm } from "./fillForm.ts";
import { FORM_GROUPS, formOf } from "./forms.ts";
import { addressOf, deployment } from "./govern.fixture.ts";
import type { Typed } from "./reader.ts";
import { sentenceOfAction } from "./words.ts";

const ACCOUNT = "0x00000000000000000000000000000000000000Aa";
const TIER_LINE = "100; 1.5; 10; 2; 500; 3600; 150";

/** Something right for every form. */
const TYPED: Readonly<Record<string, Typed>> = {
  listAsset: {
    ...{ token: "WETH", tokenDecimals: "18", feed: ACCOUNT, feedDecimals: "8", heartbeat: "3600", deviation: "0.5" },
    ...{ tier: "2", stable: "yes", shrinks: "yes", minPrice: "0.00000125", usdCap: "2500000", secondaryKind: "1" },
    ...{ secondary: addressOf(7), secondaryDecimals: "9", secondaryWindow: "7200", crossCheck: "yes" },
  },
  delistAsset: { token: "weth" },
  freezeAsset: { token: "WETH", frozen: "yes" },
  assetTier: { tier: "3", weight: "12.5" },
  protocolFee: { fee: "5", recipient: "FeeSplitter" },
  revenueShares: { stakers: "60", buyback: "20", treasury: "15.5", keepers: "4.5" },
  payment: { token: "USDC", to: ACCOUNT, amount: "1250.5" },
  rewardToken: { token: "USDC", listed: "yes" },
  creditPrice: { service: "compute", usdc: "0.01", gim: "0.1" },
  planPrice: { plan: "1", usdc: "20", gim: "200" },
  signers: { vault: addressOf(9), signers: `${addressOf(1)}\n${addressOf(2)}`, threshold: "2" },
  guardian: { guardian: ACCOUNT, expiresAt: "2027-01-01T00:00" },
  depositor: { depositor: "Compounder", allowed: "yes" },
  optimisticProposer: { proposer: ACCOUNT, allowed: "no" },
  optimisticCall: { target: "IndexFactory", selector: "0x12345678", allowed: "yes" },
  tiers: { tiers: Array.from({ length: 10 }, (_, i) => TIER_LINE.replace("100", `${i + 1}00`)).join("\n") },
  quorum: { floor: "1000", cap: "5000" },
  votingPeriod: { days: "3.5" },
  exitPenalty: { penalty: "30" },
  version: { implementation: ACCOUNT },
  sale: {
    ...{
      issuer: ACCOUNT,
      saleToken: "WETH",
      saleAmount: "10",
      paymentToken: "USDC",
      hardCap: "30000",
      softCap: "3000",
    },
    ...{ snapshot: "2027-01-01T00:00", start: "2027-01-02T00:00", end: "2027-01-05T00:00", cliff: "7", vesting: "90" },
    fee: "2",
  },
  raw: { target: ACCOUNT, value: "0.5", data: "" },
};

/** What voters read of it: all that was typed, in words. */
const SAID: Readonly<Record<string, string>> = {
  listAsset: [
    "List WETH (18 decimals) in tier 2, priced by the feed 0x0000…00AA (8 decimals), which answers after a move of 0.50%.",
    "An answer counts for 1 hour.",
    "It is a stable token: its peg is checked.",
    "Balances of it can fall by themselves.",
    "The feed cannot say less than about 0.00000125 USD: near it nobody buys the token.",
    "One index may hold 2,500,000 USD of it at most.",
    "A second feed 0x0000…0007 (9 decimals) counts for 2 hours.",
    "While the two disagree there is no price.",
  ].join(" "),
  delistAsset: "Remove the listing of WETH: it has no price from then on.",
  freezeAsset: "Freeze trading in WETH.",
  assetTier: "Let an asset of tier 3 weigh at most 12.50% of an index.",
  protocolFee: "Set the protocol's part of the fees of indices to 5.00%, paid to FeeSplitter.",
  revenueShares: "Split revenue: stakers 60.00%, buyback 20.00%, treasury 15.50%, keepers 4.50%.",
  payment: "Send 1,250.5 USDC of the treasury to 0x0000…00AA.",
  rewardToken: "Pay stakers in USDC too.",
  creditPrice: "One credit of compute costs 0.01 USDC or 0.1 GIM.",
  planPrice: "30 days of plan 1 cost 20 USDC or 200 GIM.",
  signers: "Announce 2 signers of the index 0x0000…0009, of whom 2 must sign: 0x0000…0001, 0x0000…0002.",
  guardian: "Name 0x0000…00AA guardian until 1 Jan 2027, 00:00 UTC.",
  depositor: "Let Compounder lock for others.",
  optimisticProposer: "0x0000…00AA may no longer propose optimistically.",
  optimisticCall: "The call 0x12345678 of IndexFactory may be proposed optimistically.",
  tiers: [
    "Set the ten tiers of the Staking Score, from the next week on.",
    ...Array.from(
      { length: 10 },
      (_, i) =>
        `Tier ${i + 1}: from a score of ${i === 9 ? "1,0" : i + 1}00 GIM; 1.50% off the fees, 10.00% off the API; 2 proposals a month; 500 USD in sales, 1 hour after their start; multiplier 150.00%.`,
    ),
  ].join("\n"),
  quorum: "Quorum of proposals to come: at least 1,000 veGIM, at most 5,000 veGIM.",
  votingPeriod: "Votes last 3 days 12 hours.",
  exitPenalty: "Lower the largest penalty of an early exit to 30.00%, for good.",
  version: "New indices run the code at 0x0000…00AA. Those that exist stay as they are.",
  sale: [
    "Announce a sale of 10 WETH by 0x0000…00AA for at most 30,000 USDC, from 2 Jan 2027, 00:00 UTC to 5 Jan 2027, 00:00 UTC.",
    "Below 3,000 USDC all is given back.",
    "Scores are read at 1 Jan 2027, 00:00 UTC.",
    "It is released over 90 days from the end, nothing in the first 7 days.",
    "2.00% of the payment are a fee.",
  ].join(" "),
  raw: "Send 0.5 ETH of the treasury to 0x0000…00AA.",
};

function build(id: string, over: Typed = {}) {
  const { action, faults } = fillForm(formOf(id)!, { ...TYPED[id], ...over }, deployment);
  return { action, faults: Object.fromEntries(faults) };
}

const said = (id: string, over: Typed = {}) => sentenceOfAction(decodeCall(build(id, over).action!), deployment);

describe("forms of proposals", () => {
  for (const { id, title } of FORM_GROUPS.flatMap(({ forms }) => forms)) {
    it(`makes a call that voters can read: ${title}`, () => {
      const { action, faults } = build(id);
      expect(faults).to.deep.equal({});
      if (id !== "raw") expect(decodeCall(action!).functionName).to.be.a("string");
      expect(sentenceOfAction(decodeCall(action!), deployment)).not.to.match(/undefined|NaN|cannot read/);
    });
  }

  for (const [id, words] of Object.entries(SAID)) {
    it(`decodes what was encoded to all that was typed: ${id}`, () => {
      expect(said(id)).to.equal(words);
    });
  }

  it("has such words for every form", () => {
    const ids = FORM_GROUPS.flatMap(({ forms }) => forms).map(({ id }) => id);
    expect(Object.keys(SAID).toSorted()).to.deep.equal(ids.toSorted());
  });

  it("says the other side of every choice", () => {
    expect(said("freezeAsset", { frozen: "no" })).to.equal("Thaw trading in WETH.");
    expect(said("rewardToken", { listed: "no" })).to.equal("Pay stakers in USDC no longer.");
    expect(said("depositor", { allowed: "no" })).to.equal("Compounder may lock for others no longer.");
    expect(said("optimisticProposer", { allowed: "yes" })).to.equal("0x0000…00AA may propose optimistically.");
    expect(said("optimisticCall", { allowed: "no" })).to.contain("may no longer be proposed");
    expect(said("assetTier", { weight: "0" })).to.equal("Close tier 3: no index may take in an asset of it.");
    expect(said("creditPrice", { gim: "0" })).to.equal(
      "One credit of compute costs 0.01 USDC, and nothing else is taken.",
    );
    expect(said("planPrice", { usdc: "0", gim: "0" })).to.equal("30 days of plan 1 are sold no longer.");
    expect(said("sale", { vesting: "0", cliff: "0" })).to.contain("All is released at the end.");
    expect(said("raw", { data: "0x12345678" })).to.contain(
      "cannot read. Do not vote for what you cannot read. It brings",
    );
  });

  it("lists an asset without a second source, bound or cap, and asks nothing of what is not shown", () => {
    const words = said("listAsset", {
      ...{ secondaryKind: "0", secondary: "nonsense", secondaryDecimals: "x", crossCheck: "" },
      ...{ stable: "no", shrinks: "no", minPrice: "0", usdCap: "0" },
    });
    expect(words).to.equal(
      "List WETH (18 decimals) in tier 2, priced by the feed 0x0000…00AA (8 decimals), which answers after a move of 0.50%. An answer counts for 1 hour.",
    );
    expect(said("listAsset", { secondaryKind: "2", secondaryDecimals: "" })).to.contain(
      "A second price is the average of 2 hours in the pool 0x0000…0007. While the two disagree there is no price.",
    );
  });

  it("keeps a least price as the registry does, never below what was typed", () => {
    for (const typed of ["0", "0.15", "1", "63999.99", "0.00000125"]) {
      const { action } = build("listAsset", { minPrice: typed });
      const [, config] = decodeCall(action!).args;
      const { minPrice } = config!.value as { minPrice: number };
      const [back, wanted] = [unpackMinPrice(minPrice), parseUnits(typed, 27)];
      expect(back >= wanted && (back - wanted) * 2n ** 15n <= wanted, typed).to.equal(true);
    }
    expect(build("listAsset", { minPrice: "1e3" }).faults).to.have.keys("minPrice");
    expect(
      fillForm(formOf("listAsset")!, { ...TYPED.listAsset, minPrice: "999999999999999" }, deployment).problem,
    ).to.contain("minimum price");
  });

  it("refuses what cannot be, at its field", () => {
    expect(build("revenueShares", { keepers: "5" }).faults).to.deep.equal({
      keepers: "The parts make 100.5%, not 100%.",
    });
    expect(build("payment", { amount: "1.1234567" }).faults).to.have.keys("amount");
    expect(build("payment", { token: ACCOUNT }).faults).to.have.keys("token");
    expect(build("payment", { amount: "0" }).faults).to.have.keys("amount");
    expect(build("signers", { threshold: "3" }).faults).to.have.keys("threshold");
    expect(build("signers", { signers: `${addressOf(1)} ${addressOf(1)}` }).faults).to.have.keys("signers");
    expect(build("quorum", { cap: "999" }).faults).to.have.keys("cap");
    expect(build("tiers", { tiers: TIER_LINE }).faults).to.have.keys("tiers");
    expect(build("protocolFee", { fee: "100.01" }).faults).to.have.keys("fee");
    expect(build("protocolFee", { fee: "1e3" }).faults).to.have.keys("fee");
    expect(build("listAsset", { secondary: "" }).faults).to.have.keys("secondary");
    expect(build("listAsset", { secondaryWindow: "0" }).faults).to.have.keys("secondaryWindow");
    expect(build("optimisticCall", { selector: "0x1234" }).faults).to.have.keys("selector");
    expect(build("raw", { value: "", data: "0x" }).faults).to.have.keys("data");
    expect(build("raw", { data: "0x123" }).faults).to.have.keys("data");
  });

  it("asks for every choice: nothing is decided by an empty field", () => {
    for (const { id, fields } of FORM_GROUPS.flatMap(({ forms }) => forms)) {
      for (const { name, kind } of fields.filter(({ options }) => options !== undefined)) {
        expect(build(id, { [name]: "" }).faults, `${id}.${name} (${kind})`).to.have.property(name);
      }
    }
  });

  it("says of figures that the contract does not take that they are too large", () => {
    const tiers = Array.from({ length: 10 }, () => TIER_LINE.replace("; 2;", "; 999;")).join("\n");
    const { action, problem } = fillForm(formOf("tiers")!, { tiers }, deployment);
    expect(action).to.equal(undefined);
    expect(problem).to.contain("beyond what the contract takes");
  });

  it("says of a call that nobody can read that it cannot be read", () => {
    const action = decodeCall({ target: addressOf(1), value: 0n, data: "0xdeadbeef" });
    expect(sentenceOfAction(action, deployment)).to.contain("Do not vote for what you cannot read");
  });
});
