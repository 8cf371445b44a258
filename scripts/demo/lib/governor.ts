import { type Address, parseEventLogs, type TransactionReceipt } from "viem";
import { DAY } from "../../../keeper/src/data/time.ts";
import {
  cancelProposal,
  castVote,
  executeProposal,
  getProposal,
  indexGovernorAbi,
  type ProposalAction,
  propose,
  queueProposal,
  type SupportName,
} from "../../../sdk/src/index.ts";
import { contractOf, gim, type ProposalNote, tell } from "./dao.ts";
import { act } from "./holders.ts";
import type { Demo, Person } from "./scene.ts";

const HOUR = 3_600;

/** A proposal of the demo from beginning to end. */
export interface Plan {
  title: string;
  why: string;
  proposer: Person;
  actions: readonly ProposalAction[];
  votes: readonly (readonly [who: Person, how: SupportName])[];
  /** The guardian stops it while it is voted on. */
  guardianCancels?: boolean;
  /** After its execution: what it changed, in words. */
  afterwards?(receipt: TransactionReceipt): Promise<string>;
}

/** With what the governor knows a proposal again. */
function contentOf(demo: Demo, { title, why, actions }: Plan, account: Address) {
  return { governor: contractOf(demo, "IndexGovernor"), actions, description: `# ${title}\n\n${why}`, account };
}

/** Proposes, and puts on the agenda what follows: the vote and its end, at the governor's own delays. */
export async function startProposal(demo: Demo, plan: Plan): Promise<void> {
  const { client } = demo.chain;
  const { name: proposer, address } = plan.proposer;
  const action = propose(client, contentOf(demo, plan, address));
  const { logs, blockNumber } = await act(demo, address, action.buildTx(), "propose");
  const [created] = parseEventLogs({ abi: indexGovernorAbi, eventName: "ProposalCreated", logs });
  if (created?.args.proposalId !== action.proposalId) throw new Error(`"${plan.title}" was not proposed`);

  const note: ProposalNote = {
    title: plan.title,
    proposer,
    id: action.proposalId,
    blockNumber,
    votes: { forVotes: 0n, againstVotes: 0n, abstainVotes: 0n },
    quorum: 0n,
    outcome: "pending",
    proposedAt: await demo.chain.now(),
    effect: "",
  };
  demo.dao.proposals.push(note);
  await tell(demo, `${proposer} proposes: ${plan.title}`);
  demo.agenda.add(Number(created.args.voteStart) + HOUR, () => vote(demo, plan, note));
  demo.agenda.add(Number(created.args.voteEnd) + 1, () => conclude(demo, plan, note));
}

async function vote(demo: Demo, plan: Plan, note: ProposalNote): Promise<void> {
  const { client } = demo.chain;
  const governor = contractOf(demo, "IndexGovernor");
  for (const [who, support] of plan.votes) {
    const action = castVote(client, { governor, proposalId: note.id, support, account: who.address });
    await act(demo, who.address, action.buildTx(), "vote");
  }
  if (!plan.guardianCancels) return;
  const { guardian } = demo.cast;
  const action = cancelProposal(client, contentOf(demo, plan, guardian));
  await act(demo, guardian, action.buildTx(), "cancel a proposal");
  note.effect = "cancelled by the guardian";
  await close(demo, note, "canceled");
}

async function conclude(demo: Demo, plan: Plan, note: ProposalNote): Promise<void> {
  if (note.outcome === "canceled") return;
  const { keeper } = demo.cast;
  const { state, tally, quorum, isQuorumReached } = await read(demo, note);
  if (state !== "succeeded") {
    const turnout = tally.forVotes + tally.abstainVotes;
    note.effect = isQuorumReached ? "defeated" : `defeated, ${gim(turnout)} of ${gim(quorum)} veGIM for a quorum`;
    await close(demo, note, "defeated");
    return;
  }
  const action = queueProposal(demo.chain.client, contentOf(demo, plan, keeper));
  await act(demo, keeper, action.buildTx(), "queue a proposal");
  const { executableAt } = await read(demo, note);
  demo.agenda.add(Number(executableAt), () => execute(demo, plan, note));
}

/** Anyone may, once the timelock's delay is over. */
async function execute(demo: Demo, plan: Plan, note: ProposalNote): Promise<void> {
  const { keeper } = demo.cast;
  const action = executeProposal(demo.chain.client, contentOf(demo, plan, keeper));
  const receipt = await act(demo, keeper, action.buildTx(), "execute a proposal");
  const days = Math.round(((await demo.chain.now()) - note.proposedAt) / DAY);
  note.effect = `executed after ${days} days, ${await plan.afterwards?.(receipt)}`;
  await close(demo, note, "executed");
}

/** Notes how it ended, which must be as the demo expects. */
async function close(demo: Demo, note: ProposalNote, expected: ProposalNote["outcome"]): Promise<void> {
  const { state, tally, quorum } = await read(demo, note);
  if (state !== expected) throw new Error(`"${note.title}" is ${state}, not ${expected}`);
  Object.assign(note, { outcome: state, votes: tally, quorum });
  await tell(demo, `${note.title}: ${note.effect}`);
}

function read(demo: Demo, { id, blockNumber }: ProposalNote) {
  const governor = contractOf(demo, "IndexGovernor");
  return getProposal(demo.chain.client, { governor, proposalId: id, fromBlock: blockNumber });
}
