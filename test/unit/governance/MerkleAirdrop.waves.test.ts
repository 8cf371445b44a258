import { expect } from "chai";
import { id, MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { buildAirdrop } from "../../../sdk/src/governance/airdrop.ts";
import { MerkleAirdrop__factory } from "../../../typechain-types/index.js";
import { AMOUNT, DAY, deployAirdrop, GIM, timesFrom } from "../../helpers/airdrop.ts";

const connection = await network.create();
const { networkHelpers } = connection;

const ROOT = id("another list");

describe("MerkleAirdrop: waves and funds", () => {
  const deploy = () => deployAirdrop(connection);
  const load = async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const now = BigInt(await networkHelpers.time.latest());
    return { ...world, now, next: timesFrom(now) };
  };

  describe("constructor", () => {
    it("reverts without a treasury or an owner", async () => {
      const { escrow, owner, airdrop, errors } = await load();
      const factory = new MerkleAirdrop__factory(owner);
      await expect(factory.deploy(escrow, owner, ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ZeroAddress",
      );
      await expect(factory.deploy(escrow, ZeroAddress, owner)).to.be.revertedWithCustomError(
        airdrop,
        "OwnableInvalidOwner",
      );
    });

    it("keeps what it is told and takes the token from the escrow", async () => {
      const { airdrop, escrow, token, treasury, owner } = await load();
      expect(await airdrop.escrow()).to.equal(await escrow.getAddress());
      expect(await airdrop.token()).to.equal(await token.getAddress());
      expect(await airdrop.treasury()).to.equal(treasury.address);
      expect(await airdrop.owner()).to.equal(owner.address);
    });
  });

  describe("createWave", () => {
    it("reverts when the caller is not the owner", async () => {
      const { airdrop, stranger, next } = await load();
      await expect(airdrop.connect(stranger).createWave(ROOT, 1, next.start, next.deadline, next.vestEnd))
        .to.be.revertedWithCustomError(airdrop, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    });

    it("reverts for a root that is zero or another wave's", async () => {
      const { airdrop, errors, list, next } = await load();
      for (const root of [ZeroHash, list.root]) {
        await expect(airdrop.createWave(root, 1, next.start, next.deadline, next.vestEnd))
          .to.be.revertedWithCustomError(errors, "MerkleAirdrop_RootInvalid")
          .withArgs(root);
      }
    });

    it("reverts without funds, and when the owner does not have them", async () => {
      const { airdrop, errors, token, treasury, next } = await load();
      await expect(airdrop.createWave(ROOT, 0, next.start, next.deadline, next.vestEnd)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_AmountZero",
      );
      await token.transfer(treasury, await token.balanceOf(await airdrop.owner()));
      await expect(airdrop.createWave(ROOT, 1, next.start, next.deadline, next.vestEnd)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientBalance",
      );
    });

    it("reverts when the start is past or more than a year away", async () => {
      const { airdrop, errors, now } = await load();
      let time = now;
      for (const after of [-1n, 365n * DAY + 1n]) {
        const start = ++time + after;
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(airdrop.createWave(ROOT, 1, start, start + 180n * DAY, start + DAY))
          .to.be.revertedWithCustomError(errors, "MerkleAirdrop_StartInvalid")
          .withArgs(start, time, time + 365n * DAY);
      }
    });

    it("reverts when the window is shorter than 180 days or longer than three years", async () => {
      const { airdrop, errors, next } = await load();
      const bounds = [next.start + 180n * DAY, next.start + 3n * 365n * DAY] as const;
      for (const deadline of [0n, bounds[0] - 1n, bounds[1] + 1n]) {
        await expect(airdrop.createWave(ROOT, 1, next.start, deadline, next.vestEnd))
          .to.be.revertedWithCustomError(errors, "MerkleAirdrop_DeadlineInvalid")
          .withArgs(deadline, ...bounds);
      }
    });

    it("reverts when vesting ends at its start or takes more than two years", async () => {
      const { airdrop, errors, next } = await load();
      const bounds = [next.start + 1n, next.start + 2n * 365n * DAY] as const;
      for (const vestEnd of [0n, next.start, bounds[1] + 1n]) {
        await expect(airdrop.createWave(ROOT, 1, next.start, next.deadline, vestEnd))
          .to.be.revertedWithCustomError(errors, "MerkleAirdrop_VestEndInvalid")
          .withArgs(vestEnd, ...bounds);
      }
    });

    it("takes exactly the builder's sum and keeps the wave", async () => {
      const { airdrop, token, owner, next, list } = await load();
      const rows = list.entries.map(({ account, amount }, k) => ({ account, amount: amount + BigInt(k) }));
      const { root, total } = buildAirdrop(rows);
      const create = airdrop.createWave(root, total, next.start, next.deadline, next.vestEnd);
      await expect(create)
        .to.emit(airdrop, "WaveCreated")
        .withArgs(1n, root, total, next.start, next.deadline, next.vestEnd);
      await expect(create).to.changeTokenBalances(connection.ethers, token, [owner, airdrop], [-total, total]);
      expect(await airdrop.waveCount()).to.equal(2n);
      expect(await airdrop.lastDeadline()).to.equal(next.deadline);
      expect(await airdrop.rootOf(1)).to.equal(root);
      expect(await airdrop.waveOf(1)).to.deep.equal([1n, total, next.start, next.deadline, next.vestEnd, total]);
      expect(await airdrop.rootOf(2)).to.equal(ZeroHash);
      expect((await airdrop.waveOf(2)).deadline).to.equal(0n);
    });

    it("takes the first and the last second that it may", async () => {
      const { airdrop, now } = await load();
      const latest = now + 1n + 365n * DAY;
      await networkHelpers.time.setNextBlockTimestamp(now + 1n);
      await airdrop.createWave(ROOT, 1, latest, latest + 3n * 365n * DAY, latest + 2n * 365n * DAY);
      await networkHelpers.time.setNextBlockTimestamp(now + 2n);
      await airdrop.createWave(id("third"), 1, now + 2n, now + 2n + 180n * DAY, now + 3n);
      expect(await airdrop.lastDeadline()).to.equal(latest + 3n * 365n * DAY); // the later of the two
    });
  });

  describe("fundBonus", () => {
    it("reverts for nothing", async () => {
      const { airdrop, errors } = await load();
      await expect(airdrop.fundBonus(0)).to.be.revertedWithCustomError(errors, "MerkleAirdrop_AmountZero");
    });

    it("reverts when the sum does not fit a word", async () => {
      const { airdrop } = await load();
      await expect(airdrop.fundBonus(MaxUint256)).to.be.revertedWithPanic(0x11);
    });

    it("adds anyone's tokens to the pool", async () => {
      const { airdrop, token, stranger } = await load();
      await token.transfer(stranger, 7n);
      await token.connect(stranger).approve(airdrop, 7n);
      const fund = airdrop.connect(stranger).fundBonus(7n);
      await expect(fund)
        .to.emit(airdrop, "BonusFunded")
        .withArgs(stranger.address, 7n, 500n * GIM + 7n);
      await expect(fund).to.changeTokenBalances(connection.ethers, token, [stranger, airdrop], [-7n, 7n]);
      expect(await airdrop.bonusPool()).to.equal(500n * GIM + 7n);
    });
  });

  describe("sweep", () => {
    it("reverts up to the last second of the wave", async () => {
      const { airdrop, errors, times } = await load();
      await networkHelpers.time.setNextBlockTimestamp(times.deadline - 1n);
      await expect(airdrop.sweep(0))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_NotOver")
        .withArgs(times.deadline, times.deadline - 1n);
    });

    it("reverts when there is no such wave, or nothing left of it", async () => {
      const { airdrop, errors, times } = await load();
      await expect(airdrop.sweep(1)).to.be.revertedWithCustomError(errors, "MerkleAirdrop_NothingThere");
      await networkHelpers.time.increaseTo(times.deadline);
      await airdrop.sweep(0);
      await expect(airdrop.sweep(0)).to.be.revertedWithCustomError(errors, "MerkleAirdrop_NothingThere");
    });

    it("sends what nobody claimed to the treasury, whoever calls, and leaves the rest alone", async () => {
      const { airdrop, token, treasury, stranger, times, accounts, claimOf } = await load();
      await airdrop.connect(accounts[0]!).claim(...claimOf(accounts[0]!));
      await networkHelpers.time.setNextBlockTimestamp(times.deadline);
      const sweep = airdrop.connect(stranger).sweep(0);
      await expect(sweep)
        .to.emit(airdrop, "WaveSwept")
        .withArgs(0n, 4n * AMOUNT);
      await expect(sweep).to.changeTokenBalances(connection.ethers, token, [treasury], [4n * AMOUNT]);
      expect(await token.balanceOf(airdrop)).to.equal((AMOUNT * 3n) / 4n + 500n * GIM); // vesting and bonuses
      expect((await airdrop.waveOf(0)).remaining).to.equal(0n);
    });

    it("does not take another wave's funds", async () => {
      const { airdrop, token, treasury, times, next } = await load();
      await airdrop.createWave(ROOT, 77n, next.start, next.deadline + 1n, next.vestEnd);
      await networkHelpers.time.increaseTo(times.deadline);
      await expect(airdrop.sweep(0)).to.changeTokenBalances(connection.ethers, token, [treasury], [5n * AMOUNT]);
      expect((await airdrop.waveOf(1)).remaining).to.equal(77n);
    });
  });

  describe("sweepBonus", () => {
    it("reverts when the caller is not the owner", async () => {
      const { airdrop, stranger } = await load();
      await expect(airdrop.connect(stranger).sweepBonus())
        .to.be.revertedWithCustomError(airdrop, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    });

    it("reverts until the deadline of the last wave", async () => {
      const { airdrop, errors, times, next } = await load();
      await airdrop.createWave(ROOT, 1n, next.start, next.deadline, next.vestEnd);
      await networkHelpers.time.increaseTo(times.deadline);
      await networkHelpers.time.setNextBlockTimestamp(next.deadline - 1n);
      await expect(airdrop.sweepBonus())
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_NotOver")
        .withArgs(next.deadline, next.deadline - 1n);
    });

    it("sends the rest of the pool to the treasury once", async () => {
      const { airdrop, token, treasury, errors, times } = await load();
      await networkHelpers.time.setNextBlockTimestamp(times.deadline);
      const sweep = airdrop.sweepBonus();
      await expect(sweep)
        .to.emit(airdrop, "BonusSwept")
        .withArgs(500n * GIM);
      await expect(sweep).to.changeTokenBalances(connection.ethers, token, [treasury], [500n * GIM]);
      expect(await airdrop.bonusPool()).to.equal(0n);
      await expect(airdrop.sweepBonus()).to.be.revertedWithCustomError(errors, "MerkleAirdrop_NothingThere");
    });
  });
});
