import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, Signature } from "ethers";
import {
  GovernanceErrors__factory,
  type GovernanceToken,
  GovernanceToken__factory,
  type VotingEscrow,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import { addressOf } from "./assets.ts";
import { type Chain, DAY, GIM, WEEK, weekOf } from "./scores.ts";

export { type Chain, DAY, GIM, WEEK, weekOf };

export const TERM = 52n * WEEK; // {s}
export const HOLD = 7n * DAY; // {s}
export const BALANCE = 1_000_000n * GIM; // {GIM wei} of everybody in the beginning

/** {veGIM wei} of a decaying lock at a time. */
export const power = (amount: bigint, end: bigint, timestamp: bigint): bigint =>
  end > timestamp ? (amount / TERM) * (end - timestamp) : 0n;

/** {GIM wei} what an early exit keeps. */
export const penaltyOf = (amount: bigint, left: bigint, bps = 5_000n): bigint =>
  (amount * bps * left + TERM * 10_000n - 1n) / (TERM * 10_000n);

/** GIM and the escrow three days after the start of a week; people with approvals, a depositor, a receiver of penalties. */
export async function deployEscrow({ ethers, networkHelpers }: Chain) {
  const { time } = networkHelpers;
  const week = weekOf(BigInt(await time.latest())) + WEEK; // the start of the first week
  await time.increaseTo(week + 3n * DAY);
  const signers = await ethers.getSigners();
  const [owner, alice, bob, carol, depositor, receiver, stranger] = signers as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
  ];
  const token = await new GovernanceToken__factory(owner).deploy(owner);
  const escrow = await new VotingEscrow__factory(owner).deploy(token, owner, receiver);
  await escrow.setDepositor(depositor, true);
  for (const person of [alice, bob, carol, depositor]) {
    await token.transfer(person, BALANCE);
    await token.connect(person).approve(escrow, MaxUint256);
  }
  const errors = GovernanceErrors__factory.connect(await addressOf(escrow), owner);
  const now = async () => BigInt(await time.latest());
  /** The next transaction happens at this second. */
  const at = (timestamp: bigint) => time.setNextBlockTimestamp(timestamp);
  /** Locks 52,000 GIM of a person for `weeks` week starts from the first week on. */
  const lock = (person: HardhatEthersSigner, weeks: bigint, amount = 52_000n * GIM) =>
    escrow.connect(person).lock(amount, week + weeks * WEEK);
  return {
    ...{ owner, alice, bob, carol, depositor, receiver, stranger },
    ...{ token, escrow, errors, week, now, at, lock },
  };
}

/** A signed permit for the escrow. */
export async function signPermit(
  token: GovernanceToken,
  owner: HardhatEthersSigner,
  permit: { spender: string; value: bigint; deadline: bigint },
): Promise<Signature> {
  const { chainId } = await owner.provider!.getNetwork();
  const domain = { name: "Gimbal", version: "1", chainId, verifyingContract: await addressOf(token) };
  const fields = ["owner address", "spender address", "value uint256", "nonce uint256", "deadline uint256"];
  const types = { Permit: fields.map((field) => ({ name: field.split(" ")[0]!, type: field.split(" ")[1]! })) };
  const nonce = await token.nonces(owner);
  return Signature.from(await owner.signTypedData(domain, types, { owner: owner.address, nonce, ...permit }));
}

/** A signed delegation. */
export async function signDelegation(
  escrow: VotingEscrow,
  signer: HardhatEthersSigner,
  delegation: { delegatee: string; nonce: bigint; expiry: bigint },
): Promise<Signature> {
  const { chainId } = await signer.provider!.getNetwork();
  const verifyingContract = await addressOf(escrow);
  const domain = { name: "Vote-escrowed Gimbal", version: "1", chainId, verifyingContract };
  const types = {
    Delegation: [
      { name: "delegatee", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "expiry", type: "uint256" },
    ],
  };
  return Signature.from(await signer.signTypedData(domain, types, delegation));
}
