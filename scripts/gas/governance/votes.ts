// A proposal of one action from the first to the last transaction.
import { id, ZeroAddress } from "ethers";
import { GOVERNANCE } from "../../../deploy/config/governance.ts";
import { SCORE_TIERS } from "../../../sdk/src/index.ts";
import {
  DustCrowd__factory,
  IndexGovernor__factory,
  IndexTimelock__factory,
  KeeperRegistry__factory,
  SaleRoundFactory__factory,
  ScoreRegistry__factory,
} from "../../../typechain-types/index.js";
import type { Measurements } from "../../snapshot.ts";
import { txGas } from "../measure.ts";
import { buildGovernance, DAY, gim, people, time, weekStart } from "./world.ts";

const FOR = 1;
const DESCRIPTION = "Send the fees of later sales to another account: a vote.";
const DUST = 31_449_600n; // {GIM wei} least that decays
const AGE = 30; // {weeks} of the locks that vote

/** A governor with its timelock, and a contract that the timelock owns, to be changed by votes. */
async function buildDao() {
  const governed = await buildGovernance();
  const { owner, escrow } = governed;
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, owner, [...SCORE_TIERS]);
  const keepers = await new KeeperRegistry__factory(owner).deploy(owner, ZeroAddress);
  const timelock = await new IndexTimelock__factory(owner).deploy(2 * DAY, [], [ZeroAddress], owner);
  const governor = await new IndexGovernor__factory(owner).deploy(escrow, timelock, scores, keepers, {
    ...GOVERNANCE.governor,
  });
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor);
  const sales = await new SaleRoundFactory__factory(owner).deploy(timelock, scores, keepers, owner);
  /** Arguments of a proposal with one action. */
  const call = (receiver: string) => ({
    targets: [sales.target as string],
    values: [0n],
    calldatas: [sales.interface.encodeFunctionData("setFeeReceiver", [receiver])],
  });
  return { ...governed, governed, governor, call };
}

export async function measureVotes(into: Measurements): Promise<void> {
  const { governed, token, escrow, governor, call } = await buildDao();
  const [small, first, second, third] = people(governed, 4);

  // Locks of 52 weeks that are old when they vote. The quorum is the floor of 20 million, which `second` makes.
  for (const [account, amount] of [
    [small, 5_000_000],
    [first, 10_000_000],
    [second, 80_000_000],
    [third, 80_000_000],
  ] as const) {
    await token.transfer(account, gim(amount));
    await escrow.connect(account).lock(gim(amount), await weekStart(52));
  }
  await time.increaseTo(await weekStart(AGE));
  // Somebody locks every day: the sum of all locks is never old.
  await token.approve(escrow, gim(1_000));
  await escrow.lock(gim(1_000), await weekStart(20));

  // The proposer's first proposal of all makes its counter.
  const before = call(second.address);
  await governor.connect(second).propose(before.targets, before.values, before.calldatas, DESCRIPTION);
  await time.increase(DAY);
  const { targets, values, calldatas } = call(third.address);
  into["propose 1 action, tx"] = await txGas(governor.connect(second).propose(targets, values, calldatas, DESCRIPTION));
  const proposalId = await governor.hashProposal(targets, values, calldatas, id(DESCRIPTION));
  await time.increase(3 * DAY);
  const vote = (account: typeof first) => txGas(governor.connect(account).castVote(proposalId, FOR));
  into["vote, first on a side, tx"] = await vote(small);
  into["vote before the quorum, tx"] = await vote(first);
  into["vote that makes the quorum, tx"] = await vote(second);
  into["vote after the quorum, tx"] = await vote(third);
  await time.increase(10 * DAY);
  into["queue 1 action, tx"] = await txGas(governor.queue(targets, values, calldatas, id(DESCRIPTION)));
  await time.increase(3 * DAY);
  into["execute 1 action, tx"] = await txGas(governor.execute(targets, values, calldatas, id(DESCRIPTION)));
}

const CROWD = 3_000n;
const SPREAD = 49; // {weeks} in which the crowd's locks end

/** The dearest vote of a delegate of 3,000 dust locks: first on its side, makes the quorum, in the last hours. */
export async function measureCrowd(into: Measurements): Promise<void> {
  const { governed, owner, token, escrow, governor, call } = await buildDao();
  const [delegate, proposer] = people(governed, 3);
  for (const account of [delegate, proposer]) {
    await token.transfer(account, gim(60_000_000));
    await escrow.connect(account).lock(gim(60_000_000), await weekStart(52));
    await escrow.connect(account).setPermanent(true);
  }
  const crowd = await new DustCrowd__factory(owner).deploy(escrow, delegate);
  await token.transfer(crowd, gim(1));
  await escrow.setDepositor(crowd, true);
  while ((await crowd.size()) < CROWD) await crowd.grow(40, DUST, SPREAD, { gasLimit: 16_000_000 });

  for (const [weeks, when] of [
    [1, "fresh"],
    [30, "30 weeks stale"],
  ] as const) {
    await time.increaseTo(await weekStart(weeks));
    const { targets, values, calldatas } = call(weeks === 1 ? proposer.address : delegate.address);
    await governor.connect(proposer).propose(targets, values, calldatas, DESCRIPTION);
    const proposalId = await governor.hashProposal(targets, values, calldatas, id(DESCRIPTION));
    await time.increaseTo((await governor.proposalDeadline(proposalId)) - 3_600n);
    into[`vote with 3 000 dust delegations, ${when}, tx`] = await txGas(
      governor.connect(delegate).castVote(proposalId, FOR),
    );
  }
}
