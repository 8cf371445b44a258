import { expect } from "chai";
import { id, parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { SCORE_TIERS } from "../../sdk/src/governance/tiers.ts";
import {
  DustCrowd__factory,
  IndexGovernor__factory,
  IndexTimelock__factory,
  KeeperRegistry__factory,
  ScoreRegistry__factory,
} from "../../typechain-types/index.js";
import { DAY, deployEscrow, GIM, TERM, WEEK } from "../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const CROWD = 3_000n;
const SPREAD = 50n; // {weeks} in which locks of the crowd end
const CEILING = 200_000n; // {gas} of the whole transaction, 21,000 and calldata included
const AGAINST = 0;
const FOR = 1;

const config = {
  votingDelay: 2n * DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: 2n * DAY,
  proposalThreshold: parseEther("100000"),
  quorumPercent: 10,
  quorumFloor: parseEther("20000000"),
  quorumCap: parseEther("100000000"),
  launchGate: parseEther("50000000"),
};

/** A DAO with its governor, and 3,000 accounts whose dust votes through `voter`, who has votes of its own as well. */
async function deploy() {
  const world = await deployEscrow({ ethers, networkHelpers });
  const { owner, alice: voter, bob: proposer, escrow, token, week } = world;
  const keepers = await new KeeperRegistry__factory(owner).deploy(owner, owner);
  const timelock = await new IndexTimelock__factory(owner).deploy(2n * DAY, [], [], ZeroAddress);
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, owner, [...SCORE_TIERS]);
  const governor = await new IndexGovernor__factory(owner).deploy(escrow, timelock, scores, keepers, config);

  for (const person of [voter, proposer]) {
    await token.transfer(person, 100_000_000n * GIM);
    await escrow.connect(person).lock(50_000_000n * GIM, week + 52n * WEEK);
    await escrow.connect(person).setPermanent(true);
  }
  const crowd = await new DustCrowd__factory(owner).deploy(escrow, voter);
  await token.transfer(crowd, GIM);
  await escrow.setDepositor(crowd, true);
  while ((await crowd.size()) < CROWD) await crowd.grow(40, TERM, SPREAD, { gasLimit: 16_000_000 });
  return { ...world, voter, proposer, scores, governor, crowd };
}

type World = Awaited<ReturnType<typeof deploy>>;

/** A proposal whose vote has just begun. */
async function propose({ governor, proposer, escrow }: World, title: string) {
  await time.increase(WEEK); // so that the stake counts at the last week start
  const setting = governor.interface.encodeFunctionData("setVotingDelay", [3n * DAY]);
  const args = [[await governor.getAddress()], [0n], [setting], title] as const;
  await governor.connect(proposer).propose([...args[0]], [...args[1]], [...args[2]], args[3]);
  const proposal = await governor.getProposalId([...args[0]], [...args[1]], [...args[2]], id(title));
  const snapshot = await governor.proposalSnapshot(proposal);
  await time.increaseTo(snapshot + 1n);
  expect(await escrow.getPastVotes(proposer, snapshot)).to.equal(50_000_000n * GIM);
  return { proposal, snapshot };
}

/** The dearest vote: the first on its side, in the last hours, and it reaches the quorum. */
async function vote({ governor, voter, escrow }: World, proposal: bigint, snapshot: bigint) {
  await time.increaseTo((await governor.proposalDeadline(proposal)) - 3_600n);
  const cast = await governor.connect(voter).castVote(proposal, FOR);
  const { gasUsed } = (await cast.wait())!;
  const [against, votes] = await governor.proposalVotes(proposal);
  expect([against, votes]).to.deep.equal([0n, await escrow.getPastVotes(voter, snapshot)]);
  await expect(cast).to.emit(governor, "ProposalExtended");
  return gasUsed;
}

