import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import {
  GovernanceErrors__factory,
  IndexTimelock__factory,
  TimelockFactory__factory,
} from "../../../typechain-types/index.js";
import { asContract, deployDao, enact, passAndQueue, propose } from "../../helpers/dao.ts";
import { DAY } from "../../helpers/scores.ts";

const chain = await network.create();
const { ethers, networkHelpers } = chain;
const [MIN, MAX] = [2n * DAY, 30n * DAY];

describe("IndexTimelock", () => {
  const dao = () => deployDao(chain);
  const load = () => networkHelpers.loadFixture(dao);

  describe("constructor", () => {
    it("S86: reverts when the delay is a second below two days, or above thirty", async () => {
      const [owner] = await ethers.getSigners();
      const factory = new IndexTimelock__factory(owner);
      const errors = GovernanceErrors__factory.connect(ZeroAddress, owner);
      for (const delay of [0n, 1n, MIN - 1n, MAX + 1n, 2n ** 255n]) {
        await expect(factory.deploy(delay, [owner!.address], [ZeroAddress], ZeroAddress))
          .to.be.revertedWithCustomError(errors, "IndexTimelock_DelayInvalid")
          .withArgs(delay, MIN, MAX);
      }
      for (const delay of [MIN, MAX]) {
        const timelock = await factory.deploy(delay, [owner!.address], [ZeroAddress], ZeroAddress);
        expect(await timelock.getMinDelay()).to.equal(delay);
      }
    });

    it("accepts no delay from the contract that hands the protocol over and is its only proposer", async () => {
      const [owner, stranger] = await ethers.getSigners();
      const factory = await new TimelockFactory__factory(owner).deploy(owner!);
      const timelock = IndexTimelock__factory.connect(await factory.timelock(), owner);
      expect(await timelock.getMinDelay()).to.equal(0n);
      for (const caller of [owner!, stranger!]) {
        await expect(
          timelock.connect(caller).schedule(ZeroAddress, 0n, "0x", ZeroHash, ZeroHash, 0n),
        ).to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount");
      }
    });
  });

  describe("updateDelay", () => {
    it("reverts for everybody but itself, whatever the delay", async () => {
      const { timelock, owner, guardian, alice } = await load();
      for (const caller of [owner, guardian, alice]) {
        await expect(timelock.connect(caller).updateDelay(MIN))
          .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
          .withArgs(caller.address);
      }
    });

    it("S86: reverts below two days and above thirty, even when a vote has passed it", async () => {
      const world = await load();
      const { timelock, governor, errors } = world;
      const itself = await asContract(world, await timelock.getAddress());
      for (const delay of [0n, MIN - 1n, MAX + 1n]) {
        await expect(timelock.connect(itself).updateDelay(delay))
          .to.be.revertedWithCustomError(errors, "IndexTimelock_DelayInvalid")
          .withArgs(delay, MIN, MAX);
      }
      const data = timelock.interface.encodeFunctionData("updateDelay", [MIN - 1n]);
      const proposal = await propose(world, [{ target: await timelock.getAddress(), data }]);
      await passAndQueue(world, proposal);
      await expect(governor.execute(...proposal.args)).to.be.revertedWithCustomError(
        errors,
        "IndexTimelock_DelayInvalid",
      );
      expect(await timelock.getMinDelay()).to.equal(MIN);
    });

    it("changes the delay of what is scheduled from then on", async () => {
      const world = await load();
      const { timelock } = world;
      const data = timelock.interface.encodeFunctionData("updateDelay", [3n * DAY]);
      await enact(world, [{ target: await timelock.getAddress(), data }], "slower");
      expect(await timelock.getMinDelay()).to.equal(3n * DAY);
      expect((await timelock.queryFilter(timelock.filters.MinDelayChange())).length).to.equal(3);
    });
  });
});
