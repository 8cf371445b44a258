import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetHealthParameters = AtBlock & { lens: Address; vault: Address };

export type GetHealthReturnType = { blockNumber: bigint } & ReadContractReturnType<typeof indexLensAbi, "health">;

export type GetHealthErrorType = ReadErrorType;

/**
 * Feeds, freezes, pegs, shortfalls, budgets, pause and signers of an index.
 *
 * @example
 * const { tokens, open } = await getHealth(client, { lens: contracts.IndexLens, vault });
 * const troubled = tokens.filter(({ priced }) => !priced);
 */
export async function getHealth(client: AnyClient, parameters: GetHealthParameters): Promise<GetHealthReturnType> {
  const { lens, vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() => readContract(client, { ...at, functionName: "health", args: [vault] }));
  return { blockNumber, ...result };
}
