import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { type SupportName, toSupport } from "../../../governance/support.ts";
import { ballotTypedData } from "../../../governance/typedData.ts";
import { type AnyClient, type ReadErrorType, withTypedErrors } from "../../client.ts";

export type GetBallotTypedDataParameters = {
  governor: Address;
  proposalId: bigint;
  support: SupportName;
  /** Who votes, and who signs. */
  voter: Address;
};

export type GetBallotTypedDataReturnType = ReturnType<typeof ballotTypedData>;
export type GetBallotTypedDataErrorType = ReadErrorType;

/**
 * What a voter signs so that somebody else can submit his vote. Each proposal counts its nonces by itself, so that
 * votes on several can be signed in any order.
 *
 * @example
 * const typedData = await getBallotTypedData(client, { governor, proposalId, support: "abstain", voter });
 * const signature = await walletClient.signTypedData({ account, ...typedData });
 */
export async function getBallotTypedData(
  client: AnyClient,
  parameters: GetBallotTypedDataParameters,
): Promise<GetBallotTypedDataReturnType> {
  const { governor, proposalId, support, voter } = parameters;
  const at = { address: governor, abi: indexGovernorAbi } as const;
  const key = BigInt.asUintN(192, proposalId);
  const [name, nonce, chainId] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "name" }),
      readContract(client, { ...at, functionName: "nonces", args: [voter, key] }),
      client.request({ method: "eth_chainId" }).then(Number),
    ]),
  );
  return ballotTypedData({ chainId, governor, name }, { proposalId, support: toSupport(support), voter, nonce });
}
