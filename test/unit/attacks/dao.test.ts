import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { Errors__factory, FillerMock__factory, HookToken__factory } from "../../../typechain-types/index.js";
import {
  asContract,
  deployDao,
  feeCall,
  goToVote,
  MILLION,
  passAndQueue,
  propose,
  State,
  Support,
} from "../../helpers/dao.ts";
import { fund, setPrices } from "../../helpers/market.ts";
import { deployOptimistic, proposeCalls, queueAndWait } from "../../helpers/optimistic.ts";
import { createIndex } from "../../helpers/protocol.ts";
import { DAY, WEEK } from "../../helpers/scores.ts";
import { at, MIDDLE, open, token, type VaultWorld } from "../../helpers/vault.ts";

const chain = await network.create();
const { ethers, networkHelpers } = chain;

const SPECS = [
  { symbol: "USDC", decimals: 6, price: "1", stable: true },
  { symbol: "WETH", decimals: 18, price: "2000" },
];
const fromUsdc = { USDC: 4_000, WETH: 6_000 };

describe("attacks on the DAO", () => {
  const dao = () => deployDao(chain);
  const withKeepers = () => deployOptimistic(chain);
  const load = () => networkHelpers.loadFixture(dao);
  const loadKeepers = () => networkHelpers.loadFixture(withKeepers);

  describe("S83: borrowed votes", () => {
    it("S83: GIM that is borrowed and locked neither proposes, votes nor vetoes at once, and cannot be given back", async () => {
      const world = await loadKeepers();
      const { governor, escrow, optimistic, token: gim, stranger, errors } = world;
      const proposal = await propose(world, [await feeCall(world)]);
      await goToVote(world, proposal);
      const id = await proposeCalls(world, [world.revoke]);
      const loan = 400n * MILLION; // more than all others have
      await gim.transfer(stranger, loan);
      await gim.connect(stranger).approve(escrow, loan);
      await escrow.connect(stranger).lock(loan, (await world.now()) + 52n * WEEK);

      await expect(propose(world, [await feeCall(world)], "mine", stranger)).to.be.revertedWithCustomError(
        errors,
        "IndexGovernor_TierTooLow",
      );
      await governor.connect(stranger).castVote(proposal.proposalId, Support.FOR);
      expect([...(await governor.proposalVotes(proposal.proposalId))]).to.deep.equal([0n, 0n, 0n]);
      await expect(optimistic.connect(stranger).veto(id)).to.be.revertedWithCustomError(
        errors,
        "OptimisticModule_WithoutVotes",
      );
      await expect(escrow.connect(stranger).earlyExit(2n ** 255n)).to.be.revertedWithCustomError(
        errors,
        "VotingEscrow_HoldNotOver",
      );
    });

    it("S83: a lender who leaves after a week pays, and the guardian has eleven days to cancel", async () => {
      const world = await load();
      const { governor, escrow, guardian, stranger } = world;
      await world.lock(stranger, 300n * MILLION);
      await world.goTo((await world.now()) + WEEK);
      const proposal = await propose(world, [await feeCall(world, 1)], "steal", stranger);
      expect(await escrow.penaltyOf(stranger)).to.equal(150n * MILLION); // half of a permanent lock
      const at_ = await world.now();
      await goToVote(world, proposal);
      await governor.connect(stranger).castVote(proposal.proposalId, Support.FOR);
      await world.goTo((await governor.proposalDeadline(proposal.proposalId)) + 1n);
      await governor.queue(...proposal.args);
      expect((await governor.proposalEta(proposal.proposalId)) - at_).to.be.at.least(11n * DAY);
      await governor.connect(guardian).cancel(...proposal.args);
      expect(await governor.state(proposal.proposalId)).to.equal(State.CANCELED);
    });
  });

  describe("S84: proposals executed in a callback", () => {
    /** An epoch in which WETH is bought for USDC, and a filler that calls what it is told to. */
    const rebalancing = async () => {
      const world = await deployDao(chain, { specs: SPECS });
      const { protocol, owner, guardian, alice, bob, carol, stranger } = world;
      const freeze = protocol.assetRegistry.interface.encodeFunctionData("setFrozen", [
        protocol.tokens.find(({ symbol }) => symbol === "WETH")!.address,
        true,
      ]);
      const calls = [{ target: await protocol.assetRegistry.getAddress(), data: freeze }, await feeCall(world, 0)];
      const proposal = await propose(world, calls, "Freeze and lower");
      await passAndQueue(world, proposal);

      await setPrices(protocol);
      const vault = await createIndex(protocol, { creator: owner });
      const address = await vault.getAddress();
      const errors = Errors__factory.connect(address, owner);
      const people = { owner, guardian, curator: owner, holder: alice, filler: bob, stranger, dao: carol };
      const index: VaultWorld = { protocol, vault, address, errors, ...people, start: [] };
      const filler = await new FillerMock__factory(owner).deploy();
      await fund(protocol.tokens, owner, address, 1_000_000n);
      for (const listed of protocol.tokens) await listed.token.mint(filler, 10n ** 24n);
      await open(networkHelpers, index, fromUsdc, { elapsed: MIDDLE });
      return { world, proposal, index, filler, vault };
    };

    it("S84: a fill that executes a proposal in its callback trades at the price and limits it began with", async () => {
      const results: bigint[][] = [];
      for (const during of [false, true]) {
        const { world, proposal, index, filler, vault } = await rebalancing();
        const payload = world.governor.interface.encodeFunctionData("execute", proposal.args);
        const owed = await filler.OWED();
        if (during) await filler.set(owed, world.governor, payload);
        else await filler.set(owed, ethers.ZeroAddress, "0x");
        await networkHelpers.time.setNextBlockTimestamp((await world.now()) + 1n);
        await filler.fill(vault, at(index, "USDC"), at(index, "WETH"));
        if (during) expect(await filler.callSucceeded()).to.equal(true);
        results.push([await filler.lastSold(), await filler.lastOwed()]);
        const expected = during ? State.EXECUTED : State.QUEUED;
        expect(await world.governor.state(proposal.proposalId)).to.equal(expected);
        const balance = await token(index, "WETH").token.balanceOf(vault);
        results.at(-1)!.push(balance);
        if (during) {
          await expect(filler.fill(vault, at(index, "USDC"), at(index, "WETH"))).to.be.revert(ethers); // frozen from then on
        }
      }
      expect(results[0]![0]).to.be.greaterThan(0n);
      expect(results[1]).to.deep.equal(results[0]);
    });

    it("S84: a proposal that is executed again by what it calls is executed once", async () => {
      const world = await load();
      const { governor, timelock, owner } = world;
      const hook = await new HookToken__factory(owner).deploy("Hook", "HOOK", 18);
      await hook.mint(timelock, 2n);
      const data = hook.interface.encodeFunctionData("transfer", [world.stranger.address, 1n]);
      const proposal = await propose(world, [{ target: await hook.getAddress(), data }], "Pay");
      await passAndQueue(world, proposal);
      await hook.setHook(governor, governor.interface.encodeFunctionData("execute", proposal.args));
      await governor.execute(...proposal.args);
      expect(await hook.hookSucceeded()).to.equal(false);
      expect(governor.interface.parseError(await hook.hookReason())?.name).to.equal("GovernorUnexpectedProposalState");
      expect(await hook.balanceOf(world.stranger)).to.equal(1n);
    });

    it("S84: an optimistic proposal that is executed again by what it calls is executed once", async () => {
      const world = await loadKeepers();
      const { optimistic, timelock, owner, keeper } = world;
      const hook = await new HookToken__factory(owner).deploy("Hook", "HOOK", 18);
      await hook.mint(timelock, 2n);
      const module = optimistic.connect(await asContract(world, await timelock.getAddress()));
      await module.setCall(hook, hook.interface.getFunction("transfer").selector, true);
      const data = hook.interface.encodeFunctionData("transfer", [world.stranger.address, 1n]);
      const calls = [{ target: await hook.getAddress(), data }];
      const id = await proposeCalls(world, calls, keeper);
      await queueAndWait(world, id, calls);
      // Once, or its own calls would come back in here without an end.
      await hook.setHook(optimistic, optimistic.interface.encodeFunctionData("cancel", [id]));
      await optimistic.execute(id, calls);
      expect(await hook.hookSucceeded()).to.equal(false);
      expect(await hook.balanceOf(world.stranger)).to.equal(1n);
      await expect(optimistic.execute(id, calls)).to.be.revertedWithCustomError(
        world.errors,
        "OptimisticModule_StateInvalid",
      );
    });
  });

  describe("S85: the plumbing", () => {
    it("S85: the open executor executes what was scheduled and nothing else", async () => {
      const world = await load();
      const { timelock, stranger } = world;
      const call = await feeCall(world, 1);
      expect(await timelock.hasRole(await timelock.EXECUTOR_ROLE(), ethers.ZeroAddress)).to.equal(true);
      await expect(
        timelock.connect(stranger).execute(call.target, 0n, call.data, ZeroHash, ZeroHash),
      ).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
      await expect(
        timelock.connect(stranger).schedule(call.target, 0n, call.data, ZeroHash, ZeroHash, 2n * DAY),
      ).to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount");
    });

    it("S85: the same calls by the governor and by the module are two operations, and neither stops the other", async () => {
      const world = await loadKeepers();
      const { governor, optimistic, timelock } = world;
      const calls = [world.revoke];
      const proposal = await propose(world, calls, "routine");
      await passAndQueue(world, proposal);
      const id = await proposeCalls(world, calls);
      await queueAndWait(world, id, calls);
      const scheduled = await timelock.queryFilter(timelock.filters.CallScheduled());
      expect(new Set(scheduled.slice(-2).map(({ args }) => args.id)).size).to.equal(2);
      await governor.connect(world.guardian).cancel(...proposal.args);
      await optimistic.execute(id, calls);
      expect(await governor.state(proposal.proposalId)).to.equal(State.CANCELED);
    });
  });

  describe("S86: delays", () => {
    it("S86: no vote makes the next one too short to notice", async () => {
      const world = await load();
      const { governor, errors } = world;
      const target = await governor.getAddress();
      const i = governor.interface;
      const cases = [
        i.encodeFunctionData("setVotingDelay", [DAY - 1n]),
        i.encodeFunctionData("setVotingPeriod", [3n * DAY - 1n]),
        i.encodeFunctionData("setVotingPeriod", [31n * DAY]),
      ];
      for (const [index, data] of cases.entries()) {
        const proposal = await propose(world, [{ target, data }], `no ${index}`);
        await passAndQueue(world, proposal);
        await expect(governor.execute(...proposal.args)).to.be.revertedWithCustomError(
          errors,
          "IndexGovernor_DurationInvalid",
        );
      }
    });
  });

  describe("S87: events", () => {
    it("S87: a proposal tells of each step exactly once, in order, the timelock included", async () => {
      const world = await load();
      const { governor, timelock } = world;
      const first = (await ethers.provider.getBlockNumber()) + 1;
      const proposal = await propose(world, [await feeCall(world)]);
      await passAndQueue(world, proposal);
      await governor.execute(...proposal.args);
      for (const call of [governor.queue(...proposal.args), governor.execute(...proposal.args)])
        await expect(call).to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState");
      const addresses = [governor.target as string, timelock.target as string];
      const logs = (
        await Promise.all(addresses.map((address) => ethers.provider.getLogs({ address, fromBlock: first })))
      )
        .flat()
        .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
      const told = logs.map((log) => (governor.interface.parseLog(log) ?? timelock.interface.parseLog(log))?.name);
      expect(told).to.deep.equal([
        "Launched",
        "ProposalCreated",
        "VoteCast",
        "CallScheduled",
        "CallSalt",
        "ProposalQueued",
        "CallExecuted",
        "ProposalExecuted",
      ]);
    });
  });
});
