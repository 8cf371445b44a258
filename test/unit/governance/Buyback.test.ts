import { expect } from "chai";
import { concat, MaxUint256, parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Buyback__factory, Errors__factory } from "../../../typechain-types/index.js";
import {
  type BuybackWorld,
  DEPTH,
  deployBuyback,
  FEE,
  fundTrader,
  growHistory,
  HALF_HOUR,
  swap,
  usdOf,
} from "../../helpers/buyback.ts";
import { createPool, encodePath, poolAt } from "../../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const swapErrors = Errors__factory.connect(ZeroAddress, ethers.provider);
const SLICE = usdOf(1_000);
const HOUR = 3_600;
const SLIPPAGE_BPS = 100;

/** Pools without a past. */
async function deployYoung() {
  return deployBuyback(ethers);
}

/** Pools with a past, and a route of USD. */
async function deployReady() {
  const world = await deployBuyback(ethers);
  await growHistory(world, time.increase);
  await world.buyback.setRoute(world.paths.usd, SLICE, HOUR, SLIPPAGE_BPS);
  return world;
}

const loadYoung = () => networkHelpers.loadFixture(deployYoung);
const load = () => networkHelpers.loadFixture(deployReady);

describe("Buyback", () => {
  describe("constructor", () => {
    it("reverts when GIM is 0 or the Uniswap factory has no code", async () => {
      const { owner, stranger, gim, stack, errors } = await loadYoung();
      const contract = new Buyback__factory(owner);
      await expect(contract.deploy(ZeroAddress, stack.factory.target, owner)).to.be.revertedWithCustomError(
        errors,
        "Buyback_ZeroAddress",
      );
      await expect(contract.deploy(gim, stranger, owner)).to.be.revertedWithCustomError(
        swapErrors,
        "UniswapV3Swapper_FactoryInvalid",
      );
    });
  });

  describe("setRoute", () => {
    it("reverts when the caller is not the owner", async () => {
      const { buyback, stranger, paths } = await load();
      await expect(
        buyback.connect(stranger).setRoute(paths.usd, SLICE, HOUR, SLIPPAGE_BPS),
      ).to.be.revertedWithCustomError(buyback, "OwnableUnauthorizedAccount");
    });

    it("reverts when the path is broken, begins with GIM or does not end with it", async () => {
      const { buyback, at, paths, errors } = await load();
      const broken = [
        "0x",
        at.usd.slice(0, 40),
        at.gim,
        concat([paths.usd, "0x00"]),
        encodePath([at.alt, at.usd], [FEE]),
        encodePath([at.gim, at.usd, at.gim], [FEE, FEE]),
      ];
      for (const path of broken) {
        await expect(buyback.setRoute(path, SLICE, HOUR, SLIPPAGE_BPS))
          .to.be.revertedWithCustomError(errors, "Buyback_PathInvalid")
          .withArgs(path.toLowerCase());
      }
    });

    it("reverts when slice, interval or slippage is out of range", async () => {
      const { buyback, paths, errors } = await load();
      const month = 28 * 24 * HOUR;
      for (const [slice, interval, slippage] of [
        [0n, HOUR, SLIPPAGE_BPS],
        [SLICE, 0, SLIPPAGE_BPS],
        [SLICE, month + 1, SLIPPAGE_BPS],
        [SLICE, HOUR, 0],
        [SLICE, HOUR, 1_001],
      ] as const) {
        await expect(buyback.setRoute(paths.usd, slice, interval, slippage))
          .to.be.revertedWithCustomError(errors, "Buyback_RouteInvalid")
          .withArgs(slice, interval, slippage);
      }
      await buyback.setRoute(paths.usd, 1n, month, 1_000);
    });

    it("reverts when a pool of the path does not exist", async () => {
      const { buyback, at } = await load();
      await expect(buyback.setRoute(encodePath([at.alt, at.gim], [FEE]), SLICE, HOUR, SLIPPAGE_BPS))
        .to.be.revertedWithCustomError(swapErrors, "UniswapV3Swapper_PoolMissing")
        .withArgs(at.alt, at.gim, FEE);
    });

    it("reverts when any pool of the path keeps too few observations", async () => {
      const { buyback, paths, pools, errors } = await loadYoung();
      await time.increase(HALF_HOUR + 60);
      await expect(buyback.setRoute(paths.alt, SLICE, HOUR, SLIPPAGE_BPS))
        .to.be.revertedWithCustomError(errors, "Buyback_CardinalityTooLow")
        .withArgs(pools.altUsd, 1, 150);
    });

    it("reverts when any pool of the path is younger than half an hour", async () => {
      const { buyback, owner, stack, at, errors } = await load();
      const seed = { tokenA: at.alt, tokenB: at.gim, fee: 500, amountA: 10n ** 24n, amountB: 10n ** 24n };
      const pool = await createPool(stack, seed);
      await poolAt(stack, pool).getFunction("increaseObservationCardinalityNext").send(150);
      const router = stack.router.interface;
      const params = [at.alt, at.gim, 500, owner.address, 10n ** 21n, 0n, 0n];
      await owner.sendTransaction({
        to: String(stack.router.target),
        data: router.encodeFunctionData("exactInputSingle", [params]),
      });
      const path = encodePath([at.usd, at.alt, at.gim], [FEE, 500]);
      await time.increase(HALF_HOUR - 30);
      await expect(buyback.setRoute(path, SLICE, HOUR, SLIPPAGE_BPS))
        .to.be.revertedWithCustomError(errors, "Buyback_PriceUnknown")
        .withArgs(pool, HALF_HOUR);
      await time.increase(60);
      await buyback.setRoute(path, SLICE, HOUR, SLIPPAGE_BPS);
    });

    it("sets and replaces a route, and keeps the time of the last sale", async () => {
      const { buyback, usd, at, paths } = await load();
      expect(await buyback.hasRoute(usd)).to.equal(true);
      expect(await buyback.routeOf(usd)).to.deep.equal([SLICE, HOUR, SLIPPAGE_BPS, 0n, paths.usd]);
      await usd.mint(buyback, 5n * SLICE);
      await buyback.buy(paths.usd);
      const soldAt = BigInt(await time.latest());
      await expect(buyback.setRoute(paths.usd, 7n, 60, 50))
        .to.emit(buyback, "RouteSet")
        .withArgs(at.usd, [SLICE, HOUR, SLIPPAGE_BPS, soldAt, paths.usd], [7n, 60, 50, soldAt, paths.usd]);
      expect((await buyback.routeOf(usd)).soldAt).to.equal(soldAt);
    });
  });

  describe("removeRoute", () => {
    it("reverts when the caller is not the owner or there is no route", async () => {
      const { buyback, usd, at, stranger, errors } = await load();
      await expect(buyback.connect(stranger).removeRoute(usd)).to.be.revertedWithCustomError(
        buyback,
        "OwnableUnauthorizedAccount",
      );
      await expect(buyback.removeRoute(at.alt))
        .to.be.revertedWithCustomError(errors, "Buyback_RouteMissing")
        .withArgs(at.alt);
    });

    it("stops the sale", async () => {
      const { buyback, usd, at, paths, errors } = await load();
      await usd.mint(buyback, SLICE);
      await expect(buyback.removeRoute(usd))
        .to.emit(buyback, "RouteSet")
        .withArgs(at.usd, [SLICE, HOUR, SLIPPAGE_BPS, 0n, paths.usd], [0n, 0n, 0n, 0n, "0x"]);
      expect(await buyback.hasRoute(usd)).to.equal(false);
      await expect(buyback.buy(paths.usd)).to.be.revertedWithCustomError(errors, "Buyback_PathMismatch");
    });
  });

  describe("rescue", () => {
    it("reverts when the caller is not the owner, the token is sold, the receiver is 0 or nothing is there", async () => {
      const { buyback, usd, alt, at, stranger, owner, errors } = await load();
      await usd.mint(buyback, SLICE);
      await expect(buyback.connect(stranger).rescue(alt, stranger)).to.be.revertedWithCustomError(
        buyback,
        "OwnableUnauthorizedAccount",
      );
      await expect(buyback.rescue(usd, owner))
        .to.be.revertedWithCustomError(errors, "Buyback_RouteStanding")
        .withArgs(at.usd);
      await expect(buyback.rescue(alt, ZeroAddress)).to.be.revertedWithCustomError(errors, "Buyback_ZeroAddress");
      await expect(buyback.rescue(alt, owner))
        .to.be.revertedWithCustomError(errors, "Buyback_NothingThere")
        .withArgs(at.alt);
    });

    it("sends what is not sold", async () => {
      const { buyback, alt, at, stranger } = await load();
      await alt.mint(buyback, 5n);
      await expect(buyback.rescue(alt, stranger)).to.emit(buyback, "Rescued").withArgs(at.alt, stranger.address, 5n);
      expect(await alt.balanceOf(stranger)).to.equal(5n);
    });
  });

  describe("buy", () => {
    it("reverts when the path is broken or not the token's", async () => {
      const { buyback, at, usd, paths, errors } = await load();
      await usd.mint(buyback, SLICE);
      await expect(buyback.buy("0x1234")).to.be.revertedWithCustomError(errors, "Buyback_PathInvalid");
      for (const [path, token] of [
        [encodePath([at.usd, at.gim], [500]), at.usd],
        [encodePath([at.usd, at.alt, at.gim], [FEE, FEE]), at.usd],
        [at.usd, at.usd],
        [paths.alt, at.alt],
      ] as const) {
        await expect(buyback.buy(path)).to.be.revertedWithCustomError(errors, "Buyback_PathMismatch").withArgs(token);
      }
    });

    it("reverts when there is nothing to sell, or less than a wei of GIM's worth", async () => {
      const { buyback, alt, at, paths, errors } = await load();
      await expect(buyback.buy(paths.usd))
        .to.be.revertedWithCustomError(errors, "Buyback_NothingThere")
        .withArgs(at.usd);
      await buyback.setRoute(paths.alt, SLICE, HOUR, SLIPPAGE_BPS);
      await alt.mint(buyback, 1n);
      await expect(buyback.buy(paths.alt))
        .to.be.revertedWithCustomError(errors, "Buyback_SliceTooSmall")
        .withArgs(at.alt, 1n);
    });

    it("reverts until the interval after a slice is over, and sells in its last second", async () => {
      const { buyback, usd, paths, errors } = await load();
      await usd.mint(buyback, 3n * SLICE);
      await buyback.buy(paths.usd);
      const endsAt = (await time.latest()) + HOUR;
      await time.setNextBlockTimestamp(endsAt - 1);
      await expect(buyback.buy(paths.usd))
        .to.be.revertedWithCustomError(errors, "Buyback_IntervalNotOver")
        .withArgs(endsAt, endsAt - 1);
      await time.setNextBlockTimestamp(endsAt);
      await buyback.buy(paths.usd);
      expect(await usd.balanceOf(buyback)).to.equal(SLICE);
    });

    it("burns what a slice buys, within the bound below the mean price, called by anyone", async () => {
      const { buyback, usd, gim, at, paths, stranger } = await load();
      await usd.mint(buyback, SLICE + 1n);
      await gim.transfer(buyback, 77n); // not bought: stays
      const supply = await gim.totalSupply();
      const mean = await buyback.meanAmountOut(paths.usd, SLICE);
      const least = (mean * 9_900n) / 10_000n;
      expect(mean).to.be.within(parseEther("996"), parseEther("998")); // $1 a GIM, less 0.3%
      let burned = 0n;
      await expect(buyback.connect(stranger).buy(paths.usd))
        .to.emit(buyback, "BoughtBack")
        .withArgs(at.usd, stranger.address, SLICE, least, (amount: bigint) => {
          burned = amount;
          return true;
        });
      expect(burned).to.be.within(least, mean);
      expect(await gim.totalSupply()).to.equal(supply - burned);
      expect(await gim.balanceOf(buyback)).to.equal(77n);
      expect(await usd.balanceOf(buyback)).to.equal(1n);
    });

    it("sells less than a slice when less is there, and along two pools", async () => {
      const { buyback, alt, usd, gim, paths } = await load();
      await buyback.setRoute(paths.alt, parseEther("1000"), HOUR, SLIPPAGE_BPS);
      await alt.mint(buyback, parseEther("600"));
      await usd.mint(buyback, 5n); // of another sale
      const supply = await gim.totalSupply();
      await buyback.buy(paths.alt);
      expect(await alt.balanceOf(buyback)).to.equal(0n);
      expect(await usd.balanceOf(buyback)).to.equal(5n);
      expect(supply - (await gim.totalSupply())).to.be.within(parseEther("590"), parseEther("597"));
    });

    it("reverts when the pool has forgotten the last half hour", async () => {
      const { buyback, usd, owner, stack, at, paths, pools, errors } = await load();
      await usd.mint(buyback, SLICE);
      for (let k = 0; k < 151; ++k) await swap(stack, owner, at.usd, at.gim, usdOf(100)); // one observation a second
      await expect(buyback.buy(paths.usd))
        .to.be.revertedWithCustomError(errors, "Buyback_PriceUnknown")
        .withArgs(pools.usdGim, HALF_HOUR);
      await time.increase(HALF_HOUR);
      await buyback.buy(paths.usd);
    });

    it("cannot be entered from within a swap, nor asked for a payment by anybody else", async () => {
      const { buyback, alt, paths, stranger } = await load();
      await buyback.setRoute(paths.alt, parseEther("1000"), HOUR, SLIPPAGE_BPS);
      await alt.mint(buyback, parseEther("600"));
      await alt.setHook(buyback, buyback.interface.encodeFunctionData("buy", [paths.alt]));
      await buyback.buy(paths.alt);
      expect(await alt.hookReason()).to.equal(buyback.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      await expect(buyback.connect(stranger).uniswapV3SwapCallback(1n, -1n, paths.usd))
        .to.be.revertedWithCustomError(swapErrors, "UniswapV3Swapper_CallerNotPool")
        .withArgs(stranger.address);
    });
  });

  describe("sandwiches", () => {
    /** What an attacker has won in USD {raw} by pushing the price with `push` {raw} before a buy and back after it. */
    async function attack(world: BuybackWorld, push: bigint, slice: bigint): Promise<{ won: bigint; lost: bigint }> {
      const { buyback, usd, gim, at, stack, paths, carol: thief } = world;
      await buyback.setRoute(paths.usd, slice, HOUR, SLIPPAGE_BPS);
      await usd.mint(buyback, slice);
      await fundTrader(world, usd, thief, push);
      await gim.connect(thief).approve(String(stack.router.target), MaxUint256);
      const start = { usd: await usd.balanceOf(thief), gim: await gim.balanceOf(thief) };
      const honest = await buyback.buy.staticCall(paths.usd);

      await swap(stack, thief, at.usd, at.gim, push);
      const bought = await buyback.buy.staticCall(paths.usd);
      await buyback.buy(paths.usd);
      await swap(stack, thief, at.gim, at.usd, (await gim.balanceOf(thief)) - start.gim);
      return { won: (await usd.balanceOf(thief)) - start.usd, lost: honest - bought };
    }

    it("reverts when the price was pushed beyond the bound", async () => {
      const world = await load();
      const { buyback, usd, at, stack, paths, carol: thief, errors } = world;
      await usd.mint(buyback, SLICE);
      await fundTrader(world, usd, thief, usdOf(DEPTH));
      await swap(stack, thief, at.usd, at.gim, usdOf(6_000)); // 1.2% dearer
      const least = ((await buyback.meanAmountOut(paths.usd, SLICE)) * 9_900n) / 10_000n;
      await expect(buyback.buy(paths.usd))
        .to.be.revertedWithCustomError(errors, "Buyback_OutputTooLow")
        .withArgs((out: bigint) => out < least && out > (least * 99n) / 100n, least);
      expect(await usd.balanceOf(buyback)).to.equal(SLICE);
    });

    it("costs the attacker more than he takes while slices are below the fee rate times the depth", async () => {
      for (const push of [500, 2_000, 4_000]) {
        const { won, lost } = await attack(await load(), usdOf(push), SLICE);
        expect(lost).to.be.greaterThan(0n);
        expect(won).to.be.lessThan(0n); // about 0.6% of the push, against 2 * push / depth of the slice
      }
    });

    it("gains from a slice that is too large, but takes no more than the bound", async () => {
      const slice = usdOf(4_000); // 4/3 of the fee rate times the depth
      const { won, lost } = await attack(await load(), usdOf(2_500), slice);
      expect(won).to.be.within(1n, usdOf(10));
      expect(lost).to.be.lessThan((parseEther("4000") * BigInt(SLIPPAGE_BPS)) / 10_000n);
    });
  });
});
