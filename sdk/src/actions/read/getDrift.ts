import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetDriftParameters = AtBlock & { lens: Address; vault: Address };

type WeightsAndDrift = ReadContractReturnType<typeof indexLensAbi, "weights">;

export type GetDriftReturnType = {
  blockNumber: bigint;
  /** In index order. {bps} */
  weights: WeightsAndDrift[0];
  /** {bps} half the sum of the absolute drifts */
  drift: bigint;
};

export type GetDriftErrorType = ReadErrorType;

/**
 * Weights now against the last proposal, and the one-way drift of the portfolio {bps}.
 *
 * @example
 * const { drift, weights } = await getDrift(client, { lens: contracts.IndexLens, vault });
 * if (drift > 500n) console.log("more than 5% would have to be sold");
 */
export async function getDrift(client: AnyClient, parameters: GetDriftParameters): Promise<GetDriftReturnType> {
  const { lens, vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() => readContract(client, { ...at, functionName: "weights", args: [vault] }));
  const [weights, drift] = result;
  return { blockNumber, weights, drift };
}
