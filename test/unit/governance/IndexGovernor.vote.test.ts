import { expect } from "chai";
import { network } from "hardhat";
import {
  type Dao,
  type DaoProposal,
  deployDao,
  enact,
  feeCall,
  goToEnd,
  goToVote,
  LOCKS,
  MILLION,
  NO_CAP,
  propose,
  State,
  Support,
  vote,
} from "../../helpers/dao.ts";
import { DAY, GIM, WEEK, weekOf } from "../../helpers/scores.ts";

const chain = await network.create();
const { ethers, networkHelpers } = chain;
const { AGAINST, FOR, ABSTAIN } = Support;

describe("IndexGovernor: votes", () => {
  async function proposed() {
    const dao = await deployDao(chain);
    return { dao, proposal: await propose(dao, [await feeCall(dao)]) };
  }
  async function open() {
    const { dao, proposal } = await proposed();
    await goToVote(dao, proposal);
    return { dao, proposal };
  }
  const loadProposed = () => networkHelpers.loadFixture(proposed);
  const load = () => networkHelpers.loadFixture(open);

  const votesOf = async (dao: Dao, { proposalId }: DaoProposal) => [...(await dao.governor.proposalVotes(proposalId))];
  const outcome = async (dao: Dao, proposal: DaoProposal) => {
    await goToEnd(dao, proposal);
    return dao.governor.state(proposal.proposalId);
  };

  describe("castVote", () => {
    it("reverts before the snapshot, in its second, and after the deadline", async () => {
      const { dao, proposal } = await loadProposed();
      const { governor, alice } = dao;
      const { proposalId } = proposal;
      const refused = (state: bigint) =>
        expect(governor.connect(alice).castVote(proposalId, FOR))
          .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
          .withArgs(proposalId, state, "0x0000000000000000000000000000000000000000000000000000000000000002");
      await refused(State.PENDING);
      await dao.goTo((await governor.proposalSnapshot(proposalId)) - 1n);
      await refused(State.PENDING);
      await dao.goTo(await governor.proposalDeadline(proposalId));
      await refused(State.DEFEATED);
    });

    it("reverts for a proposal that does not exist and for a kind of vote that does not", async () => {
      const { dao, proposal } = await load();
      await expect(dao.governor.connect(dao.alice).castVote(1n, FOR))
        .to.be.revertedWithCustomError(dao.governor, "GovernorNonexistentProposal")
        .withArgs(1n);
      await expect(dao.governor.connect(dao.alice).castVote(proposal.proposalId, 3)).to.be.revertedWithCustomError(
        dao.governor,
        "GovernorInvalidVoteType",
      );
    });

    it("reverts when an account votes again, in the same or another way", async () => {
      const { dao, proposal } = await load();
      await vote(dao, proposal, [[dao.alice, AGAINST]]);
      for (const support of [AGAINST, FOR, ABSTAIN]) {
        await expect(dao.governor.connect(dao.alice).castVote(proposal.proposalId, support))
          .to.be.revertedWithCustomError(dao.governor, "GovernorAlreadyCastVote")
          .withArgs(dao.alice.address);
      }
      expect(await votesOf(dao, proposal)).to.deep.equal([LOCKS.alice, 0n, 0n]);
    });

    it("counts everything that an account had at the snapshot", async () => {
      const { dao, proposal } = await load();
      await expect(dao.governor.connect(dao.alice).castVoteWithReason(proposal.proposalId, FOR, "why not"))
        .to.emit(dao.governor, "VoteCast")
        .withArgs(dao.alice.address, proposal.proposalId, FOR, LOCKS.alice, "why not");
      await vote(dao, proposal, [
        [dao.bob, AGAINST],
        [dao.carol, ABSTAIN],
      ]);
      expect(await votesOf(dao, proposal)).to.deep.equal([LOCKS.bob, LOCKS.alice, LOCKS.carol]);
      expect(await dao.governor.hasVoted(proposal.proposalId, dao.carol)).to.equal(true);
      expect(await dao.governor.hasVoted(proposal.proposalId, dao.dave)).to.equal(false);
    });

    it("gives locks, additions and delegations after the snapshot no weight", async () => {
      const { dao, proposal } = await load();
      await dao.lock(dao.stranger, 50n * MILLION);
      await dao.lock(dao.dave, 50n * MILLION);
      await dao.escrow.connect(dao.bob).delegate(dao.stranger);
      await vote(dao, proposal, [
        [dao.stranger, FOR],
        [dao.dave, FOR],
        [dao.bob, AGAINST],
      ]);
      expect(await votesOf(dao, proposal)).to.deep.equal([LOCKS.bob, LOCKS.dave, 0n]);
    });

    it("counts what was locked or delegated between proposal and snapshot", async () => {
      const { dao, proposal } = await loadProposed();
      await dao.lock(dao.stranger, MILLION);
      await dao.escrow.connect(dao.bob).delegate(dao.stranger);
      await goToVote(dao, proposal);
      await vote(dao, proposal, [
        [dao.stranger, FOR],
        [dao.bob, AGAINST],
      ]);
      expect(await votesOf(dao, proposal)).to.deep.equal([0n, LOCKS.bob + MILLION, 0n]);
    });

    it("gives a lock that ended before the snapshot no weight, and one that leaves afterwards all of it", async () => {
      const dao = await deployDao(chain);
      const end = weekOf(await dao.now()) + WEEK;
      await dao.token.transfer(dao.stranger, MILLION);
      await dao.token.connect(dao.stranger).approve(dao.escrow, MILLION);
      await dao.escrow.connect(dao.stranger).lock(MILLION, end);
      await dao.goTo(end - DAY);
      const proposal = await propose(dao, [await feeCall(dao)]);
      await goToVote(dao, proposal);
      await dao.escrow.connect(dao.alice).earlyExit(2n ** 255n);
      await vote(dao, proposal, [
        [dao.stranger, FOR],
        [dao.alice, AGAINST],
      ]);
      expect(await votesOf(dao, proposal)).to.deep.equal([LOCKS.alice, 0n, 0n]);
    });

    it("S83: gives a lock that comes and would go in one second nothing: it cannot go for a week", async () => {
      const { dao, proposal } = await load();
      await dao.token.transfer(dao.stranger, 200n * MILLION);
      await dao.token.connect(dao.stranger).approve(dao.escrow, 200n * MILLION);
      await dao.escrow.connect(dao.stranger).lock(200n * MILLION, weekOf(await dao.now()) + 52n * WEEK);
      await vote(dao, proposal, [[dao.stranger, FOR]]);
      expect(await votesOf(dao, proposal)).to.deep.equal([0n, 0n, 0n]);
      await expect(dao.escrow.connect(dao.stranger).earlyExit(2n ** 255n)).to.be.revertedWithCustomError(
        dao.errors,
        "VotingEscrow_HoldNotOver",
      );
    });
  });

  describe("castVoteBySig", () => {
    const BALLOT = {
      Ballot: [
        { name: "proposalId", type: "uint256" },
        { name: "support", type: "uint8" },
        { name: "voter", type: "address" },
        { name: "nonce", type: "uint256" },
      ],
    };
    const EXTENDED = {
      ExtendedBallot: [...BALLOT.Ballot, { name: "reason", type: "string" }, { name: "params", type: "bytes" }],
    };
    const domainOf = async ({ governor }: Dao) => ({
      name: "Gimbal Governor",
      version: "1",
      chainId: (await ethers.provider.getNetwork()).chainId,
      verifyingContract: await governor.getAddress(),
    });
    /** Nonces of OpenZeppelin's NoncesKeyed: the key, here the proposal's low 192 bits, above a counter of 64. */
    const keyed = (proposalId: bigint) => (proposalId % 2n ** 192n) << 64n;

    it("reverts with a signature of another, of another choice, or a second time", async () => {
      const { dao, proposal } = await load();
      const { governor, alice, bob, stranger } = dao;
      const { proposalId } = proposal;
      const ballot = { proposalId, support: FOR, voter: alice.address, nonce: keyed(proposalId) };
      const domain = await domainOf(dao);
      const signature = await alice.signTypedData(domain, BALLOT, ballot);
      const relayed = governor.connect(stranger);
      const refused = (call: Promise<unknown>, voter: string) =>
        expect(call).to.be.revertedWithCustomError(governor, "GovernorInvalidSignature").withArgs(voter);
      await refused(relayed.castVoteBySig(proposalId, FOR, bob, signature), bob.address);
      await refused(relayed.castVoteBySig(proposalId, AGAINST, alice, signature), alice.address);
      const elsewhere = { ...domain, chainId: 1n };
      const foreign = await alice.signTypedData(elsewhere, BALLOT, ballot);
      await refused(relayed.castVoteBySig(proposalId, FOR, alice, foreign), alice.address);
      await relayed.castVoteBySig(proposalId, FOR, alice, signature);
      await refused(relayed.castVoteBySig(proposalId, FOR, alice, signature), alice.address);
    });

    it("counts a vote that the voter pays nothing for, with nonces of each proposal and in the order of OZ", async () => {
      const { dao, proposal } = await load();
      const { governor, alice, bob, stranger } = dao;
      const { proposalId } = proposal;
      const domain = await domainOf(dao);
      const keyedBallot = { proposalId, support: FOR, voter: alice.address, nonce: keyed(proposalId) };
      const signature = await alice.signTypedData(domain, BALLOT, keyedBallot);
      await expect(governor.connect(stranger).castVoteBySig(proposalId, FOR, alice, signature))
        .to.emit(governor, "VoteCast")
        .withArgs(alice.address, proposalId, FOR, LOCKS.alice, "");
      const plain = { proposalId, support: AGAINST, voter: bob.address, nonce: 0n };
      const old = await bob.signTypedData(domain, BALLOT, plain);
      await governor.connect(stranger).castVoteBySig(proposalId, AGAINST, bob, old);
      expect(await votesOf(dao, proposal)).to.deep.equal([LOCKS.bob, LOCKS.alice, 0n]);
      expect(await governor["nonces(address)"](bob)).to.equal(1n);
      expect(await governor["nonces(address)"](alice)).to.equal(0n);
      expect(await governor["nonces(address,uint192)"](alice, proposalId % 2n ** 192n)).to.equal(
        keyed(proposalId) + 1n,
      );
    });

    it("counts a vote with a reason by signature", async () => {
      const { dao, proposal } = await load();
      const { governor, carol, stranger } = dao;
      const { proposalId } = proposal;
      const nonce = keyed(proposalId);
      const extended = { proposalId, support: ABSTAIN, voter: carol.address, nonce, reason: "tired", params: "0x" };
      const signature = await carol.signTypedData(await domainOf(dao), EXTENDED, extended);
      await expect(
        governor
          .connect(stranger)
          .castVoteWithReasonAndParamsBySig(proposalId, ABSTAIN, carol, "tired", "0x", signature),
      )
        .to.emit(governor, "VoteCast")
        .withArgs(carol.address, proposalId, ABSTAIN, LOCKS.carol, "tired");
    });
  });

  describe("outcome", () => {
    /** alice's votes for, bob's 100 million against. */
    const duel = async (added: bigint) => {
      const dao = await deployDao(chain);
      if (added !== 0n) await dao.lock(dao.alice, added);
      const proposal = await propose(dao, [await feeCall(dao)]);
      await goToVote(dao, proposal);
      await vote(dao, proposal, [
        [dao.alice, FOR],
        [dao.bob, AGAINST],
      ]);
      return outcome(dao, proposal);
    };

    it("is a defeat at exactly 1.10 times the votes against", async () => {
      expect(await duel(0n)).to.equal(State.DEFEATED);
    });

    it("is a success one wei above", async () => {
      expect(await duel(1n)).to.equal(State.SUCCEEDED);
    });

    it("is a defeat without a vote for, even with a quorum of abstentions", async () => {
      const { dao, proposal } = await load();
      await vote(dao, proposal, [[dao.alice, ABSTAIN]]);
      expect(await outcome(dao, proposal)).to.equal(State.DEFEATED);
    });

    it("is a defeat without a quorum: votes against do not count for it", async () => {
      const { dao, proposal } = await load();
      const snapshot = await dao.governor.proposalSnapshot(proposal.proposalId);
      expect(await dao.governor.quorum(snapshot)).to.equal(24_750_000n * GIM);
      await vote(dao, proposal, [
        [dao.dave, FOR],
        [dao.erin, AGAINST],
      ]);
      expect(await outcome(dao, proposal)).to.equal(State.DEFEATED);
    });

    it("counts abstentions for the quorum, to the wei", async () => {
      // 20 + 2.25 for, 2.5 abstain: 24.75 of 247.5 million
      const locks = { carol: 20n * MILLION, dave: 2_250_000n * GIM, bob: 112_750_000n * GIM };
      for (const [missing, expected] of [
        [0n, State.SUCCEEDED],
        [10n, State.DEFEATED],
      ] as const) {
        const dao = await deployDao(chain, { locks: { ...locks, bob: locks.bob + missing } });
        const proposal = await propose(dao, [await feeCall(dao)], "x", dao.bob);
        await goToVote(dao, proposal);
        await vote(dao, proposal, [
          [dao.carol, FOR],
          [dao.dave, FOR],
          [dao.erin, ABSTAIN],
        ]);
        expect(await outcome(dao, proposal)).to.equal(expected);
      }
    });

    it("needs the floor while 10% of the supply is less", async () => {
      const dao = await deployDao(chain, { locks: { alice: 20n * MILLION - 1n, bob: 25n * MILLION, carol: 0n } });
      const proposal = await propose(dao, [await feeCall(dao)]);
      await goToVote(dao, proposal);
      expect(await dao.governor.quorum(await dao.governor.proposalSnapshot(proposal.proposalId))).to.equal(
        20n * MILLION,
      );
      await vote(dao, proposal, [[dao.alice, FOR]]);
      expect(await outcome(dao, proposal)).to.equal(State.DEFEATED);
      const again = await propose(dao, [await feeCall(dao)], "again");
      await dao.lock(dao.alice, 1n);
      await goToVote(dao, again);
      await vote(dao, again, [[dao.alice, FOR]]);
      expect(await outcome(dao, again)).to.equal(State.SUCCEEDED);
    });

    it("reads quorum, floor and cap as they were at the snapshot: a change revives nothing and ends nothing", async () => {
      const dao = await deployDao(chain);
      const { governor } = dao;
      const target = await governor.getAddress();
      const quorumOf = async ({ proposalId }: DaoProposal) =>
        governor.quorum(await governor.proposalSnapshot(proposalId));
      const set = (floor: bigint, cap: bigint) => ({
        target,
        data: governor.interface.encodeFunctionData("setQuorumBounds", [floor, cap]),
      });
      const short = await propose(dao, [await feeCall(dao, 400)], "short of a quorum", dao.alice);
      await goToVote(dao, short);
      await vote(dao, short, [[dao.dave, FOR]]);
      await goToEnd(dao, short);
      expect(await governor.state(short.proposalId)).to.equal(State.DEFEATED);

      const percent = { target, data: governor.interface.encodeFunctionData("updateQuorumNumerator", [1n]) };
      await enact(dao, [set(10n * MILLION, 12n * MILLION), percent], "lower");
      expect(await quorumOf(short)).to.equal(24_750_000n * GIM);
      expect(await governor.state(short.proposalId)).to.equal(State.DEFEATED);
      expect(await governor.quorum((await dao.now()) - 1n)).to.equal(24_750_000n * GIM);

      const passed = await propose(dao, [await feeCall(dao, 300)], "twelve", dao.alice);
      await goToVote(dao, passed);
      await vote(dao, passed, [[dao.carol, FOR]]);
      await goToEnd(dao, passed);
      expect(await quorumOf(passed)).to.equal(10n * MILLION); // 1% is 2.475 million, the floor is more
      const back = { target, data: governor.interface.encodeFunctionData("updateQuorumNumerator", [30n]) };
      await enact(dao, [set(20n * MILLION, 60n * MILLION), back], "higher");
      expect(await governor.state(passed.proposalId)).to.equal(State.SUCCEEDED);
      const capped = await propose(dao, [await feeCall(dao, 200)], "capped", dao.carol);
      await goToVote(dao, capped);
      expect(await quorumOf(capped)).to.equal(60n * MILLION); // 30% is 74.25 million, the cap is less
    });

    it("emits the bounds that a proposal sets", async () => {
      const dao = await deployDao(chain);
      const { governor } = dao;
      const data = governor.interface.encodeFunctionData("setQuorumBounds", [30n * MILLION, NO_CAP]);
      await enact(dao, [{ target: await governor.getAddress(), data }], "floor");
      const [, last] = await governor.queryFilter(governor.filters.QuorumBoundsSet());
      expect([...last!.args]).to.deep.equal([30n * MILLION, NO_CAP]);
      expect([...(await governor.quorumBounds(await dao.now()))]).to.deep.equal([30n * MILLION, NO_CAP]);
    });
  });

  describe("late quorum", () => {
    it("goes on for two days after a quorum in the last hours, once", async () => {
      const { dao, proposal } = await load();
      const { governor } = dao;
      const { proposalId } = proposal;
      const deadline = await governor.proposalDeadline(proposalId);
      await vote(dao, proposal, [[dao.dave, FOR]]);
      expect(await governor.proposalDeadline(proposalId)).to.equal(deadline);
      await networkHelpers.time.setNextBlockTimestamp(deadline - 3_600n);
      const extended = deadline - 3_600n + 2n * DAY;
      await expect(governor.connect(dao.alice).castVote(proposalId, FOR))
        .to.emit(governor, "ProposalExtended")
        .withArgs(proposalId, extended);
      expect(await governor.proposalDeadline(proposalId)).to.equal(extended);
      await dao.goTo(extended - 10n);
      await expect(governor.connect(dao.bob).castVote(proposalId, AGAINST)).not.to.emit(governor, "ProposalExtended");
      expect(await governor.proposalDeadline(proposalId)).to.equal(extended);
      expect(await outcome(dao, proposal)).to.equal(State.SUCCEEDED); // 115 against 100
    });

    it("does not go on when the quorum came with two days to spare", async () => {
      const { dao, proposal } = await load();
      const deadline = await dao.governor.proposalDeadline(proposal.proposalId);
      await networkHelpers.time.setNextBlockTimestamp(deadline - 2n * DAY);
      await expect(dao.governor.connect(dao.alice).castVote(proposal.proposalId, FOR)).not.to.emit(
        dao.governor,
        "ProposalExtended",
      );
      expect(await dao.governor.proposalDeadline(proposal.proposalId)).to.equal(deadline);
    });
  });
});
