import type { Address } from "viem";
import { getBlock, readContract } from "viem/actions";
import { scoreRegistryAbi } from "../../../abis/scoreRegistry.ts";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { exitOpensAt, isRunning, type LockState } from "../../../governance/locks.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetLockParameters = AtBlock & {
  escrow: Address;
  /** ScoreRegistry. */
  scores: Address;
  account: Address;
};

/** none: nothing locked. expired: withdraw, then lock again. */
export type LockStatus = "none" | "running" | "permanent" | "expired";

export type GetLockReturnType = LockState & {
  blockNumber: bigint;
  /** {s} of the block */
  timestamp: bigint;
  status: LockStatus;
  /** {veGIM wei} of the lock, delegated or not */
  power: bigint;
  /** {GIM wei} Staking Score */
  score: bigint;
  /** By the score at the last week start; 0 = none. */
  tier: number;
  /** Who votes with the lock: the account itself unless it delegated. */
  delegatee: Address;
  /** {veGIM wei} that the account votes with: its own if not delegated, and what others delegated to it */
  votes: bigint;
  /** {GIM wei} that an early exit would keep */
  penalty: bigint;
  /** {s} first second of a withdrawal without penalty; undefined for a permanent lock and for none */
  unlocksAt: bigint | undefined;
  /** {s} first second of an early exit */
  exitOpensAt: bigint;
};

export type GetLockErrorType = ReadErrorType;

function statusOf(lock: LockState, timestamp: bigint): LockStatus {
  if (lock.amount === 0n) return "none";
  if (lock.permanent) return "permanent";
  return isRunning(lock, timestamp) ? "running" : "expired";
}

/**
 * An account's lock and everything that it gives, at one block.
 *
 * @example
 * const { amount, power, score, tier, unlocksAt, penalty } = await getLock(client, { escrow, scores, account });
 */
export async function getLock(client: AnyClient, parameters: GetLockParameters): Promise<GetLockReturnType> {
  const { escrow, scores, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: escrow, abi: votingEscrowAbi, blockNumber } as const;
  const args = [account] as const;
  return withTypedErrors(async () => {
    const { timestamp } = await getBlock(client, { blockNumber });
    const [held, power, score, tier, delegatee, votes, penalty] = await Promise.all([
      readContract(client, { ...at, functionName: "locked", args }),
      readContract(client, { ...at, functionName: "balanceOfAt", args: [account, timestamp] }),
      readContract(client, { ...at, functionName: "scoreAt", args: [account, timestamp] }),
      readContract(client, { address: scores, abi: scoreRegistryAbi, functionName: "tierOf", args, blockNumber }),
      readContract(client, { ...at, functionName: "delegates", args }),
      readContract(client, { ...at, functionName: "getVotes", args }),
      readContract(client, { ...at, functionName: "penaltyOf", args }),
    ]);
    const { amount, permanent } = held;
    const lock: LockState = { amount, end: BigInt(held.end), heldSince: BigInt(held.heldSince), permanent };
    const status = statusOf(lock, timestamp);
    const unlocksAt = status === "running" || status === "expired" ? lock.end : undefined;
    const times = { unlocksAt, exitOpensAt: exitOpensAt(lock) };
    return { ...lock, blockNumber, timestamp, status, power, score, tier, delegatee, votes, penalty, ...times };
  });
}
