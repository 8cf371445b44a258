import { max, min, mulDiv } from "../math/fixed.ts";

export type Tally = {
  /** {veGIM wei} */
  forVotes: bigint;
  /** {veGIM wei} */
  againstVotes: bigint;
  /** {veGIM wei} */
  abstainVotes: bigint;
};

export type QuorumOfParameters = {
  /** {veGIM wei} at the snapshot */
  supply: bigint;
  /** The fraction: 10 of 100. */
  numerator: bigint;
  /** Default 100. */
  denominator?: bigint | undefined;
  /** {veGIM wei} never less */
  floor?: bigint | undefined;
  /** {veGIM wei} never more; none when left out */
  cap?: bigint | undefined;
};

/** {veGIM wei} that for and abstain must reach together. */
export function quorumOf({ supply, numerator, denominator = 100n, floor = 0n, cap }: QuorumOfParameters): bigint {
  const quorum = max(floor, mulDiv(supply, numerator, denominator));
  return cap === undefined ? quorum : min(cap, quorum);
}

/** Whether for and abstain reach the quorum. */
export function isQuorumReached({ forVotes, abstainVotes }: Tally, quorum: bigint): boolean {
  return forVotes + abstainVotes >= quorum;
}

/** Whether more than 1.10 times as many votes are for it as against it. */
export function isMajority({ forVotes, againstVotes }: Tally): boolean {
  return forVotes * 10n > againstVotes * 11n;
}

/** Whether a vote that ended like this has passed. */
export function isPassed(tally: Tally, quorum: bigint): boolean {
  return isQuorumReached(tally, quorum) && isMajority(tally);
}

/** {veGIM wei} of further votes for it that a proposal would need to pass if nobody else voted. */
export function votesMissing(tally: Tally, quorum: bigint): bigint {
  const forQuorum = quorum - tally.forVotes - tally.abstainVotes;
  const forMajority = (tally.againstVotes * 11n) / 10n + 1n - tally.forVotes;
  return max(0n, max(forQuorum, forMajority));
}
