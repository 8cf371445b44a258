import { expect } from "chai";
import { network } from "hardhat";
import {
  type Dao,
  type DaoProposal,
  deployDao,
  enact,
  feeCall,
  goToVote,
  MILLION,
  NO_CAP,
  pass,
  passAndQueue,
  propose,
  State,
  Support,
  vote,
} from "../../helpers/dao.ts";
import { DAY } from "../../helpers/scores.ts";

const chain = await network.create();
const { networkHelpers } = chain;
const { AGAINST } = Support;

describe("IndexGovernor: cancelling", () => {
  const dao = () => deployDao(chain);
  const load = () => networkHelpers.loadFixture(dao);

  const stages: Record<string, (dao: Dao, proposal: DaoProposal) => Promise<void>> = {
    pending: async () => {},
    active: goToVote,
    defeated: async (world, proposal) => {
      await goToVote(world, proposal);
      await vote(world, proposal, [[world.alice, AGAINST]]);
      await world.goTo((await world.governor.proposalDeadline(proposal.proposalId)) + 1n);
    },
    succeeded: pass,
    queued: async (world, proposal) => {
      await pass(world, proposal);
      await world.governor.queue(...proposal.args);
    },
    ready: passAndQueue,
  };

  for (const [stage, reach] of Object.entries(stages)) {
    it(`reverts for strangers and lets the guardian when the proposal is ${stage}`, async () => {
      const world = await dao();
      const proposal = await propose(world, [await feeCall(world)]);
      await reach(world, proposal);
      const { governor, guardian, owner, stranger, keeper, alice } = world;
      for (const caller of [owner, stranger, keeper, alice]) {
        await expect(governor.connect(caller).cancel(...proposal.args))
          .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
          .withArgs(proposal.proposalId, caller.address);
      }
      await expect(governor.connect(guardian).cancel(...proposal.args))
        .to.emit(governor, "ProposalCanceled")
        .withArgs(proposal.proposalId);
      expect(await governor.state(proposal.proposalId)).to.equal(State.CANCELED);
      await expect(governor.connect(guardian).cancel(...proposal.args)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
      await expect(governor.queue(...proposal.args)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
      await expect(governor.execute(...proposal.args)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
    });
  }

  it("takes the operation of a queued proposal out of the timelock", async () => {
    const world = await load();
    const { governor, timelock, guardian, factory } = world;
    const proposal = await propose(world, [await feeCall(world)]);
    await passAndQueue(world, proposal);
    const [scheduled] = (await timelock.queryFilter(timelock.filters.CallScheduled())).slice(-1);
    expect(await timelock.isOperationReady(scheduled!.args.id)).to.equal(true);
    await governor.connect(guardian).cancel(...proposal.args);
    expect(await timelock.isOperation(scheduled!.args.id)).to.equal(false);
    expect((await factory.protocolFee()).bps).to.equal(1_000n);
  });

  it("reverts after execution", async () => {
    const world = await load();
    const proposal = await propose(world, [await feeCall(world)]);
    await passAndQueue(world, proposal);
    await world.governor.execute(...proposal.args);
    expect(await world.governor.state(proposal.proposalId)).to.equal(State.EXECUTED);
    await expect(world.governor.connect(world.guardian).cancel(...proposal.args)).to.be.revertedWithCustomError(
      world.governor,
      "GovernorUnexpectedProposalState",
    );
  });

  it("lets the proposer until the vote begins, and not later", async () => {
    const world = await load();
    const { governor, dave } = world;
    const first = await propose(world, [await feeCall(world)], "first");
    await governor.connect(dave).cancel(...first.args);
    expect(await governor.state(first.proposalId)).to.equal(State.CANCELED);
    const second = await propose(world, [await feeCall(world)], "second");
    await goToVote(world, second);
    await expect(governor.connect(dave).cancel(...second.args))
      .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
      .withArgs(second.proposalId, dave.address);
  });

  it("gives the guardian nothing else: it neither proposes, votes, sets, schedules nor hurries", async () => {
    const world = await load();
    const { governor, timelock, optimistic, guardian, errors, escrow, scores, factory } = world;
    const proposal = await propose(world, [await feeCall(world)]);
    const timelocked = timelock.connect(guardian);
    await expect(
      governor.connect(guardian).propose(proposal.args[0], proposal.args[1], proposal.args[2], "mine"),
    ).to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes");
    await goToVote(world, proposal);
    await governor.connect(guardian).castVote(proposal.proposalId, Support.FOR);
    expect([...(await governor.proposalVotes(proposal.proposalId))]).to.deep.equal([0n, 0n, 0n]);
    await expect(governor.connect(guardian).setQuorumBounds(20n * MILLION, NO_CAP)).to.be.revertedWithCustomError(
      governor,
      "GovernorOnlyExecutor",
    );
    const call = [factory.target, 0n, "0x", `0x${"0".repeat(64)}`, `0x${"0".repeat(64)}`] as const;
    await expect(timelocked.schedule(...call, 2n * DAY)).to.be.revertedWithCustomError(
      timelock,
      "AccessControlUnauthorizedAccount",
    );
    await expect(timelocked.cancel(`0x${"0".repeat(64)}`)).to.be.revertedWithCustomError(
      timelock,
      "AccessControlUnauthorizedAccount",
    );
    for (const role of [await timelock.PROPOSER_ROLE(), await timelock.CANCELLER_ROLE()]) {
      await expect(timelocked.grantRole(role, guardian)).to.be.revertedWithCustomError(
        timelock,
        "AccessControlUnauthorizedAccount",
      );
    }
    await expect(optimistic.connect(guardian).propose([], "")).to.be.revertedWithCustomError(
      errors,
      "OptimisticModule_Unauthorized",
    );
    for (const owned of [optimistic, escrow, scores, factory]) {
      await expect(owned.connect(guardian).transferOwnership(guardian)).to.be.revertedWithCustomError(
        owned,
        "OwnableUnauthorizedAccount",
      );
    }
  });

  describe("after the guardian's term", () => {
    const expired = async () => {
      const world = await dao();
      await world.goTo(await world.keeperRegistry.guardianExpiresAt());
      return world;
    };
    const loadExpired = () => networkHelpers.loadFixture(expired);

    it("reverts for the guardian that was, from the first second on", async () => {
      const world = await loadExpired();
      const proposal = await propose(world, [await feeCall(world)]);
      expect(await world.governor.guardian()).to.equal(world.timelock.target);
      await expect(world.governor.connect(world.guardian).cancel(...proposal.args))
        .to.be.revertedWithCustomError(world.governor, "GovernorUnableToCancel")
        .withArgs(proposal.proposalId, world.guardian.address);
    });

    it("lets the timelock, that is, another proposal", async () => {
      const world = await loadExpired();
      const { governor } = world;
      const bad = await propose(world, [await feeCall(world, 1)], "bad");
      const cancel = {
        target: await governor.getAddress(),
        data: governor.interface.encodeFunctionData("cancel", bad.args),
      };
      const good = await propose(world, [cancel], "cancel it", world.alice);
      for (const proposal of [bad, good]) await goToVote(world, proposal);
      await vote(world, good, [[world.alice, Support.FOR]]);
      await vote(world, bad, [[world.bob, Support.FOR]]);
      await world.goTo((await governor.proposalDeadline(good.proposalId)) + 1n);
      await governor.queue(...good.args);
      await governor.queue(...bad.args);
      await world.goTo(await governor.proposalEta(bad.proposalId));
      await governor.execute(...good.args);
      expect(await governor.state(bad.proposalId)).to.equal(State.CANCELED);
      await expect(governor.execute(...bad.args)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
    });

    it("lets a guardian that a vote has named", async () => {
      const world = await loadExpired();
      const { keeperRegistry, stranger, governor } = world;
      const until = (await world.now()) + 300n * DAY;
      const data = keeperRegistry.interface.encodeFunctionData("setGuardian", [stranger.address, until]);
      await enact(world, [{ target: await keeperRegistry.getAddress(), data }], "a new guardian");
      const proposal = await propose(world, [await feeCall(world)], "next", world.alice);
      await governor.connect(stranger).cancel(...proposal.args);
      expect(await governor.state(proposal.proposalId)).to.equal(State.CANCELED);
    });
  });
});
