import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import type { BreakableToken, IndexVault, TokenMock, Zap } from "../../typechain-types/index.js";
import {
  AmmFiller__factory,
  BreakableToken__factory,
  HookToken__factory,
  IndexVault__factory,
  RogueAdapter__factory,
  TetherLikeToken__factory,
  TokenMock__factory,
  UniswapV3Adapter__factory,
  Zap__factory,
  ZapExecutor__factory,
} from "../../typechain-types/index.js";
import { tokenOf } from "./market.ts";
import { deployProtocol, indexParams, type Protocol, propose } from "./protocol.ts";
import { createPool, deployUniswap, encodePath, type UniswapStack } from "./uniswap.ts";

const ETHER = 10n ** 18n;
const MILLION = 1_000_000n;

/** {1e-6} tier of all pools here. */
export const FEE = 3_000;

/** What a vault sells for what, once its epoch is open. */
export interface Lot {
  i: number;
  j: number;
  sellToken: string;
  buyToken: string;
  /** {raw tokens} that the vault sells now at most. */
  surplus: bigint;
}

export type BasketSymbol = "USDT" | "WETH" | "BTC" | "ALT" | "DUST";
export type Periphery = Awaited<ReturnType<typeof deployPeriphery>>;

export function erc20(token: string, signer: HardhatEthersSigner): TokenMock {
  return TokenMock__factory.connect(token, signer);
}

/**
 * A vault of five tokens worth $20 a share each, pools for all of them, the filler and the zap.
 * Pools meet in the Tether-like dollar, except the one of DUST, which is against Ether. CASH is in no basket.
 */
export async function deployPeriphery(ethers: HardhatEthers) {
  const [owner, user, stranger] = await ethers.getSigners();
  if (!owner || !user || !stranger) throw new Error("three signers are needed");
  const stack = await deployUniswap(owner);
  const usd = await new TetherLikeToken__factory(owner).deploy();
  const alt = await new HookToken__factory(owner).deploy("ALT", "ALT", 18);
  const cash = await new TokenMock__factory(owner).deploy("CASH", "CASH", 6);
  const protocol = await deployProtocol({
    owner,
    guardian: owner,
    tokens: [
      { symbol: "USDT", decimals: 6, price: "1", stable: true, existing: await usd.getAddress() },
      { symbol: "WETH", decimals: 18, price: "2000", existing: String(stack.weth.target) },
      { symbol: "BTC", decimals: 8, price: "100000" },
      { symbol: "ALT", decimals: 18, price: "1", existing: await alt.getAddress() },
      { symbol: "DUST", decimals: 27, price: "20", breakable: true },
    ],
  });
  const at = {
    ...Object.fromEntries(protocol.tokens.map(({ symbol, address }) => [symbol, address])),
    CASH: await cash.getAddress(),
  } as Record<BasketSymbol | "CASH", string>;
  const btc = tokenOf(protocol, "BTC").token;
  const dust: BreakableToken = BreakableToken__factory.connect(at.DUST, owner);
  for (const token of [usd, alt, cash, btc, dust]) await token.mint(owner, 10n ** 36n);
  await ethers.provider.send("hardhat_setBalance", [owner.address, "0xffffffffffffffffffffff"]);
  await stack.weth.getFunction("deposit").send({ value: 100_000n * ETHER });

  await createPools(stack, at);
  const vault = await createVault(protocol, owner, user);
  const venue = await deployVenue(protocol, stack, owner);
  const tokens = protocol.tokens.map(({ address }) => address);
  const signers = { owner, user, stranger };
  return { ...signers, ...venue, stack, protocol, vault, tokens, at, usd, alt, cash, btc, dust };
}

/** Opens an epoch in which the vault sells ALT, and waits until its price is almost the lowest of the first curve. */
export async function openLot(ethers: HardhatEthers, periphery: Periphery, buy: BasketSymbol): Promise<Lot> {
  const { protocol, vault, at, tokens, filler, adapter } = periphery;
  const weights = protocol.tokens.map(({ symbol }) => (symbol === "ALT" ? 1_600 : symbol === buy ? 2_400 : 2_000));
  await propose(protocol, vault, { weights });
  const { opensAt } = await vault.epoch();
  await ethers.provider.send("evm_setNextBlockTimestamp", [Number(opensAt) + 3_500]);
  await ethers.provider.send("evm_mine", []);

  const lot = { i: tokens.indexOf(at.ALT), j: tokens.indexOf(at[buy]), sellToken: at.ALT, buyToken: at[buy] };
  const route = encodePath(
    buy === "USDT" ? [at.ALT, at.USDT] : [at.ALT, at.USDT, at[buy]],
    [FEE, FEE].slice(buy === "USDT" ? 1 : 0),
  );
  const order = { i: lot.i, j: lot.j, maxSell: MaxUint256, minSell: 0n, minReceived: 0n, adapter, route };
  const [surplus] = await filler.fill.staticCall(vault, order, MaxUint256, 0n);
  return { ...lot, surplus };
}

async function createPools(stack: UniswapStack, at: Record<BasketSymbol | "CASH", string>): Promise<void> {
  const dollars = 10n * MILLION * 10n ** 6n;
  const pools: [string, bigint, string, bigint][] = [
    [at.USDT, dollars, at.WETH, 5_000n * ETHER],
    [at.USDT, dollars, at.BTC, 100n * 10n ** 8n],
    [at.USDT, dollars, at.ALT, 10n * MILLION * ETHER],
    [at.USDT, dollars, at.CASH, dollars],
    [at.WETH, 5_000n * ETHER, at.DUST, 500_000n * 10n ** 27n],
  ];
  for (const [tokenA, amountA, tokenB, amountB] of pools) {
    await createPool(stack, { tokenA, tokenB, fee: FEE, amountA, amountB });
  }
}

/** 1,000 shares at $100, which the user gets except for the dead ones. */
async function createVault(protocol: Protocol, owner: HardhatEthersSigner, user: HardhatEthersSigner) {
  const limits = { riskDelay: 3_600, curveLength: 3_600 };
  const fees = { streamingRate: 0n, mintFeeBps: 10, recipient: owner.address };
  const params = { ...indexParams(protocol, { creator: owner, limits, fees }), receiver: user.address };
  for (const token of params.tokens) await erc20(token, owner).approve(protocol.factory, 10n ** 36n);
  const vault = await protocol.factory.createIndex.staticCall(params);
  await protocol.factory.createIndex(params);
  const connected: IndexVault = IndexVault__factory.connect(vault, user);
  return connected;
}

async function deployVenue({ factory }: Protocol, stack: UniswapStack, owner: HardhatEthersSigner) {
  const adapter = await new UniswapV3Adapter__factory(owner).deploy(stack.factory);
  const thief = await new RogueAdapter__factory(owner).deploy(0);
  const loud = await new RogueAdapter__factory(owner).deploy(50_000);
  const filler = await new AmmFiller__factory(owner).deploy(factory, [adapter, thief, loud]);
  const zap: Zap = await new Zap__factory(owner).deploy(factory, stack.factory, stack.weth, stack.permit2);
  const executor = ZapExecutor__factory.connect(await zap.executor(), owner);
  return { adapter, thief, loud, filler, zap, executor };
}
