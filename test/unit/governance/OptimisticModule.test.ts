import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { OptimisticModule__factory } from "../../../typechain-types/index.js";
import { asContract, type Call, feeCall, LOCKS, MILLION } from "../../helpers/dao.ts";
import {
  configure,
  deployOptimistic,
  type Optimistic,
  passVetoes,
  proposeCalls,
  QUEUE_WINDOW,
  queueAndWait,
  Step,
  VETO_PERIOD,
} from "../../helpers/optimistic.ts";
import { DAY, GIM } from "../../helpers/scores.ts";

const chain = await network.create();
const { networkHelpers } = chain;
const { time } = networkHelpers;
const HOUR = 3_600n;

describe("OptimisticModule", () => {
  const world = () => deployOptimistic(chain);
  const load = () => networkHelpers.loadFixture(world);
  const refused = (call: Promise<unknown>, { errors }: Optimistic, error: string, args?: unknown[]) => {
    const assertion = expect(call).to.be.revertedWithCustomError(errors, error);
    return args === undefined ? assertion : assertion.withArgs(...args);
  };
  const interfaceOf = OptimisticModule__factory.createInterface();

  describe("constructor", () => {
    it("reverts when an address has no code", async () => {
      const w = await load();
      const good = [w.timelock, w.governor, w.escrow, w.keeperRegistry].map(({ target }) => `${target as string}`);
      for (let index = 0; index < good.length; index++) {
        const [a, b, c, d] = good.map((address, k) => (k === index ? w.stranger.address : address));
        await refused(new OptimisticModule__factory(w.owner).deploy(a!, b!, c!, d!), w, "OptimisticModule_NoCode", [
          w.stranger.address,
        ]);
      }
      expect(await w.optimistic.owner()).to.equal(w.timelock.target);
      expect(await w.optimistic.timelock()).to.equal(w.timelock.target);
      expect(await w.optimistic.governor()).to.equal(w.governor.target);
      expect(await w.optimistic.escrow()).to.equal(w.escrow.target);
      expect(await w.optimistic.keepers()).to.equal(w.keeperRegistry.target);
    });
  });

  describe("setProposer, setCall", () => {
    it("revert when the caller is not the timelock, the guardian and the keeper included", async () => {
      const w = await load();
      for (const caller of [w.owner, w.guardian, w.keeper, w.alice]) {
        const module = w.optimistic.connect(caller);
        for (const call of [module.setProposer(caller, true), module.setCall(w.factory, "0x12345678", true)]) {
          await expect(call).to.be.revertedWithCustomError(module, "OwnableUnauthorizedAccount");
        }
      }
    });

    it("revert for this contract, the timelock, the governor and accounts without code", async () => {
      const w = await load();
      const timelock = await asContract(w, await w.timelock.getAddress());
      const module = w.optimistic.connect(timelock);
      for (const target of [w.optimistic, w.timelock, w.governor]) {
        await refused(module.setCall(target, "0x12345678", true), w, "OptimisticModule_TargetForbidden", [
          target.target,
        ]);
      }
      await refused(module.setCall(w.stranger, "0x12345678", true), w, "OptimisticModule_NoCode");
    });

    it("set what they say and tell it", async () => {
      const w = await load();
      const module = w.optimistic.connect(await asContract(w, await w.timelock.getAddress()));
      await expect(module.setProposer(w.stranger, true))
        .to.emit(module, "ProposerSet")
        .withArgs(w.stranger.address, true);
      await expect(module.setCall(w.factory, "0x12345678", true))
        .to.emit(module, "CallSet")
        .withArgs(w.factory.target, "0x12345678", true);
      expect(await module.isProposer(w.stranger)).to.equal(true);
      expect(await module.isAllowed(w.factory, "0x12345678")).to.equal(true);
      expect(await module.isAllowed(w.factory, "0x12345679")).to.equal(false);
      expect(await module.isAllowed(w.escrow, "0x12345678")).to.equal(false);
    });
  });

  describe("propose", () => {
    it("reverts when the caller is no proposer", async () => {
      const w = await load();
      for (const caller of [w.owner, w.guardian, w.alice])
        await refused(proposeCalls(w, [w.revoke], caller), w, "OptimisticModule_Unauthorized", [caller.address]);
    });

    it("reverts with no call and with seventeen", async () => {
      const w = await load();
      await refused(proposeCalls(w, []), w, "OptimisticModule_CallsCountInvalid", [0n, 16n]);
      const many = Array.from({ length: 17 }, () => w.revoke);
      await refused(proposeCalls(w, many), w, "OptimisticModule_CallsCountInvalid", [17n, 16n]);
      await proposeCalls(w, many.slice(1));
    });

    it("reverts when one of the calls has another selector, another target, or is too short for a selector", async () => {
      const w = await load();
      const { revoke } = w;
      const freeze = w.keeperRegistry.interface.encodeFunctionData("setGuardian", [w.keeper.address, 1n]);
      const wrong: Call[] = [
        { target: revoke.target, data: freeze },
        { target: await w.assetRegistry.getAddress(), data: revoke.data },
        { target: revoke.target, data: `${revoke.data}`.slice(0, 8) },
        { target: revoke.target, data: "0x" },
        await feeCall(w),
      ];
      for (const call of wrong) {
        const selector = `${call.data}`.slice(0, 10).padEnd(10, "0");
        await refused(proposeCalls(w, [revoke, call]), w, "OptimisticModule_CallNotAllowed", [call.target, selector]);
      }
    });

    it("reverts while nobody has votes to veto with", async () => {
      const w = await load();
      for (const person of Object.values(w.people)) await w.escrow.connect(person).setPermanent(false);
      await w.goTo((await w.now()) + 53n * 7n * DAY);
      await refused(proposeCalls(w, [w.revoke]), w, "OptimisticModule_NobodyCanVeto");
    });

    it("tells everything, and reads votes a second before", async () => {
      const w = await load();
      const at = (await w.now()) + 10n;
      await time.setNextBlockTimestamp(at);
      await expect(w.optimistic.connect(w.keeper).propose([w.revoke], "stolen key"))
        .to.emit(w.optimistic, "OptimisticProposed")
        .withArgs(
          1n,
          w.keeper.address,
          [[w.revoke.target, w.revoke.data]],
          "stolen key",
          at - 1n,
          at + VETO_PERIOD,
          24_750_000n * GIM,
        );
      expect(await w.optimistic.state(1n)).to.equal(Step.OPEN);
      expect(await w.optimistic.state(0n)).to.equal(Step.MISSING);
      expect(await w.optimistic.state(2n)).to.equal(Step.MISSING);
      const kept = await w.optimistic.proposalOf(1n);
      expect([kept.proposer, kept.snapshot, kept.vetoes, kept.operation]).to.deep.equal([
        w.keeper.address,
        at - 1n,
        0n,
        ZeroHash,
      ]);
    });

    it("S85: fits four proposals into any twelve hours, wherever these begin, and not one second less", async () => {
      const w = await load();
      const start = (await w.now()) + HOUR;
      // Two at the end of one half day and two at the start of the next would be four within a minute; then no fifth.
      const times = [0n, 6n * HOUR, 11n * HOUR, 11n * HOUR + 59n * 60n].map((after) => start + after);
      expect(await w.optimistic.nextProposalAt(w.keeper)).to.equal(0n);
      for (const at of times) {
        await time.setNextBlockTimestamp(at);
        await proposeCalls(w, [w.revoke]);
      }
      for (const [index, at] of times.entries()) {
        const next = at + 12n * HOUR;
        expect(await w.optimistic.nextProposalAt(w.keeper)).to.equal(next);
        await time.increaseTo(next - 2n); // the next block is one second before
        await time.setNextBlockTimestamp(next - 1n);
        await refused(
          w.optimistic.connect(w.keeper).propose.staticCall([w.revoke], "", { blockTag: "pending" }),
          w,
          "OptimisticModule_Throttled",
          [next, next - 1n],
        );
        await time.setNextBlockTimestamp(next);
        expect(await proposeCalls(w, [w.revoke])).to.equal(BigInt(index) + 5n);
      }
    });

    it("S85: a proposer who uses its throttle up takes nothing from another", async () => {
      const w = await load();
      await configure(w, interfaceOf.encodeFunctionData("setProposer", [w.stranger.address, true]), "second");
      for (let k = 0; k < 4; k++) await proposeCalls(w, [w.revoke]);
      await refused(proposeCalls(w, [w.revoke]), w, "OptimisticModule_Throttled");
      for (let k = 0; k < 4; k++) await proposeCalls(w, [w.revoke], w.stranger);
    });
  });

  describe("veto", () => {
    it("reverts without votes at the snapshot, a second time, and when it is not open", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      await w.lock(w.stranger, 100n * MILLION);
      await w.escrow.connect(w.bob).delegate(w.guardian);
      for (const caller of [w.stranger, w.guardian])
        await refused(w.optimistic.connect(caller).veto(id), w, "OptimisticModule_WithoutVotes", [id, caller.address]);
      await w.optimistic.connect(w.dave).veto(id);
      await refused(w.optimistic.connect(w.dave).veto(id), w, "OptimisticModule_AlreadyVetoed", [id, w.dave.address]);
      await refused(w.optimistic.connect(w.dave).veto(9n), w, "OptimisticModule_StateInvalid", [9n, Step.MISSING]);
      await passVetoes(w, id);
      await refused(w.optimistic.connect(w.alice).veto(id), w, "OptimisticModule_StateInvalid", [id, Step.PASSED]);
    });

    it("gives a lock in the second of the proposal nothing", async () => {
      const w = await load();
      await w.token.transfer(w.stranger, 100n * MILLION);
      await w.token.connect(w.stranger).approve(w.escrow, 100n * MILLION);
      const at = (await w.now()) + 100n;
      await chain.ethers.provider.send("evm_setAutomine", [false]);
      try {
        await w.escrow.connect(w.stranger).lock(100n * MILLION, at + 30n * 7n * DAY);
        await w.optimistic.connect(w.keeper).propose([w.revoke], "");
        await time.setNextBlockTimestamp(at);
        await networkHelpers.mine();
      } finally {
        await chain.ethers.provider.send("evm_setAutomine", [true]);
      }
      expect((await w.optimistic.proposalOf(1n)).vetoThreshold).to.equal(24_750_000n * GIM);
      await refused(w.optimistic.connect(w.stranger).veto(1n), w, "OptimisticModule_WithoutVotes");
    });

    it("rejects with 10% to the wei, not one wei less, and for good", async () => {
      const w = await load();
      const tenth = 27_500_000n * GIM;
      await w.lock(w.stranger, tenth - 1n); // of 275 million less a wei, whose tenth is rounded up
      const short = await proposeCalls(w, [w.revoke]);
      expect((await w.optimistic.proposalOf(short)).vetoThreshold).to.equal(tenth);
      await expect(w.optimistic.connect(w.stranger).veto(short))
        .to.emit(w.optimistic, "Vetoed")
        .withArgs(short, w.stranger.address, tenth - 1n, tenth - 1n)
        .and.not.to.emit(w.optimistic, "OptimisticRejected");
      expect(await w.optimistic.state(short)).to.equal(Step.OPEN);
      await expect(w.optimistic.connect(w.erin).veto(short))
        .to.emit(w.optimistic, "OptimisticRejected")
        .withArgs(short);

      await w.lock(w.stranger, 1n);
      await w.goTo((await w.now()) + 1n);
      const id = await proposeCalls(w, [w.revoke]);
      expect((await w.optimistic.proposalOf(id)).vetoThreshold).to.equal(tenth);
      await expect(w.optimistic.connect(w.stranger).veto(id)).to.emit(w.optimistic, "OptimisticRejected").withArgs(id);
      expect(await w.optimistic.state(id)).to.equal(Step.REJECTED);
      await refused(w.optimistic.connect(w.alice).veto(id), w, "OptimisticModule_StateInvalid", [id, Step.REJECTED]);
      await passVetoes(w, id);
      await refused(w.optimistic.queue(id, [w.revoke]), w, "OptimisticModule_StateInvalid", [id, Step.REJECTED]);
      await refused(w.optimistic.connect(w.guardian).cancel(id), w, "OptimisticModule_StateInvalid", [
        id,
        Step.REJECTED,
      ]);
    });

    it("counts the votes that a delegate had", async () => {
      const w = await load();
      await w.escrow.connect(w.carol).delegate(w.stranger);
      await w.goTo((await w.now()) + 10n);
      const id = await proposeCalls(w, [w.revoke]);
      await w.escrow.connect(w.carol).delegate(w.carol);
      await refused(w.optimistic.connect(w.carol).veto(id), w, "OptimisticModule_WithoutVotes");
      expect(await w.optimistic.connect(w.stranger).veto.staticCall(id)).to.equal(LOCKS.carol);
      await w.optimistic.connect(w.stranger).veto(id);
      expect(await w.optimistic.state(id)).to.equal(Step.REJECTED);
      expect(await w.optimistic.hasVetoed(id, w.stranger)).to.equal(true);
    });
  });

  describe("queue", () => {
    it("reverts in the veto period, with other calls, and a second time", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      await w.goTo((await w.optimistic.proposalOf(id)).vetoEnd - 2n);
      await refused(w.optimistic.queue(id, [w.revoke]), w, "OptimisticModule_StateInvalid", [id, Step.OPEN]);
      await w.goTo((await w.optimistic.proposalOf(id)).vetoEnd - 1n);
      expect(await w.optimistic.state(id)).to.equal(Step.OPEN);
      await passVetoes(w, id); // to the second
      expect(await w.optimistic.state(id)).to.equal(Step.PASSED);
      for (const calls of [[w.signers(3)], [w.revoke, w.revoke]])
        await refused(w.optimistic.queue(id, calls), w, "OptimisticModule_CallsMismatch");
      await w.optimistic.queue(id, [w.revoke]);
      await refused(w.optimistic.queue(id, [w.revoke]), w, "OptimisticModule_StateInvalid", [id, Step.QUEUED]);
    });

    it("expires fourteen days after the vetoes", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      const last = (await w.optimistic.proposalOf(id)).vetoEnd + QUEUE_WINDOW - 1n;
      await w.goTo(last);
      expect(await w.optimistic.state(id)).to.equal(Step.PASSED);
      await w.goTo(last + 1n);
      expect(await w.optimistic.state(id)).to.equal(Step.EXPIRED);
      await refused(w.optimistic.queue(id, [w.revoke]), w, "OptimisticModule_StateInvalid", [id, Step.EXPIRED]);
      await refused(w.optimistic.connect(w.guardian).cancel(id), w, "OptimisticModule_StateInvalid");
    });

    it("reverts when a vote has meanwhile taken the call or the proposer from the list", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      await passVetoes(w, id);
      const module = w.optimistic.connect(await asContract(w, await w.timelock.getAddress()));
      await module.setCall(w.revoke.target, `${w.revoke.data}`.slice(0, 10), false);
      await refused(module.queue(id, [w.revoke]), w, "OptimisticModule_CallNotAllowed");
      await module.setCall(w.revoke.target, `${w.revoke.data}`.slice(0, 10), true);
      await module.setProposer(w.keeper, false);
      await refused(module.queue(id, [w.revoke]), w, "OptimisticModule_Unauthorized", [w.keeper.address]);
      await module.setProposer(w.keeper, true);
      await module.connect(w.stranger).queue(id, [w.revoke]);
    });
  });

  describe("execute", () => {
    it("reverts before it is queued, before the delay is over, with other calls, and a second time", async () => {
      const w = await load();
      const calls = [w.signers(3)];
      const id = await proposeCalls(w, calls);
      await passVetoes(w, id);
      await refused(w.optimistic.execute(id, calls), w, "OptimisticModule_StateInvalid", [id, Step.PASSED]);
      await w.optimistic.queue(id, calls);
      await w.goTo((await w.now()) + 2n * DAY - 2n);
      await expect(w.optimistic.execute(id, calls)).to.be.revertedWithCustomError(
        w.timelock,
        "TimelockUnexpectedOperationState",
      );
      await w.goTo((await w.now()) + 2n);
      await refused(w.optimistic.execute(id, [w.revoke]), w, "OptimisticModule_CallsMismatch");
      await w.optimistic.connect(w.stranger).execute(id, calls);
      await refused(w.optimistic.execute(id, calls), w, "OptimisticModule_StateInvalid", [id, Step.EXECUTED]);
    });

    it("S87: tells of each step exactly once, from the proposal to the keepers that are announced", async () => {
      const w = await load();
      const calls = [w.signers(3)];
      const first = (await chain.ethers.provider.getBlockNumber()) + 1;
      const id = await proposeCalls(w, calls);
      await w.optimistic.connect(w.dave).veto(id); // not enough
      await passVetoes(w, id);
      const at = (await w.now()) + 10n;
      await time.setNextBlockTimestamp(at);
      const queued = w.optimistic.connect(w.stranger).queue(id, calls);
      await expect(queued).to.emit(w.optimistic, "OptimisticQueued");
      const { operation } = await w.optimistic.proposalOf(id);
      await expect(queued)
        .to.emit(w.optimistic, "OptimisticQueued")
        .withArgs(id, operation, at + 2n * DAY);
      expect(await w.timelock.isOperationPending(operation)).to.equal(true);
      await w.goTo(at + 2n * DAY);
      await expect(w.optimistic.connect(w.stranger).execute(id, calls))
        .to.emit(w.keeperRegistry, "SignersProposed")
        .and.to.emit(w.optimistic, "OptimisticExecuted")
        .withArgs(id);
      expect(await w.optimistic.state(id)).to.equal(Step.EXECUTED);
      expect((await w.keeperRegistry.pendingSigners(w.vault)).eta).not.to.equal(0n);
      const logs = await chain.ethers.provider.getLogs({ address: w.optimistic.target as string, fromBlock: first });
      expect(logs.map((log) => w.optimistic.interface.parseLog(log)?.name)).to.deep.equal([
        "OptimisticProposed",
        "Vetoed",
        "OptimisticQueued",
        "OptimisticExecuted",
      ]);
    });

    it("is executed also when somebody goes to the timelock directly", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      await queueAndWait(w, id, [w.revoke]);
      const salt = chain.ethers.keccak256(
        chain.ethers.AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [w.optimistic.target, id]),
      );
      await w.timelock.executeBatch([w.revoke.target], [0n], [w.revoke.data], ZeroHash, salt);
      expect(await w.optimistic.state(id)).to.equal(Step.EXECUTED);
      expect((await w.keeperRegistry.signersOf(w.vault)).signers.length).to.equal(0);
      await refused(w.optimistic.execute(id, [w.revoke]), w, "OptimisticModule_StateInvalid", [id, Step.EXECUTED]);
    });

    it("S85: equal calls of two proposals are two operations", async () => {
      const w = await load();
      const [first, second] = [await proposeCalls(w, [w.revoke]), await proposeCalls(w, [w.revoke])];
      await passVetoes(w, second);
      await w.optimistic.queue(first, [w.revoke]);
      await w.optimistic.queue(second, [w.revoke]);
      await w.goTo((await w.now()) + 2n * DAY);
      await w.optimistic.connect(w.guardian).cancel(second);
      await w.optimistic.execute(first, [w.revoke]);
      expect(await w.optimistic.state(first)).to.equal(Step.EXECUTED);
      expect(await w.optimistic.state(second)).to.equal(Step.CANCELLED);
    });
  });

  describe("cancel", () => {
    it("reverts for everybody but guardian and proposer, and for the proposer once it is queued", async () => {
      const w = await load();
      const id = await proposeCalls(w, [w.revoke]);
      for (const caller of [w.owner, w.alice, w.stranger])
        await refused(w.optimistic.connect(caller).cancel(id), w, "OptimisticModule_Unauthorized", [caller.address]);
      await refused(w.optimistic.connect(w.guardian).cancel(7n), w, "OptimisticModule_StateInvalid", [
        7n,
        Step.MISSING,
      ]);
      await queueAndWait(w, id, [w.revoke]);
      await refused(w.optimistic.connect(w.keeper).cancel(id), w, "OptimisticModule_Unauthorized", [w.keeper.address]);
    });

    it("stops an open, a passed and a queued proposal for good", async () => {
      const w = await load();
      const stages = [
        async () => {},
        passVetoes,
        (world: Optimistic, id: bigint) => queueAndWait(world, id, [w.revoke]),
      ];
      for (const reach of stages) {
        const id = await proposeCalls(w, [w.revoke]);
        await reach(w, id);
        await expect(w.optimistic.connect(w.guardian).cancel(id))
          .to.emit(w.optimistic, "OptimisticCancelled")
          .withArgs(id, w.guardian.address);
        expect(await w.optimistic.state(id)).to.equal(Step.CANCELLED);
        for (const call of [
          w.optimistic.connect(w.guardian).cancel(id),
          w.optimistic.queue(id, [w.revoke]),
          w.optimistic.execute(id, [w.revoke]),
          w.optimistic.connect(w.alice).veto(id),
        ])
          await refused(call, w, "OptimisticModule_StateInvalid", [id, Step.CANCELLED]);
        const { operation } = await w.optimistic.proposalOf(id);
        expect(await w.timelock.isOperation(operation)).to.equal(false);
      }
    });

    it("lets the proposer take its own back until it is queued", async () => {
      const w = await load();
      const [first, second] = [await proposeCalls(w, [w.revoke]), await proposeCalls(w, [w.revoke])];
      await w.optimistic.connect(w.keeper).cancel(first);
      await passVetoes(w, second);
      await w.optimistic.connect(w.keeper).cancel(second);
      expect(await w.optimistic.state(second)).to.equal(Step.CANCELLED);
    });

    it("is the timelock's after the guardian's term", async () => {
      const w = await load();
      await w.goTo(await w.keeperRegistry.guardianExpiresAt());
      const id = await proposeCalls(w, [w.revoke]);
      await refused(w.optimistic.connect(w.guardian).cancel(id), w, "OptimisticModule_Unauthorized");
      await w.optimistic.connect(await asContract(w, await w.timelock.getAddress())).cancel(id);
      expect(await w.optimistic.state(id)).to.equal(Step.CANCELLED);
    });
  });
});
