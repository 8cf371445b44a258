import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { MaxUint256, parseEther, ZeroAddress } from "ethers";
import type {
  CompoundOrderStruct,
  CompoundPolicyStruct,
} from "../../typechain-types/contracts/interfaces/governance/ICompounder.js";
import {
  Buyback__factory,
  Compounder__factory,
  GovernanceErrors__factory,
  GovernanceToken__factory,
  IndexLens__factory,
  RevenueDistributor__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import { setPrices } from "./market.ts";
import { deployPeriphery, erc20, FEE } from "./periphery.ts";
import { createPool, encodePath, poolAt } from "./uniswap.ts";
import { USD } from "./zap.ts";

export const GIM = 10n ** 18n;
export const WEEK = 604_800n;
export const Mode = { PAY_OUT: 0n, LOCK: 1n, SWAP_AND_LOCK: 2n, INDEX: 3n } as const;
/** {GIM wei} that each holder locks. */
export const LOCKED = 100_000n * GIM;

export type CompounderWorld = Awaited<ReturnType<typeof deployCompounder>>;
type Time = NetworkHelpers["time"];

/**
 * Real indices, pools and zap of the periphery's fixture, and above them GIM at one dollar, escrow, distributor, buyback
 * and compounder. Alice and bob have locked the same for a year; both named the compounder. Routes: USDT and ALT.
 */
export async function deployCompounder(ethers: HardhatEthers, time: Time) {
  const periphery = await deployPeriphery(ethers);
  const { owner, protocol, stack, at, usd, alt, cash, zap, vault } = periphery;
  const [, , , alice, bob, keeper] = await ethers.getSigners();
  const gim = await new GovernanceToken__factory(owner).deploy(owner);
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, owner);
  const distributor = await new RevenueDistributor__factory(owner).deploy(
    escrow,
    protocol.factory,
    owner,
    1_000n * GIM,
  );
  const buyback = await new Buyback__factory(owner).deploy(gim, stack.factory.target, owner);
  const lens = await new IndexLens__factory(owner).deploy(
    protocol.factory,
    protocol.assetRegistry,
    protocol.keeperRegistry,
  );
  const compounder = await new Compounder__factory(owner).deploy(
    distributor,
    buyback,
    zap,
    lens,
    protocol.assetRegistry,
    stack.factory.target,
  );
  await escrow.setDepositor(compounder, true);

  for (const token of [usd, alt, cash, gim]) {
    await distributor.setRewardToken(token, true);
    await erc20(await token.getAddress(), owner).approve(distributor, MaxUint256);
  }
  const gimAt = await gim.getAddress();
  const pool = await createPool(stack, {
    tokenA: at.USDT,
    tokenB: gimAt,
    fee: FEE,
    amountA: 1_000_000n * USD,
    amountB: parseEther("1000000"),
  });
  const world = {
    ...periphery,
    ...{ alice: alice!, bob: bob!, keeper: keeper!, gim, gimAt, escrow, distributor, buyback, lens, compounder, pool },
    vaultAt: await vault.getAddress(),
    errors: GovernanceErrors__factory.connect(ZeroAddress, ethers.provider),
  };
  await setRoutes(world, time);
  const week = BigInt(await time.latest()) / WEEK;
  for (const holder of [world.alice, world.bob]) {
    await gim.transfer(holder, LOCKED);
    await gim.connect(holder).approve(escrow, MaxUint256);
    await escrow.connect(holder).lock(LOCKED, (week + 50n) * WEEK);
    await distributor.connect(holder).setClaimer(compounder);
  }
  await time.increaseTo((week + 1n) * WEEK);
  return world;
}

/** Lets the pools remember enough and gives the buyback its routes. */
async function setRoutes(world: CompounderWorld, time: Time): Promise<void> {
  const { stack, owner, at, gimAt, buyback, pool, usd } = world;
  const altPool = String(await stack.factory.getFunction("getPool")(at.ALT, at.USDT, FEE));
  for (const each of [pool, altPool]) {
    await poolAt(stack, each).getFunction("increaseObservationCardinalityNext").send(150);
  }
  await usd.approve(String(stack.router.target), MaxUint256);
  await swap(world, owner, at.USDT, gimAt, 100n * USD);
  await swap(world, owner, at.USDT, at.ALT, 1_000n * USD);
  await time.increase(1_900);
  await buyback.setRoute(encodePath([at.USDT, gimAt], [FEE]), 10n ** 12n, 3_600, 100);
  await buyback.setRoute(encodePath([at.ALT, at.USDT, gimAt], [FEE, FEE]), 10n ** 24n, 3_600, 100);
}

/** Sells `amountIn` of a token that the account has let the router take. */
export async function swap(
  { stack }: Pick<CompounderWorld, "stack">,
  account: HardhatEthersSigner,
  tokenIn: string,
  tokenOut: string,
  amountIn: bigint,
): Promise<void> {
  const recipient = account.address;
  const params = { tokenIn, tokenOut, fee: FEE, recipient, amountIn, amountOutMinimum: 0n, sqrtPriceLimitX96: 0n };
  const data = stack.router.interface.encodeFunctionData("exactInputSingle", [params]);
  await (await account.sendTransaction({ to: String(stack.router.target), data })).wait();
}

/** Pays amounts in, lets the week end and the feeds speak again. Alice and bob each get half of every amount. */
export async function payRevenue(
  { distributor, protocol }: CompounderWorld,
  time: Time,
  amounts: readonly (readonly [string, bigint])[],
): Promise<void> {
  for (const [token, amount] of amounts) await distributor.notify(token, amount);
  await time.increaseTo((BigInt(await time.latest()) / WEEK + 1n) * WEEK);
  await setPrices(protocol);
}

export const policy = (change: Partial<CompoundPolicyStruct> = {}): CompoundPolicyStruct => ({
  mode: Mode.PAY_OUT,
  anyone: false,
  maxFeeBps: 0n,
  maxSlippageBps: 0n,
  vault: ZeroAddress,
  ...change,
});

export const order = (
  account: HardhatEthersSigner,
  tokens: string[],
  change: Partial<CompoundOrderStruct> = {},
): CompoundOrderStruct => ({ account: account.address, feeBps: 0n, tokens, deposits: [], ...change });
