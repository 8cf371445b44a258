import type { GetProposalRightsReturnType } from "@gimbal/sdk";
import type { ProposalState, ProposalView } from "../data/governance.ts";
import { ago, amount, percent } from "../format.ts";

/** Words of a state, and how they look. */
export const STATE_WORDS: Readonly<
  Record<ProposalState, { words: string; tone: "gain" | "loss" | "accent" | "muted" }>
> = {
  pending: { words: "Vote to begin", tone: "muted" },
  active: { words: "Voting", tone: "accent" },
  canceled: { words: "Cancelled", tone: "muted" },
  defeated: { words: "Defeated", tone: "loss" },
  succeeded: { words: "Passed", tone: "gain" },
  queued: { words: "Waiting in the timelock", tone: "accent" },
  expired: { words: "Expired", tone: "muted" },
  executed: { words: "Executed", tone: "gain" },
  open: { words: "Open to vetoes", tone: "accent" },
  rejected: { words: "Vetoed", tone: "loss" },
  passed: { words: "Not vetoed", tone: "gain" },
};

/** What happens next and when. `now` {s} is the chain's clock. */
export function nextOf(proposal: ProposalView, now: number): string {
  const { state, votesFrom, votesUntil, executableAt, endedAt } = proposal;
  if (state === "pending") return `The vote begins ${ago(votesFrom, now)}`;
  if (state === "active") return `The vote ends ${ago(votesUntil, now)}`;
  if (state === "open") return `Vetoes end ${ago(votesUntil, now)}`;
  if (state === "succeeded" || state === "passed") return "Anyone can queue it";
  if (state === "queued") {
    if (executableAt === null) return "Waits in the timelock";
    return executableAt > now ? `Can be executed ${ago(executableAt, now)}` : "Anyone can execute it now";
  }
  return endedAt === null ? "Over" : `Ended ${ago(endedAt, now)}`;
}

/** What can be done with a proposal in its state, by anyone. */
export function stepsOf({ state, executableAt, path }: ProposalView, now: number) {
  const isReady = state === "queued" && (path === "optimistic" || (executableAt !== null && executableAt <= now));
  return {
    vote: state === "active" || state === "open",
    queue: state === "succeeded" || state === "passed",
    execute: isReady,
  };
}

/** Whether nothing can happen to it any more. */
export function isOver({ state }: ProposalView): boolean {
  return ["canceled", "defeated", "expired", "executed", "rejected"].includes(state);
}

/** Whether an account may cancel now: its proposer early, the guardian until it is executed. */
export function mayCancel(proposal: ProposalView, account: string | undefined, guardian: string | undefined): boolean {
  const { state, proposer, path } = proposal;
  if (account === undefined || isOver(proposal)) return false;
  const isAccount = (other: string | undefined) => other?.toLowerCase() === account.toLowerCase();
  if (isAccount(guardian)) return true;
  return isAccount(proposer) && (path === "governor" ? state === "pending" : state === "open" || state === "passed");
}

/** Parts of a whole for a bar, {percent}; null: nobody has voted, so that there are no parts. */
export function partsOf(
  votes: NonNullable<ProposalView["votes"]>,
): Record<"for" | "against" | "abstain", number> | null {
  const total = votes.for + votes.against + votes.abstain;
  if (total === 0n) return null;
  const part = (share: bigint) => Number((share * 10_000n) / total) / 100;
  return { for: part(votes.for), against: part(votes.against), abstain: part(votes.abstain) };
}

/** How far a vote is from its quorum, {bps}, at most 10,000. null: the quorum is not fixed. */
export function quorumReached({ votes, quorum }: ProposalView): number | null {
  if (votes === null || quorum === null) return null;
  if (quorum === 0n) return 10_000;
  const bps = ((votes.for + votes.abstain) * 10_000n) / quorum;
  return bps > 10_000n ? 10_000 : Number(bps);
}

/** The quorum in one line. */
export function quorumWords(proposal: ProposalView): string {
  const { votes, quorum } = proposal;
  if (proposal.path === "optimistic") return "Passes unless enough votes veto it";
  if (votes === null || quorum === null) return "Fixed when the vote begins";
  const reached = quorumReached(proposal);
  const needed = amount(quorum, 18, "veGIM").short;
  return reached === 10_000 ? `Reached (${needed})` : `${percent(reached).short} of ${needed}`;
}

/**
 * Whether an account may propose, and if not, what is missing: as sentences. `votesNow` {veGIM wei} are its votes of the newest
 * block; a proposal needs them one second earlier, so that votes of that block count from the next one on.
 */
export function rightsWords(rights: GetProposalRightsReturnType, votesNow: bigint): string {
  const { mayPropose, votes, threshold, used, allowed, launchGate } = rights;
  const [own, needed] = [amount(votes, 18, "veGIM").short, amount(threshold, 18, "veGIM").short];
  if (mayPropose) {
    return `You may propose: you have ${own} of votes, ${needed} are needed, and ${used} of your ${allowed} proposals of this month are used.`;
  }
  if (votes < threshold && votesNow >= threshold) {
    return `You have ${amount(votesNow, 18, "veGIM").short} of votes. They count for proposals from the next block on.`;
  }
  if (votes < threshold) {
    return `You may not propose yet: you have ${own} of votes and ${needed} are needed. Lock GIM, or ask others to delegate to you.`;
  }
  if (allowed === 0n) return "You may not propose yet: proposals begin with tier 1 of the Staking Score.";
  if (used >= allowed) {
    return `You have used your ${allowed} proposal${allowed === 1n ? "" : "s"} of this month. A higher tier allows more.`;
  }
  return `The first proposal of all waits until ${amount(launchGate, 18, "veGIM").short} are locked in all.`;
}
