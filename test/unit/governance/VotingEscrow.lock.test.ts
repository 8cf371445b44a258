import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { BALANCE, DAY, deployEscrow, GIM, power, signPermit, TERM, WEEK } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const A = 52_000n * GIM;

describe("VotingEscrow", () => {
  const base = () => deployEscrow({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("lock", () => {
    it("reverts for a first lock without an end, one that ends this week, or after 52 weeks", async () => {
      const { escrow, errors, alice, week } = await load();
      const [earliest, latest] = [week + WEEK, week + 52n * WEEK];
      const ends: [bigint, bigint][] = [
        [0n, 0n],
        [week, week],
        [earliest - 1n, week],
        [latest + WEEK, latest + WEEK],
        [MaxUint256, (MaxUint256 / WEEK) * WEEK],
      ];
      for (const [end, rounded] of ends) {
        await expect(escrow.connect(alice).lock(A, end))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_EndInvalid")
          .withArgs(rounded, earliest, latest);
      }
    });

    it("takes the next week start, and the last within 52 weeks, whatever second of the week is asked for", async () => {
      const { escrow, alice, bob, week } = await load();
      await escrow.connect(alice).lock(A, week + 2n * WEEK - 1n);
      expect((await escrow.locked(alice)).end).to.equal(week + WEEK);
      await escrow.connect(bob).lock(A, week + 53n * WEEK - 1n);
      expect((await escrow.locked(bob)).end).to.equal(week + 52n * WEEK);
    });

    it("takes 52 whole weeks at the very start of a week", async () => {
      const { escrow, errors, alice, at, week } = await load();
      const start = week + 2n * WEEK;
      await at(start);
      await escrow.connect(alice).lock(TERM, start + TERM);
      expect(await escrow.balanceOf(alice)).to.equal(TERM);
      expect(await escrow.scoreAt(alice, start)).to.equal(2n * TERM);
      await at(start + WEEK - 1n);
      await expect(escrow.connect(alice).lock(0, start + TERM + WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_EndInvalid",
      );
    });

    it("reverts for nothing: no lock and no amount, a lock and neither amount nor later end, a permanent lock", async () => {
      const { escrow, errors, alice, lock, week } = await load();
      const end = week + 9n * WEEK;
      const zero = () => expect(escrow.connect(alice).lock(0, end));
      await zero().to.be.revertedWithCustomError(errors, "VotingEscrow_AmountZero");
      await lock(alice, 9n);
      await zero().to.be.revertedWithCustomError(errors, "VotingEscrow_AmountZero");
      await expect(escrow.connect(alice).lock(0, 0)).to.be.revertedWithCustomError(errors, "VotingEscrow_AmountZero");
      await escrow.connect(alice).setPermanent(true);
      await expect(escrow.connect(alice).lock(0, end + WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_AmountZero",
      );
    });

    it("reverts for a lock too small to decay, and for more than all GIM", async () => {
      const { escrow, errors, token, owner, alice, week } = await load();
      const end = week + 9n * WEEK;
      await expect(escrow.connect(alice).lock(TERM - 1n, end))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockTooSmall")
        .withArgs(TERM - 1n, TERM);
      const all = 10n ** 9n * GIM;
      for (const amount of [all + 1n, 2n ** 112n + TERM, MaxUint256]) {
        await expect(escrow.connect(alice).lock(amount, end))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_AmountTooLarge")
          .withArgs(amount, all);
      }
      await expect(escrow.connect(alice).lock(all, end)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientBalance",
      );
      await expect(escrow.connect(owner).lock(A, end)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientAllowance",
      );
      expect(await escrow.totalLocked()).to.equal(0);
    });

    it("reverts for an expired lock: no silent renewal", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      await lock(alice, 1n);
      await at(week + WEEK);
      for (const [amount, end] of [
        [A, 0n],
        [A, week + 9n * WEEK],
        [0n, week + 9n * WEEK],
      ] as const) {
        await expect(escrow.connect(alice).lock(amount, end))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_LockExpired")
          .withArgs(week + WEEK);
      }
    });

    it("reverts for an end before the present one", async () => {
      const { escrow, errors, alice, lock, week } = await load();
      await lock(alice, 9n);
      await expect(escrow.connect(alice).lock(A, week + 9n * WEEK - 1n))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_EndInvalid")
        .withArgs(week + 8n * WEEK, week + 9n * WEEK, week + 52n * WEEK);
    });

    it("makes a lock: tokens move, power is the slope times the time left, its votes are the owner's", async () => {
      const { escrow, token, alice, at, week } = await load();
      const [now, end] = [week + 4n * DAY, week + 9n * WEEK];
      await at(now);
      const made = escrow.connect(alice).lock(A + 1n, end + 5n);
      await expect(made)
        .to.emit(escrow, "Locked")
        .withArgs(alice, alice, A + 1n, A + 1n, end, false);
      await expect(made)
        .to.emit(escrow, "DelegateChanged")
        .withArgs(alice, ZeroAddress, alice)
        .and.to.emit(escrow, "DelegateVotesChanged")
        .withArgs(alice, 0, power(A, end, now));
      expect(await token.balanceOf(alice)).to.equal(BALANCE - A - 1n);
      expect(await token.balanceOf(escrow)).to.equal(A + 1n);
      const held = await escrow.locked(alice);
      expect([...held]).to.deep.equal([A + 1n, end, now, false, false, 1n]);
      for (const t of [now, now + 1n, end - 1n, end, end + WEEK]) {
        expect(await escrow.balanceOfAt(alice, t)).to.equal(power(A, end, t));
        expect(await escrow.totalSupplyAt(t)).to.equal(power(A, end, t));
      }
      expect(await escrow.balanceOfAt(alice, now - 1n)).to.equal(0);
      expect(await escrow.getVotes(alice)).to.equal(power(A, end, now));
      expect(await escrow.totalLocked()).to.equal(A + 1n);
    });

    it("adds to a lock and keeps its end, and starts the hold again", async () => {
      const { escrow, alice, lock, at, week } = await load();
      await lock(alice, 9n);
      const [now, end] = [week + 10n * DAY, week + 9n * WEEK];
      await at(now);
      const added = escrow.connect(alice).lock(A, 0);
      await expect(added)
        .to.emit(escrow, "Locked")
        .withArgs(alice, alice, A, 2n * A, end, false);
      await expect(added)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(alice, power(A, end, now), power(2n * A, end, now));
      await expect(added).not.to.emit(escrow, "DelegateChanged");
      expect((await escrow.locked(alice)).heldSince).to.equal(now);
      expect(await escrow.totalLocked()).to.equal(2n * A);
    });

    it("tells no change of votes when an addition is too small for the next whole slope", async () => {
      const { escrow, alice, lock, at, week } = await load();
      await lock(alice, 9n, TERM);
      const dust = escrow.connect(alice).lock(TERM - 1n, 0);
      await expect(dust).to.emit(escrow, "Locked");
      await expect(dust).not.to.emit(escrow, "DelegateVotesChanged");
      await at(week + 5n * DAY);
      await escrow.connect(alice).lock(1n, 0);
      expect(await escrow.balanceOf(alice)).to.equal(2n * (week + 9n * WEEK - (week + 5n * DAY)));
    });

    it("moves the end away, with nothing added", async () => {
      const { escrow, token, alice, lock, at, week } = await load();
      await lock(alice, 9n);
      const [now, end] = [week + 10n * DAY, week + 30n * WEEK];
      await at(now);
      const extended = escrow.connect(alice).lock(0, end);
      await expect(extended).to.emit(escrow, "Locked").withArgs(alice, alice, 0, A, end, false);
      await expect(extended).not.to.emit(token, "Transfer");
      expect(await escrow.balanceOf(alice)).to.equal(power(A, end, now));
      expect((await escrow.locked(alice)).heldSince).to.equal(now);
      expect(await escrow.totalSupplyAt(week + 9n * WEEK)).to.equal(power(A, end, week + 9n * WEEK));
    });

    it("adds to a permanent lock whatever end is given", async () => {
      const { escrow, alice, lock } = await load();
      await lock(alice, 9n);
      await escrow.connect(alice).setPermanent(true);
      for (const [k, end] of [0n, 1n, MaxUint256].entries()) {
        await expect(escrow.connect(alice).lock(1n, end))
          .to.emit(escrow, "Locked")
          .withArgs(alice, alice, 1, A + BigInt(k) + 1n, 0, true);
      }
      expect(await escrow.balanceOf(alice)).to.equal(A + 3n);
    });
  });

  describe("lockWithPermit", () => {
    const setUp = async () => {
      const world = await load();
      const { token, alice, escrow, now } = world;
      await token.connect(alice).approve(escrow, 0);
      const spender = await escrow.getAddress();
      const permit = { spender, value: A, deadline: (await now()) + DAY };
      return { ...world, permit, signature: await signPermit(token, alice, permit) };
    };

    it("locks with a signature instead of an approval", async () => {
      const { escrow, token, alice, week, permit, signature: signed } = await setUp();
      await escrow.connect(alice).lockWithPermit(A, week + 9n * WEEK, permit.deadline, signed.v, signed.r, signed.s);
      expect((await escrow.locked(alice)).amount).to.equal(A);
      expect(await token.allowance(alice, escrow)).to.equal(0);
    });

    it("locks although somebody sent the permit ahead", async () => {
      const { escrow, token, alice, stranger, week, permit, signature: signed } = await setUp();
      await token.connect(stranger).permit(alice, escrow, A, permit.deadline, signed.v, signed.r, signed.s);
      await escrow.connect(alice).lockWithPermit(A, week + 9n * WEEK, permit.deadline, signed.v, signed.r, signed.s);
      expect((await escrow.locked(alice)).amount).to.equal(A);
    });

    it("locks with a wrong permit while the allowance is enough, and reverts as a transfer does when it is not", async () => {
      const { escrow, token, alice, week } = await setUp();
      const end = week + 9n * WEEK;
      await expect(escrow.connect(alice).lockWithPermit(A, end, 1n, 27, ZeroHash, ZeroHash))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(escrow, 0, A);
      await token.connect(alice).approve(escrow, A);
      await escrow.connect(alice).lockWithPermit(A, end, 1n, 27, ZeroHash, ZeroHash);
      expect((await escrow.locked(alice)).amount).to.equal(A);
    });

    it("locks nothing of the signer when somebody else sends it", async () => {
      const { escrow, token, alice, stranger, week, permit, signature: signed } = await setUp();
      await expect(
        escrow.connect(stranger).lockWithPermit(A, week + 9n * WEEK, permit.deadline, signed.v, signed.r, signed.s),
      ).to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance");
      expect((await escrow.locked(alice)).amount).to.equal(0);
    });
  });

  describe("lockFor", () => {
    it("reverts when the caller is no depositor, the owner included", async () => {
      const { escrow, errors, owner, alice, bob, depositor, week } = await load();
      for (const caller of [owner, alice, bob]) {
        await expect(escrow.connect(caller).lockFor(alice, A, week + 9n * WEEK))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_Unauthorized")
          .withArgs(caller);
      }
      await escrow.setDepositor(depositor, false);
      await expect(escrow.connect(depositor).lockFor(alice, A, week + 9n * WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_Unauthorized",
      );
    });

    it("reverts for the account 0, an expired lock and an earlier end", async () => {
      const { escrow, errors, alice, depositor, lock, at, week } = await load();
      await expect(escrow.connect(depositor).lockFor(ZeroAddress, A, week + 9n * WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_ZeroAddress",
      );
      await lock(alice, 3n);
      await expect(escrow.connect(depositor).lockFor(alice, A, week + 2n * WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_EndInvalid",
      );
      await at(week + 3n * WEEK);
      await expect(escrow.connect(depositor).lockFor(alice, A, week + 9n * WEEK)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_LockExpired",
      );
    });

    it("makes a lock that is the account's, paid by the depositor, and adds to it", async () => {
      const { escrow, token, alice, depositor, week } = await load();
      const end = week + 9n * WEEK;
      await expect(escrow.connect(depositor).lockFor(alice, A, end))
        .to.emit(escrow, "Locked")
        .withArgs(alice, depositor, A, A, end, false)
        .and.to.emit(escrow, "DelegateChanged")
        .withArgs(alice, ZeroAddress, alice);
      await escrow.connect(depositor).lockFor(alice, A, 0);
      expect((await escrow.locked(alice)).amount).to.equal(2n * A);
      expect((await escrow.locked(depositor)).amount).to.equal(0);
      expect(await token.balanceOf(alice)).to.equal(BALANCE);
      expect(await token.balanceOf(depositor)).to.equal(BALANCE - 2n * A);
    });
  });

  describe("setPermanent", () => {
    it("reverts without a lock, with an expired one, and when nothing would change", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      await expect(escrow.connect(alice).setPermanent(true))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockMissing")
        .withArgs(alice);
      await lock(alice, 1n);
      await expect(escrow.connect(alice).setPermanent(false))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_PermanenceUnchanged")
        .withArgs(false);
      await at(week + WEEK);
      await expect(escrow.connect(alice).setPermanent(true))
        .to.be.revertedWithCustomError(errors, "VotingEscrow_LockExpired")
        .withArgs(week + WEEK);
    });

    it("on: power is the amount and stays, the end is gone, the hold starts again", async () => {
      const { escrow, errors, alice, lock, at, week } = await load();
      await lock(alice, 9n, A + 7n);
      const now = week + 10n * DAY;
      await at(now);
      const on = escrow.connect(alice).setPermanent(true);
      await expect(on)
        .to.emit(escrow, "Locked")
        .withArgs(alice, alice, 0, A + 7n, 0, true);
      await expect(on)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(alice, power(A, week + 9n * WEEK, now), A + 7n);
      expect([...(await escrow.locked(alice))].slice(0, 4)).to.deep.equal([A + 7n, 0n, now, true]);
      for (const t of [now, now + 500n * WEEK]) {
        expect(await escrow.balanceOfAt(alice, t)).to.equal(A + 7n);
        expect(await escrow.totalSupplyAt(t)).to.equal(A + 7n);
        expect(await escrow.scoreAt(alice, t)).to.equal(2n * (A + 7n));
      }
      await expect(escrow.connect(alice).setPermanent(true)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_PermanenceUnchanged",
      );
    });

    it("off: decays from the last week start within 52 weeks, and the hold goes on", async () => {
      const { escrow, alice, lock, at, week } = await load();
      await lock(alice, 9n);
      await at(week + 10n * DAY);
      await escrow.connect(alice).setPermanent(true);
      const [now, end] = [week + 100n * WEEK + DAY, week + 152n * WEEK];
      await at(now);
      const off = escrow.connect(alice).setPermanent(false);
      await expect(off).to.emit(escrow, "Locked").withArgs(alice, alice, 0, A, end, false);
      await expect(off)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(alice, A, power(A, end, now));
      expect([...(await escrow.locked(alice))].slice(0, 4)).to.deep.equal([A, end, week + 10n * DAY, false]);
      expect(await escrow.totalSupplyAt(end - 1n)).to.equal(A / TERM);
      expect(await escrow.totalSupplyAt(end)).to.equal(0);
    });
  });
});
