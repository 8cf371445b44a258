import type { UnmetRequirement } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import { nextStep, type StepInputs } from "./steps.ts";

const ACCOUNT: Address = "0x00000000000000000000000000000000000000AA";
const USDC: Address = "0x00000000000000000000000000000000000000cc";
const inputs: StepInputs = {
  ...{ account: ACCOUNT, walletChainId: 1, network: { chainId: 1, name: "Ethereum" }, fault: undefined },
  ...{ requirements: [], canBatch: false, symbolOf: () => "USDC", verb: "Buy" },
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

  it("takes approvals and the action together where the wallet can, and as few steps as it takes in one", () => {
    const batch = (over: Partial<StepInputs>) => nextStep({ ...inputs, canBatch: true, ...over });
    const step = batch({ requirements: [approval, approval], verb: "Buy in kind" });
    expect(step).to.deep.equal({
      ...{ kind: "batch", label: "Approve and buy in kind", approvals: [approval, approval], isLast: true },
    });
    expect(batch({ requirements: Array(9).fill(approval) })).to.include({ isLast: true });
    const many = batch({ requirements: Array(12).fill(approval) });
    expect(many).to.deep.equal({
      ...{ kind: "batch", label: "Approve USDC", approvals: Array(10).fill(approval), isLast: false },
    });
    // What has to be signed besides goes on as it does without batches.
    expect(batch({ requirements: [approval, permit] })).to.include({ kind: "approve", label: "Approve USDC" });
    expect(batch({ requirements: [permit] }).label).to.equal("Sign for USDC");
    expect(batch({})).to.include({ kind: "send", label: "Buy" });
    expect(batch({ requirements: [approval], verb: "NFT sale" }).label).to.equal("Approve and NFT sale");
  });
});
