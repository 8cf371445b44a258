import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { BALANCE, DAY, deployEscrow, GIM, HOLD, penaltyOf, power, TERM, WEEK } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const A = 52_000n * GIM;

describe("VotingEscrow", () => {
  const base = () => deployEscrow({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("withdraw", () => {
    it("reverts without a lock, also after having withdrawn", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      const missing = () =>
        expect(escrow.connect(alice).withdraw())
          .to.be.revertedWithCustomError(errors, "VotingEscrow_LockMissing")
          .withArgs(alice);
      await missing();
      await lock(alice, 1n);
      await at(week + WEEK);
      await escrow.connect(alice).withdraw();
      await missing();
    });

    it("reverts a second before the end, and for a permanent lock", async () => {
      const { escrow, errors, alice, bob, lock, at, week } = await load();
      await lock(alice, 1n);
      await lock(bob, 1n);
      await escrow.connect(bob).setPermanent(true);
      await at(week + WEEK - 1n);
      await expect(escrow.connect(alice).withdraw())
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockActive")
        .withArgs(week + WEEK);
      await at(week + 300n * WEEK);
      await expect(escrow.connect(bob).withdraw())
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockActive")
        .withArgs(0);
    });

    it("pays everything out at the end, and says nothing about votes, which were gone", async () => {
      const { escrow, token, alice, receiver, lock, at, week } = await load();
      await lock(alice, 1n);
      await at(week + WEEK);
      const out = escrow.connect(alice).withdraw();
      await expect(out).to.emit(escrow, "Withdrawn").withArgs(alice, A, 0);
      await expect(out).not.to.emit(escrow, "DelegateVotesChanged");
      expect(await token.balanceOf(alice)).to.equal(BALANCE);
      expect(await token.balanceOf(receiver)).to.equal(0);
      expect(await escrow.totalLocked()).to.equal(0);
      expect([...(await escrow.locked(alice))].slice(0, 2)).to.deep.equal([0n, 0n]);
      expect(await escrow.balanceOfAt(alice, week + WEEK - 1n)).to.equal(A / TERM);
    });

    it("leaves the account free to lock again, with its delegate", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 1n);
      await escrow.connect(alice).delegate(bob);
      await at(week + 90n * WEEK);
      await escrow.connect(alice).withdraw();
      await at(week + 91n * WEEK);
      const again = escrow.connect(alice).lock(A, week + 92n * WEEK);
      await expect(again)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(bob, 0, power(A, WEEK, 0n));
      await expect(again).not.to.emit(escrow, "DelegateChanged");
      expect(await escrow.getVotes(bob)).to.equal((A / TERM) * WEEK);
      expect(await escrow.getVotes(alice)).to.equal(0);
    });
  });

  describe("earlyExit", () => {
    it("reverts without a lock, and for one that has ended: that one pays no penalty", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      await expect(escrow.connect(alice).earlyExit(MaxUint256))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockMissing")
        .withArgs(alice);
      await lock(alice, 1n);
      await at(week + WEEK);
      await expect(escrow.connect(alice).earlyExit(MaxUint256))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockExpired")
        .withArgs(week + WEEK);
    });

    it("reverts for seven days after locking, adding, extending or making permanent, whoever paid", async () => {
      const { escrow, errors, alice, depositor, lock, at, week } = await load();
      const acts: (() => Promise<unknown>)[] = [
        () => lock(alice, 40n),
        () => escrow.connect(alice).lock(1n, 0),
        () => escrow.connect(alice).lock(0, week + 41n * WEEK),
        () => escrow.connect(alice).setPermanent(true),
        () => escrow.connect(depositor).lockFor(alice, 1n, 0),
      ];
      let now = week + 4n * DAY;
      for (const act of acts) {
        await at(now);
        await act();
        await at(now + HOLD - 1n);
        await expect(escrow.connect(alice).earlyExit(MaxUint256))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_HoldNotOver")
          .withArgs(now + HOLD, now + HOLD - 1n);
        now += HOLD;
      }
      await at(now);
      await expect(escrow.connect(alice).earlyExit(MaxUint256)).to.emit(escrow, "Withdrawn");
    });

    it("does not hold anybody longer for ending permanence or moving votes", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 40n);
      await escrow.connect(alice).setPermanent(true);
      await at(week + 5n * WEEK);
      await escrow.connect(alice).setPermanent(false);
      await escrow.connect(alice).delegate(bob);
      await expect(escrow.connect(alice).earlyExit(MaxUint256)).to.emit(escrow, "Withdrawn");
    });

    it("reverts when the penalty is a wei above the caller's maximum", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      await lock(alice, 40n);
      const now = week + 20n * WEEK;
      const penalty = penaltyOf(A, 20n * WEEK);
      await at(now);
      await expect(escrow.connect(alice).earlyExit(penalty - 1n))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_PenaltyTooHigh")
        .withArgs(penalty, penalty - 1n);
    });

    it("keeps half of the part of 52 weeks that is left, rounded up, for the receiver", async () => {
      const { escrow, token, alice, receiver, lock, at, week } = await load();
      const amount = A + 1n;
      await lock(alice, 40n, amount);
      await at(week + 20n * WEEK);
      const penalty = (amount * 20n) / 104n + 1n; // 10,000 GIM and a part of a wei
      expect(penaltyOf(amount, 20n * WEEK)).to.equal(penalty);
      const exit = escrow.connect(alice).earlyExit(penalty);
      await expect(exit)
        .to.emit(escrow, "Withdrawn")
        .withArgs(alice, amount - penalty, penalty)
        .and.to.emit(escrow, "DelegateVotesChanged")
        .withArgs(alice, power(amount, 20n * WEEK, 0n), 0);
      expect(await token.balanceOf(receiver)).to.equal(penalty);
      expect(await token.balanceOf(alice)).to.equal(BALANCE - penalty);
      expect(await token.balanceOf(escrow)).to.equal(0);
      expect([await escrow.totalSupply(), await escrow.totalLocked()]).to.deep.equal([0n, 0n]);
      expect(await escrow.totalSupplyAt(week + 40n * WEEK - 1n)).to.equal(0);
    });

    it("keeps half of a permanent lock, however old", async () => {
      const { escrow, alice, lock, at, week } = await load();
      await lock(alice, 40n, A + 1n);
      await escrow.connect(alice).setPermanent(true);
      await at(week + 500n * WEEK);
      await expect(escrow.connect(alice).earlyExit(MaxUint256))
        .to.emit(escrow, "Withdrawn")
        .withArgs(alice, A / 2n, A / 2n + 1n);
    });

    it("keeps nothing, and sends nothing, when the rate is 0", async () => {
      const { escrow, token, alice, receiver, lock, at, week } = await load();
      await lock(alice, 40n);
      await escrow.lowerMaxPenalty(0);
      await at(week + 20n * WEEK);
      const exit = escrow.connect(alice).earlyExit(0);
      await expect(exit).to.emit(escrow, "Withdrawn").withArgs(alice, A, 0);
      const transfers = await token.queryFilter(token.filters.Transfer(await escrow.getAddress(), receiver));
      expect(transfers).to.deep.equal([]);
    });

    it("takes the line out of the delegate's votes", async () => {
      const { escrow, alice, bob, carol, lock, at, week } = await load();
      await lock(alice, 40n);
      await lock(bob, 30n);
      await lock(carol, 20n);
      await escrow.connect(alice).delegate(carol);
      await escrow.connect(bob).delegate(carol);
      const now = week + 10n * WEEK;
      const before = power(A, week + 40n * WEEK, now) + power(A, week + 30n * WEEK, now) + power(A, 10n * WEEK, 0n);
      await at(now);
      await expect(escrow.connect(alice).earlyExit(MaxUint256))
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(carol, before, before - power(A, week + 40n * WEEK, now));
      expect(await escrow.getVotes(carol)).to.equal(before - power(A, week + 40n * WEEK, now));
    });
  });

  describe("penaltyOf", () => {
    it("falls to 0 at the end, in a straight line, and is 0 without a lock", async () => {
      const { escrow, alice, lock, week, at } = await load();
      expect(await escrow.penaltyOf(alice)).to.equal(0);
      await lock(alice, 40n);
      for (const now of [week + 4n * DAY, week + 39n * WEEK, week + 40n * WEEK - 1n, week + 40n * WEEK]) {
        await at(now);
        await networkHelpers.mine();
        expect(await escrow.penaltyOf(alice)).to.equal(penaltyOf(A, week + 40n * WEEK - now));
      }
      expect(await escrow.penaltyOf(alice)).to.equal(0);
    });

    it("follows a lower rate at once, also for locks made before", async () => {
      const { escrow, alice, lock } = await load();
      await lock(alice, 40n);
      await escrow.connect(alice).setPermanent(true);
      await escrow.lowerMaxPenalty(1_000);
      expect(await escrow.penaltyOf(alice)).to.equal(A / 10n);
    });
  });
});
