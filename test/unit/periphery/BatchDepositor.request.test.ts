import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { BatchDepositor__factory } from "../../../typechain-types/index.js";
import {
  type BatchWorld,
  deployBatchWorld,
  HUNDRED,
  holdings,
  LOCK,
  Mode,
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
import { load } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("BatchDepositor: requests", () => {
  const deploy = async () => deployBatchWorld(networkHelpers, await ethers.getSigners());
  const fresh = async (): Promise<BatchWorld> => load(networkHelpers, deploy);

  describe("requestDeposit", () => {
    it("reverts below one unit of cash, zero included, and for more than the counter holds", async () => {
      const { depositor, errors, people } = await fresh();
      const [ann] = people;
      expect(await depositor.minAssets()).to.equal(USD);
      for (const assets of [0n, 1n, USD - 1n]) {
        await expect(depositor.connect(ann).requestDeposit(assets, ann, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_AmountTooSmall")
          .withArgs(assets, USD);
      }
      const maximum = 2n ** 64n - 1n;
      for (const assets of [maximum + 1n, 2n ** 256n - 1n]) {
        await expect(depositor.connect(ann).requestDeposit(assets, ann, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_AmountTooLarge")
          .withArgs(assets, maximum);
      }
      await requestDeposit(await fresh(), ann, 1n);
    });

    it("reverts when the controller is nobody or the contract itself", async () => {
      const { depositor, depositorAddress, errors, people } = await fresh();
      const [ann] = people;
      for (const controller of [ZeroAddress, depositorAddress]) {
        await expect(depositor.connect(ann).requestDeposit(USD, controller, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_ReceiverInvalid")
          .withArgs(controller);
      }
    });

    it("reverts when the cash of somebody else is named, unless he made the caller his operator", async () => {
      const { depositor, errors, people, cash } = await fresh();
      const [ann, bob] = people;
      const steal = () => depositor.connect(bob).requestDeposit(50n * USD, bob, ann);
      await expect(steal())
        .to.be.revertedWithCustomError(errors, "BatchDepositor_Unauthorized")
        .withArgs(bob.address, ann.address);

      const before = await cash.books(ann);
      await depositor.connect(ann).setOperator(bob, true);
      await depositor.connect(bob).requestDeposit(50n * USD, ann, ann);
      expect(await cash.books(ann)).to.equal(before - 50n * USD);
      expect((await depositor.accountOf(ann)).pendingAssets).to.equal(50n * USD);

      await depositor.connect(ann).setOperator(bob, false);
      await expect(steal()).to.be.revertedWithCustomError(errors, "BatchDepositor_Unauthorized");
    });

    it("reverts on the code that clones run", async () => {
      const { batches, errors, people, owner, cash } = await fresh();
      const [ann] = people;
      const implementation = BatchDepositor__factory.connect(await batches.implementation(), owner);
      await cash.connect(ann).approve(implementation, USD);
      await expect(implementation.connect(ann).requestDeposit(USD, ann, ann)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_NotAClone",
      );
    });

    it("reverts when less cash arrives than was sent", async () => {
      const { depositor, errors, people, cash } = await fresh();
      const [ann] = people;
      await cash.setMode(Mode.FEE);
      await expect(depositor.connect(ann).requestDeposit(100n * USD, ann, ann))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_ReceivedTooLittle")
        .withArgs(String(cash.target), 99n * USD, 100n * USD);
      await cash.setMode(Mode.SILENT_BALANCE);
      await expect(depositor.connect(ann).requestDeposit(100n * USD, ann, ann))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_BalanceUnknown")
        .withArgs(String(cash.target));
      await cash.setMode(Mode.FALSE_RETURN);
      await expect(depositor.connect(ann).requestDeposit(100n * USD, ann, ann)).to.revert(ethers);
    });

    it("takes the cash, joins the next batch and says so", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann] = people;
      expect(await depositor.collecting()).to.equal(batch);
      const filed = await requestDeposit(world, ann, 50n);
      await expect(filed)
        .to.emit(depositor, "DepositRequest")
        .withArgs(ann.address, ann.address, batch, ann.address, 50n * USD);
      expect((await depositor.batchOf(batch)).assets).to.equal(50n * USD);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(50n * USD);
      expect(await depositor.claimableDepositRequest(batch, ann)).to.equal(0n);
      expect(await holdings(world)).to.deep.equal({ cash: 50n * USD, shares: 0n });

      await requestDeposit(world, ann, 25n);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(75n * USD);
      expect((await depositor.batchOf(batch)).assets).to.equal(75n * USD);
    });

    it("joins the batch after the next once fewer than 30 minutes are left: nobody joins late", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann, bob] = people;
      const [lockedAt, opensAt, closesAt] = await depositor.windowOf(batch);
      expect([lockedAt, opensAt, closesAt].map(Number)).to.deep.equal([
        batch * PERIOD - LOCK,
        batch * PERIOD,
        batch * PERIOD + WINDOW,
      ]);
      await time.setNextBlockTimestamp(lockedAt);
      await requestDeposit(world, ann, 10n);
      await time.setNextBlockTimestamp(lockedAt + 1n);
      await requestDeposit(world, bob, 10n);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(10n * USD);
      expect(await depositor.pendingDepositRequest(batch, bob)).to.equal(0n);
      expect(await depositor.pendingDepositRequest(batch + 1, bob)).to.equal(10n * USD);

      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      await requestDeposit(world, bob, 5n);
      expect((await depositor.batchOf(batch)).assets).to.equal(10n * USD);
      expect((await depositor.batchOf(batch + 1)).assets).to.equal(15n * USD);
    });

    it("keeps a request in the locked batch beside one in the next, and counts the oldest when a third is filed", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann, bob] = people;
      await requestDeposit(world, ann, 100n);
      await requestRedeem(world, bob, 1n);
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      await requestDeposit(world, ann, 200n);
      expect(await depositor.depositRequestsOf(ann)).to.deep.equal([
        [BigInt(batch), BigInt(batch + 1)],
        [100n * USD, 200n * USD],
      ]);
      expect((await depositor.accountOf(ann)).sharesOut).to.equal(SHARE); // all of it crossed

      await toWindow(networkHelpers, world, batch + 1, { elapsed: WINDOW });
      await requestDeposit(world, ann, 300n);
      expect(await depositor.depositRequestsOf(ann)).to.deep.equal([
        [BigInt(batch + 1), BigInt(batch + 2)],
        [200n * USD, 300n * USD],
      ]);
      const account = await depositor.accountOf(ann);
      expect(account.pendingAssets).to.equal(300n * USD);
      expect(account.refundAssets).to.equal(200n * USD); // its batch was never opened
      expect(account.sharesOut).to.equal(SHARE);
      expect(account.depositedAssets).to.equal(100n * USD);
    });

    it("is not hindered by dust filed for somebody else: the gift is added, nothing is blocked", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann, bob] = people;
      await depositor.connect(bob).requestDeposit(USD, ann, bob);
      await time.increaseTo(batch * PERIOD - LOCK + 10);
      await depositor.connect(bob).requestDeposit(USD, ann, bob);
      await requestDeposit(world, ann, 50n);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(USD);
      expect(await depositor.pendingDepositRequest(batch + 1, ann)).to.equal(51n * USD);
    });

    it("cannot be entered again from a hook of the cash", async () => {
      const world = await fresh();
      const { depositor, people, cash, batch } = world;
      const [ann] = people;
      const hooks = [
        depositor.interface.encodeFunctionData("requestDeposit", [USD, String(cash.target), String(cash.target)]),
        depositor.interface.encodeFunctionData("claimMany", [[ann.address]]),
        depositor.interface.encodeFunctionData("cancelDepositRequest", [batch, ann.address, String(cash.target)]),
        depositor.interface.encodeFunctionData("open", [batch]),
      ];
      await cash.setHook(depositor, hooks);
      await cash.setMode(Mode.REENTRANT);
      await requestDeposit(world, ann, 10n);
      expect(await cash.attempts()).to.equal(hooks.length);
      expect(await cash.reentries()).to.equal(0n);
    });
  });

  describe("requestRedeem", () => {
    it("reverts below a millionth of a share and without the shares", async () => {
      const { depositor, errors, people, vault, stranger } = await fresh();
      const [ann] = people;
      const minimum = 10n ** 12n;
      expect(await depositor.minShares()).to.equal(minimum);
      for (const shares of [0n, minimum - 1n]) {
        await expect(depositor.connect(ann).requestRedeem(shares, ann, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_AmountTooSmall")
          .withArgs(shares, minimum);
      }
      await vault.connect(stranger).approve(depositor, SHARE);
      await expect(depositor.connect(stranger).requestRedeem(SHARE, stranger, stranger)).to.revert(ethers);
      await expect(depositor.connect(ann).requestRedeem(2n ** 96n, ann, ann)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_AmountTooLarge",
      );
      await expect(depositor.connect(ann).requestRedeem(SHARE, ann, people[1])).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_Unauthorized",
      );
    });

    it("takes the shares, joins the next batch and says so", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann] = people;
      const filed = await requestRedeem(world, ann, 3n);
      await expect(filed)
        .to.emit(depositor, "RedeemRequest")
        .withArgs(ann.address, ann.address, batch, ann.address, 3n * SHARE);
      expect(await depositor.pendingRedeemRequest(batch, ann)).to.equal(3n * SHARE);
      expect(await depositor.redeemRequestsOf(ann)).to.deep.equal([
        [0n, BigInt(batch)],
        [0n, 3n * SHARE],
      ]);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 3n * SHARE });
    });

    it("takes the whole supply but the dead shares, and pays or refunds it", async () => {
      const world = await fresh();
      const { depositor, batch, vault, curator, people } = world;
      const [ann] = people;
      for (const account of [...people, world.filler]) {
        await vault.connect(account).transfer(curator, await vault.balanceOf(account));
      }
      const all = await vault.balanceOf(curator);
      await vault.connect(curator).approve(depositor, all);
      await depositor.connect(curator).requestRedeem(all, curator, curator);
      await requestDeposit(world, ann, 1_000n);
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      await toEnd(networkHelpers, batch);
      await depositor.claimMany([curator, ann]);
      expect((await purse(world, curator)).cash).to.equal(1_000n * USD);
      expect((await purse(world, curator)).shares).to.equal(all - 10n * SHARE);
      expect((await purse(world, ann)).shares).to.equal(10n * SHARE);
    });
  });

  describe("cancelDepositRequest and cancelRedeemRequest", () => {
    it("give everything back before the lock", async () => {
      const world = await fresh();
      const { depositor, batch, people, stranger, cash, vault } = world;
      const [ann] = people;
      await requestDeposit(world, ann, 40n);
      await requestDeposit(world, ann, 2n);
      await requestRedeem(world, ann, 2n);
      const [lockedAt] = await depositor.windowOf(batch);
      await time.setNextBlockTimestamp(lockedAt);
      await expect(depositor.connect(ann).cancelDepositRequest(batch, stranger, ann))
        .to.emit(depositor, "DepositCancelled")
        .withArgs(ann.address, batch, stranger.address, 42n * USD);
      expect(await cash.books(stranger)).to.equal(42n * USD);
      expect((await depositor.batchOf(batch)).assets).to.equal(0n);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(0n);

      const again = await fresh();
      await requestRedeem(again, ann, 2n);
      await expect(again.depositor.connect(ann).cancelRedeemRequest(batch, stranger, ann))
        .to.emit(again.depositor, "RedeemCancelled")
        .withArgs(ann.address, batch, stranger.address, 2n * SHARE);
      expect(await vault.balanceOf(stranger)).to.equal(2n * SHARE);
      expect((await again.depositor.batchOf(batch)).shares).to.equal(0n);
    });

    it("revert after the lock: nobody takes back what he filed once the price can be seen", async () => {
      const world = await fresh();
      const { depositor, batch, people, errors } = world;
      const [ann] = people;
      await requestDeposit(world, ann, 40n);
      await requestRedeem(world, ann, 4n);
      const [lockedAt] = await depositor.windowOf(batch);
      for (const moment of [lockedAt + 1n, BigInt(batch * PERIOD), BigInt(batch * PERIOD + WINDOW)]) {
        await time.setNextBlockTimestamp(moment);
        await expect(depositor.connect(ann).cancelDepositRequest(batch, ann, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_Locked")
          .withArgs(batch);
        await expect(depositor.connect(ann).cancelRedeemRequest(batch, ann, ann)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_Locked",
        );
      }
    });

    it("revert for strangers, for bad receivers, and when there is nothing", async () => {
      const world = await fresh();
      const { depositor, depositorAddress, batch, people, errors } = world;
      const [ann, bob] = people;
      await requestDeposit(world, ann, 40n);
      await requestRedeem(world, ann, 4n);
      for (const cancel of ["cancelDepositRequest", "cancelRedeemRequest"] as const) {
        await expect(depositor.connect(bob)[cancel](batch, bob, ann))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_Unauthorized")
          .withArgs(bob.address, ann.address);
        for (const receiver of [ZeroAddress, depositorAddress]) {
          await expect(depositor.connect(ann)[cancel](batch, receiver, ann))
            .to.be.revertedWithCustomError(errors, "BatchDepositor_ReceiverInvalid")
            .withArgs(receiver);
        }
        await expect(depositor.connect(bob)[cancel](batch, bob, bob))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_NothingToSend")
          .withArgs(bob.address);
        await depositor.connect(ann)[cancel](batch, ann, ann);
        await expect(depositor.connect(ann)[cancel](batch, ann, ann)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_NothingToSend",
        );
      }
    });

    it("leave an older request and a later one alone", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann] = people;
      await requestDeposit(world, ann, 40n);
      await time.increaseTo(batch * PERIOD - LOCK + 10);
      await requestDeposit(world, ann, 7n);
      await depositor.connect(ann).cancelDepositRequest(batch + 1, ann, ann);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(40n * USD);
      await requestDeposit(world, ann, 9n);
      expect(await depositor.depositRequestsOf(ann)).to.deep.equal([
        [BigInt(batch), BigInt(batch + 1)],
        [40n * USD, 9n * USD],
      ]);
    });
  });

  describe("donations", () => {
    it("of cash or shares change no total and no price, before or after the opening", async () => {
      const world = await fresh();
      const { depositor, batch, people, cash, vault, curator } = world;
      const [ann, bob] = people;
      const donate = async () => {
        await cash.mint(depositor, 1_000_000n * USD);
        await vault.connect(curator).transfer(depositor, 50n * SHARE);
      };
      await requestDeposit(world, ann, 300n);
      await requestRedeem(world, bob, 1n);
      await donate();
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      await donate();
      const state = await depositor.batchOf(batch);
      expect(state.price).to.equal(HUNDRED);
      expect([state.assets, state.shares]).to.deep.equal([300n * USD, SHARE]);
      expect([state.assetsSpent, state.sharesBought]).to.deep.equal([100n * USD, SHARE]);
      await toEnd(networkHelpers, batch);
      const [annBefore, bobBefore] = [await purse(world, ann), await purse(world, bob)];
      await depositor.claimMany([ann, bob]);
      expect(await purse(world, ann)).to.deep.equal({
        cash: annBefore.cash + 200n * USD,
        shares: annBefore.shares + SHARE,
      });
      expect((await purse(world, bob)).cash).to.equal(bobBefore.cash + 100n * USD);
      expect(await holdings(world)).to.deep.equal({ cash: 2_000_000n * USD, shares: 100n * SHARE });
    });
  });
});
