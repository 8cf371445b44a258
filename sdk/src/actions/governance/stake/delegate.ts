import type { Account, Address } from "viem";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type DelegateParameters = {
  escrow: Address;
  /** Who votes with the account's whole lock from now on; the account itself to take the votes back. */
  delegatee: Address;
  account?: Account | Address | undefined;
};

export type DelegateReturnType = PreparedAction<void>;
export type DelegateErrorType = WriteErrorType;

/**
 * Gives the votes of the account's lock to another account. Score, revenue and the GIM stay.
 *
 * @example
 * await send(client, { tx: delegate(client, { escrow, delegatee }).buildTx() });
 */
export function delegate(client: AnyClient, { escrow, delegatee, account }: DelegateParameters): DelegateReturnType {
  return prepareCall(client, {
    to: escrow,
    abi: votingEscrowAbi,
    functionName: "delegate",
    args: [delegatee],
    account,
    toResult: toNothing,
  });
}
