import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { payFor, priceFactor } from "../../../sdk/src/index.ts";
import { FillerMock__factory } from "../../../typechain-types/index.js";
import { setPrices } from "../../helpers/market.ts";
import { LIMITS } from "../../helpers/protocol.ts";
import {
  announceBasket,
  at,
  D27,
  deployVaultWorld,
  fill,
  goTo,
  load,
  MIDDLE,
  open,
  publishAllBut,
  relist,
  TO_USDC,
  token,
  unitsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const WEI = 10n ** 18n;
const SECOND = LIMITS.curveLength + MIDDLE;

const deploy = async () => deployVaultWorld(await ethers.getSigners());
const world = () => load(networkHelpers, deploy);
const filled = async (w: Awaited<ReturnType<typeof world>>) => {
  const events = await w.vault.queryFilter(w.vault.filters.Filled());
  const { sold, paid } = events.at(-1)!.args;
  return [sold, paid];
};

describe("IndexVault.fill", () => {
  it("reverts before the window opens and from the second in which it closes", async () => {
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { elapsed: -1 });
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochNotOpen");
    await goTo(networkHelpers, w, 2 * LIMITS.curveLength);
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochNotOpen");
    await open(networkHelpers, await world(), TO_USDC, { elapsed: 2 * LIMITS.curveLength - 1 });
    await fill(w, "WETH", "USDC");
    expect((await w.vault.queryFilter(w.vault.filters.Filled())).length).to.equal(1);
  });

  it("reverts when there was no epoch, or it was cancelled", async () => {
    const w = await world();
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochNotOpen");
    await open(networkHelpers, w);
    await w.vault.connect(w.curator).cancelEpoch();
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochNotOpen");
  });

  it("reverts when fills are paused", async () => {
    const w = await world();
    await open(networkHelpers, w);
    await w.vault.connect(w.guardian).pause(2);
    await expect(fill(w, "WETH", "USDC"))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_Paused")
      .withArgs(2);
  });

  it("reverts when the nonce is another basket's", async () => {
    const w = await world();
    await open(networkHelpers, w);
    await expect(fill(w, "WETH", "USDC", { nonce: 1n }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_BasketNonceMismatch")
      .withArgs(1, 0);
  });

  it("reverts when an index is beyond the basket", async () => {
    const w = await world();
    await open(networkHelpers, w);
    for (const [i, j] of [
      [4, 0],
      [0, 4],
    ]) {
      await expect(w.vault.connect(w.filler).fill(i!, j!, 1, 0, 1, 0, "0x"))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_IndexOutOfBounds")
        .withArgs(4, 4);
    }
  });

  it("reverts when the signers were revoked after they proposed", async () => {
    const w = await world();
    await open(networkHelpers, w);
    const { signersVersion } = await w.vault.epoch();
    await w.protocol.keeperRegistry.connect(w.guardian).revokeSigners(w.address);
    const now = await w.protocol.keeperRegistry.signersVersion(w.address);
    expect(now === signersVersion).to.equal(false);
    await expect(fill(w, "WETH", "USDC"))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_SignersRevoked")
      .withArgs(signersVersion, now);
  });

  for (const symbol of ["WETH", "USDC"]) {
    it(`reverts when ${symbol} has no price, or is frozen in the registry`, async () => {
      const w = await world();
      await open(networkHelpers, w);
      await w.protocol.assetRegistry.connect(w.guardian).setFrozen(token(w, symbol).address, true);
      await expect(fill(w, "WETH", "USDC"))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_AssetFrozen")
        .withArgs(token(w, symbol).address);
      await w.protocol.assetRegistry.setFrozen(token(w, symbol).address, false);
      await relist(w, symbol, { feed: token(w, "RAY").proxy.target as string });
      await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_AssetFrozen");
    });

    it(`reverts when ${symbol} is stale`, async () => {
      const w = await load(networkHelpers, deployLong);
      await open(networkHelpers, w);
      await time.increase(86_400);
      await publishAllBut(w, symbol);
      await expect(fill(w, "WETH", "USDC"))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_PriceMissing")
        .withArgs(token(w, symbol).address);
    });
  }

  it("reverts when the live price left its snapshot by more than 10%, and trades at the edge", async () => {
    for (const [price, works] of [
      ["2200", true],
      ["2200.1", false],
      ["1800.00000001", true],
      ["1799.9", false],
    ] as const) {
      const w = await world();
      await open(networkHelpers, w, TO_USDC, { prices: { WETH: price } });
      const fails = expect(fill(w, "WETH", "USDC"));
      // The snapshot is a float that is rounded down, so the upper edge itself may lie beyond it.
      if (!works) await fails.to.be.revertedWithCustomError(w.errors, "IndexVault_PriceOutOfBand");
      else if (price === "2200") await fails.to.be.revertedWithCustomError(w.errors, "IndexVault_PriceOutOfBand");
      else await fails.to.emit(w.vault, "Filled");
    }
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { prices: { WETH: "2199.99999999" } });
    await fill(w, "WETH", "USDC");
    expect((await filled(w))[0]! > 0n).to.equal(true);
  });

  it("reverts when a stable token off its peg would be bought, and sells it all the same", async () => {
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { prices: { USDC: "0.97" } });
    await expect(fill(w, "WETH", "USDC"))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_AssetOffPeg")
      .withArgs(token(w, "USDC").address);
    const other = await world();
    await open(
      networkHelpers,
      other,
      { USDC: 1_500, WETH: 3_500, BTC: 2_500, RAY: 2_500 },
      { prices: { USDC: "0.97" } },
    );
    await expect(fill(other, "USDC", "WETH")).to.emit(other.vault, "Filled");
  });

  it("reverts when a token at its feed's minimum would be bought, and sells it all the same", async () => {
    const w = await world();
    const minPrice = await w.protocol.assetRegistry.encodeMinPrice(2_000n * D27);
    await open(networkHelpers, w, { USDC: 1_500, WETH: 3_500, BTC: 2_500, RAY: 2_500 });
    await relist(w, "WETH", { minPrice });
    await expect(fill(w, "USDC", "WETH"))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_AssetFrozen")
      .withArgs(token(w, "WETH").address);
  });

  it("reverts when there is no surplus or no deficit, or both sides are one token", async () => {
    const w = await world();
    await open(networkHelpers, w);
    for (const [sell, buy] of [
      ["USDC", "WETH"],
      ["BTC", "USDC"],
      ["WETH", "WETH"],
    ] as const) {
      await expect(fill(w, sell, buy))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_NothingToFill")
        .withArgs(token(w, sell).address, token(w, buy).address);
    }
  });

  it("reverts when it would sell less than minSell or cost more than maxPay, to the wei", async () => {
    const w = await world();
    await open(networkHelpers, w);
    const sold = (25n * WEI) / 8n;
    await expect(fill(w, "WETH", "USDC", { minSell: sold + 1n }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_FillLimit")
      .withArgs(sold, sold + 1n, 6_250_000_000n, MaxUint256);
    await expect(fill(w, "WETH", "USDC", { maxPay: 6_249_999_999n }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_FillLimit")
      .withArgs(sold, 0, 6_250_000_000n, 6_249_999_999n);
    await fill(w, "WETH", "USDC", { minSell: sold, maxPay: 6_250_000_000n });
    expect(await filled(w)).to.deep.equal([sold, 6_250_000_000n]);
  });

  it("releases the turnover of the window linearly and never more than the bucket holds", async () => {
    const w = await world();
    const half = { USDC: 4_500, WETH: 500, BTC: 2_500, RAY: 2_500 };
    await open(networkHelpers, w, half, { elapsed: MIDDLE });
    await fill(w, "WETH", "USDC"); // 6.25%
    expect(await filled(w)).to.deep.equal([(25n * WEI) / 8n, 6_250_000_000n]);
    expect((await w.vault.buckets()).turnover).to.equal(625n * 10n ** 14n);

    await goTo(networkHelpers, w, SECOND); // 18.75% released, 12.5% in the bucket, and an hour of it has leaked
    const leaked = (125n * 10n ** 15n * 3_600n) / 604_800n;
    await fill(w, "WETH", "USDC");
    const usd = ((625n * 10n ** 14n + leaked) * 100_000n * WEI) / WEI; // D18{USD}
    expect((await filled(w))[0]).to.be.within(usd / 2_000n - 1_000n, usd / 2_000n);
    expect((await w.vault.buckets()).turnover).to.be.within(125n * 10n ** 15n - 1n, 125n * 10n ** 15n + 1n);
  });

  it("counts turnover at the snapshot when the live price is lower", async () => {
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { prices: { WETH: "1900" } });
    await fill(w, "WETH", "USDC", { maxSell: WEI });
    // 1 WETH is 2% of $100,000 at the snapshot, less what the float rounds off.
    expect((await w.vault.epoch()).turnoverUsed).to.be.within(2n * 10n ** 16n - 10n, 2n * 10n ** 16n);
    expect(await filled(w)).to.deep.equal([WEI, 1_900_000_000n]);
  });

  it("counts turnover at the live price when that is higher", async () => {
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { prices: { WETH: "2100" } });
    await fill(w, "WETH", "USDC", { maxSell: WEI });
    expect((await w.vault.epoch()).turnoverUsed).to.equal(21n * 10n ** 15n);
  });

  it("follows the line from premium to discount, and again in the second curve", async () => {
    for (const elapsed of [1, 900, 1_800, 3_599, 3_600, 5_400, 7_199]) {
      const w = await world();
      await open(networkHelpers, w, TO_USDC, { elapsed });
      const factor = priceFactor({ limits: LIMITS, lane: 0, deviationBps: 75, elapsed: BigInt(elapsed) });
      const byHand = WEI + 75n * 10n ** 14n - (150n * 10n ** 14n * BigInt(elapsed % 3_600)) / 3_600n;
      expect(factor).to.equal(byHand);
      await fill(w, "WETH", "USDC", { maxSell: WEI / 1_000n });
      const sell = { price: 2_000n * D27, decimals: 18 };
      const paid = payFor(WEI / 1_000n, sell, { price: D27, decimals: 6 }, factor);
      expect(await filled(w), `${elapsed} s`).to.deep.equal([WEI / 1_000n, paid]);
    }
  });

  it("debits the loss of a fill below the oracle price, rounded up, and none above it", async () => {
    const w = await world();
    await open(networkHelpers, w, TO_USDC, { elapsed: 900 });
    await fill(w, "WETH", "USDC", { maxSell: WEI / 10n });
    expect((await w.vault.buckets()).loss).to.equal(0n);
    await goTo(networkHelpers, w, 2_700);
    await fill(w, "WETH", "USDC", { maxSell: WEI });
    // A factor of 1 - 37.5 bps: $7.50 of $100,000.
    expect(await filled(w)).to.deep.equal([WEI, 1_992_500_000n]);
    expect((await w.vault.buckets()).loss).to.equal(75n * 10n ** 12n);
  });

  it("moves both tokens and both unit entries by what was traded", async () => {
    const w = await world();
    await open(networkHelpers, w);
    await expect(fill(w, "WETH", "USDC", { maxSell: WEI }))
      .to.emit(w.vault, "Filled")
      .withArgs(1, w.filler.address, token(w, "WETH").address, token(w, "USDC").address, WEI, 2_000_000_000n);

    expect(await token(w, "WETH").token.balanceOf(w.vault)).to.equal((115n * WEI) / 10n);
    expect(await token(w, "USDC").token.balanceOf(w.vault)).to.equal(27_000_000_000n);
    expect(await unitsOf(w, at(w, "WETH"))).to.equal((115n * D27) / 10_000n);
    expect(await unitsOf(w, at(w, "USDC"))).to.equal(27n * D27);
    expect(await unitsOf(w, at(w, "BTC"))).to.equal(D27 / 2_000n);
  });

  it("leaves no units when all of a token is sold, so that it can be dropped", async () => {
    const w = await world();
    const twelve = { USDC: 3_500, WETH: 1_500, BTC: 2_500, RAY: 2_500 };
    await open(networkHelpers, w, twelve, { elapsed: SECOND });
    await fill(w, "WETH", "USDC");
    await time.increase(8 * 86_400);
    await setPrices(w.protocol);
    const weights = { USDC: 4_500, WETH: 500, BTC: 2_500, RAY: 2_500 };
    await open(networkHelpers, w, weights, { elapsed: SECOND });
    await fill(w, "WETH", "USDC");
    await time.increase(8 * 86_400);
    await setPrices(w.protocol);
    await open(networkHelpers, w, { USDC: 5_000, BTC: 2_500, RAY: 2_500 }, { elapsed: SECOND + 600 });
    await fill(w, "WETH", "USDC");

    expect(await unitsOf(w, at(w, "WETH"))).to.equal(0n);
    await time.increase(LIMITS.curveLength);
    await announceBasket(networkHelpers, w, { drop: [token(w, "WETH").address] });
    await w.vault.applyBasket([], [token(w, "WETH").address]);
    expect(await w.vault.basketSize()).to.equal(3n);
  });

  describe("with a callback", () => {
    const callback = async () => {
      const w = await deployVaultWorld(await ethers.getSigners());
      const mock = await new FillerMock__factory(w.owner).deploy();
      await token(w, "USDC").token.mint(mock, 10n ** 12n);
      return { ...w, mock };
    };
    const callbackWorld = () => load(networkHelpers, callback) as ReturnType<typeof callback>;
    const ZERO = `0x${"00".repeat(20)}`;

    it("reverts when a wei of what is owed is missing", async () => {
      const w = await callbackWorld();
      await open(networkHelpers, w, TO_USDC, { elapsed: MIDDLE - 1 });
      await w.mock.set(6_249_999_999n, ZERO, "0x");
      await expect(w.mock.fill(w.vault, at(w, "WETH"), at(w, "USDC")))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_Insolvent")
        .withArgs(token(w, "USDC").address, 31_249_999_999n, 31_250_000_000n);
    });

    it("sends first and asks for the exact amount", async () => {
      const w = await callbackWorld();
      await open(networkHelpers, w, TO_USDC, { elapsed: MIDDLE - 1 });
      await w.mock.set(2n ** 256n - 1n, ZERO, "0x");
      await w.mock.fill(w.vault, at(w, "WETH"), at(w, "USDC"));
      const sold = (25n * WEI) / 8n;
      expect([await w.mock.received(), await w.mock.lastSold(), await w.mock.lastOwed()]).to.deep.equal([
        sold,
        sold,
        6_250_000_000n,
      ]);
    });

    it("credits what is paid above the price up to the deficit, and no more", async () => {
      for (const [payment, credited] of [
        [7_000_000_000n, 7_000_000_000n],
        [20_000_000_000n, 10_000_000_000n],
      ] as const) {
        const w = await callbackWorld();
        await open(networkHelpers, w, TO_USDC, { elapsed: MIDDLE - 1 });
        await w.mock.set(payment, ZERO, "0x");
        await w.mock.fill(w.vault, at(w, "WETH"), at(w, "USDC"));
        expect((await filled(w))[1]).to.equal(payment);
        expect(await unitsOf(w, at(w, "USDC"))).to.equal(((25_000_000_000n + credited) * D27) / 10n ** 9n);
      }
    });
  });
});

async function deployLong() {
  return deployVaultWorld(await ethers.getSigners(), { limits: { curveLength: 2 * 86_400 } });
}
