import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import {
  GovernanceErrors__factory,
  GovernorMock__factory,
  OwnedMock__factory,
  TimelockController__factory,
  TimelockFactory__factory,
} from "../../../typechain-types/index.js";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400n;
const DELAY = 2n * DAY;
const ADMIN = ZeroHash;

describe("TimelockFactory", () => {
  async function deploy() {
    const [deployer, module, stranger] = await ethers.getSigners();
    const factory = await new TimelockFactory__factory(deployer).deploy(deployer!);
    const timelock = TimelockController__factory.connect(await factory.timelock(), deployer);
    const governor = await new GovernorMock__factory(deployer).deploy(DAY, 3n * DAY, timelock);
    const born = await new OwnedMock__factory(deployer).deploy(timelock); // owned from its constructor on
    const given = await new OwnedMock__factory(deployer).deploy(deployer!);
    await given.transferOwnership(timelock);

    const call = (target: typeof born, data: string) => ({ target, data });
    const accept = call(given, given.interface.encodeFunctionData("acceptOwnership"));
    const set = call(born, born.interface.encodeFunctionData("set", [7n]));
    const handOver = {
      governor,
      optimisticModule: module!,
      delay: DELAY,
      owned: [born, given],
      calls: [accept, set],
    };
    const errors = GovernanceErrors__factory.connect(await factory.getAddress(), deployer);
    const roles = { proposer: await timelock.PROPOSER_ROLE(), executor: await timelock.EXECUTOR_ROLE() };
    const canceller = await timelock.CANCELLER_ROLE();
    return {
      ...{ deployer: deployer!, module: module!, stranger: stranger! },
      ...{ factory, timelock, governor, born, given, handOver, call, set, accept, errors },
      ...roles,
      canceller,
    };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  describe("constructor", () => {
    it("reverts when there is no deployer", async () => {
      const { deployer, errors } = await load();
      await expect(new TimelockFactory__factory(deployer).deploy(ZeroAddress))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_Unauthorized")
        .withArgs(ZeroAddress);
    });

    it("makes a timelock that obeys nobody but the factory", async () => {
      const { factory, timelock, deployer, proposer, executor, canceller } = await load();
      expect(await timelock.hasRole(proposer, factory)).to.equal(true);
      expect(await timelock.hasRole(ADMIN, timelock)).to.equal(true);
      expect(await timelock.hasRole(executor, ZeroAddress)).to.equal(true);
      for (const role of [ADMIN, proposer, executor, canceller]) {
        expect(await timelock.hasRole(role, deployer)).to.equal(false);
      }
      expect(await factory.completed()).to.equal(false);
    });
  });

  describe("complete", () => {
    it("reverts when the caller is not the deployer", async () => {
      const { factory, handOver, module, stranger, errors } = await load();
      for (const caller of [module, stranger]) {
        await expect(factory.connect(caller).complete(handOver))
          .to.be.revertedWithCustomError(errors, "TimelockFactory_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("S86: reverts when timelock, voting delay or voting period are a second too short", async () => {
      const { factory, timelock, handOver, deployer, errors } = await load();
      await expect(factory.complete({ ...handOver, delay: DELAY - 1n }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_DelayTooShort")
        .withArgs(DELAY - 1n, DELAY);
      const hasty = await new GovernorMock__factory(deployer).deploy(DAY - 1n, 3n * DAY, timelock);
      await expect(factory.complete({ ...handOver, governor: hasty }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_DelayTooShort")
        .withArgs(DAY - 1n, DAY);
      const short = await new GovernorMock__factory(deployer).deploy(DAY, 3n * DAY - 1n, timelock);
      await expect(factory.complete({ ...handOver, governor: short }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_DelayTooShort")
        .withArgs(3n * DAY - 1n, 3n * DAY);
    });

    it("reverts when the governor executes through another timelock", async () => {
      const { factory, handOver, deployer, errors } = await load();
      const other = await new GovernorMock__factory(deployer).deploy(DAY, 3n * DAY, deployer);
      await expect(factory.complete({ ...handOver, governor: other }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_GovernorInvalid")
        .withArgs(deployer.address);
    });

    it("reverts when a setup call goes to the timelock, where it could hand out roles", async () => {
      const { factory, timelock, handOver, set, deployer, proposer, errors } = await load();
      const data = timelock.interface.encodeFunctionData("grantRole", [proposer, deployer.address]);
      await expect(factory.complete({ ...handOver, calls: [...handOver.calls, { target: timelock, data }, set] }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_CallInvalid")
        .withArgs(2n);
    });

    it("reverts when a contract does not belong to the timelock in the end, or is offered on", async () => {
      const { factory, timelock, born, given, handOver, set, call, deployer, stranger, errors } = await load();
      const [bornAt, givenAt, timelockAt] = [
        await born.getAddress(),
        await given.getAddress(),
        await timelock.getAddress(),
      ];
      await expect(factory.complete({ ...handOver, calls: [set] }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_NotOwned")
        .withArgs(givenAt, deployer.address, timelockAt);
      const offer = call(born, born.interface.encodeFunctionData("transferOwnership", [stranger.address]));
      await expect(factory.complete({ ...handOver, calls: [...handOver.calls, offer] }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_NotOwned")
        .withArgs(bornAt, timelockAt, stranger.address);
    });

    it("reverts with the reason of a setup call that fails, and changes nothing", async () => {
      const { factory, timelock, born, given, handOver, call, stranger, deployer } = await load();
      const foreign = await new OwnedMock__factory(deployer).deploy(stranger);
      const data = foreign.interface.encodeFunctionData("set", [1n]);
      await expect(factory.complete({ ...handOver, calls: [...handOver.calls, call(foreign, data)] }))
        .to.be.revertedWithCustomError(foreign, "OwnableUnauthorizedAccount")
        .withArgs(await timelock.getAddress());
      expect(await given.owner()).to.equal(deployer.address);
      expect(await born.value()).to.equal(0n);
      expect(await factory.completed()).to.equal(false);
    });

    it("reverts when a setup call comes back into it", async () => {
      const { factory, born, handOver, call, errors } = await load();
      const again = factory.interface.encodeFunctionData("complete", [
        { ...handOver, governor: ZeroAddress, optimisticModule: ZeroAddress, owned: [], calls: [] },
      ]);
      const data = born.interface.encodeFunctionData("call", [await factory.getAddress(), again]);
      await expect(factory.complete({ ...handOver, calls: [...handOver.calls, call(born, data)] }))
        .to.be.revertedWithCustomError(errors, "TimelockFactory_Unauthorized")
        .withArgs(await born.getAddress());
    });

    it("hands over: setup done, governor and module propose and cancel, anyone executes, nobody else", async () => {
      const { factory, timelock, governor, module, handOver, born, given, ...w } = await load();
      const timelockAt = await timelock.getAddress();
      const governorAt = await governor.getAddress();
      await expect(factory.complete(handOver))
        .to.emit(factory, "HandedOver")
        .withArgs(timelockAt, governorAt, module.address, DELAY);

      expect([await given.owner(), await born.owner()]).to.deep.equal([timelockAt, timelockAt]);
      expect(await born.value()).to.equal(7n);
      expect(await timelock.getMinDelay()).to.equal(DELAY);
      expect(await factory.completed()).to.equal(true);
      const holders = { timelockAt, governorAt, module: module.address, factory: await factory.getAddress() };
      const everybody = [...Object.values(holders), w.deployer.address, w.stranger.address, ZeroAddress];
      const expected = new Map([
        [ADMIN, [timelockAt]],
        [w.proposer, [governorAt, module.address]],
        [w.canceller, [governorAt, module.address]],
        [w.executor, [ZeroAddress]],
      ]);
      for (const [role, members] of expected) {
        for (const account of everybody) {
          expect(await timelock.hasRole(role, account), `${role} of ${account}`).to.equal(members.includes(account));
        }
      }
    });

    it("leaves no operation behind that could be executed later", async () => {
      const { factory, timelock, handOver } = await load();
      await factory.complete(handOver);
      const scheduled = await timelock.queryFilter(timelock.filters.CallScheduled());
      const ids = new Set(scheduled.map(({ args }) => args.id));
      expect(ids.size).to.equal(1);
      for (const id of ids) expect(await timelock.isOperationDone(id)).to.equal(true);
    });

    it("reverts the second time", async () => {
      const { factory, handOver, errors } = await load();
      await factory.complete(handOver);
      await expect(factory.complete(handOver)).to.be.revertedWithCustomError(
        errors,
        "TimelockFactory_AlreadyCompleted",
      );
    });
  });
});
