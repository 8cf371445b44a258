import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, parseEther, parseUnits } from "ethers";
import type { TokenMock } from "../../typechain-types/index.js";
import { Buyback__factory } from "../../typechain-types/index.js";
import { deployRevenue } from "./revenue.ts";
import { createPool, deployUniswap, encodePath, poolAt, type UniswapStack } from "./uniswap.ts";

export const FEE = 3_000;
export const HALF_HOUR = 1_800;
/** Observations that a route's pools keep here. */
const CARDINALITY = 150;
/** {USD} on each side of the pool of USD and GIM, in which one GIM costs one USD. */
export const DEPTH = 1_000_000n;
export const usdOf = (whole: bigint | number): bigint => parseUnits(String(whole), 6);

export type BuybackWorld = Awaited<ReturnType<typeof deployBuyback>>;

/** The revenue fixture with a buyback and real pools: USD and GIM, ALT and USD, each at $1 with a year of patience. */
export async function deployBuyback(ethers: HardhatEthers) {
  const revenue = await deployRevenue(ethers);
  const { owner, usd, alt, gim } = revenue;
  const stack = await deployUniswap(owner);
  const at = { usd: await usd.getAddress(), alt: await alt.getAddress(), gim: await gim.getAddress() };
  const pools = {
    usdGim: await createPool(stack, {
      tokenA: at.usd,
      tokenB: at.gim,
      fee: FEE,
      amountA: usdOf(DEPTH),
      amountB: parseEther(String(DEPTH)),
    }),
    altUsd: await createPool(stack, {
      tokenA: at.alt,
      tokenB: at.usd,
      fee: FEE,
      amountA: parseEther(String(DEPTH)),
      amountB: usdOf(DEPTH),
    }),
  };
  const router = String(stack.router.target);
  for (const token of [usd, alt, gim]) await token.approve(router, MaxUint256);
  const buyback = await new Buyback__factory(owner).deploy(gim, stack.factory.target, owner);
  const paths = {
    usd: encodePath([at.usd, at.gim], [FEE]),
    alt: encodePath([at.alt, at.usd, at.gim], [FEE, FEE]),
  };
  return { ...revenue, stack, at, pools, buyback, paths, erc20s: { usd, alt, gim } };
}

/** Swaps exactly `amountIn` of one token for another in their pool, for any account that has approved the router. */
export async function swap(
  stack: UniswapStack,
  account: HardhatEthersSigner,
  tokenIn: string,
  tokenOut: string,
  amountIn: bigint,
): Promise<void> {
  const params = {
    tokenIn,
    tokenOut,
    fee: FEE,
    recipient: account.address,
    amountIn,
    amountOutMinimum: 0n,
    sqrtPriceLimitX96: 0n,
  };
  const call = stack.router.interface.encodeFunctionData("exactInputSingle", [params]);
  await (await account.sendTransaction({ to: String(stack.router.target), data: call })).wait();
}

/** Lets both pools remember enough for a route: more observations, a swap that puts them to use, and half an hour. */
export async function growHistory(
  { stack, owner, at, pools }: BuybackWorld,
  increase: (seconds: number) => Promise<unknown>,
): Promise<void> {
  for (const pool of Object.values(pools)) {
    await poolAt(stack, pool).getFunction("increaseObservationCardinalityNext").send(CARDINALITY);
  }
  // A pool writes an observation when its tick changes: a hundred dollars move these by more than one.
  await swap(stack, owner, at.usd, at.gim, usdOf(100));
  await swap(stack, owner, at.alt, at.usd, parseEther("100"));
  await increase(HALF_HOUR + 60);
}

/** Gives an account tokens and lets the router take them. */
export async function fundTrader(
  { stack }: BuybackWorld,
  token: TokenMock,
  trader: HardhatEthersSigner,
  amount: bigint,
) {
  await token.mint(trader, amount);
  await token.connect(trader).approve(String(stack.router.target), MaxUint256);
}
