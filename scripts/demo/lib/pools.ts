import { type Address, encodeFunctionData, parseAbi, parseUnits } from "viem";
import type { Chain } from "./chain.ts";

const FULL_RANGE = 887_272;
const SPACING: Readonly<Record<number, number>> = { 100: 1, 500: 10, 3000: 60, 10000: 200 };
const MAX = 2n ** 256n - 1n;
/** Pools moved in one transaction: each swap costs about 110,000 gas. */
const MOVES = 100;

const managerAbi = parseAbi([
  "function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96) payable returns (address pool)",
  "function mint((address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper, uint256 amount0Desired, uint256 amount1Desired, uint256 amount0Min, uint256 amount1Min, address recipient, uint256 deadline)) payable returns (uint256 tokenId, uint128 liquidity, uint256 amount0, uint256 amount1)",
  "function multicall(bytes[] data) payable returns (bytes[] results)",
]);
const tokenAbi = parseAbi([
  "function mint(address receiver, uint256 amount)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function deposit() payable",
  "function transfer(address to, uint256 amount) returns (bool)",
]);
const factoryAbi = parseAbi(["function getPool(address a, address b, uint24 fee) view returns (address)"]);
const botAbi = parseAbi(["function move((address pool, uint160 sqrtPriceX96)[] moves)"]);

/** One side of a pool. */
export interface Side {
  token: Address;
  decimals: number;
  /** {USD} per whole token */
  price: number;
}

export interface Venue {
  chain: Chain;
  deployer: Address;
  weth: Address;
  factory: Address;
  manager: Address;
  bot: Address;
}

/** Gives `to` any amount of a test token; wrapped ether is wrapped from the deployer's own. */
export async function give(venue: Venue, token: Address, to: Address, amount: bigint): Promise<void> {
  const from = venue.deployer;
  if (token.toLowerCase() === venue.weth.toLowerCase()) {
    const wrap = encodeFunctionData({ abi: tokenAbi, functionName: "deposit" });
    await venue.chain.send({ from, to: token, data: wrap, value: amount }, "wrapping ether");
    if (to === from) return;
    const data = encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [to, amount] });
    await venue.chain.send({ from, to: token, data }, "sending wrapped ether");
    return;
  }
  const data = encodeFunctionData({ abi: tokenAbi, functionName: "mint", args: [to, amount] });
  await venue.chain.send({ from, to: token, data }, "minting a test token");
}

/** {raw tokens} worth `usd`. */
export function amountOf({ decimals, price }: Side, usd: number): bigint {
  const scaled = parseUnits((usd / price).toFixed(Math.min(decimals, 15)), decimals);
  return scaled === 0n ? 1n : scaled;
}

/** Gives the deployer what a pool takes of one token and lets the position manager take it. */
export async function supply(venue: Venue, side: Side, usd: number): Promise<void> {
  await give(venue, side.token, venue.deployer, amountOf(side, usd));
  await approve(venue, side.token, venue.deployer, venue.manager);
}

/** Lets `spender` take any amount of a token of `owner`. */
export async function approve(venue: Venue, token: Address, owner: Address, spender: Address): Promise<void> {
  const data = encodeFunctionData({ abi: tokenAbi, functionName: "approve", args: [spender, MAX] });
  await venue.chain.send({ from: owner, to: token, data }, "approving");
}

/**
 * Creates a pool at the market's price with `usd` on each side over the whole range, and returns its address. Both
 * sides were supplied before.
 */
export async function seedPool(venue: Venue, a: Side, b: Side, fee: number, usd: number): Promise<Address> {
  const [first, second] = BigInt(a.token) < BigInt(b.token) ? [a, b] : [b, a];
  const amounts = [amountOf(first, usd), amountOf(second, usd)] as const;
  const spacing = SPACING[fee] ?? 60;
  const edge = Math.floor(FULL_RANGE / spacing) * spacing;
  const create = [first.token, second.token, fee, sqrtPrice(first, second)] as const;
  const position = {
    token0: first.token,
    token1: second.token,
    fee,
    tickLower: -edge,
    tickUpper: edge,
    amount0Desired: amounts[0],
    amount1Desired: amounts[1],
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: venue.deployer,
    deadline: MAX,
  };
  const calls = [
    encodeFunctionData({ abi: managerAbi, functionName: "createAndInitializePoolIfNecessary", args: create }),
    encodeFunctionData({ abi: managerAbi, functionName: "mint", args: [position] }),
  ];
  const data = encodeFunctionData({ abi: managerAbi, functionName: "multicall", args: [calls] });
  await venue.chain.send({ from: venue.deployer, to: venue.manager, data }, "seeding a pool");
  return venue.chain.client.readContract({
    address: venue.factory,
    abi: factoryAbi,
    functionName: "getPool",
    args: [first.token, second.token, fee],
  });
}

/** Trades every pool to the market's price, as arbitrageurs would, in as few transactions as fit. */
export async function movePools(venue: Venue, moves: readonly { pool: Address; a: Side; b: Side }[]): Promise<void> {
  for (let start = 0; start < moves.length; start += MOVES) {
    const part = moves.slice(start, start + MOVES).map(({ pool, a, b }) => {
      const [first, second] = BigInt(a.token) < BigInt(b.token) ? [a, b] : [b, a];
      return { pool, sqrtPriceX96: sqrtPrice(first, second) };
    });
    const data = encodeFunctionData({ abi: botAbi, functionName: "move", args: [part] });
    await venue.chain.send({ from: venue.deployer, to: venue.bot, data }, "moving the pools");
  }
}

/** Q64.96 square root of the raw amount of `second` that one raw unit of `first` is worth. */
function sqrtPrice(first: Side, second: Side): bigint {
  // 10^30 keeps 16 digits of the smallest price; both prices carry it, so that it cancels out.
  const scaled = (price: number): bigint => parseUnits(price.toFixed(18), 30);
  const numerator = scaled(first.price) * 10n ** BigInt(second.decimals);
  const denominator = scaled(second.price) * 10n ** BigInt(first.decimals);
  return squareRoot((numerator << 192n) / denominator);
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
