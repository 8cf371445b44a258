import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetPromisesParameters = AtBlock & { lens: Address; vault: Address };

export type GetPromisesReturnType = { blockNumber: bigint } & ReadContractReturnType<typeof indexLensAbi, "promises">;

export type GetPromisesErrorType = ReadErrorType;

/**
 * What holders of an index were promised for ever, and the fees in force.
 *
 * @example
 * const { limits, streamingPerYear } = await getPromises(client, { lens: contracts.IndexLens, vault });
 */
export async function getPromises(
  client: AnyClient,
  parameters: GetPromisesParameters,
): Promise<GetPromisesReturnType> {
  const { lens, vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() => readContract(client, { ...at, functionName: "promises", args: [vault] }));
  return { blockNumber, ...result };
}
