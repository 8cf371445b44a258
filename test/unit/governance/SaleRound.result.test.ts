import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { HostileToken__factory } from "../../../typechain-types/index.js";
import { addressOf } from "../../helpers/assets.ts";
import { deploySales, ONE, STATUS, USD } from "../../helpers/sales.ts";
import { DAY } from "../../helpers/scores.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("SaleRound results", () => {
  const base = () => deploySales({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  /** Everything but the fixture: commitments of the last three tiers, in raw payment tokens. */
  async function sale(amounts: bigint[], changes: Parameters<Awaited<ReturnType<typeof base>>["open"]>[0] = {}) {
    const world = await load();
    const round = await world.open(changes);
    const holders = world.buyers.slice(7);
    for (const [index, amount] of amounts.entries()) {
      if (amount !== 0n) await world.commit(round, holders[index]!, amount);
    }
    const [a, b, c] = holders as [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
    return { ...world, round, a, b, c };
  }

  describe("settle", () => {
    it("reverts before the end, and works in the first second of it", async () => {
      const { round, a, terms, errors } = await sale([10_000n * USD]);
      await time.setNextBlockTimestamp(terms.end - 1n);
      await expect(round.settle(a))
        .to.be.revertedWithCustomError(errors, "SaleRound_NotOver")
        .withArgs(terms.end, terms.end - 1n);
      await time.setNextBlockTimestamp(terms.end);
      await round.settle(a);
    });

    it("reverts for an account that committed nothing, and the second time", async () => {
      const { round, a, b, terms, errors } = await sale([10_000n * USD]);
      await time.increaseTo(terms.end);
      await expect(round.settle(b))
        .to.be.revertedWithCustomError(errors, "SaleRound_NothingCommitted")
        .withArgs(b.address);
      await round.settle(a);
      await expect(round.settle(a))
        .to.be.revertedWithCustomError(errors, "SaleRound_AlreadySettled")
        .withArgs(a.address);
    });

    it("accepts everything at exactly the hard cap", async () => {
      const { round, a, b, c, terms, pay, sold } = await sale([20_000n * USD, 29_999n * USD, 1n * USD]);
      await time.increaseTo(terms.end);
      for (const [buyer, committed] of [
        [a, 20_000n],
        [b, 29_999n],
        [c, 1n],
      ] as const) {
        const bought = (committed * terms.saleAmount) / 50_000n;
        expect(await round.settle.staticCall(buyer)).to.deep.equal([committed * USD, 0n]);
        await expect(round.settle(buyer))
          .to.emit(round, "Settled")
          .withArgs(buyer.address, committed * USD, 0, bought);
        expect(await pay.balanceOf(buyer)).to.equal(0);
      }
      expect([...(await round.close.staticCall())]).to.deep.equal([48_750n * USD, 1_250n * USD, 0n]);
      await round.close();
      expect(await pay.balanceOf(round)).to.equal(0);
      expect(await sold.balanceOf(round)).to.equal(terms.saleAmount);
    });

    it("refunds by the same part of everybody, one unit over the hard cap", async () => {
      const { round, a, b, c, terms, pay } = await sale([20_000n * USD, 29_999n * USD, 1n * USD + 1n]);
      await time.increaseTo(terms.end);
      for (const buyer of [a, b, c]) {
        const [accepted, refund] = await round.settle.staticCall(buyer);
        expect(refund).to.equal(0); // committed * 1 / total rounds down
        expect(accepted).to.equal((await round.commitmentOf(buyer)).committed);
        await round.settle(buyer);
      }
      await round.close();
      expect(await pay.balanceOf(round)).to.equal(1);
    });

    it("refunds what is beyond the hard cap, rounded down", async () => {
      const { round, a, b, c, terms, pay, stranger } = await sale([20_000n * USD, 30_000n * USD, 25_000n * USD + 7n]);
      await time.increaseTo(terms.end);
      const total = await round.totalCommitted();
      let accepted = 0n;
      let bought = 0n;
      for (const buyer of [c, a, b]) {
        const { committed } = await round.commitmentOf(buyer);
        const refund = (committed * (total - terms.hardCap)) / total;
        const tokens = (committed * terms.saleAmount) / total;
        expect([...(await round.resultOf(buyer))]).to.deep.equal([committed - refund, refund, tokens]);
        await expect(round.connect(stranger).settle(buyer))
          .to.emit(round, "Settled")
          .withArgs(buyer.address, committed - refund, refund, tokens);
        expect(await pay.balanceOf(buyer)).to.equal(refund);
        expect((await round.commitmentOf(buyer)).settled).to.equal(true);
        accepted += committed - refund;
        bought += tokens;
      }
      expect(accepted).to.be.within(terms.hardCap, terms.hardCap + 3n);
      expect(bought).to.be.within(terms.saleAmount - 3n, terms.saleAmount);
      await round.close();
      expect(await pay.balanceOf(round)).to.be.lessThan(3n);
    });

    it("refunds everything one unit below the soft cap, and accepts at it", async () => {
      const { round, a, b, terms, pay, sold, issuer, commit } = await sale([5_000n * USD, 5_000n * USD - 1n]);
      const state = await networkHelpers.takeSnapshot();
      await time.increaseTo(terms.end);
      expect(await round.status()).to.equal(STATUS.missed);
      await expect(round.settle(a))
        .to.emit(round, "Settled")
        .withArgs(a.address, 0, 5_000n * USD, 0);
      await expect(round.close()).to.emit(round, "Closed").withArgs(0, 0, terms.saleAmount);
      await round.settle(b);
      expect(await pay.balanceOf(round)).to.equal(0);
      expect(await pay.balanceOf(b)).to.equal(5_000n * USD - 1n);
      expect(await sold.balanceOf(issuer)).to.equal(terms.saleAmount);

      await state.restore();
      await commit(round, b, 1n);
      await time.increaseTo(terms.end);
      expect(await round.status()).to.equal(STATUS.succeeded);
      expect(await round.settle.staticCall(a)).to.deep.equal([5_000n * USD, 0n]);
    });

    it("does not wait for tokens or for the issuer, and they do not wait for it", async () => {
      const world = await load();
      const token = await new HostileToken__factory(world.owner).deploy(6);
      const { buyers, terms, sold, errors } = world;
      const round = await world.open({ paymentToken: await addressOf(token), vesting: 0n, cliff: 0n });
      const blocked = buyers[9]!;
      const other = buyers[8]!;
      for (const buyer of [blocked, other]) {
        await token.mint(buyer, 29_000n * USD);
        await token.connect(buyer).approve(round, 29_000n * USD);
        await round.connect(buyer).commit(29_000n * USD);
      }
      await token.setMode(2);
      await token.setBlocked(blocked);
      await time.increaseTo(terms.end);
      await expect(round.settle(blocked)).to.be.revert(ethers);
      await round.settle(other);
      await round.close();
      await round.release(blocked);
      expect(await sold.balanceOf(blocked)).to.equal(terms.saleAmount / 2n);
      await token.setMode(0);
      await round.settle(blocked);
      expect(await token.balanceOf(blocked)).to.equal(4_000n * USD);
      await expect(round.settle(blocked)).to.be.revertedWithCustomError(errors, "SaleRound_AlreadySettled");
    });

    it("refunds once although the token calls back", async () => {
      const world = await load();
      const token = await new HostileToken__factory(world.owner).deploy(6);
      const { buyers, terms } = world;
      const round = await world.open({ paymentToken: await addressOf(token) });
      for (const buyer of [buyers[9]!, buyers[8]!]) {
        await token.mint(buyer, 30_000n * USD);
        await token.connect(buyer).approve(round, 30_000n * USD);
        await round.connect(buyer).commit(30_000n * USD);
      }
      await time.increaseTo(terms.end);
      const again = [buyers[9]!, buyers[8]!].map((buyer) =>
        round.interface.encodeFunctionData("settle", [buyer.address]),
      );
      await token.setHook(round, [...again, round.interface.encodeFunctionData("close")]);
      await token.setMode(9);
      await round.settle(buyers[9]!);
      expect(await token.attempts()).to.equal(3);
      expect(await token.reentries()).to.equal(0);
      expect(await token.balanceOf(buyers[9]!)).to.equal(5_000n * USD);
    });
  });

  describe("release", () => {
    it("reverts while the sale is not over, and when it missed its soft cap, lapsed or was cancelled", async () => {
      const { round, a, terms, errors, announce, guardian, commit, open, buyers } = await sale([9_999n * USD]);
      const later = { snapshot: terms.start - 1n, start: terms.start + 30n * DAY, end: terms.end + 30n * DAY };
      const [lapsed, cancelled] = [await announce({ ...later }), await open({ ...later })];
      await commit(cancelled, buyers[9]!, 20_000n * USD);
      await cancelled.connect(guardian).cancel();
      for (const [which, status] of [
        [round, STATUS.missed],
        [lapsed, STATUS.lapsed],
        [cancelled, STATUS.cancelled],
      ] as const) {
        await expect(which.release(buyers[9]!))
          .to.be.revertedWithCustomError(errors, "SaleRound_NotSucceeded")
          .withArgs(status);
        expect(await which.releasableOf(a)).to.equal(0);
      }
      const next = { snapshot: later.start, start: later.start + 60n * DAY, end: later.end + 60n * DAY };
      const announced = await announce(next);
      await expect(announced.release(a))
        .to.be.revertedWithCustomError(errors, "SaleRound_NotSucceeded")
        .withArgs(STATUS.announced);
    });

    it("reverts before the cliff, and pays what vested since the end at it", async () => {
      const { round, a, terms, errors, sold, stranger } = await sale([10_000n * USD]);
      await expect(round.release(a))
        .to.be.revertedWithCustomError(errors, "SaleRound_NotSucceeded")
        .withArgs(STATUS.open);
      const cliffAt = terms.end + terms.cliff;
      await time.setNextBlockTimestamp(cliffAt - 1n);
      await expect(round.release(a))
        .to.be.revertedWithCustomError(errors, "SaleRound_NothingToRelease")
        .withArgs(a.address);
      await time.setNextBlockTimestamp(cliffAt);
      const tenth = 20_000n * ONE;
      await expect(round.connect(stranger).release(a)).to.emit(round, "Released").withArgs(a.address, tenth, tenth);
      expect(await sold.balanceOf(a)).to.equal(tenth);
    });

    it("pays by the second until all is out, in any steps, settled or not", async () => {
      const { round, a, b, terms, errors, sold } = await sale([10_000n * USD, 10_000n * USD]);
      const bought = 200_000n * ONE;
      let paid = 0n;
      for (const days of [40n, 41n, 150n, 299n]) {
        const elapsed = days * DAY + 1n;
        await time.setNextBlockTimestamp(terms.end + elapsed);
        await round.release(a);
        paid = (bought * elapsed) / terms.vesting;
        expect(await sold.balanceOf(a)).to.equal(paid);
        expect((await round.commitmentOf(a)).released).to.equal(paid);
      }
      await round.settle(a);
      await time.increaseTo(terms.end + terms.vesting);
      expect(await round.releasableOf(a)).to.equal(bought - paid);
      await expect(round.release(a))
        .to.emit(round, "Released")
        .withArgs(a.address, bought - paid, bought);
      await expect(round.release(a)).to.be.revertedWithCustomError(errors, "SaleRound_NothingToRelease");
      await time.increase(1000n * DAY);
      await round.release(b);
      expect(await sold.balanceOf(b)).to.equal(bought);
      expect(await round.releasableOf(b)).to.equal(0);
    });

    it("pays everything at the end without vesting", async () => {
      const { round, a, terms, sold } = await sale([10_000n * USD], { cliff: 0n, vesting: 0n });
      await time.setNextBlockTimestamp(terms.end);
      await round.release(a);
      expect(await sold.balanceOf(a)).to.equal(200_000n * ONE);
    });

    it("reverts for an account that bought nothing", async () => {
      const { round, b, terms, errors } = await sale([10_000n * USD]);
      await time.increaseTo(terms.end + terms.vesting);
      await expect(round.release(b)).to.be.revertedWithCustomError(errors, "SaleRound_NothingToRelease");
    });
  });

  describe("close", () => {
    it("reverts before the end, without funds, and the second time", async () => {
      const { round, terms, errors, announce } = await sale([10_000n * USD]);
      const start = terms.start + 20n * DAY;
      const lapsed = await announce({ start, end: start + 2n * DAY });
      await expect(lapsed.close()).to.be.revertedWithCustomError(errors, "SaleRound_NotFunded");
      await time.setNextBlockTimestamp(terms.end - 1n);
      await expect(round.close())
        .to.be.revertedWithCustomError(errors, "SaleRound_NotOver")
        .withArgs(terms.end, terms.end - 1n);
      await time.setNextBlockTimestamp(terms.end);
      await round.close();
      await expect(round.close()).to.be.revertedWithCustomError(errors, "SaleRound_AlreadyClosed");
      await time.increaseTo(start + 2n * DAY);
      await expect(lapsed.close()).to.be.revertedWithCustomError(errors, "SaleRound_NotFunded");
    });

    it("pays issuer and fee of what was committed, and sends the unsold part back", async () => {
      const { round, terms, pay, sold, issuer, feeReceiver, stranger } = await sale([10_000n * USD, 2_345n * USD + 1n]);
      await time.increaseTo(terms.end);
      const total = 12_345n * USD + 1n;
      const fee = (total * 250n) / 10_000n;
      const unsold = terms.saleAmount - (total * terms.saleAmount) / terms.hardCap;
      await expect(round.connect(stranger).close())
        .to.emit(round, "Closed")
        .withArgs(total - fee, fee, unsold);
      expect(await pay.balanceOf(issuer)).to.equal(total - fee);
      expect(await pay.balanceOf(feeReceiver)).to.equal(fee);
      expect(await sold.balanceOf(issuer)).to.equal(unsold);
      expect(await pay.balanceOf(round)).to.equal(0);
    });

    it("takes no fee where none was announced", async () => {
      const { round, terms, pay, issuer, feeReceiver } = await sale([10_000n * USD], { feeBps: 0n });
      await time.increaseTo(terms.end);
      await round.close();
      expect(await pay.balanceOf(issuer)).to.equal(10_000n * USD);
      expect(await pay.balanceOf(feeReceiver)).to.equal(0);
    });

    it("sends all tokens back when nobody committed, with and without a soft cap", async () => {
      for (const [softCap, status] of [
        [0n, STATUS.succeeded],
        [1n, STATUS.missed],
      ] as const) {
        const { round, terms, sold, issuer } = await sale([], { softCap });
        await time.increaseTo(terms.end);
        expect(await round.status()).to.equal(status);
        await expect(round.close()).to.emit(round, "Closed").withArgs(0, 0, terms.saleAmount);
        expect(await sold.balanceOf(issuer)).to.equal(terms.saleAmount);
        expect(await sold.balanceOf(round)).to.equal(0);
      }
    });
  });

  describe("cancel", () => {
    it("reverts when the caller is not the guardian", async () => {
      const { round, owner, issuer, a, errors } = await sale([10_000n * USD]);
      for (const caller of [owner, issuer, a]) {
        await expect(round.connect(caller).cancel())
          .to.be.revertedWithCustomError(errors, "SaleRound_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("reverts from the end on, works in the last second, and once", async () => {
      const { round, guardian, terms, errors } = await sale([10_000n * USD]);
      const state = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(terms.end);
      await expect(round.connect(guardian).cancel())
        .to.be.revertedWithCustomError(errors, "SaleRound_Over")
        .withArgs(terms.end, terms.end);
      await state.restore();
      await time.setNextBlockTimestamp(terms.end - 1n);
      await expect(round.connect(guardian).cancel())
        .to.emit(round, "Cancelled")
        .withArgs(guardian.address, 10_000n * USD);
      await expect(round.connect(guardian).cancel()).to.be.revertedWithCustomError(errors, "SaleRound_Cancelled");
    });

    it("gives everything back at once, above the hard cap too", async () => {
      const { round, a, b, c, guardian, pay, sold, issuer, terms } = await sale([
        20_000n * USD,
        30_000n * USD,
        25_000n * USD,
      ]);
      await round.connect(guardian).cancel();
      expect(await round.status()).to.equal(STATUS.cancelled);
      await expect(round.close()).to.emit(round, "Closed").withArgs(0, 0, terms.saleAmount);
      for (const [buyer, amount] of [
        [b, 30_000n],
        [a, 20_000n],
        [c, 25_000n],
      ] as const) {
        await expect(round.settle(buyer))
          .to.emit(round, "Settled")
          .withArgs(buyer.address, 0, amount * USD, 0);
        expect(await pay.balanceOf(buyer)).to.equal(amount * USD);
      }
      expect(await sold.balanceOf(issuer)).to.equal(terms.saleAmount);
      expect(await pay.balanceOf(round)).to.equal(0);
    });

    it("is the owner's once the guardian's term is over", async () => {
      const { announce, guardian, owner, keepers, errors, now } = await load();
      const expiresAt = await keepers.guardianExpiresAt();
      await time.increaseTo(expiresAt - DAY);
      const start = (await now()) + 2n * DAY;
      const round = await announce({ snapshot: start - 1n, start, end: start + 3n * DAY });
      await time.increaseTo(expiresAt);
      await expect(round.connect(guardian).cancel()).to.be.revertedWithCustomError(errors, "SaleRound_Unauthorized");
      await round.connect(owner).cancel();
    });
  });
});
