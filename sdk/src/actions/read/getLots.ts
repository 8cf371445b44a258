import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetLotsParameters = AtBlock & { lens: Address; vault: Address };

export type GetLotsReturnType = {
  blockNumber: bigint;
  /** In index order. */
  lots: ReadContractReturnType<typeof indexLensAbi, "lots">;
};

export type GetLotsErrorType = ReadErrorType;

/**
 * What the open rebalance sells and buys, token by token; all zero while none is open.
 *
 * @example
 * const { lots } = await getLots(client, { lens: contracts.IndexLens, vault });
 * const surplus = lots.filter(({ surplus }) => surplus > 0n);
 */
export async function getLots(client: AnyClient, parameters: GetLotsParameters): Promise<GetLotsReturnType> {
  const { lens, vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() => readContract(client, { ...at, functionName: "lots", args: [vault] }));
  return { blockNumber, lots: result };
}
