import { type Address, type Hash, isAddressEqual, zeroAddress, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireUnits } from "../../../services/checks.ts";
import {
  type AnyClient,
  type AtBlock,
  type ReadErrorType,
  requirePositive,
  resolveBlock,
  withTypedErrors,
} from "../../client.ts";

export type QuoteListingParameters = AtBlock & {
  /** StrategyMarket. */
  market: Address;
  listingId: bigint;
  /** {units} Default 1. */
  units?: bigint | undefined;
};

export type QuoteListingReturnType = {
  blockNumber: bigint;
  /** {raw currency} what the buyer pays: royalty + fee + proceeds */
  cost: bigint;
  /** {raw currency} to `royaltyReceiver` */
  royalty: bigint;
  /** Undefined when nobody gets a royalty. */
  royaltyReceiver: Address | undefined;
  /** {raw currency} to the protocol */
  fee: bigint;
  /** {raw currency} to the seller */
  proceeds: bigint;
  currency: Address;
  /** Newest version of a strategy, which `buyListed` takes; zero for credits. */
  expectedHash: Hash;
};

export type QuoteListingErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * What units of an offer cost now, and who gets it.
 *
 * @example
 * const { cost, expectedHash } = await quoteListing(client, { market, listingId });
 * const action = await buyListed(client, { market, listingId, maxCost: cost, expectedHash });
 */
export async function quoteListing(
  client: AnyClient,
  parameters: QuoteListingParameters,
): Promise<QuoteListingReturnType> {
  const { market, listingId, units = 1n } = parameters;
  requirePositive(listingId, "listingId");
  requireUnits(units);
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: market, abi: strategyMarketAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const [[cost, receiver, royalty, fee, proceeds], { currency, collection, id }, registry] = await Promise.all([
      readContract(client, { ...at, functionName: "quote", args: [listingId, units] }),
      readContract(client, { ...at, functionName: "listing", args: [listingId] }),
      readContract(client, { ...at, functionName: "registry" }),
    ]);
    const expectedHash = isAddressEqual(collection, registry)
      ? await readContract(client, {
          address: registry,
          abi: strategyRegistryAbi,
          functionName: "latestHash",
          args: [BigInt(id)],
          blockNumber,
        })
      : zeroHash;
    const royaltyReceiver = isAddressEqual(receiver, zeroAddress) ? undefined : receiver;
    return { blockNumber, cost, royalty, royaltyReceiver, fee, proceeds, currency, expectedHash };
  });
}
