import type { Account, Address } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { hashDescription, type ProposalContent, toProposalArgs } from "../../../governance/proposals.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CancelProposalParameters = ProposalContent & {
  governor: Address;
  account?: Account | Address | undefined;
};

export type CancelProposalReturnType = PreparedAction<void>;
export type CancelProposalErrorType = WriteErrorType;

/**
 * Cancels a proposal: its proposer before the vote begins, the guardian until it is executed.
 *
 * @example
 * const { actions, description } = await getProposal(client, { governor, proposalId, fromBlock });
 * await send(guardian, { tx: cancelProposal(guardian, { governor, actions, description }).buildTx() });
 */
export function cancelProposal(client: AnyClient, parameters: CancelProposalParameters): CancelProposalReturnType {
  const { governor, actions, description, account } = parameters;
  return prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "cancel",
    args: [...toProposalArgs(actions), hashDescription(description)],
    account,
    toResult: toNothing,
  });
}
