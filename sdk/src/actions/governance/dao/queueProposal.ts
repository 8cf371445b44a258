import type { Account, Address } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { hashDescription, type ProposalContent, toProposalArgs } from "../../../governance/proposals.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type QueueProposalParameters = ProposalContent & {
  governor: Address;
  account?: Account | Address | undefined;
};

export type QueueProposalReturnType = PreparedAction<void>;
export type QueueProposalErrorType = WriteErrorType;

/**
 * Hands a proposal that has passed to the timelock, where its calls wait. Anyone may.
 *
 * @example
 * const { actions, description } = await getProposal(client, { governor, proposalId, fromBlock });
 * await send(client, { tx: queueProposal(client, { governor, actions, description }).buildTx() });
 */
export function queueProposal(client: AnyClient, parameters: QueueProposalParameters): QueueProposalReturnType {
  const { governor, actions, description, account } = parameters;
  return prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "queue",
    args: [...toProposalArgs(actions), hashDescription(description)],
    account,
    toResult: toNothing,
  });
}
