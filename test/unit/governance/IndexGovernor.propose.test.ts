import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { SCORE_TIERS } from "../../../sdk/src/governance/tiers.ts";
import { IndexGovernor__factory } from "../../../typechain-types/index.js";
import { CONFIG, deployDao, feeCall, MILLION, NO_CAP, proposalOf, propose, State } from "../../helpers/dao.ts";
import { DAY, GIM, WEEK, weekOf } from "../../helpers/scores.ts";

const chain = await network.create();
const { networkHelpers } = chain;
const MONTH = 30n * DAY;

describe("IndexGovernor: proposals", () => {
  const ready = () => deployDao(chain);
  const small = () => deployDao(chain, { locks: { alice: 20n * MILLION, bob: 0n, carol: 22_499_999n * GIM } });
  const fresh = () => deployDao(chain, { wait: false });
  const load = () => networkHelpers.loadFixture(ready);

  describe("constructor", () => {
    it("reverts when an address has no code", async () => {
      const { owner, stranger, escrow, timelock, scores, keeperRegistry, errors } = await load();
      const good = [escrow, timelock, scores, keeperRegistry] as const;
      for (const [index] of good.entries()) {
        if (index === 0) continue; // read before, by the constructors of the base
        const addresses = good.map((contract, k) => (k === index ? stranger.address : contract));
        const [a, b, c, d] = addresses as [string, string, string, string];
        await expect(new IndexGovernor__factory(owner).deploy(a, b, c, d, CONFIG))
          .to.be.revertedWithCustomError(errors, "IndexGovernor_NoCode")
          .withArgs(stranger.address);
      }
    });

    it("S86: reverts when a period, a threshold or a quorum is outside its bounds", async () => {
      const { owner, escrow, timelock, scores, keeperRegistry, errors } = await load();
      const cases = [
        ["IndexGovernor_DurationInvalid", { votingDelay: DAY - 1n }],
        ["IndexGovernor_DurationInvalid", { votingDelay: 14n * DAY + 1n }],
        ["IndexGovernor_DurationInvalid", { votingPeriod: 3n * DAY - 1n }],
        ["IndexGovernor_DurationInvalid", { votingPeriod: 30n * DAY + 1n }],
        ["IndexGovernor_ThresholdTooHigh", { proposalThreshold: 10n * MILLION + 1n }],
        ["IndexGovernor_QuorumTooHigh", { quorumPercent: 31n }],
        ["IndexGovernor_QuorumBoundsInvalid", { quorumFloor: 10n * MILLION - 1n }],
        ["IndexGovernor_QuorumBoundsInvalid", { quorumFloor: 100n * MILLION + 1n }],
        ["IndexGovernor_QuorumBoundsInvalid", { quorumCap: 20n * MILLION - 1n }],
      ] as const;
      const factory = new IndexGovernor__factory(owner);
      for (const [error, change] of cases) {
        const config = { ...CONFIG, ...change };
        await expect(factory.deploy(escrow, timelock, scores, keeperRegistry, config)).to.be.revertedWithCustomError(
          errors,
          error,
        );
      }
      const edge = { votingDelay: DAY, votingPeriod: 3n * DAY, quorumFloor: 10n * MILLION, quorumCap: 10n * MILLION };
      await factory.deploy(escrow, timelock, scores, keeperRegistry, { ...CONFIG, ...edge });
    });

    it("starts with what it was given and says what Tally and Snapshot ask for", async () => {
      const { governor, escrow, timelock, scores, keeperRegistry, guardian } = await load();
      expect(await governor.votingDelay()).to.equal(2n * DAY);
      expect(await governor.votingPeriod()).to.equal(7n * DAY);
      expect(await governor.lateQuorumVoteExtension()).to.equal(2n * DAY);
      expect(await governor.proposalThreshold()).to.equal(MILLION);
      expect(await governor["quorumNumerator()"]()).to.equal(10n);
      expect([...(await governor.quorumBounds(await networkHelpers.time.latest()))]).to.deep.equal([
        20n * MILLION,
        NO_CAP,
      ]);
      expect(await governor.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
      expect(await governor.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await governor.clock()).to.equal(BigInt(await networkHelpers.time.latest()));
      expect(await governor.name()).to.equal("Gimbal Governor");
      expect(await governor.proposalNeedsQueuing(0n)).to.equal(true);
      expect(await governor.token()).to.equal(escrow.target);
      expect(await governor.timelock()).to.equal(timelock.target);
      expect(await governor.scores()).to.equal(scores.target);
      expect(await governor.keepers()).to.equal(keeperRegistry.target);
      expect(await governor.guardian()).to.equal(guardian.address);
      const bare = new IndexGovernor__factory();
      expect(bare.bytecode.length / 2 - 1).to.be.lessThan(49_152); // EIP-3860
    });
  });

  describe("launch gate", () => {
    it("reverts while the supply of the last second is a wei below the gate", async () => {
      const dao = await networkHelpers.loadFixture(small); // 20 + 22.499999 + 5 + 2.5 million
      const supply = 50n * MILLION - GIM;
      await expect(propose(dao, [await feeCall(dao)]))
        .to.be.revertedWithCustomError(dao.errors, "IndexGovernor_NotLaunched")
        .withArgs(supply, 50n * MILLION);
      expect(await dao.governor.launched()).to.equal(false);
      await dao.lock(dao.bob, GIM);
      const call = await feeCall(dao);
      const args = proposalOf([call], "first");
      await expect(dao.governor.connect(dao.dave).propose(args[0], args[1], args[2], "first"))
        .to.emit(dao.governor, "Launched")
        .withArgs(50n * MILLION);
    });

    it("stays open when the supply falls below it again, and says so once", async () => {
      const dao = await networkHelpers.loadFixture(small);
      await dao.lock(dao.bob, GIM);
      await propose(dao, [await feeCall(dao)]);
      expect(await dao.governor.launched()).to.equal(true);
      await dao.goTo((await dao.now()) + 8n * DAY);
      await dao.escrow.connect(dao.alice).earlyExit(2n ** 255n);
      await propose(dao, [await feeCall(dao)], "second", dao.carol);
      expect((await dao.governor.queryFilter(dao.governor.filters.Launched())).length).to.equal(1);
    });
  });

  describe("threshold and tier", () => {
    it("reverts below the threshold, whatever the tier, and passes with exactly the threshold", async () => {
      const dao = await load();
      await dao.lock(dao.stranger, MILLION - 1n);
      await dao.goTo(weekOf(await dao.now()) + WEEK + 1n);
      expect(await dao.scores.tierOf(dao.stranger)).to.equal(10n);
      await expect(propose(dao, [await feeCall(dao)], "x", dao.stranger))
        .to.be.revertedWithCustomError(dao.governor, "GovernorInsufficientProposerVotes")
        .withArgs(dao.stranger.address, MILLION - 1n, MILLION);
      await dao.lock(dao.stranger, 1n);
      await dao.goTo((await dao.now()) + 1n);
      await propose(dao, [await feeCall(dao)], "x", dao.stranger);
    });

    it("reverts with votes of others but no tier of one's own at the last week start", async () => {
      const dao = await load();
      await dao.escrow.connect(dao.dave).delegate(dao.stranger);
      await dao.goTo((await dao.now()) + 10n);
      const lacksTier = (caller = dao.stranger) =>
        feeCall(dao).then((call) =>
          expect(propose(dao, [call], "x", caller))
            .to.be.revertedWithCustomError(dao.errors, "IndexGovernor_TierTooLow")
            .withArgs(caller.address),
        );
      await lacksTier();
      const [first] = SCORE_TIERS;
      await dao.lock(dao.stranger, first!.minScore / 2n); // permanent: scores twice
      await lacksTier(); // not at the week's start
      await dao.goTo(weekOf(await dao.now()) + WEEK + 1n);
      await propose(dao, [await feeCall(dao)], "x", dao.stranger);
    });

    it("reverts in the week in which the lock was made", async () => {
      const dao = await networkHelpers.loadFixture(fresh);
      await expect(propose(dao, [await feeCall(dao)])).to.be.revertedWithCustomError(
        dao.errors,
        "IndexGovernor_TierTooLow",
      );
    });
  });

  describe("quota", () => {
    it("reverts after as many proposals in a month as the tier allows, for this account only", async () => {
      const dao = await load();
      const allowed = BigInt(SCORE_TIERS[9]!.proposalsPerMonth);
      await dao.goTo(((await dao.now()) / MONTH + 1n) * MONTH);
      expect([...(await dao.governor.proposalQuota(dao.dave))]).to.deep.equal([0n, allowed]);
      for (let k = 0n; k < allowed; k++) await propose(dao, [await feeCall(dao)], `no ${k}`);
      expect([...(await dao.governor.proposalQuota(dao.dave))]).to.deep.equal([allowed, allowed]);
      await expect(propose(dao, [await feeCall(dao)], "one more"))
        .to.be.revertedWithCustomError(dao.errors, "IndexGovernor_QuotaUsed")
        .withArgs(dao.dave.address, allowed, allowed);
      await propose(dao, [await feeCall(dao)], "by another", dao.alice);
      await dao.goTo(((await dao.now()) / MONTH + 1n) * MONTH - 2n);
      await expect(propose(dao, [await feeCall(dao)], "one more")).to.be.revertedWithCustomError(
        dao.errors,
        "IndexGovernor_QuotaUsed",
      );
      await dao.goTo(((await dao.now()) / MONTH + 1n) * MONTH);
      await propose(dao, [await feeCall(dao)], "next month");
      expect([...(await dao.governor.proposalQuota(dao.dave))]).to.deep.equal([1n, allowed]);
    });

    it("counts a proposal that was cancelled", async () => {
      const dao = await load();
      await dao.goTo(((await dao.now()) / MONTH + 1n) * MONTH);
      const { args } = await propose(dao, [await feeCall(dao)]);
      await dao.governor.connect(dao.dave).cancel(...args);
      expect((await dao.governor.proposalQuota(dao.dave)).used).to.equal(1n);
    });

    it("follows the tier: a small holder whom others trust has fewer", async () => {
      const dao = await load();
      const [first] = SCORE_TIERS;
      await dao.lock(dao.stranger, first!.minScore / 2n);
      await dao.escrow.connect(dao.erin).delegate(dao.stranger);
      await dao.goTo(((await dao.now()) / MONTH + 1n) * MONTH + WEEK);
      const allowed = BigInt(first!.proposalsPerMonth);
      expect(allowed).to.be.lessThan(BigInt(SCORE_TIERS[9]!.proposalsPerMonth));
      for (let k = 0n; k < allowed; k++) await propose(dao, [await feeCall(dao)], `no ${k}`, dao.stranger);
      await expect(propose(dao, [await feeCall(dao)], "one more", dao.stranger))
        .to.be.revertedWithCustomError(dao.errors, "IndexGovernor_QuotaUsed")
        .withArgs(dao.stranger.address, allowed, allowed);
      expect((await dao.governor.proposalQuota(dao.keeper)).allowed).to.equal(0n);
    });
  });

  describe("ids and descriptions", () => {
    it("reverts when the same proposal was made before, even by another", async () => {
      const dao = await load();
      const { proposalId } = await propose(dao, [await feeCall(dao)]);
      await expect(propose(dao, [await feeCall(dao)], undefined, dao.alice))
        .to.be.revertedWithCustomError(dao.governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.PENDING, `0x${"0".repeat(64)}`);
    });

    it("reverts when the description names another proposer at its end", async () => {
      const dao = await load();
      const description = `Mine #proposer=${dao.dave.address}`;
      await expect(propose(dao, [await feeCall(dao)], description, dao.alice))
        .to.be.revertedWithCustomError(dao.governor, "GovernorRestrictedProposer")
        .withArgs(dao.alice.address);
      const { proposalId } = await propose(dao, [await feeCall(dao)], description);
      expect(await dao.governor.proposalProposer(proposalId)).to.equal(dao.dave.address);
    });

    it("reverts without calls", async () => {
      const dao = await load();
      await expect(propose(dao, [])).to.be.revertedWithCustomError(dao.governor, "GovernorInvalidProposalLength");
    });

    it("tells everything in one event", async () => {
      const dao = await load();
      const call = await feeCall(dao);
      const args = proposalOf([call], "told");
      const at = (await dao.now()) + 10n;
      await networkHelpers.time.setNextBlockTimestamp(at);
      await expect(dao.governor.connect(dao.dave).propose(args[0], args[1], args[2], "told"))
        .to.emit(dao.governor, "ProposalCreated")
        .withArgs(
          await dao.governor.hashProposal(...args),
          dao.dave.address,
          args[0],
          args[1],
          [""],
          args[2],
          at + 2n * DAY,
          at + 9n * DAY,
          "told",
        );
    });
  });

  describe("setters", () => {
    it("revert for everybody outside the execution of a proposal, the guardian and the timelock included", async () => {
      const dao = await load();
      const { governor } = dao;
      await networkHelpers.impersonateAccount(await dao.timelock.getAddress());
      await networkHelpers.setBalance(await dao.timelock.getAddress(), GIM);
      const timelock = await chain.ethers.getSigner(await dao.timelock.getAddress());
      for (const caller of [dao.owner, dao.guardian, dao.alice, timelock]) {
        const connected = governor.connect(caller);
        const calls = [
          () => connected.setQuorumBounds(20n * MILLION, NO_CAP),
          () => connected.setVotingDelay(DAY),
          () => connected.setVotingPeriod(3n * DAY),
          () => connected.setProposalThreshold(0n),
          () => connected.updateQuorumNumerator(1n),
          () => connected.setLateQuorumVoteExtension(0n),
          () => connected.updateTimelock(ZeroAddress),
          () => connected.relay(ZeroAddress, 0n, "0x"),
        ];
        for (const call of calls) {
          if (caller === timelock) await expect(call()).to.be.revert(chain.ethers);
          else await expect(call()).to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor");
        }
      }
    });
  });
});
