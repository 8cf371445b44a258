import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  AssetRegistry__factory,
  Errors__factory,
  FeedMock__factory,
  KeeperRegistry__factory,
  TokenMock__factory,
  UniswapV3PoolMock__factory,
} from "../../typechain-types/index.js";
import {
  type AssetConfig,
  addressOf,
  assetConfig,
  Flags,
  HEARTBEAT,
  listAsset,
  SecondaryKind,
  TIER,
  USD,
} from "../helpers/assets.ts";
import { deployFeed } from "../helpers/feeds.ts";
import { createPool, deployUniswap, encodePath, poolAt } from "../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();

const D8 = 10n ** 8n;
const WINDOW = 1_800n; // {s}
const FEE = 3_000;
const GAS = 2_000_000n;
const MAX_TICK = 887_272n;
const MAX_PRICE = 2n ** 128n - 1n; // D27{USD/tok}

describe("AssetRegistry second source", () => {
  async function deploy() {
    const [owner, guardian] = await ethers.getSigners();
    const keepers = await new KeeperRegistry__factory(owner).deploy(owner!, guardian!);
    const registry = await new AssetRegistry__factory(owner).deploy(owner!, keepers, ZeroAddress, 0);
    await registry.setTier(TIER, 7_000);
    const usdc = await listAsset(registry, owner!, D8, { tokenDecimals: 6n });
    const asset = await listAsset(registry, owner!, 2_000n * D8);
    const errors = Errors__factory.connect(await addressOf(registry), owner);
    return { owner: owner!, registry, usdc, asset, errors };
  }

  /** `asset` with a second aggregator whose answer is a mock's. */
  async function deployWithAggregator() {
    const base = await deploy();
    const second = await deployFeed(base.owner, 2_000n * D8);
    const { registry, asset } = base;
    const config: AssetConfig = {
      ...asset.config,
      secondary: second.address,
      secondaryKind: SecondaryKind.AGGREGATOR,
      secondaryDecimals: 8n,
      secondaryWindow: HEARTBEAT,
    };
    await registry.setAsset(asset.tokenAddress, { ...config, flags: Flags.CROSS_CHECK });
    return { ...base, second, config };
  }

  /** `asset` with a pool mock against USDC. `assetFirst` tells whether the asset is its token0. */
  async function deployWithMock() {
    const base = await deploy();
    const { owner, registry, asset, usdc } = base;
    const pool = await new UniswapV3PoolMock__factory(owner).deploy();
    const assetFirst = BigInt(asset.tokenAddress) < BigInt(usdc.tokenAddress);
    const pair = [asset.tokenAddress, usdc.tokenAddress].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    await pool.setTokens(pair[0]!, pair[1]!);
    const config: AssetConfig = {
      ...asset.config,
      secondary: await addressOf(pool),
      secondaryKind: SecondaryKind.UNISWAP_V3_TWAP,
      secondaryWindow: WINDOW,
    };
    await registry.setAsset(asset.tokenAddress, config);
    /** Sets the mean tick as {raw USDC per raw asset}, whatever the order of the pool. */
    const setMeanTick = (tick: bigint) => pool.setTicks(0n, (assetFirst ? tick : -tick) * WINDOW);
    return { ...base, pool, config, assetFirst, setMeanTick };
  }

  /** `asset` and USDC in a real pool at 2,000 USDC, with its history running. */
  async function deployWithPool() {
    const base = await deploy();
    const { owner, registry, asset, usdc } = base;
    const stack = await deployUniswap(owner);
    await asset.token.mint(owner, 10n ** 24n);
    await usdc.token.mint(owner, 10n ** 15n);
    const pool = await createPool(stack, {
      tokenA: asset.tokenAddress,
      tokenB: usdc.tokenAddress,
      fee: FEE,
      amountA: 1_000n * 10n ** 18n,
      amountB: 2_000_000n * 10n ** 6n,
    });
    await (await poolAt(stack, pool).getFunction("increaseObservationCardinalityNext").send(50)).wait();
    await registry.setAsset(asset.tokenAddress, {
      ...asset.config,
      secondary: pool,
      secondaryKind: SecondaryKind.UNISWAP_V3_TWAP,
      secondaryWindow: WINDOW,
    });
    await asset.token.approve(stack.router.target, 2n ** 255n);
    await usdc.token.approve(stack.router.target, 2n ** 255n);
    const swap = async (from: string, to: string, amountIn: bigint) => {
      const path = encodePath([from, to], [FEE]);
      const order = { path, recipient: owner.address, amountIn, amountOutMinimum: 0n };
      await (await stack.router.getFunction("exactInput").send(order)).wait();
    };
    return { ...base, stack, pool, swap };
  }

  /** Prices are D27{USD/tok}; the expected one may come from floating point. */
  function expectNear(actual: bigint, expected: bigint | number, tolerance: number): void {
    const ratio = Number(actual) / Number(expected);
    expect(Math.abs(ratio - 1) <= tolerance, `${actual} is ${ratio} times ${expected}`).to.equal(true);
  }

  describe("setAsset with a pool", () => {
    it("reverts when the window is under five minutes, decimals are stated, or the pool does not fit", async () => {
      const { registry, owner, asset, usdc, config, pool, errors } = await networkHelpers.loadFixture(deployWithMock);
      const unlisted = await addressOf(await new TokenMock__factory(owner).deploy("Unlisted", "UNL", 18));
      const refuse = async (overrides: Partial<AssetConfig>) =>
        expect(registry.setAsset(asset.tokenAddress, { ...config, ...overrides }))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_SecondaryInvalid")
          .withArgs(asset.tokenAddress, overrides.secondary ?? config.secondary);

      await refuse({ secondaryWindow: 299n });
      await refuse({ secondaryDecimals: 6n });
      await refuse({ secondary: asset.address });
      await refuse({ secondary: owner.address });
      await pool.setTokens(asset.tokenAddress, unlisted);
      await refuse({});
      await pool.setTokens(unlisted, unlisted);
      await refuse({});
      await pool.setTokens(asset.tokenAddress, BigInt(usdc.tokenAddress) + 2n ** 160n);
      await refuse({});
    });

    it("accepts a window of five minutes", async () => {
      const { registry, asset, config } = await networkHelpers.loadFixture(deployWithMock);
      await registry.setAsset(asset.tokenAddress, { ...config, secondaryWindow: 300n });
      expect((await registry.assetConfig(asset.tokenAddress)).secondaryWindow).to.equal(300n);
    });
  });

  describe("secondaryPrice", () => {
    it("is 0 without a second source or listing", async () => {
      const { registry, usdc, owner } = await networkHelpers.loadFixture(deploy);
      expect(await registry.secondaryPrice(usdc.tokenAddress)).to.equal(0n);
      expect(await registry.secondaryPrice(owner)).to.equal(0n);
    });

    it("is the second aggregator's answer within its own heartbeat (S54)", async () => {
      const { registry, asset, second, config } = await networkHelpers.loadFixture(deployWithAggregator);
      await registry.setAsset(asset.tokenAddress, { ...config, secondaryWindow: 600n });
      await second.feed.publish(1_990n * D8, 0);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(1_990n * USD);
      await networkHelpers.time.increase(601);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
    });

    it("is 0 while a real pool's history is shorter than the window, and its price afterwards", async () => {
      const { registry, asset, usdc } = await networkHelpers.loadFixture(deployWithPool);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      await networkHelpers.time.increase(WINDOW + 1n);
      await usdc.feed.publish(D8, 0);
      expectNear(await registry.secondaryPrice(asset.tokenAddress), 2_000n * USD, 1e-4);

      // A dollar that is worth 90 cents makes everything priced in it cheaper.
      await usdc.feed.publish(90_000_000n, 0);
      expectNear(await registry.secondaryPrice(asset.tokenAddress), 1_800n * USD, 1e-4);
    });

    it("is the mean over the window, hardly moved by a manipulation of one block in a real pool (S50)", async () => {
      const { registry, asset, usdc, swap } = await networkHelpers.loadFixture(deployWithPool);
      await networkHelpers.time.increase(WINDOW + 1n);
      await usdc.feed.publish(D8, 0);
      const before = await registry.secondaryPrice(asset.tokenAddress);

      await swap(usdc.tokenAddress, asset.tokenAddress, 2_000_000n * 10n ** 6n); // doubles the reserves: price x4
      await networkHelpers.mine();
      expectNear(await registry.secondaryPrice(asset.tokenAddress), before, 0.002);

      await networkHelpers.time.increase(WINDOW);
      await usdc.feed.publish(D8, 0);
      expectNear(await registry.secondaryPrice(asset.tokenAddress), 4n * before, 0.01);
    });

    it("is 0 when the pool's other token has no price, or the pool fails (S56)", async () => {
      const { registry, asset, usdc, pool, setMeanTick } = await networkHelpers.loadFixture(deployWithMock);
      await setMeanTick(-200_000n);
      expect(await registry.secondaryPrice(asset.tokenAddress)).not.to.equal(0n);
      await pool.setTokens(asset.tokenAddress, BigInt(usdc.tokenAddress) + 2n ** 160n);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      await pool.setTokens(usdc.tokenAddress, usdc.tokenAddress);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      await pool.setTokens(asset.tokenAddress, usdc.tokenAddress);
      await networkHelpers.time.increase(HEARTBEAT + 1n);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      await usdc.feed.publish(D8, 0);
      expect(await registry.secondaryPrice(asset.tokenAddress)).not.to.equal(0n);
      await networkHelpers.setCode(await addressOf(pool), "0xfe");
      expect(await registry.secondaryPrice(asset.tokenAddress, { gasLimit: GAS })).to.equal(0n);
      await networkHelpers.setCode(await addressOf(pool), "0x");
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
    });

    it("is 0 when the pool's answer is malformed", async () => {
      const { registry, asset, pool, assetFirst } = await networkHelpers.loadFixture(deployWithMock);
      const sum = BigInt.asUintN(256, (assetFirst ? -200_000n : 200_000n) * WINDOW);
      const word = (value: bigint) => ethers.toBeHex(value, 32);
      const good = [0x40n, 0xa0n, 2n, 0n, sum, 2n, 0n, 0n].map(word);
      await pool.setAnswer(ethers.concat(good));
      expect(await registry.secondaryPrice(asset.tokenAddress)).not.to.equal(0n);
      for (const bad of [
        good.slice(0, 4),
        [word(0x60n), ...good.slice(1)],
        [...good.slice(0, 2), word(1n), ...good.slice(3)],
        [...good.slice(0, 2), word(3n), ...good.slice(3)],
      ]) {
        await pool.setAnswer(ethers.concat(bad));
        expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      }
    });

    it("keeps its value when the accumulators wrap around (S58)", async () => {
      const { registry, asset, pool, assetFirst } = await networkHelpers.loadFixture(deployWithMock);
      const tick = assetFirst ? -200_311n : 200_311n;
      await pool.setTicks(-7n, tick * WINDOW - 7n);
      const expected = await registry.secondaryPrice(asset.tokenAddress);
      expectNear(expected, 1.0001 ** -200_311 * 1e39, 1e-9);

      const top = 2n ** 55n - 1n;
      const start = tick > 0n ? top - 5n : -top + 5n;
      await pool.setTicks(start, BigInt.asIntN(56, start + tick * WINDOW));
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(expected);
    });

    it("rounds the mean tick down, as Uniswap does, for negative sums too", async () => {
      const { registry, owner, usdc, pool, config } = await networkHelpers.loadFixture(deployWithMock);
      // With the same decimals a tick of 0 is a dollar, whichever token comes first.
      const { tokenAddress, ...six } = await listAsset(registry, owner, D8, { tokenDecimals: 6n });
      await pool.setTokens(tokenAddress, usdc.tokenAddress);
      const { secondary, secondaryKind, secondaryWindow } = config;
      await registry.setAsset(tokenAddress, { ...six.config, secondary, secondaryKind, secondaryWindow });
      const at = async (sum: bigint) => {
        await pool.setTicks(0n, sum);
        return registry.secondaryPrice(tokenAddress);
      };
      const [before, same, after] = [await at(-WINDOW), await at(0n), await at(WINDOW)];
      expect(new Set([before, same, after]).size).to.equal(3);
      expect(same).to.equal(USD);
      expect([await at(-1n), await at(1n - WINDOW)]).to.deep.equal([before, before]);
      expect([await at(1n), await at(WINDOW - 1n)]).to.deep.equal([same, same]);
      expect(await at(-5n * WINDOW - 1n)).to.equal(await at(-6n * WINDOW));
    });

    it("follows the tick over the whole range of prices, and is 0 beyond any price or tick", async () => {
      const { registry, asset, setMeanTick, assetFirst } = await networkHelpers.loadFixture(deployWithMock);
      for (const tick of [-550_000n, -400_001n, -276_324n, -200_311n, -131_072n, -65_535n, -11_000n]) {
        await setMeanTick(tick);
        const expected = 1.0001 ** Number(tick) * 1e39; // D27{USD/tok}: 18 decimals against 6
        expectNear(await registry.secondaryPrice(asset.tokenAddress), expected, 1e-9);
      }
      for (const tick of [-10_700n, 0n, MAX_TICK]) {
        await setMeanTick(tick);
        expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
      }
      await setMeanTick(-MAX_TICK);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.be.lessThan(MAX_PRICE);
      const cheap = assetFirst ? -MAX_TICK - 1n : MAX_TICK + 1n;
      await setMeanTick(assetFirst ? cheap : -cheap);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(0n);
    });

    it("gives the price of either token of a pool, in either order", async () => {
      const { registry, owner } = await networkHelpers.loadFixture(deploy);
      const first = await listAsset(registry, owner, 5n * D8, { tokenDecimals: 8n });
      const second = await listAsset(registry, owner, 5n * D8, { tokenDecimals: 27n });
      const [low, high] = BigInt(first.tokenAddress) < BigInt(second.tokenAddress) ? [first, second] : [second, first];
      const pool = await new UniswapV3PoolMock__factory(owner).deploy();
      await pool.setTokens(low.tokenAddress, high.tokenAddress);
      // Equal worth: raw high per raw low is 10 to the difference of their decimals.
      const difference = Number(high.config.tokenDecimals - low.config.tokenDecimals);
      const tick = BigInt(Math.round((difference * Math.log(10)) / Math.log(1.0001)));
      await pool.setTicks(0n, tick * WINDOW);
      for (const { tokenAddress, config } of [first, second]) {
        const twap = { secondary: await addressOf(pool), secondaryKind: SecondaryKind.UNISWAP_V3_TWAP };
        await registry.setAsset(tokenAddress, { ...config, ...twap, secondaryWindow: WINDOW });
        expectNear(await registry.secondaryPrice(tokenAddress), 5n * USD, 1e-4);
      }
    });

    it("reverts instead of reporting no price when the caller starved the pool of gas (S56)", async () => {
      const { registry, asset, pool, errors } = await networkHelpers.loadFixture(deployWithMock);
      await networkHelpers.setCode(await addressOf(pool), "0xfe");
      await expect(registry.secondaryPrice(asset.tokenAddress, { gasLimit: 150_000n })).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_GasTooLow",
      );
    });
  });

  describe("cross-check", () => {
    const quoted = async (registry: { quotes: (tokens: string[]) => Promise<{ price: bigint }[]> }, token: string) =>
      (await registry.quotes([token]))[0]!.price;

    it("takes the price away when the second source differs by more than 2%, whichever is higher", async () => {
      const { registry, asset, second } = await networkHelpers.loadFixture(deployWithAggregator);
      for (const [answer, agrees] of [
        [2_040n * D8, true],
        [2_040n * D8 + 1n, false],
        [1_960n * D8, false], // 2,000 is more than 2% above 1,960
        [1_961n * D8, true],
        [1n, false],
      ] as const) {
        await second.feed.publish(answer, 0);
        const expected = agrees ? 2_000n * USD : 0n;
        expect(await registry.price(asset.tokenAddress)).to.equal(expected);
        expect(await registry.prices([asset.tokenAddress])).to.deep.equal([expected]);
        expect(await quoted(registry, asset.tokenAddress)).to.equal(expected);
        const [a, b] = await registry.pair(asset.tokenAddress, asset.tokenAddress);
        expect([a.price, b.price]).to.deep.equal([expected, expected]);
      }
    });

    it("allows two deviation thresholds when that is more than 2%", async () => {
      const { registry, asset, second, config } = await networkHelpers.loadFixture(deployWithAggregator);
      await registry.setAsset(asset.tokenAddress, { ...config, flags: Flags.CROSS_CHECK, deviationBps: 200n });
      await second.feed.publish(2_080n * D8, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(2_000n * USD);
      await second.feed.publish(2_080n * D8 + 1n, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(0n);
    });

    it("leaves the primary alone when the second source has no price, but never the other way round (S55)", async () => {
      const { registry, asset, second } = await networkHelpers.loadFixture(deployWithAggregator);
      await networkHelpers.time.increase(HEARTBEAT + 1n);
      await asset.feed.publish(3_000n * D8, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(3_000n * USD);
      await networkHelpers.time.increase(HEARTBEAT + 1n);
      await second.feed.publish(3_000n * D8, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(0n);
      expect(await registry.secondaryPrice(asset.tokenAddress)).to.equal(3_000n * USD);
    });

    it("is not made unless the listing asks for it", async () => {
      const { registry, asset, second, config } = await networkHelpers.loadFixture(deployWithAggregator);
      await second.feed.publish(1n, 0);
      await registry.setAsset(asset.tokenAddress, config);
      expect(await quoted(registry, asset.tokenAddress)).to.equal(2_000n * USD);
    });

    it("works against a real pool: a feed that lies alone has no price (S57)", async () => {
      const { registry, asset, usdc } = await networkHelpers.loadFixture(deployWithPool);
      const listed = await registry.assetConfig(asset.tokenAddress);
      await registry.setAsset(asset.tokenAddress, {
        ...assetConfig(asset.address),
        secondary: listed.secondary,
        secondaryKind: listed.secondaryKind,
        secondaryWindow: listed.secondaryWindow,
        flags: Flags.CROSS_CHECK,
      });
      await networkHelpers.time.increase(WINDOW + 1n);
      await usdc.feed.publish(D8, 0);
      await asset.feed.publish(2_010n * D8, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(2_010n * USD);
      await asset.feed.publish(20n * D8, 0);
      expect(await registry.price(asset.tokenAddress)).to.equal(0n);
    });

    it("survives a second source that fails in the worst way (S56)", async () => {
      const { registry, asset, owner, config } = await networkHelpers.loadFixture(deployWithAggregator);
      const mock = await new FeedMock__factory(owner).deploy();
      await mock.setDecimals(8);
      const next = { ...config, secondary: await addressOf(mock), flags: Flags.CROSS_CHECK };
      await registry.setAsset(asset.tokenAddress, next);
      for (let fault = 1; fault <= 6; fault++) {
        await mock.setFault(fault);
        expect(await registry.price(asset.tokenAddress, { gasLimit: GAS })).to.equal(2_000n * USD);
      }
    });
  });
});
