import { type Address, encodeFunctionData, parseAbi } from "viem";
import { contractOf } from "./dao.ts";
import { act } from "./holders.ts";
import { sideOf, venueOf } from "./market.ts";
import { approve, type Side, seedPool, supply } from "./pools.ts";
import type { Demo } from "./scene.ts";

/** {USD/GIM} made up: nobody knows what GIM would trade at. */
const PRICE = 0.05;
/** {USD} on each side of the pool. */
const DEPTH = 2_000_000;
export const GIM_POOL_FEE = 3_000;
/** Observations that the pool keeps; the buyback wants 150. */
const OBSERVATIONS = 160;

const poolAbi = parseAbi(["function increaseObservationCardinalityNext(uint16 observationCardinalityNext)"]);
const routerAbi = parseAbi([
  "function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96)) payable returns (uint256 amountOut)",
]);

/** The account that got the GIM for it opens a pool against USDC, which remembers its prices. */
export async function openGimPool(demo: Demo): Promise<{ price: number; depth: number }> {
  const { cast, chain, market } = demo;
  const venue = { ...venueOf(demo), deployer: cast.liquidity };
  const gim: Side = { token: contractOf(demo, "GovernanceToken"), decimals: 18, price: PRICE };
  const usdc = sideOf(demo, market.usdc, demo.marketDay);
  await supply(venue, usdc, DEPTH);
  await approve(venue, gim.token, cast.liquidity, venue.manager);
  const pool = await seedPool(venue, gim, usdc, GIM_POOL_FEE, DEPTH);
  const data = encodeFunctionData({
    abi: poolAbi,
    functionName: "increaseObservationCardinalityNext",
    args: [OBSERVATIONS],
  });
  await chain.send({ from: cast.liquidity, to: pool, data }, "lengthening a pool's memory");
  return { price: PRICE, depth: DEPTH };
}

/** Sells GIM for USDC, as anybody can who has some. */
export async function sellGim(demo: Demo, account: Address, amount: bigint): Promise<void> {
  const { deployment, market } = demo;
  const gim = contractOf(demo, "GovernanceToken");
  const router = deployment.external.swapRouter02;
  await approve(venueOf(demo), gim, account, router);
  const args = {
    tokenIn: gim,
    tokenOut: market.usdc.token,
    fee: GIM_POOL_FEE,
    recipient: account,
    amountIn: amount,
    amountOutMinimum: 1n,
    sqrtPriceLimitX96: 0n,
  };
  const data = encodeFunctionData({ abi: routerAbi, functionName: "exactInputSingle", args: [args] });
  await act(demo, account, { to: router, data, value: 0n }, "sell GIM on Uniswap V3");
}
