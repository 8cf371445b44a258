import type { Account, Address, Hex } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import type { Ballot } from "../../../governance/typedData.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CastVoteBySigParameters = {
  governor: Address;
  ballot: Ballot;
  /** The voter's signature of `ballotTypedData`. */
  signature: Hex;
  /** Who sends it; anyone may. */
  account?: Account | Address | undefined;
};

export type CastVoteBySigResult = { /** {veGIM wei} */ weight: bigint };
export type CastVoteBySigReturnType = PreparedAction<CastVoteBySigResult>;
export type CastVoteBySigErrorType = WriteErrorType;

/**
 * Submits a vote that its voter signed, so that he needs no Ether.
 *
 * @example
 * const typedData = await getBallotTypedData(client, { governor, proposalId, support: "for", voter });
 * const signature = await voterAccount.signTypedData(typedData);
 * const action = castVoteBySig(relayer, { governor, ballot: typedData.message, signature });
 * await send(relayer, { tx: action.buildTx() });
 */
export function castVoteBySig(client: AnyClient, parameters: CastVoteBySigParameters): CastVoteBySigReturnType {
  const { governor, ballot, signature, account } = parameters;
  return prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "castVoteBySig",
    args: [ballot.proposalId, ballot.support, ballot.voter, signature],
    account,
    toResult: (weight): CastVoteBySigResult => ({ weight }),
  });
}