describe("3,000 dust delegations to one voter", () => {
  const load = () => networkHelpers.loadFixture(deploy);
  const show = (what: string, gas: bigint) => console.log(`        ${what}: ${gas} gas`);

  it("I20: do not stop the voter from voting, nor push the vote over 200,000 gas, when they are fresh", async () => {
    const world = await load();
    const { proposal, snapshot } = await propose(world, "fresh");
    expect(await world.escrow.getPastVotes(world.voter, snapshot)).to.be.greaterThan(50_000_000n * GIM);
    const gas = await vote(world, proposal, snapshot);
    show("vote, fresh", gas);
    expect(gas).to.be.lessThan(CEILING);
  });

  it("I20: nor when nobody has locked, added, left or delegated for 30 weeks", async () => {
    const world = await load();
    await time.increase(30n * WEEK);
    const { proposal, snapshot } = await propose(world, "30 weeks later");
    const gas = await vote(world, proposal, snapshot);
    show("vote, 30 weeks stale", gas);
    expect(gas).to.be.lessThan(CEILING);
  });

  it("I20: nor when the crowd is all but gone after 49 weeks, in a DAO where somebody else still locks", async () => {
    const world = await load();
    await time.increase(49n * WEEK);
    await world.escrow.connect(world.carol).lock(GIM, world.week + 80n * WEEK);
    const { proposal, snapshot } = await propose(world, "49 weeks later");
    const gas = await vote(world, proposal, snapshot);
    show("vote, delegations 49 weeks stale", gas);
    expect(gas).to.be.lessThan(CEILING);
  });

  it("I20: nor when more dust keeps coming after the snapshot, each in a second of its own", async () => {
    const world = await load();
    const { proposal, snapshot } = await propose(world, "dust after the snapshot");
    for (let k = 0; k < 400; k++) await world.crowd.grow(1, TERM, SPREAD);
    const gas = await vote(world, proposal, snapshot);
    show("vote, with 400 later points", gas);
    expect(gas).to.be.lessThan(CEILING);
  });

  it("I20: all of this at once, in a DAO where nobody did anything for 49 weeks, still leaves a vote below 275,000 gas", async () => {
    const world = await load();
    await time.increase(49n * WEEK);
    const { proposal, snapshot } = await propose(world, "everything at once");
    for (let k = 0; k < 400; k++) await world.crowd.grow(1, TERM, SPREAD);
    const gas = await vote(world, proposal, snapshot);
    show("vote, 49 weeks stale everywhere and 400 later points", gas);
    expect(gas).to.be.lessThan(275_000n);
  });

  it("I20: nor make locking, leaving or taking votes back dearer than 200,000 gas for anybody", async () => {
    const world = await load();
    const { carol, voter, escrow, week } = world;
    await time.increase(30n * WEEK);
    const spent: [string, () => Promise<{ wait: () => Promise<{ gasUsed: bigint } | null> }>][] = [
      ["first lock", () => escrow.connect(carol).lock(GIM, week + 80n * WEEK)],
      ["delegation to the voter", () => escrow.connect(carol).delegate(voter)],
      ["top-up while delegated", () => escrow.connect(carol).lock(GIM, 0)],
      ["delegation back", () => escrow.connect(carol).delegate(carol)],
      ["the voter's own top-up", () => escrow.connect(voter).lock(GIM, 0)],
    ];
    for (const [what, call] of spent) {
      const { gasUsed } = (await (await call()).wait())!;
      show(what, gasUsed);
      expect(gasUsed, what).to.be.lessThan(CEILING);
    }
  });

  it("are counted to the wei, by the voter and by nobody else", async () => {
    const { escrow, voter, proposer, governor, week } = await load();
    const end = (k: bigint) => week + (1n + (k % SPREAD)) * WEEK;
    const timestamp = week + 20n * WEEK + 5n;
    await time.increaseTo(timestamp + 1n);
    let dust = 0n;
    for (let k = 0n; k < CROWD; k++) if (end(k) > timestamp) dust += end(k) - timestamp; // a wei a second each
    expect(await escrow.getPastVotes(voter, timestamp)).to.equal(50_000_000n * GIM + dust);
    expect(await escrow.getPastTotalSupply(timestamp)).to.equal(100_000_000n * GIM + dust);
    const { proposal } = await propose(await load(), "against");
    await governor.connect(proposer).castVote(proposal, AGAINST);
    expect((await governor.proposalVotes(proposal))[0]).to.equal(50_000_000n * GIM);
  });
});
