import type { Address } from "viem";
import { readContract } from "viem/actions";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, requirePositive, withTypedErrors } from "../../client.ts";
import { type MarketListing, marketAt, readListing } from "./getListing.ts";

export type GetListingsParameters = AtBlock & {
  /** StrategyMarket. */
  market: Address;
  /** First offer that is looked at; they count from 1. Default 1. */
  from?: bigint | undefined;
  /** How many are looked at. Default 500. */
  count?: number | undefined;
};

export type GetListingsReturnType = {
  blockNumber: bigint;
  /** Offers ever made: the number of the newest. */
  total: number;
  /** Those that stand, oldest first; `state` says which can be bought. */
  listings: readonly MarketListing[];
};

export type GetListingsErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * Offers of the market that were neither taken back nor sold out.
 *
 * @example
 * const { listings } = await getListings(client, { market });
 * const open = listings.filter(({ state }) => state === "open");
 */
export async function getListings(
  client: AnyClient,
  parameters: GetListingsParameters,
): Promise<GetListingsReturnType> {
  const { market, from = 1n, count = 500 } = parameters;
  requirePositive(from, "from");
  const at = await marketAt(client, market, parameters);
  const { blockNumber } = at;
  return withTypedErrors(async () => {
    const request = { address: market, abi: strategyMarketAbi, functionName: "listingCount", blockNumber } as const;
    const total = Number(await readContract(client, request));
    const length = Math.max(0, Math.min(count, total - Number(from) + 1));
    const ids = Array.from({ length }, (_, index) => from + BigInt(index));
    const found = await Promise.all(ids.map((id) => readListing(at, id)));
    return { blockNumber, total, listings: Object.freeze(found.filter((listing) => listing !== undefined)) };
  });
}
