import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { VotingEscrow__factory } from "../../../typechain-types/index.js";
import { DAY, deployEscrow, GIM, power, TERM, WEEK } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const A = 52_000n * GIM;

describe("VotingEscrow", () => {
  const base = () => deployEscrow({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("constructor", () => {
    it("reverts when nobody receives penalties, and tells who does", async () => {
      const { escrow, errors, token, owner, receiver } = await load();
      const factory = new VotingEscrow__factory(owner);
      await expect(factory.deploy(token, owner, ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_ZeroAddress",
      );
      expect(await escrow.penaltyReceiver()).to.equal(receiver.address);
      await expect((await factory.deploy(token, owner, receiver)).deploymentTransaction())
        .to.emit(
          escrow.attach(ethers.getCreateAddress({ from: owner.address, nonce: (await owner.getNonce()) - 1 })),
          "PenaltyReceiverSet",
        )
        .withArgs(ZeroAddress, receiver);
    });

    it("starts with a penalty of at most half, a hold of seven days and terms of 52 weeks", async () => {
      const { escrow, token } = await load();
      expect([
        await escrow.PENALTY_CAP_BPS(),
        await escrow.maxPenaltyBps(),
        await escrow.MIN_HOLD(),
        await escrow.WEEK(),
        await escrow.MAX_TERM(),
      ]).to.deep.equal([5_000n, 5_000n, 7n * DAY, WEEK, TERM]);
      expect(await escrow.token()).to.equal(await token.getAddress());
    });
  });

  describe("what wallets show", () => {
    it("has a name, a symbol and decimals, and no transfer", async () => {
      const { escrow } = await load();
      expect([await escrow.name(), await escrow.symbol(), await escrow.decimals()]).to.deep.equal([
        "Vote-escrowed Gimbal",
        "veGIM",
        18n,
      ]);
      const names = escrow.interface.fragments.map((fragment) => ("name" in fragment ? fragment.name : ""));
      for (const name of ["transfer", "transferFrom", "approve"]) expect(names).not.to.include(name);
    });
  });

  describe("setDepositor", () => {
    it("reverts when the caller is not the owner, and for the address 0", async () => {
      const { escrow, errors, alice } = await load();
      await expect(escrow.connect(alice).setDepositor(alice, true)).to.be.revertedWithCustomError(
        escrow,
        "OwnableUnauthorizedAccount",
      );
      await expect(escrow.setDepositor(ZeroAddress, true)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_ZeroAddress",
      );
    });

    it("allows and disallows", async () => {
      const { escrow, stranger } = await load();
      for (const allowed of [true, false]) {
        await expect(escrow.setDepositor(stranger, allowed))
          .to.emit(escrow, "DepositorSet")
          .withArgs(stranger, allowed);
        expect(await escrow.isDepositor(stranger)).to.equal(allowed);
      }
    });
  });

  describe("setPenaltyReceiver", () => {
    it("reverts when the caller is not the owner, and for the address 0", async () => {
      const { escrow, errors, alice } = await load();
      await expect(escrow.connect(alice).setPenaltyReceiver(alice)).to.be.revertedWithCustomError(
        escrow,
        "OwnableUnauthorizedAccount",
      );
      await expect(escrow.setPenaltyReceiver(ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_ZeroAddress",
      );
    });

    it("names another receiver", async () => {
      const { escrow, receiver, stranger } = await load();
      await expect(escrow.setPenaltyReceiver(stranger))
        .to.emit(escrow, "PenaltyReceiverSet")
        .withArgs(receiver, stranger);
      expect(await escrow.penaltyReceiver()).to.equal(stranger.address);
    });
  });

  describe("lowerMaxPenalty", () => {
    it("reverts when the caller is not the owner", async () => {
      const { escrow, alice } = await load();
      await expect(escrow.connect(alice).lowerMaxPenalty(1)).to.be.revertedWithCustomError(
        escrow,
        "OwnableUnauthorizedAccount",
      );
    });

    it("only falls: reverts for the same rate and a higher one", async () => {
      const { escrow, errors } = await load();
      for (const bps of [5_000n, 5_001n, 65_535n]) {
        await expect(escrow.lowerMaxPenalty(bps))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_PenaltyRaised")
          .withArgs(bps, 5_000);
      }
      await expect(escrow.lowerMaxPenalty(4_999)).to.emit(escrow, "MaxPenaltyLowered").withArgs(5_000, 4_999);
      await expect(escrow.lowerMaxPenalty(5_000)).to.be.revertedWithCustomError(errors, "VotingEscrow_PenaltyRaised");
      expect(await escrow.maxPenaltyBps()).to.equal(4_999);
    });
  });

  describe("scoreAt", () => {
    it("is the active amount times 1 to 2 by the time left, twice a permanent amount, 0 when ended", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      const [now, end] = [week + 2n * WEEK, week + 28n * WEEK];
      await at(now);
      await lock(alice, 28n, A + 5n);
      await lock(bob, 28n, A + 5n);
      await escrow.connect(bob).setPermanent(true);
      const active = (A / TERM) * TERM;
      expect(await escrow.scoreAt(alice, now - 1n)).to.equal(0);
      expect(await escrow.scoreAt(alice, now)).to.equal((active * 3n) / 2n); // 26 of 52 weeks
      expect(await escrow.scoreAt(alice, end - 1n)).to.equal(active + A / TERM);
      for (const t of [end, end + 1n, MaxUint256]) expect(await escrow.scoreAt(alice, t)).to.equal(0);
      for (const t of [now + 5n, MaxUint256]) expect(await escrow.scoreAt(bob, t)).to.equal(2n * (A + 5n));
    });
  });

  describe("pointCount, pointAt and pointIndexAt", () => {
    it("give the whole history of an account to those who share by it", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      expect(await escrow.pointIndexAt(alice, week)).to.equal(MaxUint256);
      const times = [4n, 5n, 6n, 20n].map((day) => week + day * DAY);
      await at(times[0]!);
      await lock(alice, 2n);
      await at(times[1]!);
      await escrow.connect(alice).delegate(bob);
      await at(times[2]!);
      await escrow.connect(alice).setPermanent(true);
      await at(times[3]!);
      await escrow.connect(alice).earlyExit(A);
      const slope = A / TERM;
      const points = [
        [times[0], slope, slope * (week + 2n * WEEK)],
        [times[1], slope, slope * (week + 2n * WEEK)],
        [times[2], 0n, A],
        [times[3], 0n, 0n],
      ];
      expect(await escrow.pointCount(alice)).to.equal(points.length);
      for (const [index, point] of points.entries()) {
        expect([...(await escrow.pointAt(alice, index))]).to.deep.equal(point);
        expect(await escrow.pointIndexAt(alice, times[index]!)).to.equal(index);
        expect(await escrow.pointIndexAt(alice, times[index]! - 1n)).to.equal(index === 0 ? MaxUint256 : index - 1);
      }
      expect(await escrow.pointIndexAt(alice, MaxUint256)).to.equal(3);
    });
  });

  describe("balanceOfAt and totalSupplyAt", () => {
    it("are exact while locks end and somebody acts in every week", async () => {
      const { escrow, token, owner, alice, bob, at, week } = await load();
      const people = (await ethers.getSigners()).slice(8, 17);
      for (const [k, person] of people.entries()) {
        await token.connect(owner).transfer(person, A);
        await token.connect(person).approve(escrow, A);
        await escrow.connect(person).lock(A, week + BigInt(k + 1) * WEEK);
        await escrow.connect(person).delegate(bob);
      }
      await escrow.connect(alice).lock(A, week + 20n * WEEK);
      for (let k = 1n; k <= 10n; k++) {
        const now = week + k * WEEK + DAY;
        await at(now);
        await escrow.connect(alice).delegate(k % 2n === 0n ? alice : bob); // a point of both sums in each week
        const t = now + 3n * DAY;
        await at(t + 1n);
        await networkHelpers.mine();
        const dust = people.reduce((sum, _, index) => sum + power(A, week + BigInt(index + 1) * WEEK, t), 0n);
        const own = power(A, week + 20n * WEEK, t);
        expect(await escrow.getPastVotes(bob, t)).to.equal(dust + (k % 2n === 0n ? 0n : own));
        expect(await escrow.getPastTotalSupply(t)).to.equal(dust + own);
      }
    });

    it("tell of the future what holds when nobody acts, up to any time", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await at(week + 4n * DAY);
      await lock(alice, 9n);
      await lock(bob, 30n);
      for (const weeks of [1n, 9n, 20n, 30n, 31n]) {
        const t = week + weeks * WEEK;
        const [a, b] = [power(A, week + 9n * WEEK, t), power(A, week + 30n * WEEK, t)];
        expect(await escrow.balanceOfAt(alice, t)).to.equal(a);
        expect(await escrow.balanceOfAt(bob, t)).to.equal(b);
        expect(await escrow.totalSupplyAt(t)).to.equal(a + b);
      }
      for (const t of [2n ** 41n, MaxUint256]) {
        expect(await escrow.balanceOfAt(alice, t)).to.equal(0);
        expect(await escrow.totalSupplyAt(t)).to.equal(0);
      }
    });
  });
});
