import type { Address } from "viem";
import { readContract } from "viem/actions";
import { strategySharesFactoryAbi } from "../../../abis/strategySharesFactory.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetSharesListParameters = AtBlock & {
  /** StrategySharesFactory. */
  factory: Address;
  /** First lock, the oldest is 0. Default 0. */
  from?: number | undefined;
  /** At most this many. Default 100. */
  count?: number | undefined;
};

export type GetSharesListReturnType = { blockNumber: bigint; total: number; shares: readonly Address[] };
export type GetSharesListErrorType = ReadErrorType;

/**
 * Shares of every token that was ever locked, oldest first.
 *
 * @example
 * const { shares } = await getSharesList(client, { factory });
 */
export async function getSharesList(
  client: AnyClient,
  parameters: GetSharesListParameters,
): Promise<GetSharesListReturnType> {
  const { factory, from = 0, count = 100 } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: factory, abi: strategySharesFactoryAbi, blockNumber } as const;
  const [total, shares] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "sharesCount" }),
      readContract(client, { ...at, functionName: "sharesList", args: [BigInt(from), BigInt(count)] }),
    ]),
  );
  return { blockNumber, total: Number(total), shares };
}
