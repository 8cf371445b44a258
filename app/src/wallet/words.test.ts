import { permitTypedData, zapAbi } from "@gimbal/sdk";
import { expect } from "chai";
import { type Address, encodeFunctionData, erc20Abi, type Hex, maxUint256, parseEther, stringToHex } from "viem";
import { addressOf, deployment } from "../govern/govern.fixture.ts";
import { questionOf } from "./words.ts";

const OWNER = addressOf(0x900);
const STRANGER = addressOf(0x901);
const ZAP = deployment.contracts.Zap;
const USDC = deployment.tokens.USDC?.address as Address;

const ask = (tx: { to?: Address | null; value?: bigint; data?: Hex; maxFee?: bigint }) =>
  questionOf(
    {
      ...{ kind: "transaction", to: ZAP, value: 0n, data: "0x", maxFee: 1n, account: OWNER, chainName: "Ethereum" },
      ...tx,
    },
    deployment,
  );
const approve = (spender: Address, amount: bigint) =>
  ask({ to: USDC, data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] }) });
const permit = (spender: Address, value: bigint, more: object = {}) => {
  const { domain, message } = permitTypedData({
    ...{ chainId: 1, token: USDC, name: "USD Coin", version: "2", owner: OWNER, spender, value, nonce: 3n },
    deadline: 1_800_000_000n,
  });
  const text = JSON.stringify({ domain, primaryType: "Permit", message, ...more }, (_, part: unknown) =>
    typeof part === "bigint" ? String(part) : part,
  );
  return questionOf({ kind: "typedData", text, account: OWNER, chainName: "Ethereum" }, deployment);
};

describe("what the embedded wallet asks", () => {
  it("tells Ether and the network's fee to the last wei", () => {
    const { lines, sentence } = ask({
      to: STRANGER,
      value: 123_456_789_012_345_678_901n,
      maxFee: parseEther("0.002") + 7n,
    });
    expect(sentence).to.equal(`Send 123.456789012345678901 ETH to ${STRANGER}.`);
    expect(new Map(lines).get("Ether")).to.equal("123.456789012345678901 ETH");
    expect(new Map(lines).get("Fee of the network, at most")).to.equal("0.002000000000000007 ETH");
    expect(new Map(lines).get("Network")).to.equal("Ethereum");
  });

  it("says who may take how much, and warns of strangers and of what has no limit", () => {
    expect(approve(ZAP, 100_500_000n)).to.deep.include({
      sentence: "Let Zap take up to 100.5 USDC from you.",
      warnings: [],
    });
    expect(approve(ZAP, 0n).sentence).to.equal("Take back what Zap may take of your USDC.");
    expect(approve(STRANGER, 1n).warnings.join()).to.contain(STRANGER);
    const all = approve(ZAP, maxUint256);
    expect(all.sentence).to.equal("Let Zap take up to any amount of USDC from you.");
    expect(all.warnings.join()).to.contain("no limit");
  });

  it("reads permits as what they are", () => {
    const known = permit(ZAP, 25_000_000n);
    expect(known).to.deep.include({ sentence: "Let Zap take up to 25 USDC from you.", warnings: [] });
    expect(new Map(known.lines).get("deadline")).to.equal("15 Jan 2027, 08:00 UTC");
    expect(permit(STRANGER, 1n).warnings.join()).to.contain(STRANGER);
    expect(permit(ZAP, maxUint256).warnings.join()).to.contain("no limit");
    expect(permit(ZAP, 1n, { domain: { verifyingContract: USDC } }).warnings.join()).to.contain("names no chain");
    expect(
      permit(ZAP, 1n, { primaryType: "Order", domain: { chainId: 1, verifyingContract: STRANGER } }).warnings,
    ).to.have.length(1);
  });

  it("names a call of the protocol with its arguments, and says when it cannot", () => {
    const params = {
      ...{ vault: STRANGER, tokenIn: USDC, amountIn: 5n, shares: 7n, receiver: OWNER, deadline: 9n, basketNonce: 1 },
      ...{ maxFeeBps: 30, entry: "0x" as Hex, routes: [] },
    };
    const none = { kind: 0, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" } as const;
    const zap = ask({ data: encodeFunctionData({ abi: zapAbi, functionName: "zapIn", args: [params, none] }) });
    expect(zap).to.deep.include({ sentence: "Call zapIn of Zap.", warnings: [] });
    expect(new Map(zap.lines).get("params")).to.contain(`tokenIn: USDC (${USDC})`).and.to.contain(`receiver: ${OWNER}`);
    expect(ask({ data: "0x12345678" }).warnings.join()).to.contain("cannot read what is called");
    expect(ask({ to: STRANGER, data: "0x12345678" }).warnings).to.have.length(2);
    expect(ask({ to: null, data: "0x60" }).sentence).to.contain("new contract");
  });

  it("shows a message as text only when it is plain text", () => {
    const say = (raw: Hex) => questionOf({ kind: "message", raw, account: OWNER, chainName: "Ethereum" }, deployment);
    expect(say(stringToHex("Sign in to Gimbal\nat noon")).sentence).to.equal("Sign in to Gimbal\nat noon");
    expect(say(stringToHex("pay \u202e001")).sentence).to.equal("Bytes that are no text.");
    expect(say("0xff00").sentence).to.equal("Bytes that are no text.");
  });
});
