import type { Account, Address } from "viem";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { hashProposal, type ProposalContent, toProposalArgs } from "../../../governance/proposals.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ProposeParameters = ProposalContent & {
  governor: Address;
  account?: Account | Address | undefined;
};

export type ProposeResult = { proposalId: bigint };

export type ProposeReturnType = PreparedAction<ProposeResult> & {
  /** The id that the proposal will have. */
  proposalId: bigint;
};

export type ProposeErrorType = WriteErrorType;

/**
 * Proposes calls to the DAO. `getProposalRights` tells whether the account may.
 *
 * @example
 * const action = propose(client, {
 *   governor,
 *   actions: [setProtocolFee({ factory, bps: 500, recipient: contracts.FeeSplitter })],
 *   description: "# Halve the protocol fee",
 * });
 * await send(client, { tx: action.buildTx() });
 * const { state } = await getProposal(client, { governor, proposalId: action.proposalId, fromBlock });
 */
export function propose(client: AnyClient, parameters: ProposeParameters): ProposeReturnType {
  const { governor, actions, description, account } = parameters;
  if (actions.length === 0) throw new ArgumentInvalidError("actions", "must hold at least one call");
  if (description.trim() === "") throw new ArgumentInvalidError("description", "must say what is proposed, and why");
  const action = prepareCall(client, {
    to: governor,
    abi: indexGovernorAbi,
    functionName: "propose",
    args: [...toProposalArgs(actions), description],
    account,
    toResult: (proposalId): ProposeResult => ({ proposalId }),
  });
  return Object.freeze({ ...action, proposalId: hashProposal({ actions, description }) });
}
