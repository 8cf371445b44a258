import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  type BatchWorld,
  deployBatchWorld,
  HUNDRED,
  holdings,
  Mode,
  ONE,
  PERIOD,
  purse,
  requestDeposit,
  requestRedeem,
  SHARE,
  toEnd,
  toWindow,
  USD,
  WINDOW,
} from "../../helpers/batch.ts";
import { setPrices } from "../../helpers/market.ts";
import { load, token } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** D27{raw cash/share wei} `risen` seconds after the opening, computed here. */
const depositPrice = (risen: number, nav = HUNDRED): bigint =>
  (nav * BigInt(9_900 * WINDOW + 200 * risen)) / BigInt(10_000 * WINDOW);
const redeemPrice = (fallen: number, nav = HUNDRED): bigint =>
  ceilDiv(nav * BigInt(10_100 * WINDOW - 200 * fallen), BigInt(10_000 * WINDOW));
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

describe("BatchDepositor: deliveries", () => {
  const deploy = async () => deployBatchWorld(networkHelpers, await ethers.getSigners());

  /** Ann deposits $1,000 and nobody redeems; opened at the window's first second. */
  const cashWaits = async (openedAt = 0): Promise<BatchWorld> => {
    const world = await load(networkHelpers, deploy);
    await requestDeposit(world, world.people[0], 1_000n);
    await toWindow(networkHelpers, world, world.batch, { elapsed: openedAt });
    await world.depositor.open(world.batch);
    return world;
  };

  /** Ann redeems ten shares and nobody deposits; opened at the window's first second. */
  const sharesWait = async (openedAt = 0): Promise<BatchWorld> => {
    const world = await load(networkHelpers, deploy);
    await requestRedeem(world, world.people[0], 10n);
    await toWindow(networkHelpers, world, world.batch, { elapsed: openedAt });
    await world.depositor.open(world.batch);
    return world;
  };

  const at = async ({ batch }: BatchWorld, elapsed: number) => time.setNextBlockTimestamp(batch * PERIOD + elapsed);

  describe("deliverShares", () => {
    it("pays NAV - 1% at the opening, NAV half way, NAV + 1% at the end", async () => {
      for (const [elapsed, bps] of [
        [1, undefined],
        [WINDOW / 2, 10_000n],
        [WINDOW - 1, undefined],
      ] as const) {
        const world = await cashWaits();
        const { depositor, batch, filler, stranger, cash } = world;
        await at(world, elapsed);
        const delivered = await depositor.connect(filler).deliverShares(batch, SHARE, 0n, stranger);
        const price = depositPrice(elapsed);
        if (bps !== undefined) expect(price).to.equal((HUNDRED * bps) / 10_000n);
        const assets = (SHARE * price) / ONE;
        await expect(delivered)
          .to.emit(depositor, "SharesDelivered")
          .withArgs(batch, filler.address, stranger.address, SHARE, assets, price);
        expect(await cash.books(stranger)).to.equal(assets);
        const state = await depositor.batchOf(batch);
        expect([state.assetsSpent, state.sharesBought]).to.deep.equal([assets, SHARE]);
      }
    });

    it("gains nothing from a late opening: the curve starts then, and its slope stays", async () => {
      const opened = WINDOW - 3_600;
      const world = await cashWaits(opened);
      const { depositor, batch, filler } = world;
      await at(world, WINDOW - 1);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
        .to.emit(depositor, "SharesDelivered")
        .withArgs(
          batch,
          filler.address,
          filler.address,
          SHARE,
          (SHARE * depositPrice(3_599)) / ONE,
          depositPrice(3_599),
        );
      expect(depositPrice(3_599) < HUNDRED).to.equal(true);
    });

    it("takes no more shares than the cash that is left pays for, to the last unit", async () => {
      const world = await cashWaits();
      const { depositor, batch, filler, people } = world;
      const before = await purse(world, filler);
      await at(world, 5_000);
      await depositor.connect(filler).deliverShares(batch, MaxUint256, 0n, filler);
      const shares = ceilDiv(1_000n * USD * ONE, depositPrice(5_000));
      expect(await purse(world, filler)).to.deep.equal({
        cash: before.cash + 1_000n * USD,
        shares: before.shares - shares,
      });
      expect(await depositor.maxMint(people[0])).to.equal(shares); // complete before the window is over
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
        .to.be.revertedWithCustomError(world.errors, "BatchDepositor_NothingToExchange")
        .withArgs(batch);
    });

    it("shares what was bought in proportion among all, whoever filed first", async () => {
      const world = await load(networkHelpers, deploy);
      const { depositor, batch, people, filler, cash, vault } = world;
      const dollars = [600n, 300n, 100n];
      for (const [k, amount] of dollars.entries()) await requestDeposit(world, people[k] ?? filler, amount);
      await toWindow(networkHelpers, world, batch, { elapsed: 0 });
      await depositor.open(batch);
      await at(world, WINDOW / 2);
      await depositor.connect(filler).deliverShares(batch, 4n * SHARE, 0n, filler); // $400 of $1,000
      await toEnd(networkHelpers, batch);
      for (const [k, amount] of dollars.entries()) {
        const who = people[k] ?? filler;
        const account = await depositor.accountOf(who);
        expect(account.sharesOut).to.equal((amount * 4n * SHARE) / 1_000n);
        expect(account.depositedAssets).to.equal((amount * 400n * USD) / 1_000n);
        expect(account.refundAssets).to.equal((amount * 600n * USD) / 1_000n);
      }
      const before = await Promise.all(people.map(async (who) => [await cash.books(who), await vault.balanceOf(who)]));
      await depositor.claimMany(people.map(({ address }) => address));
      for (const [k, amount] of dollars.entries()) {
        const who = people[k] ?? filler;
        expect(await cash.books(who)).to.equal((before[k]?.[0] ?? 0n) + (amount * 600n * USD) / 1_000n);
        expect(await vault.balanceOf(who)).to.equal((before[k]?.[1] ?? 0n) + (amount * 4n * SHARE) / 1_000n);
      }
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
    });

    it("reverts before the opening, after the window, and for another batch", async () => {
      const world = await load(networkHelpers, deploy);
      const { depositor, batch, people, filler, errors } = world;
      await requestDeposit(world, people[0], 1_000n);
      await toWindow(networkHelpers, world, batch);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_NotOpened")
        .withArgs(batch);
      await depositor.open(batch);
      await toEnd(networkHelpers, batch);
      for (const id of [batch]) {
        await expect(depositor.connect(filler).deliverShares(id, SHARE, 0n, filler)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_NotInWindow",
        );
      }
      await toWindow(networkHelpers, world, batch + 1);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_NotInWindow",
      );
    });

    it("reverts when the price is below what the deliverer accepts", async () => {
      const world = await cashWaits();
      const { depositor, batch, filler, errors } = world;
      await at(world, 600);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, depositPrice(600) + 1n, filler))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_PriceBeyondLimit")
        .withArgs(depositPrice(600), depositPrice(600) + 1n);
      await at(world, 601);
      await depositor.connect(filler).deliverShares(batch, SHARE, depositPrice(601), filler);
    });

    it("reverts for amounts that come to nothing, and for bad receivers", async () => {
      const world = await cashWaits();
      const { depositor, depositorAddress, batch, filler, errors } = world;
      for (const shares of [0n, 1n, 10n ** 9n]) {
        await expect(depositor.connect(filler).deliverShares(batch, shares, 0n, filler)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_NothingToExchange",
        );
      }
      for (const receiver of [ZeroAddress, depositorAddress]) {
        await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, receiver))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_ReceiverInvalid")
          .withArgs(receiver);
      }
    });

    it("follows the live NAV, up to 5% from the opening's", async () => {
      const world = await cashWaits();
      const { depositor, protocol, batch, filler, errors } = world;
      await setPrices(protocol, { WETH: "2400" }); // +20% of a quarter: exactly 5%
      await at(world, 900);
      const price = depositPrice(900, (HUNDRED * 105n) / 100n);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
        .to.emit(depositor, "SharesDelivered")
        .withArgs(batch, filler.address, filler.address, SHARE, (SHARE * price) / ONE, price);
      for (const [weth, nav] of [
        ["2400.0001", 105_000_001_250_000_000n],
        ["1599.9999", 94_999_998_750_000_000n],
      ] as const) {
        await setPrices(protocol, { WETH: weth });
        await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_NavMoved")
          .withArgs(nav, HUNDRED);
      }
    });

    it("reverts without a complete NAV, as the opening does", async () => {
      const world = await cashWaits();
      const { depositor, batch, filler, errors, vault, guardian } = world;
      await vault.connect(guardian).pause(1);
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_MintPaused",
      );
      await vault.connect(guardian).unpause();
      await networkHelpers.setCode(String(token(world, "RAY").feed.target), "0x");
      await expect(depositor.connect(filler).deliverShares(batch, SHARE, 0n, filler))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_TokenUnpriced")
        .withArgs(token(world, "RAY").address);
      await expect(depositor.curveOf(batch)).to.be.revertedWithCustomError(errors, "BatchDepositor_TokenUnpriced");
    });
  });

  describe("deliverCash", () => {
    it("asks NAV + 1% at the opening, NAV half way, NAV - 1% at the end", async () => {
      for (const elapsed of [1, WINDOW / 2, WINDOW - 1]) {
        const world = await sharesWait();
        const { depositor, batch, filler, stranger, vault } = world;
        const price = redeemPrice(elapsed);
        const offered = 250n * USD;
        const shares = (offered * ONE) / price;
        const assets = ceilDiv(shares * price, ONE);
        const before = await purse(world, filler);
        await at(world, elapsed);
        await expect(depositor.connect(filler).deliverCash(batch, offered, MaxUint256, stranger))
          .to.emit(depositor, "CashDelivered")
          .withArgs(batch, filler.address, stranger.address, assets, shares, price);
        expect(assets <= offered).to.equal(true);
        expect(await vault.balanceOf(stranger)).to.equal(shares);
        expect((await purse(world, filler)).cash).to.equal(before.cash - assets);
        const state = await depositor.batchOf(batch);
        expect([state.sharesSpent, state.assetsBought]).to.deep.equal([shares, assets]);
      }
    });

    it("gives no more shares than are left, and then the redeemers have all their cash at once", async () => {
      const world = await sharesWait();
      const { depositor, batch, filler, people, cash } = world;
      await at(world, 4_321);
      await depositor.connect(filler).deliverCash(batch, MaxUint256, MaxUint256, filler);
      const assets = ceilDiv(10n * SHARE * redeemPrice(4_321), ONE);
      expect(await depositor.maxWithdraw(people[0])).to.equal(assets);
      const before = await cash.books(people[0]);
      await depositor.connect(people[0]).redeem(10n * SHARE, people[0], people[0]);
      expect(await cash.books(people[0])).to.equal(before + assets);
    });

    it("reverts when the price is above what the deliverer accepts, and for amounts that come to nothing", async () => {
      const world = await sharesWait();
      const { depositor, depositorAddress, batch, filler, errors } = world;
      await at(world, 600);
      await expect(depositor.connect(filler).deliverCash(batch, 100n * USD, redeemPrice(600) - 1n, filler))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_PriceBeyondLimit")
        .withArgs(redeemPrice(600), redeemPrice(600) - 1n);
      await expect(depositor.connect(filler).deliverCash(batch, 0n, MaxUint256, filler))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_NothingToExchange")
        .withArgs(batch);
      for (const receiver of [ZeroAddress, depositorAddress]) {
        await expect(
          depositor.connect(filler).deliverCash(batch, USD, MaxUint256, receiver),
        ).to.be.revertedWithCustomError(errors, "BatchDepositor_ReceiverInvalid");
      }
    });

    it("reverts when less cash arrives than was sent", async () => {
      const world = await sharesWait();
      const { depositor, batch, filler, cash, errors } = world;
      await cash.setMode(Mode.FEE);
      await expect(
        depositor.connect(filler).deliverCash(batch, 100n * USD, MaxUint256, filler),
      ).to.be.revertedWithCustomError(errors, "BatchDepositor_ReceivedTooLittle");
      expect((await depositor.batchOf(batch)).sharesSpent).to.equal(0n);
    });

    it("cannot be entered again from a hook of the cash", async () => {
      const world = await sharesWait();
      const { depositor, batch, filler, cash } = world;
      const self = String(cash.target);
      await cash.setHook(depositor, [
        depositor.interface.encodeFunctionData("deliverCash", [batch, USD, MaxUint256, self]),
        depositor.interface.encodeFunctionData("deliverShares", [batch, SHARE, 0n, self]),
        depositor.interface.encodeFunctionData("claimMany", [[world.people[0].address]]),
        depositor.interface.encodeFunctionData("requestDeposit", [USD, self, self]),
      ]);
      await cash.setMode(Mode.REENTRANT);
      await depositor.connect(filler).deliverCash(batch, 100n * USD, MaxUint256, filler);
      expect(await cash.attempts()).to.equal(4n);
      expect(await cash.reentries()).to.equal(0n);
    });
  });

  describe("curveOf", () => {
    it("is what a delivery in the same second would get", async () => {
      const world = await cashWaits();
      const { depositor, batch, filler } = world;
      await at(world, 7_000);
      await networkHelpers.mine();
      const curve = await depositor.curveOf(batch);
      expect([curve.nav, curve.depositPrice, curve.redeemPrice]).to.deep.equal([
        HUNDRED,
        depositPrice(7_000),
        redeemPrice(7_000),
      ]);
      expect([curve.assetsLeft, curve.sharesLeft]).to.deep.equal([1_000n * USD, 0n]);
      const [shares, assets] = await depositor
        .connect(filler)
        .deliverShares.staticCall(batch, SHARE, 0n, filler, { blockTag: "latest" });
      expect(shares).to.equal(SHARE);
      expect(assets >= (SHARE * curve.depositPrice) / ONE).to.equal(true);
    });
  });

  it("never costs a depositor more than NAV + 1% nor gives a redeemer less than NAV - 1%, rounding included", async () => {
    for (const wei of [1n, 7n, 123_456_789n]) {
      const world = await cashWaits();
      const { depositor, batch, filler } = world;
      await at(world, WINDOW - 1);
      await depositor.connect(filler).deliverShares(batch, SHARE + wei, 0n, filler);
      const state = await depositor.batchOf(batch);
      expect(state.assetsSpent * ONE * 100n <= state.sharesBought * HUNDRED * 101n).to.equal(true);

      const other = await sharesWait();
      await at(other, WINDOW - 1);
      await other.depositor.connect(filler).deliverCash(batch, 100n * USD + wei, MaxUint256, filler);
      const sold = await other.depositor.batchOf(batch);
      expect(sold.assetsBought * ONE * 100n >= sold.sharesSpent * HUNDRED * 99n).to.equal(true);
    }
  });
});
