import { getAnnouncedStrategies, indexVaultAbi, type Strategy } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import type { Address, Hash } from "viem";
import { readContract } from "viem/actions";
import { useIndices } from "../data/indices.ts";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import type { StrategyDetail } from "./data.ts";

/** An index that may follow a strategy. */
export interface Follower {
  readonly vault: Address;
  readonly name: string;
  readonly symbol: string;
  /** The zero address: nobody. */
  readonly curator: Address;
  /** What it follows now. */
  readonly strategy: Strategy;
}

/** All indices with who may announce a strategy for them. */
export function useFollowers() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const indices = useIndices();
  const list = indices.data?.data;
  const asked = useQuery({
    queryKey: ["followers", chainId, list?.map(({ address }) => address)],
    enabled: client !== undefined && list !== undefined,
    queryFn: () =>
      Promise.all(
        (list ?? []).map(async ({ address: vault, name, symbol }): Promise<Follower> => {
          const at = { address: vault, abi: indexVaultAbi } as const;
          const [curator, strategy] = await Promise.all([
            readContract(client as ChainClient, { ...at, functionName: "curator" }),
            readContract(client as ChainClient, { ...at, functionName: "strategy" }),
          ]);
          return { vault, name, symbol, curator, strategy };
        }),
      ),
  });
  return { data: asked.data, error: indices.error ?? asked.error };
}

/**
 * What an index has announced of a strategy. A vault keeps hashes alone, so it is asked about each version at the royalty of
 * now, and about what the API has seen announced.
 */
export function useAnnounced(vault: Address, strategy: StrategyDetail) {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const seen = (strategy.more?.announced ?? []).filter(({ index }) => index.toLowerCase() === vault.toLowerCase());
  const terms = new Map(
    [
      ...strategy.versions.map(({ hash }) => ({ royaltyBps: strategy.royaltyBps, methodologyHash: hash })),
      ...seen.map(({ royaltyBps, hash }) => ({ royaltyBps, methodologyHash: hash as Hash })),
    ].map((item) => [`${item.royaltyBps} ${item.methodologyHash}`, { ...item, recipient: strategy.receiver }]),
  );
  return useQuery({
    queryKey: ["announced", chainId, vault, strategy.receiver, [...terms.keys()]],
    enabled: client !== undefined,
    queryFn: async () => {
      const { announced } = await getAnnouncedStrategies(client as ChainClient, {
        ...{ vault, strategies: [...terms.values()] },
      });
      return announced;
    },
  });
}
