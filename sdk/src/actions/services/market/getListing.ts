import { type Address, isAddressEqual, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import {
  type AnyClient,
  type AtBlock,
  type ReadErrorType,
  requirePositive,
  resolveBlock,
  withTypedErrors,
} from "../../client.ts";

export type GetListingParameters = AtBlock & {
  /** StrategyMarket. */
  market: Address;
  listingId: bigint;
};

/**
 * "open": can be bought. "ended": its time is over. "unavailable": the strategy changed its owner, or the seller holds no
 * credits any more, or took his approval back.
 */
export type ListingState = "open" | "ended" | "unavailable";

/** An offer that was neither taken back nor sold out. */
export type MarketListing = {
  listingId: bigint;
  seller: Address;
  kind: "strategy" | "credits";
  /** StrategyRegistry or AccessPass. */
  collection: Address;
  id: bigint;
  /** {units} not sold yet */
  left: bigint;
  /** {units} that could be bought now */
  available: bigint;
  /** {raw currency/unit} */
  unitPrice: bigint;
  currency: Address;
  /** {s} from here on it cannot be bought */
  until: number;
  /** {bps of the price} most that the market keeps of it */
  feeBps: number;
  state: ListingState;
};

/** Undefined: never made, taken back, or sold out. */
export type GetListingReturnType = { blockNumber: bigint; listing: MarketListing | undefined };
export type GetListingErrorType = ReadErrorType | ArgumentInvalidError;

export type MarketAt = {
  client: AnyClient;
  market: Address;
  /** StrategyRegistry of the market. */
  registry: Address;
  blockNumber: bigint;
  /** {s} of the block */
  timestamp: bigint;
};

/** The market at one block. */
export async function marketAt(client: AnyClient, market: Address, at: AtBlock): Promise<MarketAt> {
  const blockNumber = await resolveBlock(client, at);
  return withTypedErrors(async () => {
    const [registry, { timestamp }] = await Promise.all([
      readContract(client, { address: market, abi: strategyMarketAbi, functionName: "registry", blockNumber }),
      getBlock(client, { blockNumber }),
    ]);
    return { client, market, registry, blockNumber, timestamp };
  });
}

/** An offer at one block; undefined for one that does not stand. */
export async function readListing(
  { client, market, registry, blockNumber, timestamp }: MarketAt,
  listingId: bigint,
): Promise<MarketListing | undefined> {
  const at = { address: market, abi: strategyMarketAbi, args: [listingId], blockNumber } as const;
  const [found, available] = await Promise.all([
    readContract(client, { ...at, functionName: "listing" }),
    readContract(client, { ...at, functionName: "availableUnits" }),
  ]);
  const { seller, collection, unitPrice, currency, until, feeBps } = found;
  if (isAddressEqual(seller, zeroAddress)) return undefined;
  const kind = isAddressEqual(collection, registry) ? "strategy" : "credits";
  const state = timestamp >= BigInt(until) ? "ended" : available === 0n ? "unavailable" : "open";
  const sums = { left: BigInt(found.left), available, unitPrice, currency, until, feeBps };
  return Object.freeze({ listingId, seller, kind, collection, id: BigInt(found.id), ...sums, state });
}

/**
 * An offer of the market, and whether it can be bought now.
 *
 * @example
 * const { listing } = await getListing(client, { market, listingId: 1n });
 * if (listing?.state === "open") console.log(listing.unitPrice);
 */
export async function getListing(client: AnyClient, parameters: GetListingParameters): Promise<GetListingReturnType> {
  const { market, listingId } = parameters;
  requirePositive(listingId, "listingId");
  const at = await marketAt(client, market, parameters);
  const listing = await withTypedErrors(() => readListing(at, listingId));
  return { blockNumber: at.blockNumber, listing };
}
