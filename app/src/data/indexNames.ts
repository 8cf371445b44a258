import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, getAddress } from "viem";
import { readContract } from "viem/actions";
import { isIndex } from "./index/known.ts";
import { type ChainClient, useChainClient, useNetwork } from "./network.tsx";
import { allIndices } from "./portfolio.ts";

/** What an index calls itself, on the chain. */
export interface IndexName {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
}

/** All indices that the factory made, by the names that they have on the chain: for choices that end in a transaction. */
export function useIndexNames() {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["indexNames", chainId],
    enabled: client !== undefined,
    queryFn: async (): Promise<readonly IndexName[]> => {
      const reader = client as ChainClient;
      const vaults = await allIndices(reader, deployment.contracts.IndexFactory);
      return Promise.all(vaults.map((vault) => readName(reader, vault)));
    },
  });
}

/** The name of an index; undefined for what the factory did not make, whatever the API says of it. */
export async function readIndexName(
  client: ChainClient,
  factory: Address,
  vault: Address,
): Promise<IndexName | undefined> {
  return (await isIndex(client, factory, vault)) ? readName(client, vault) : undefined;
}

async function readName(client: ChainClient, vault: Address): Promise<IndexName> {
  const at = { address: vault, abi: erc20Abi } as const;
  const [name, symbol] = await Promise.all([
    readContract(client, { ...at, functionName: "name" }),
    readContract(client, { ...at, functionName: "symbol" }),
  ]);
  return { address: getAddress(vault), name, symbol };
}
