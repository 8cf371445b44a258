import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import type { TokenPrice, UniswapStack } from "../helpers/uniswap.ts";
import {
  createPool,
  deployUniswap,
  encodePath,
  MULTICALL3_ADDRESS,
  movePools,
  PERMIT2_ADDRESS,
  poolAt,
  sqrtPriceOf,
} from "../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();

const PRICE_SCALE = 10n ** 27n; // D27{USD/tok}

async function priceInPool(stack: UniswapStack, pool: string): Promise<bigint> {
  const slot0 = (await poolAt(stack, pool).getFunction("slot0").staticCall()) as [bigint];
  return slot0[0];
}

describe("local Uniswap V3", () => {
  async function deployMarket() {
    const [signer] = await ethers.getSigners();
    if (!signer) throw new Error("no signer");
    const stack = await deployUniswap(signer);
    const bot = await ethers.deployContract("MarketMakerBot", [signer.address]);

    const listed: TokenPrice[] = [];
    const prices: [number, bigint][] = [
      [6, PRICE_SCALE],
      [8, 100_000n * PRICE_SCALE],
      [18, PRICE_SCALE / 1_000_000n],
      [27, 43n * PRICE_SCALE],
    ];
    for (const [decimals, price] of prices) {
      const token = await ethers.deployContract("TokenMock", [`Token ${decimals}`, `T${decimals}`, decimals]);
      const amount = (2_000_000n * PRICE_SCALE * 10n ** BigInt(decimals)) / price; // worth 2,000,000 USD
      await token.mint(signer.address, 10n * amount);
      await token.mint(bot, 1000n * amount);
      listed.push({ token: await token.getAddress(), price, decimals });
    }
    const [usd, ...others] = listed;
    if (!usd) throw new Error("no token");

    const pools: string[] = [];
    for (const other of others) {
      const amountB = (10n ** 6n * PRICE_SCALE * 10n ** BigInt(other.decimals)) / other.price;
      const seed = { tokenA: usd.token, tokenB: other.token, fee: 3000, amountA: 10n ** 12n, amountB };
      pools.push(await createPool(stack, seed));
    }
    return { signer, stack, bot, usd, others, pools };
  }

  it("refuses to move pools for anyone but its owner", async () => {
    const { bot, pools } = await networkHelpers.loadFixture(deployMarket);
    const [, stranger] = await ethers.getSigners();
    await expect(
      bot.connect(stranger).move([{ pool: pools[0] ?? "", sqrtPriceX96: 1n }]),
    ).to.be.revertedWithCustomError(bot, "OwnableUnauthorizedAccount");
  });

  it("refuses a payment call that no pool of its own made", async () => {
    const { bot } = await networkHelpers.loadFixture(deployMarket);
    await expect(bot.uniswapV3SwapCallback(1n, 0n, "0x")).to.be.revertedWithCustomError(
      bot,
      "MarketMakerBot_CallerNotPool",
    );
  });

  it("opens pools at exact prices for 6, 8, 18 and 27 decimals", async () => {
    const { stack, usd, others, pools } = await networkHelpers.loadFixture(deployMarket);
    for (const [k, other] of others.entries()) {
      expect(await priceInPool(stack, pools[k] ?? "")).to.equal(sqrtPriceOf(usd, other));
    }
  });

  it("gives what the quoter says along a path of two hops", async () => {
    const { signer, stack, usd, others } = await networkHelpers.loadFixture(deployMarket);
    const [btc, , last] = others;
    if (!btc || !last) throw new Error("no token");
    const path = encodePath([btc.token, usd.token, last.token], [3000, 3000]);
    const [quoted] = (await stack.quoter.getFunction("quoteExactInput").staticCall(path, 10n ** 7n)) as [bigint];
    const token = await ethers.getContractAt("TokenMock", btc.token);
    await token.approve(stack.router, MaxUint256);
    const swap = { path, recipient: signer.address, amountIn: 10n ** 7n, amountOutMinimum: quoted };
    const received = await ethers.getContractAt("TokenMock", last.token);
    await expect(stack.router.getFunction("exactInput").send(swap)).to.changeTokenBalance(
      ethers,
      received,
      signer,
      quoted,
    );
  });

  it("moves many pools to new prices at once and again back", async () => {
    const { stack, bot, usd, others, pools } = await networkHelpers.loadFixture(deployMarket);
    const at = (numerator: bigint) =>
      others.map((other, k) => {
        const price = (other.price * numerator) / 100n;
        return { pool: pools[k] ?? "", sqrtPriceX96: sqrtPriceOf(usd, { ...other, price }) };
      });
    for (const moves of [at(40n), at(163n), at(163n), at(100n)]) {
      await movePools(bot, moves);
      for (const { pool, sqrtPriceX96 } of moves) expect(await priceInPool(stack, pool)).to.equal(sqrtPriceX96);
    }
  });

  it("gives unused inventory back to its owner", async () => {
    const { signer, bot, usd } = await networkHelpers.loadFixture(deployMarket);
    const token = await ethers.getContractAt("TokenMock", usd.token);
    await expect(bot.withdraw(token, signer.address, 7n)).to.changeTokenBalance(ethers, token, signer, 7n);
  });

  it("has Permit2 and Multicall3 at their canonical addresses", async () => {
    const { stack, signer } = await networkHelpers.loadFixture(deployMarket);
    expect(stack.permit2.target).to.equal(PERMIT2_ADDRESS);
    expect(await stack.permit2.getFunction("nonceBitmap").staticCall(signer.address, 0n)).to.equal(0n);
    expect(await stack.multicall3.getAddress()).to.equal(MULTICALL3_ADDRESS);
    expect(await stack.multicall3.getBlockNumber()).to.equal(await ethers.provider.getBlockNumber());
  });
});
