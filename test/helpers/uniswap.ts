import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InterfaceAbi, Signer } from "ethers";
import { Contract, ContractFactory, MaxUint256, solidityPacked, ZeroAddress } from "ethers";
import type { MarketMakerBot, Multicall3 } from "../../typechain-types/index.js";
import { Multicall3__factory } from "../../typechain-types/index.js";

/** The canonical addresses at which both are found on every public chain. */
export const PERMIT2_ADDRESS = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
export const MULTICALL3_ADDRESS = "0xcA11bde05977b3631167028862bE2a173976CA11";

const require = createRequire(import.meta.url);

const ARTIFACTS = {
  weth: "canonical-weth/build/contracts/WETH9.json",
  factory: "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json",
  pool: "@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json",
  positionManager:
    "@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json",
  router: "@uniswap/swap-router-contracts/artifacts/contracts/SwapRouter02.sol/SwapRouter02.json",
  quoter: "@uniswap/v3-periphery/artifacts/contracts/lens/QuoterV2.sol/QuoterV2.json",
} as const;

const TICK_SPACING: Record<number, number> = { 100: 1, 500: 10, 3000: 60, 10000: 200 };
const MAX_TICK = 887_272;
const MOVES_PER_TRANSACTION = 150; // {1} stays below the 16.7 million gas that one transaction may use
const ERC20_ABI = [
  "function approve(address spender, uint256 amount)",
  "function allowance(address owner, address spender) view returns (uint256)",
];

export interface Artifact {
  abi: InterfaceAbi;
  bytecode: string;
}

/** Real contracts of the venue, with the bytecode that runs on mainnet. */
export interface UniswapStack {
  signer: Signer;
  weth: Contract;
  factory: Contract;
  positionManager: Contract;
  router: Contract; // SwapRouter02
  quoter: Contract; // QuoterV2
  permit2: Contract;
  multicall3: Multicall3;
}

export interface PoolSeed {
  tokenA: string;
  tokenB: string;
  fee: number; // {1e-6}: 100, 500, 3000 or 10000
  /** {raw tokens} put in by the signer. The ratio of the two amounts is the pool's price. */
  amountA: bigint;
  amountB: bigint;
  /** The liquidity reaches from price / range to price * range; absent = every price. */
  range?: number;
}

/** Artifact of one contract of the stack, as published on npm by its authors. */
export function uniswapArtifact(name: keyof typeof ARTIFACTS): Artifact {
  return JSON.parse(readFileSync(require.resolve(ARTIFACTS[name]), "utf8")) as Artifact;
}

/** Deploys the stack. Permit2 and Multicall3 are put at their canonical addresses, which only a local chain allows. */
export async function deployUniswap(signer: Signer): Promise<UniswapStack> {
  const weth = await deployArtifact(signer, "weth");
  const factory = await deployArtifact(signer, "factory");
  const positionManager = await deployArtifact(signer, "positionManager", factory.target, weth.target, ZeroAddress);
  const router = await deployArtifact(
    signer,
    "router",
    ZeroAddress,
    factory.target,
    positionManager.target,
    weth.target,
  );
  const quoter = await deployArtifact(signer, "quoter", factory.target, weth.target);
  const permit2 = await installPermit2(signer);
  const multicall3 = await installMulticall3(signer);

  return { signer, weth, factory, positionManager, router, quoter, permit2, multicall3 };
}

/**
 * Creates the pool at the price of the two amounts and puts them in as liquidity of the stack's signer, who holds them.
 * @returns the pool's address.
 */
export async function createPool(stack: UniswapStack, seed: PoolSeed): Promise<string> {
  const { factory, positionManager, signer } = stack;
  const aFirst = BigInt(seed.tokenA) < BigInt(seed.tokenB);
  const [token0, token1] = aFirst ? [seed.tokenA, seed.tokenB] : [seed.tokenB, seed.tokenA];
  const [amount0, amount1] = aFirst ? [seed.amountA, seed.amountB] : [seed.amountB, seed.amountA];
  const sqrtPriceX96 = encodeSqrtPrice(amount0, amount1);
  const [tickLower, tickUpper] = tickRange(seed.fee, amount0, amount1, seed.range);

  await approveOnce(token0, positionManager, signer, amount0);
  await approveOnce(token1, positionManager, signer, amount1);
  const create = [token0, token1, seed.fee, sqrtPriceX96];
  const mint = {
    token0,
    token1,
    fee: seed.fee,
    tickLower,
    tickUpper,
    amount0Desired: amount0,
    amount1Desired: amount1,
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: await signer.getAddress(),
    deadline: MaxUint256,
  };
  const calls = [
    positionManager.interface.encodeFunctionData("createAndInitializePoolIfNecessary", create),
    positionManager.interface.encodeFunctionData("mint", [mint]),
  ];
  const sent = await positionManager.getFunction("multicall").send(calls);
  await sent.wait();

  return (await factory.getFunction("getPool").staticCall(token0, token1, seed.fee)) as string;
}

