import type { Address } from "viem";
import { getBlock, readContract } from "viem/actions";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetProposalRightsParameters = AtBlock & { governor: Address; account: Address };

export type GetProposalRightsReturnType = {
  blockNumber: bigint;
  /** Whether a proposal would pass now. */
  mayPropose: boolean;
  /** {veGIM wei} own and delegated */
  votes: bigint;
  /** {veGIM wei} that proposing needs */
  threshold: bigint;
  /** Proposals of this month of 30 days. */
  used: bigint;
  /** Proposals a month by the account's tier; 0 without one. */
  allowed: bigint;
  /** {veGIM wei} of supply that the first proposal of all waits for; 0 once it was made */
  launchGate: bigint;
};

export type GetProposalRightsErrorType = ReadErrorType;

/**
 * Whether an account may propose, and what is missing.
 *
 * @example
 * const { mayPropose, votes, threshold, used, allowed } = await getProposalRights(client, { governor, account });
 */
export async function getProposalRights(
  client: AnyClient,
  parameters: GetProposalRightsParameters,
): Promise<GetProposalRightsReturnType> {
  const { governor, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: governor, abi: indexGovernorAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const { timestamp } = await getBlock(client, { blockNumber });
    const [votes, threshold, [used, allowed], gate, launched] = await Promise.all([
      readContract(client, { ...at, functionName: "getVotes", args: [account, timestamp - 1n] }),
      readContract(client, { ...at, functionName: "proposalThreshold" }),
      readContract(client, { ...at, functionName: "proposalQuota", args: [account] }),
      readContract(client, { ...at, functionName: "launchGate" }),
      readContract(client, { ...at, functionName: "launched" }),
    ]);
    const launchGate = launched ? 0n : gate;
    const supply = launched ? 0n : await supplyAt(client, governor, timestamp - 1n, blockNumber);
    const mayPropose = votes >= threshold && used < allowed && supply >= launchGate;
    return { blockNumber, mayPropose, votes, threshold, used, allowed, launchGate };
  });
}

async function supplyAt(client: AnyClient, governor: Address, timestamp: bigint, blockNumber: bigint): Promise<bigint> {
  const token = await readContract(client, {
    address: governor,
    abi: indexGovernorAbi,
    functionName: "token",
    blockNumber,
  });
  return readContract(client, {
    address: token,
    abi: votingEscrowAbi,
    functionName: "getPastTotalSupply",
    args: [timestamp],
    blockNumber,
  });
}
