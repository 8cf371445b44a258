import { assetRegistryAbi } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { readContract } from "viem/actions";
import { type ChainClient, useChainClient, useNetwork } from "./network.tsx";

/** A token that an index may hold, as the registry has it now. */
export interface ListedAsset {
  readonly token: Address;
  readonly symbol: string;
  readonly decimals: number;
  /** D27{USD/tok}; null: no trustworthy price now. */
  readonly price: bigint | null;
  /** {bps} largest part that a proposal may ask for. */
  readonly capBps: number;
  readonly isStable: boolean;
}

const UNLISTED = 0xffff;
const STABLE = 1;

/** The listed tokens among those that the network names, by symbol. */
export function useAssets() {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["assets", chainId],
    enabled: client !== undefined,
    queryFn: async (): Promise<readonly ListedAsset[]> => {
      const known = Object.entries(deployment.tokens);
      const tokens = known.map(([, { address }]) => address);
      const at = { address: deployment.contracts.AssetRegistry, abi: assetRegistryAbi, args: [tokens] } as const;
      const [quotes, listings] = await Promise.all([
        readContract(client as ChainClient, { ...at, functionName: "quotes" }),
        readContract(client as ChainClient, { ...at, functionName: "listings" }),
      ]);
      return known
        .flatMap(([symbol, { address, decimals }], i): ListedAsset[] => {
          const listing = listings[i] ?? UNLISTED;
          const quote = quotes[i];
          if (listing === UNLISTED || quote === undefined) return [];
          const price = quote.price === 0n ? null : quote.price;
          const isStable = ((listing >> 8) & STABLE) !== 0;
          return [{ token: address, symbol, decimals, price, capBps: quote.maxWeightBps, isStable }];
        })
        .toSorted((a, b) => a.symbol.localeCompare(b.symbol));
    },
  });
}
