import type { Account, Address } from "viem";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetPermanentParameters = {
  escrow: Address;
  /** true: the lock stays at full power. false: it decays again, from 52 weeks. */
  on: boolean;
  account?: Account | Address | undefined;
};

export type SetPermanentReturnType = PreparedAction<void>;
export type SetPermanentErrorType = WriteErrorType;

/**
 * Makes the account's lock permanent, or lets it decay again.
 *
 * @example
 * await send(client, { tx: setPermanent(client, { escrow, on: true }).buildTx() });
 */
export function setPermanent(client: AnyClient, parameters: SetPermanentParameters): SetPermanentReturnType {
  const { escrow, on, account } = parameters;
  return prepareCall(client, {
    to: escrow,
    abi: votingEscrowAbi,
    functionName: "setPermanent",
    args: [on],
    account,
    toResult: toNothing,
  });
}
