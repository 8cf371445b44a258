import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetNavParameters = AtBlock & { lens: Address; vault: Address };

export type GetNavReturnType = { blockNumber: bigint } & ReadContractReturnType<typeof indexLensAbi, "nav">;

export type GetNavErrorType = ReadErrorType;

/**
 * Net asset value of an index at the registry's prices; tokens without a price are left out and listed.
 *
 * @example
 * const { perShare, unpriced } = await getNav(client, { lens: contracts.IndexLens, vault });
 * formatUnits(perShare, 18); // "101.23"
 */
export async function getNav(client: AnyClient, parameters: GetNavParameters): Promise<GetNavReturnType> {
  const { lens, vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() => readContract(client, { ...at, functionName: "nav", args: [vault] }));
  return { blockNumber, ...result };
}
