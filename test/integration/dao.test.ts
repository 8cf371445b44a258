import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { TIERS } from "../../deploy/config/types.ts";
import { ReplayFeed__factory, TokenMock__factory } from "../../typechain-types/index.js";
import {
  deployDao,
  feeCall,
  goToEnd,
  goToVote,
  LOCKS,
  MILLION,
  pass,
  propose,
  State,
  Support,
  vote,
} from "../helpers/dao.ts";
import { setPrices } from "../helpers/market.ts";
import { createIndex } from "../helpers/protocol.ts";
import { DAY, GIM } from "../helpers/scores.ts";

const chain = await network.create();
const { ethers, networkHelpers } = chain;

describe("the DAO changes the protocol", () => {
  const dao = () => deployDao(chain);
  const load = () => networkHelpers.loadFixture(dao);

  it("lists an asset and opens an index with it, from propose to execute", async () => {
    const world = await load();
    const { governor, timelock, assetRegistry, protocol, owner, stranger } = world;
    const token = await new TokenMock__factory(owner).deploy("New", "NEW", 18);
    const feed = await new ReplayFeed__factory(owner).deploy(owner, protocol.hub, 8, "NEW / USD", 1n, 2n ** 96n);
    const numbers = { heartbeat: 86_400, feedDecimals: 8, tokenDecimals: 18, tier: TIERS.MAJOR.id, deviationBps: 50 };
    const second = { secondary: ZeroAddress, secondaryKind: 0, secondaryDecimals: 0, secondaryWindow: 0 };
    const config = { feed: await feed.getAddress(), ...numbers, flags: 0, minPrice: 0, ...second, usdCap: 0n };
    const data = assetRegistry.interface.encodeFunctionData("setAsset", [await token.getAddress(), config]);
    const call = { target: await assetRegistry.getAddress(), data };
    await protocol.hub.publish([feed], [2_000n * 10n ** 8n], 0); // the registry asks for a first answer

    const proposal = await propose(world, [call], "List NEW");
    const { proposalId } = proposal;
    const steps = [await governor.state(proposalId)];
    await goToVote(world, proposal);
    steps.push(await governor.state(proposalId));
    await vote(world, proposal, [
      [world.alice, Support.FOR],
      [world.erin, Support.AGAINST],
    ]);
    await goToEnd(world, proposal);
    steps.push(await governor.state(proposalId));
    await expect(governor.connect(stranger).queue(...proposal.args)).to.emit(governor, "ProposalQueued");
    steps.push(await governor.state(proposalId));
    const eta = await governor.proposalEta(proposalId);
    expect(eta).to.equal((await world.now()) + 2n * DAY);
    await networkHelpers.time.setNextBlockTimestamp(eta - 1n);
    await expect(governor.connect(stranger).execute(...proposal.args)).to.be.revertedWithCustomError(
      timelock,
      "TimelockUnexpectedOperationState",
    );
    await world.goTo(eta);
    await protocol.hub.publish([feed], [2_000n * 10n ** 8n], 0);
    await expect(governor.connect(stranger).execute(...proposal.args))
      .to.emit(assetRegistry, "AssetSet")
      .and.to.emit(governor, "ProposalExecuted")
      .withArgs(proposalId);
    steps.push(await governor.state(proposalId));
    expect(steps).to.deep.equal([State.PENDING, State.ACTIVE, State.SUCCEEDED, State.QUEUED, State.EXECUTED]);
    expect((await assetRegistry.assetConfig(token)).feed).to.equal(config.feed);

    await setPrices(protocol);
    const listed = { symbol: "NEW", address: await token.getAddress(), decimals: 18, stable: false, token, feed };
    const basket = [...protocol.tokens, { ...listed, proxy: protocol.tokens[0]!.proxy, price: 2_000n * 10n ** 8n }];
    const tokens = basket.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const vault = await createIndex(protocol, { creator: owner, tokens });
    expect(await vault.basketSize()).to.equal(2n);
  });

  it("changes the protocol's fee, and nobody else can", async () => {
    const world = await load();
    const { governor, factory, owner, guardian, stranger } = world;
    for (const caller of [owner, guardian, stranger, world.alice])
      await expect(factory.connect(caller).setProtocolFee(1n, caller)).to.be.revertedWithCustomError(
        factory,
        "OwnableUnauthorizedAccount",
      );
    const proposal = await propose(world, [await feeCall(world, 750)], "A lower fee");
    await pass(world, proposal);
    await governor.queue(...proposal.args);
    await world.goTo(await governor.proposalEta(proposal.proposalId));
    await expect(governor.execute(...proposal.args))
      .to.emit(factory, "ProtocolFeeSet")
      .withArgs(1_000n, 750n, owner.address);
    expect([...(await factory.protocolFee())]).to.deep.equal([750n, owner.address]);
    await expect(governor.execute(...proposal.args)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnexpectedProposalState",
    );
  });

  it("fails for lack of a quorum, however few are against", async () => {
    const world = await load();
    const { governor } = world;
    const proposal = await propose(world, [await feeCall(world)], "Nobody came");
    await goToVote(world, proposal);
    await vote(world, proposal, [
      [world.dave, Support.FOR],
      [world.erin, Support.ABSTAIN],
    ]);
    await goToEnd(world, proposal);
    const [againstVotes, forVotes, abstainVotes] = await governor.proposalVotes(proposal.proposalId);
    expect([againstVotes, forVotes, abstainVotes]).to.deep.equal([0n, LOCKS.dave, LOCKS.erin]);
    expect(await governor.quorum(await governor.proposalSnapshot(proposal.proposalId))).to.equal(24_750_000n * GIM);
    expect(await governor.state(proposal.proposalId)).to.equal(State.DEFEATED);
    await expect(governor.queue(...proposal.args)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnexpectedProposalState",
    );
  });

  it("does several things in one proposal or none of them", async () => {
    const world = await load();
    const { governor, factory, escrow } = world;
    const lower = escrow.interface.encodeFunctionData("lowerMaxPenalty", [9_999]); // it can only fall
    const calls = [await feeCall(world, 600), { target: await escrow.getAddress(), data: lower }];
    const proposal = await propose(world, calls, "Both");
    await pass(world, proposal);
    await governor.queue(...proposal.args);
    await world.goTo(await governor.proposalEta(proposal.proposalId));
    await expect(governor.execute(...proposal.args)).to.be.revertedWithCustomError(
      world.errors,
      "VotingEscrow_PenaltyRaised",
    );
    expect((await factory.protocolFee()).bps).to.equal(1_000n);
    expect(await governor.state(proposal.proposalId)).to.equal(State.QUEUED);
  });

  it("changes its own settings through itself only: executed at the timelock directly, they are refused", async () => {
    const world = await load();
    const { governor, timelock } = world;
    const data = governor.interface.encodeFunctionData("setProposalThreshold", [2n * MILLION]);
    const call = { target: await governor.getAddress(), data };
    const proposal = await propose(world, [call], "Threshold");
    await pass(world, proposal);
    await governor.queue(...proposal.args);
    await world.goTo(await governor.proposalEta(proposal.proposalId));
    const [targets, values, calldatas, descriptionHash] = proposal.args;
    const address = BigInt(await governor.getAddress()) << 96n;
    const salt = ethers.toBeHex(address ^ BigInt(descriptionHash), 32);
    await expect(timelock.executeBatch(targets, values, calldatas, ethers.ZeroHash, salt)).to.be.revert(ethers);
    await governor.execute(...proposal.args);
    expect(await governor.proposalThreshold()).to.equal(2n * MILLION);
  });
});
