import type { Account, Address } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { hashDescription, type ProposalContent, toProposalArgs } from "../../../governance/proposals.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ExecuteProposalParameters = ProposalContent & {
  governor: Address;
  account?: Account | Address | undefined;
};

export type ExecuteProposalReturnType = PreparedAction<void>;
export type ExecuteProposalErrorType = WriteErrorType;

/**
 * Makes the calls of a proposal once the timelock's delay is over. Anyone may.
 *
 * @example
 * const { actions, description } = await getProposal(client, { governor, proposalId, fromBlock });
 * await send(client, { tx: executeProposal(client, { governor, actions, description }).buildTx() });
 */
export function executeProposal(client: AnyClient, parameters: ExecuteProposalParameters): ExecuteProposalReturnType {
  const { governor, actions, description, account } = parameters;
  return prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "execute",
    args: [...toProposalArgs(actions), hashDescription(description)],
    account,
    toResult: toNothing,
  });
}