/** A pool with its own ABI. */
export function poolAt(stack: UniswapStack, pool: string): Contract {
  return new Contract(pool, uniswapArtifact("pool").abi, stack.signer);
}

/** Path of a multi-hop swap: token, fee, token, fee, token ... */
export function encodePath(tokens: string[], fees: number[]): string {
  if (tokens.length !== fees.length + 1) throw new Error(`a path of ${tokens.length} tokens needs one fee per hop`);
  const types = tokens.flatMap((_, k) => (k === 0 ? ["address"] : ["uint24", "address"]));
  const values = tokens.flatMap((token, k) => (k === 0 ? [token] : [fees[k - 1], token]));
  return solidityPacked(types, values);
}

/** Q64.96 square root of amount1 / amount0, rounded down. */
export function encodeSqrtPrice(amount0: bigint, amount1: bigint): bigint {
  return squareRoot((amount1 << 192n) / amount0);
}

/** One whole token in USD, at any fixed scale, and how many decimals the token has. */
export interface TokenPrice {
  token: string;
  price: bigint; // USD per whole token; both prices of a pair carry the same scale
  decimals: number;
}

/** Q64.96 square root of the pool price at which two tokens are worth what their USD prices say. */
export function sqrtPriceOf(a: TokenPrice, b: TokenPrice): bigint {
  const [first, second] = BigInt(a.token) < BigInt(b.token) ? [a, b] : [b, a];
  // Raw amounts of equal worth: 10^decimals / price of each, both multiplied by the two prices.
  return encodeSqrtPrice(second.price * 10n ** BigInt(first.decimals), first.price * 10n ** BigInt(second.decimals));
}

/** Moves every pool to its price with real swaps of the bot's inventory: about 90,000 gas each, 150 a transaction. */
export async function movePools(bot: MarketMakerBot, moves: { pool: string; sqrtPriceX96: bigint }[]): Promise<void> {
  for (let start = 0; start < moves.length; start += MOVES_PER_TRANSACTION) {
    const sent = await bot.move(moves.slice(start, start + MOVES_PER_TRANSACTION));
    await sent.wait();
  }
}

async function deployArtifact(signer: Signer, name: keyof typeof ARTIFACTS, ...args: unknown[]): Promise<Contract> {
  const { abi, bytecode } = uniswapArtifact(name);
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  await deployed.waitForDeployment();
  return new Contract(deployed.target, abi, signer);
}

export async function installPermit2(signer: Signer): Promise<Contract> {
  const { bytecode } = JSON.parse(readFileSync(new URL("../../vendor/permit2.json", import.meta.url), "utf8")) as {
    bytecode: string;
  };
  await setCode(signer, PERMIT2_ADDRESS, bytecode);
  return new Contract(PERMIT2_ADDRESS, ["function nonceBitmap(address, uint256) view returns (uint256)"], signer);
}

async function installMulticall3(signer: Signer): Promise<Multicall3> {
  const deployed = await new Multicall3__factory(signer).deploy();
  await deployed.waitForDeployment();
  const code = (await deployed.getDeployedCode()) ?? "0x";
  await setCode(signer, MULTICALL3_ADDRESS, code);
  return Multicall3__factory.connect(MULTICALL3_ADDRESS, signer);
}

async function setCode(signer: Signer, address: string, code: string): Promise<void> {
  const provider = signer.provider as { send?(method: string, params: unknown[]): Promise<unknown> } | null;
  if (!provider?.send) throw new Error("the signer's provider cannot set code: a local chain is needed");
  await provider.send("hardhat_setCode", [address, code]);
}

async function approveOnce(token: string, spender: Contract, signer: Signer, amount: bigint): Promise<void> {
  const erc20 = new Contract(token, ERC20_ABI, signer);
  const allowance = (await erc20.getFunction("allowance").staticCall(signer.getAddress(), spender)) as bigint;
  if (allowance >= amount) return;
  const sent = await erc20.getFunction("approve").send(spender, MaxUint256);
  await sent.wait();
}

function tickRange(fee: number, amount0: bigint, amount1: bigint, range?: number): [number, number] {
  const spacing = TICK_SPACING[fee];
  if (spacing === undefined) throw new Error(`no such fee tier: ${fee}`);
  const edge = Math.floor(MAX_TICK / spacing) * spacing;
  if (range === undefined) return [-edge, edge];

  // Ticks are only bounds here, so double precision is enough; the price itself is exact.
  const tick = (Math.log(Number(amount1)) - Math.log(Number(amount0))) / Math.log(1.0001);
  const width = Math.log(range) / Math.log(1.0001);
  const lower = Math.floor((tick - width) / spacing) * spacing;
  const upper = Math.ceil((tick + width) / spacing) * spacing;
  return [Math.max(-edge, lower), Math.min(edge, upper)];
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
