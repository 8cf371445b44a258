import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, getAddress, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type AnyClient, latestEnd, lock, SCORE_TIERS, WEEK } from "../../sdk/src/index.ts";
import {
  Buyback__factory,
  Compounder__factory,
  FeeSplitter__factory,
  GovernanceToken__factory,
  RevenueDistributor__factory,
  SaleRoundFactory__factory,
  ScoreRegistry__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import { deploySdkFixture, fulfil, now, type SdkFixture, viemClient } from "./sdk.ts";

/** Twenty million GIM, of which each of the stakers begins with a part. */
export const STAKE = parseEther("20000000");

/** A key of its own, for what only a local account can sign. */
const SIGNER_KEY = `0x${"5a".repeat(32)}` as const;

/** The index of the SDK's tests with GIM, escrow, tiers, revenue and sales on top; three accounts hold GIM. */
export async function deployStaking(ethers: HardhatEthers, provider: EthereumProvider) {
  const base = await deploySdkFixture(ethers, provider);
  const { owner, protocol, holder, client } = base;
  const [, , , , second, third] = await ethers.getSigners();
  if (!second || !third) throw new Error("the simulated network has too few accounts");

  const gim = await new GovernanceToken__factory(owner).deploy(owner);
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, third);
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, owner, [...SCORE_TIERS]);
  const distributor = await new RevenueDistributor__factory(owner).deploy(
    escrow,
    protocol.factory,
    owner,
    parseEther("1000"),
  );
  const splitter = await new FeeSplitter__factory(owner).deploy(gim, distributor, owner, owner, owner);
  const sales = await new SaleRoundFactory__factory(owner).deploy(owner, scores, protocol.keeperRegistry, owner);
  await distributor.setRewardToken(base.addressOf("USDC"), true);
  await distributor.setRewardToken(gim, true);

  const buyback = await new Buyback__factory(owner).deploy(gim, protocol.factory, owner);
  // Nothing here swaps or deposits, so that neither a zap nor pools are needed.
  const compounder = await new Compounder__factory(owner).deploy(
    distributor,
    buyback,
    base.lens,
    base.lens,
    protocol.assetRegistry,
    protocol.factory,
  );
  await escrow.setDepositor(compounder, true);

  const signer = privateKeyToAccount(SIGNER_KEY);
  await owner.sendTransaction({ to: signer.address, value: parseEther("10") });
  for (const account of [holder, second.address, signer.address]) await gim.transfer(account, STAKE);
  const at = async (contract: { getAddress(): Promise<string> }): Promise<Address> =>
    getAddress(await contract.getAddress());
  return {
    ...base,
    gim: await at(gim),
    escrow: await at(escrow),
    scores: await at(scores),
    distributor: await at(distributor),
    splitter: await at(splitter),
    compounder: await at(compounder),
    second: { client: viemClient(provider, getAddress(second.address)), address: getAddress(second.address) },
    signer: { client: viemClient(provider, signer), account: signer },
    ownerClient: viemClient(provider, getAddress(owner.address)),
    client: client satisfies AnyClient,
    contracts: { gim, escrow, scores, distributor, splitter, sales },
  };
}

export type Staking = Awaited<ReturnType<typeof deployStaking>>;

const DAY = 86_400n;

/** Locks for as long as it can be. {D18 GIM} */
export async function lockLongest({ escrow }: Pick<Staking, "escrow">, client: AnyClient, amount: bigint) {
  await fulfil(client, await lock(client, { escrow, amount, newEnd: latestEnd(await now(client)) }));
}

/** To the first second of a week to come. */
export async function toWeekStart(time: NetworkHelpers["time"], client: AnyClient, weeks = 1n): Promise<void> {
  await time.increaseTo(((await now(client)) / WEEK + weeks) * WEEK + 1n);
}

/** A sale that a proposal announces: it begins in twenty days, lasts three, and pays out over ten. */
export async function proposedSale({ client, owner, addressOf }: SdkFixture, saleToken: Address) {
  const start = (await now(client)) + 20n * DAY;
  return {
    issuer: getAddress(owner.address),
    paymentToken: addressOf("USDC"),
    saleToken,
    hardCap: 10_000_000_000n,
    softCap: 1_000_000_000n,
    saleAmount: parseEther("100000"),
    snapshot: Number(start - DAY),
    start: Number(start),
    end: Number(start + 3n * DAY),
    cliff: 0,
    vesting: Number(10n * DAY),
    feeBps: 100,
  };
}
