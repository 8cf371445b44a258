import type { UnmetRequirement } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import { nextStep, type StepInputs } from "./steps.ts";

const ACCOUNT: Address = "0x00000000000000000000000000000000000000AA";
const USDC: Address = "0x00000000000000000000000000000000000000cc";
const inputs: StepInputs = {
  ...{ account: ACCOUNT, walletChainId: 1, network: { chainId: 1, name: "Ethereum" }, fault: undefined },
  ...{ requirements: [], symbolOf: () => "USDC", verb: "Buy" },
};
const approval = { kind: "approval", token: USDC } as UnmetRequirement;
const permit = { kind: "permit", typedData: { domain: { verifyingContract: USDC } } } as unknown as UnmetRequirement;
const label = (over: Partial<StepInputs>) => nextStep({ ...inputs, ...over }).label;

describe("the one button", () => {
  it("names the next step, in the order in which they must be done", () => {
    expect(label({ account: undefined, walletChainId: undefined, fault: "Type an amount" })).to.equal(
      "Connect a wallet",
    );
    expect(label({ walletChainId: 31_337, fault: "Type an amount" })).to.equal("Switch to Ethereum");
    expect(label({ fault: "Type an amount", requirements: [approval] })).to.equal("Type an amount");
    expect(label({ requirements: undefined })).to.equal("Checking");
    expect(label({ requirements: [approval, permit] })).to.equal("Approve USDC");
    expect(label({ requirements: [permit] })).to.equal("Sign for USDC");
    expect(label({})).to.equal("Buy");
  });
});
