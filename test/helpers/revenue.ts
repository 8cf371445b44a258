import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, parseEther, ZeroAddress } from "ethers";
import {
  GovernanceErrors__factory,
  GovernanceToken__factory,
  HookToken__factory,
  LooseVaultMock__factory,
  RevenueDistributor__factory,
  TokenMock__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";

export const WEEK = 604_800n;
export const GIM = 10n ** 18n;
export const MIN_SUPPLY = 1_000n * GIM;
/** {GIM wei} that each holder starts with. */
export const FUNDS = 10_000_000n * GIM;

type Time = {
  latest(): Promise<number>;
  increaseTo(timestamp: bigint): Promise<void>;
  setNextBlockTimestamp(timestamp: bigint): Promise<void>;
};
export type Revenue = Awaited<ReturnType<typeof deployRevenue>>;

/**
 * Escrow and distributor with the reward tokens USD (6 decimals), ALT (18, with hooks) and GIM, all paid by the owner.
 * The factory lists itself as its only index.
 */
export async function deployRevenue(ethers: HardhatEthers) {
  const [owner, alice, bob, carol, stranger] = await ethers.getSigners();
  if (!owner || !alice || !bob || !carol || !stranger) throw new Error("five signers are needed");
  const gim = await new GovernanceToken__factory(owner).deploy(owner);
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, owner);
  const factory = await new LooseVaultMock__factory(owner).deploy([], [], false);
  const distributor = await new RevenueDistributor__factory(owner).deploy(escrow, factory, owner, MIN_SUPPLY);
  const usd = await new TokenMock__factory(owner).deploy("USD", "USD", 6);
  const alt = await new HookToken__factory(owner).deploy("ALT", "ALT", 18);
  for (const token of [usd, alt]) await token.mint(owner, 2n ** 120n);
  for (const token of [usd, alt, gim]) {
    await distributor.setRewardToken(token, true);
    await token.approve(distributor, MaxUint256);
  }
  for (const holder of [alice, bob, carol]) {
    await gim.transfer(holder, FUNDS);
    await gim.connect(holder).approve(escrow, MaxUint256);
  }
  const errors = GovernanceErrors__factory.connect(ZeroAddress, owner);
  return { owner, alice, bob, carol, stranger, gim, escrow, factory, distributor, usd, alt, errors };
}

/** Week that runs at a time. */
export const weekOf = (timestamp: bigint | number): bigint => BigInt(timestamp) / WEEK;

/** Moves to the first second of the week after the running one, or `weeks` of them. Returns its number. */
export async function nextWeek(time: Time, weeks = 1n): Promise<bigint> {
  const week = weekOf(await time.latest()) + weeks;
  await time.increaseTo(week * WEEK);
  return week;
}

/** Locks whole GIM for `weeks` from the running week's start on, rounded as the escrow does. */
export async function lock({ escrow }: Revenue, time: Time, holder: HardhatEthersSigner, gim: number, weeks: bigint) {
  const end = (weekOf(await time.latest()) + weeks) * WEEK;
  await escrow.connect(holder).lock(parseEther(String(gim)), end);
}

/** What a loop over pots gives an account, each part rounded down. */
export async function naive(
  { escrow }: Revenue,
  account: HardhatEthersSigner,
  pots: { week: bigint; amount: bigint }[],
): Promise<bigint> {
  let sum = 0n;
  for (const { week, amount } of pots) {
    const balance = await escrow.balanceOfAt(account, week * WEEK);
    sum += (balance * amount) / (await escrow.totalSupplyAt(week * WEEK));
  }
  return sum;
}
