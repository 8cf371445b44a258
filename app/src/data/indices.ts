import { getIndices, getNav, getVault, yearlyFee } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, parseUnits } from "viem";
import { getBlock } from "viem/actions";
import type { NetworkSettings } from "../settings.ts";
import type { Api } from "./api.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "./network.tsx";
import { fromApiOrChain, type Sourced } from "./sourced.ts";

/** One index as a list shows it. null: not known where the data comes from. */
export interface IndexSummary {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  /** D18{USD/share} */
  readonly price: bigint | null;
  /** D18{USD} */
  readonly tvl: bigint | null;
  /** {bps} */
  readonly change24h: number | null;
  /** {bps} */
  readonly change30d: number | null;
  readonly holders: number | null;
  /** {bps of the value, a year} */
  readonly yearlyFee: number;
  /** {bps of the shares bought} */
  readonly mintFee: number;
  readonly risk: "conservative" | "balanced" | "aggressive" | null;
}

const PAGE = 100;
const MISSING = ["changes", "holders", "risk grades"];

/** All indices of the network. */
export function useIndices() {
  const api = useApi();
  const network = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["indices", network.chainId],
    enabled: client !== undefined,
    queryFn: ({ signal }) => readIndices(api, client as ChainClient, network, signal),
  });
}

async function readIndices(
  api: Api | undefined,
  client: ChainClient,
  network: NetworkSettings,
  signal: AbortSignal,
): Promise<Sourced<readonly IndexSummary[]>> {
  return fromApiOrChain({
    api: api && (() => fromApi(api, signal)),
    chain: () => fromChain(client, network),
    missing: MISSING,
  });
}

/** The API's prices are as old as the last event or day. What indices are worth now, by address in lower case. */
export function useLivePrices(indices: readonly IndexSummary[] | undefined) {
  const network = useNetwork();
  const client = useChainClient();
  const vaults = indices?.map(({ address }) => address) ?? [];
  return useQuery({
    queryKey: ["prices", network.chainId, ...vaults],
    enabled: client !== undefined && vaults.length > 0,
    refetchInterval: 30_000,
    queryFn: async () => {
      const lens = network.deployment.contracts.IndexLens;
      const read = async (vault: Address) => [vault, await getNav(client as ChainClient, { lens, vault })] as const;
      const found = await Promise.allSettled(vaults.map(read));
      return new Map(found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    },
  });
}

/** D18{USD} or null: what nothing has a price of is worth an unknown sum, not none. */
function priced(value: bigint | null | undefined): bigint | null {
  return value || null;
}

async function fromApi(api: Api, signal: AbortSignal) {
  const found: IndexSummary[] = [];
  let asOf = 0;
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await api.get("/v1/indices", { limit: PAGE, cursor }, signal);
    asOf = Date.parse(page.asOf) / 1_000;
    cursor = page.next;
    for (const { address, name, symbol, price, tvl, change24hBps, change30dBps, holders, fees, risk } of page.data) {
      found.push({
        ...{ address: address as Address, name, symbol, holders, risk },
        ...{ price: priced(price && parseUnits(price.amount, 18)), tvl: priced(tvl && parseUnits(tvl.amount, 18)) },
        ...{ change24h: change24hBps, change30d: change30dBps },
        ...{ yearlyFee: fees.streamingBpsPerYear, mintFee: fees.mintBps },
      });
    }
  }
  return { data: found, asOf };
}

async function fromChain(client: ChainClient, { deployment: { contracts } }: NetworkSettings) {
  const { number: blockNumber, timestamp } = await getBlock(client);
  const indices: Address[] = [];
  for (let total = 1; indices.length < total; ) {
    const page = await getIndices(client, {
      factory: contracts.IndexFactory,
      start: indices.length,
      count: PAGE,
      blockNumber,
    });
    indices.push(...page.indices);
    total = page.total;
  }
  const data = await Promise.all(
    indices.map(async (vault): Promise<IndexSummary> => {
      const [{ name, symbol, fees }, nav] = await Promise.all([
        getVault(client, { vault, blockNumber }),
        getNav(client, { lens: contracts.IndexLens, vault, blockNumber }).catch(() => undefined),
      ]);
      return {
        ...{ address: vault, name, symbol, change24h: null, change30d: null, holders: null, risk: null },
        ...{ price: priced(nav?.perShare), tvl: priced(nav?.total) },
        ...{ yearlyFee: Number(yearlyFee(fees.streamingRate)) / 1e14, mintFee: fees.mintFeeBps },
      };
    }),
  );
  return { data, asOf: Number(timestamp) };
}
