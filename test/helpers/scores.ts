import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { SCORE_TIERS } from "../../sdk/src/governance/tiers.ts";
import {
  GovernanceErrors__factory,
  GovernanceToken__factory,
  ScoreRegistry__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import { addressOf } from "./assets.ts";

export const DAY = 86_400n;
export const WEEK = 7n * DAY;
export const GIM = 10n ** 18n;

export type Chain = { ethers: HardhatEthers; networkHelpers: NetworkHelpers };

/** Start of the week of a time, in seconds. */
export const weekOf = (timestamp: bigint): bigint => (timestamp / WEEK) * WEEK;

/** GIM, the escrow and the default tiers, an hour after the start of a week. */
export async function deployScores({ ethers, networkHelpers }: Chain) {
  const now = async () => BigInt(await networkHelpers.time.latest());
  await networkHelpers.time.increaseTo(weekOf(await now()) + WEEK + 3600n);
  const [owner, guardian, ...people] = await ethers.getSigners();
  const token = await new GovernanceToken__factory(owner).deploy(owner!);
  const escrow = await new VotingEscrow__factory(owner).deploy(token, owner!, owner!);
  const registry = await new ScoreRegistry__factory(owner).deploy(escrow, owner!, [...SCORE_TIERS]);
  const errors = GovernanceErrors__factory.connect(await addressOf(registry), owner);

  const give = async (person: HardhatEthersSigner, amount: bigint) => {
    await token.transfer(person, amount);
    await token.connect(person).approve(escrow, amount);
  };
  /** Locks until `weeks` weeks after the start of this one. */
  const lock = async (person: HardhatEthersSigner, amount: bigint, weeks: bigint) => {
    await give(person, amount);
    await escrow.connect(person).lock(amount, weekOf(await now()) + weeks * WEEK);
  };
  /** A permanent lock, whose score is twice its amount for ever. */
  const lockForScore = async (person: HardhatEthersSigner, score: bigint) => {
    await lock(person, score / 2n, 50n);
    await escrow.connect(person).setPermanent(true);
  };
  return { owner: owner!, guardian: guardian!, people, token, escrow, registry, errors, now, lock, lockForScore };
}
