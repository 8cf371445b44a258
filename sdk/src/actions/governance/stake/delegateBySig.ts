import type { Account, Address, Hex } from "viem";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import type { Delegation } from "../../../governance/typedData.ts";
import { splitSignature } from "../../../permits.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type DelegateBySigParameters = {
  escrow: Address;
  delegation: Delegation;
  /** The holder's signature of `delegationTypedData`. */
  signature: Hex;
  /** Who sends it; anyone may. */
  account?: Account | Address | undefined;
};

export type DelegateBySigReturnType = PreparedAction<void>;
export type DelegateBySigErrorType = WriteErrorType;

/**
 * Submits a delegation that its holder signed, so that he needs no Ether.
 *
 * @example
 * const typedData = await getDelegationTypedData(client, { escrow, holder, delegatee, expiry });
 * const signature = await holder.signTypedData(typedData);
 * const action = delegateBySig(relayer, { escrow, delegation: typedData.message, signature });
 * await send(relayer, { tx: action.buildTx() });
 */
export function delegateBySig(client: AnyClient, parameters: DelegateBySigParameters): DelegateBySigReturnType {
  const { escrow, delegation, signature, account } = parameters;
  const { delegatee, nonce, expiry } = delegation;
  const { v, r, s } = splitSignature(signature);
  return prepareCall(client, {
    to: escrow,
    abi: votingEscrowAbi,
    functionName: "delegateBySig",
    args: [delegatee, nonce, expiry, v, r, s],
    account,
    toResult: toNothing,
  });
}
