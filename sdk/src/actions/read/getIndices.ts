import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexFactoryAbi } from "../../abis/indexFactory.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetIndicesParameters = AtBlock & {
  factory: Address;
  /** First index, oldest is 0. Default 0. */
  start?: number | undefined;
  /** At most this many. Default 100. */
  count?: number | undefined;
};

export type GetIndicesReturnType = { blockNumber: bigint; total: number; indices: readonly Address[] };

export type GetIndicesErrorType = ReadErrorType;

/**
 * Indices of a factory, oldest first.
 *
 * @example
 * const { indices, total } = await getIndices(client, { factory: contracts.IndexFactory });
 */
export async function getIndices(client: AnyClient, parameters: GetIndicesParameters): Promise<GetIndicesReturnType> {
  const { factory, start = 0, count = 100 } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: factory, abi: indexFactoryAbi, blockNumber } as const;
  const [total, indices] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "indexCount" }),
      readContract(client, { ...at, functionName: "indices", args: [BigInt(start), BigInt(count)] }),
    ]),
  );
  return { blockNumber, total: Number(total), indices };
}
