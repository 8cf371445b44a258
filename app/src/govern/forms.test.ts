import { expect } from "chai";
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
    ...{ tier: "2", stable: "no", shrinks: "no", usdCap: "0", secondaryKind: "0", secondaryDecimals: "0" },
    ...{ secondaryWindow: "0", crossCheck: "no" },
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
  tiers: { tiers: Array.from({ length: 10 }, () => TIER_LINE).join("\n") },
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

function build(id: string, over: Typed = {}) {
  const { action, faults } = fillForm(formOf(id)!, { ...TYPED[id], ...over }, deployment);
  return { action, faults: Object.fromEntries(faults) };
}

const said = (id: string) => sentenceOfAction(decodeCall(build(id).action!), deployment);

describe("forms of proposals", () => {
  for (const { id, title } of FORM_GROUPS.flatMap(({ forms }) => forms)) {
    it(`makes a call that voters can read: ${title}`, () => {
      const { action, faults } = build(id);
      expect(faults).to.deep.equal({});
      if (id !== "raw") expect(decodeCall(action!).functionName).to.be.a("string");
      expect(sentenceOfAction(decodeCall(action!), deployment)).not.to.match(/undefined|NaN|cannot read/);
    });
  }

  it("says figures as they were typed", () => {
    expect(said("payment")).to.match(/^Send 1,250\.5 USDC of the treasury to 0x0000…00AA\.$/i);
    expect(said("protocolFee")).to.contain("to 5.00%, paid to FeeSplitter");
    expect(said("revenueShares")).to.contain("stakers 60.00%, buyback 20.00%, treasury 15.50%, keepers 4.50%");
    expect(said("creditPrice")).to.equal("Credits 3 cost 0.01 USDC or 0.1 GIM each.");
    expect(said("votingPeriod")).to.equal("Votes last 3 days 12 hours.");
    expect(said("raw")).to.match(/^Send 0\.5 ETH of the treasury/);
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
    expect(build("listAsset", { crossCheck: "yes" }).faults).to.have.keys("crossCheck");
    expect(build("listAsset", { secondaryKind: "1" }).faults).to.have.keys("secondary");
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
