import type { Account, Address } from "viem";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import { type LockReturnType, lock } from "./lock.ts";

export type ExtendLockParameters = {
  escrow: Address;
  /** {s} new end, rounded down to a Thursday 00:00 UTC. */
  newEnd: bigint;
  account?: Account | Address | undefined;
};

export type ExtendLockReturnType = LockReturnType;
export type ExtendLockErrorType = WriteErrorType;

/**
 * Moves the end of a lock away, up to 52 weeks from now, and adds nothing.
 *
 * @example
 * const action = await extendLock(client, { escrow, newEnd: latestEnd(now) });
 * action.score; // the Staking Score that it brings
 * await send(client, { tx: action.buildTx() });
 */
export async function extendLock(client: AnyClient, parameters: ExtendLockParameters): Promise<ExtendLockReturnType> {
  return lock(client, { ...parameters, amount: 0n });
}
