import type { Account, Address } from "viem";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type WithdrawLockParameters = { escrow: Address; account?: Account | Address | undefined };
export type WithdrawLockResult = { /** {GIM wei} paid */ amount: bigint };
export type WithdrawLockReturnType = PreparedAction<WithdrawLockResult>;
export type WithdrawLockErrorType = WriteErrorType;

/**
 * Pays a lock out that has ended. Nothing is kept.
 *
 * @example
 * const action = withdrawLock(client, { escrow });
 * const { amount } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function withdrawLock(client: AnyClient, { escrow, account }: WithdrawLockParameters): WithdrawLockReturnType {
  return prepareCall(client, {
    to: escrow,
    abi: votingEscrowAbi,
    functionName: "withdraw",
    args: [],
    account,
    toResult: (amount): WithdrawLockResult => ({ amount }),
  });
}
