// A chain of its own for the governance side: GIM, veGIM and people with infinite approvals, always at the same start.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, parseEther } from "ethers";
import { network } from "hardhat";
import {
  type GovernanceToken,
  GovernanceToken__factory,
  type VotingEscrow,
  VotingEscrow__factory,
} from "../../../typechain-types/index.js";

export const DAY = 86_400;
export const WEEK = 7 * DAY; // {s}

export const { ethers, networkHelpers, provider } = await network.create({
  network: "default",
  override: { initialDate: "2026-01-05T00:00:00Z" },
});

export const { time } = networkHelpers;

export interface Governed {
  token: GovernanceToken;
  escrow: VotingEscrow;
  owner: HardhatEthersSigner;
  people: HardhatEthersSigner[];
}

interface People {
  1: [HardhatEthersSigner];
  3: [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  4: [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
}

export const gim = (amount: number): bigint => parseEther(String(amount));

export async function buildGovernance(): Promise<Governed> {
  const [owner, ...people] = await ethers.getSigners();
  if (!owner) throw new Error("the network has no accounts");
  const token = await new GovernanceToken__factory(owner).deploy(owner);
  const escrow = await new VotingEscrow__factory(owner).deploy(token, owner, owner);
  for (const person of people) {
    await token.transfer(person, gim(1_000_000));
    await token.connect(person).approve(escrow, MaxUint256);
  }
  return { token, escrow, owner, people };
}

/** The first of the people. */
export function people<const N extends 1 | 3 | 4>({ people: all }: Governed, count: N): People[N] {
  if (all.length < count) throw new Error("the network has too few accounts");
  return all.slice(0, count) as People[N];
}

/** First second of the week that is `weeks` after the running one. */
export async function weekStart(weeks: number): Promise<number> {
  return (Math.floor((await time.latest()) / WEEK) + weeks) * WEEK;
}
