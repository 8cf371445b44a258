import type { Account, Address } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { type SupportName, toSupport } from "../../../governance/support.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CastVoteParameters = {
  governor: Address;
  proposalId: bigint;
  support: SupportName;
  /** Published with the vote. */
  reason?: string | undefined;
  account?: Account | Address | undefined;
};

export type CastVoteResult = { /** {veGIM wei} of votes at the snapshot */ weight: bigint };
export type CastVoteReturnType = PreparedAction<CastVoteResult>;
export type CastVoteErrorType = WriteErrorType;

/**
 * Votes on a proposal, once and for good, with everything that the account had at the snapshot.
 *
 * @example
 * const action = castVote(client, { governor, proposalId, support: "for", reason: "Cheaper is better" });
 * const { weight } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function castVote(client: AnyClient, parameters: CastVoteParameters): CastVoteReturnType {
  const { governor, proposalId, support, reason = "", account } = parameters;
  return prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "castVoteWithReason",
    args: [proposalId, toSupport(support), reason],
    account,
    toResult: (weight): CastVoteResult => ({ weight }),
  });
}
