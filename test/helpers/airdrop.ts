import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, concat, keccak256, toUtf8Bytes } from "ethers";
import type { network } from "hardhat";
import { type Airdrop, buildAirdrop } from "../../sdk/src/governance/airdrop.ts";
import {
  GovernanceErrors__factory,
  GovernanceToken__factory,
  MerkleAirdrop__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";

type Connection = Awaited<ReturnType<typeof network.create>>;

export const GIM = 10n ** 18n;
export const DAY = 86_400n;
export const WEEK = 7n * DAY;
/** {GIM wei} what each of the five accounts of the standard list gets. */
export const AMOUNT = 1_000n * GIM;

/** Times of the standard wave, from now on. {s} */
export function timesFrom(now: bigint): { start: bigint; deadline: bigint; vestEnd: bigint } {
  return { start: now + DAY, deadline: now + DAY + 180n * DAY, vestEnd: now + DAY + 365n * DAY };
}

export function leafOf(index: bigint, account: string, amount: bigint): string {
  const data = AbiCoder.defaultAbiCoder().encode(["uint256", "address", "uint256"], [index, account, amount]);
  return keccak256(keccak256(data));
}

/** Two leaves of a tree of 2^depth leaves whose other nodes are noise: what a claim costs depends on its path alone. */
export function deepProofs(leaves: readonly [string, string], depth: number): { root: string; proofs: string[][] } {
  const others = Array.from({ length: depth - 1 }, (_, k) => keccak256(toUtf8Bytes(`node ${k}`)));
  const pair = (a: string, b: string) => keccak256(concat(a < b ? [a, b] : [b, a]));
  const proofs = [
    [leaves[1], ...others],
    [leaves[0], ...others],
  ];
  return { proofs, root: others.reduce(pair, pair(...leaves)) };
}

/** Token, escrow and airdrop, with one wave of 1,000 GIM for five accounts, running, and a bonus pool of 500 GIM. */
export async function deployAirdrop({ ethers, networkHelpers }: Connection) {
  const [owner, treasury, stranger, ...people] = await ethers.getSigners();
  const token = await new GovernanceToken__factory(owner).deploy(owner!);
  const escrow = await new VotingEscrow__factory(owner).deploy(token, owner!, treasury!);
  const airdrop = await new MerkleAirdrop__factory(owner).deploy(escrow, owner!, treasury!);
  await escrow.setDepositor(airdrop, true);
  await token.approve(airdrop, 2n ** 256n - 1n);

  const accounts = people.slice(0, 5);
  const list = buildAirdrop(accounts.map(({ address }) => ({ account: address as `0x${string}`, amount: AMOUNT })));
  const times = timesFrom(BigInt(await networkHelpers.time.latest()));
  await airdrop.createWave(list.root, list.total, times.start, times.deadline, times.vestEnd);
  await airdrop.fundBonus(500n * GIM);
  await networkHelpers.time.increaseTo(times.start);

  const errors = GovernanceErrors__factory.connect(await airdrop.getAddress(), ethers.provider);
  const claimOf = (account: HardhatEthersSigner, of: Airdrop = list) => {
    const entry = of.entries.find((each) => each.account === account.address)!;
    return [entry.index, entry.amount, entry.proof] as const;
  };
  /** A wave that runs when this returns; vests for 365 days. */
  const openWave = async (root: string, total: bigint) => {
    const start = BigInt(await networkHelpers.time.latest()) + 3_600n;
    await airdrop.createWave(root, total, start, start + 180n * DAY, start + 365n * DAY);
    await networkHelpers.time.increaseTo(start);
    return start;
  };
  return {
    openWave,
    owner: owner!,
    treasury: treasury!,
    stranger: stranger!,
    accounts,
    token,
    escrow,
    airdrop,
    errors,
    list,
    times,
    claimOf,
  };
}
