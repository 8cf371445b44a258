import {
  accessPassAbi,
  getCredits,
  getListings,
  getShares,
  getStrategies,
  getStrategy,
  getVersions,
  type ServiceContract,
  servicesOf,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, type Hash, isAddressEqual, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { RankedStrategy, Strategy } from "../data/answers.d.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "../data/network.tsx";
import { fromApiOrChain, type Sourced } from "../data/sourced.ts";
import { shortAddress } from "../format.ts";
import { useNow } from "../ui/useNow.ts";

/** {s} */
const ANEW = 10;

export type Services = Readonly<Record<ServiceContract, Address>>;

/** The contracts of the market; undefined where nothing is sold. */
export function useServiceContracts(): Services | undefined {
  const { deployment } = useNetwork();
  return "AccessPass" in deployment.contracts ? servicesOf(deployment) : undefined;
}

/** What something is paid in. */
export interface Currency {
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
}

/** USDC and GIM, as the access pass takes them. */
export function useCurrencies() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  return useQuery({
    queryKey: ["currencies", chainId],
    enabled: client !== undefined && services !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<readonly [usdc: Currency, gim: Currency]> => {
      const at = { address: (services as Services).AccessPass, abi: accessPassAbi } as const;
      const reader = client as ChainClient;
      const [usdc, gim] = await Promise.all([
        readContract(reader, { ...at, functionName: "usdc" }),
        readContract(reader, { ...at, functionName: "gim" }),
      ]);
      return Promise.all([readCurrency(reader, usdc), readCurrency(reader, gim)]);
    },
  });
}

async function readCurrency(client: ChainClient, address: Address): Promise<Currency> {
  const at = { address, abi: erc20Abi } as const;
  const [symbol, decimals] = await Promise.all([
    readContract(client, { ...at, functionName: "symbol" }),
    readContract(client, { ...at, functionName: "decimals" }),
  ]);
  return { address, symbol, decimals };
}

/** The currency of an address; undefined for one that is neither. */
export function currencyAt(list: readonly Currency[] | undefined, address: string): Currency | undefined {
  return list?.find((currency) => isAddressEqual(currency.address, address as Address));
}

/** Words for a token in a button: its symbol if it is a currency. */
export function useSymbolOf(): (token: Address) => string {
  const { data } = useCurrencies();
  const services = useServiceContracts();
  return (token) => {
    if (services !== undefined && isAddressEqual(token, services.StrategyRegistry)) return "the strategy";
    if (services !== undefined && isAddressEqual(token, services.AccessPass)) return "all credits";
    return currencyAt(data, token)?.symbol ?? shortAddress(token);
  };
}

/** A strategy in the list. null: not known where the data comes from. */
export type StrategyRow = Pick<
  RankedStrategy,
  "id" | "owner" | "royaltyBps" | "versions" | "rank" | "reason" | "excessAYear" | "totalReturn" | "worstFall"
> & { readonly days: number | null; readonly indices: number | null };

/** Strategies by live results; from the chain alone, without them. */
export function useStrategies() {
  const api = useApi();
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  return useQuery({
    queryKey: ["strategies", chainId],
    enabled: client !== undefined && services !== undefined,
    queryFn: ({ signal }): Promise<Sourced<readonly StrategyRow[]>> =>
      fromApiOrChain<readonly StrategyRow[]>({
        api:
          api &&
          (async () => {
            const { data, asOf } = await api.get("/v1/strategies", {}, signal);
            return { data, asOf: Date.parse(asOf) / 1_000 };
          }),
        chain: async () => {
          const { StrategyRegistry: registry } = services as Services;
          const reader = client as ChainClient;
          const { strategies, blockNumber } = await readRegistry(reader, registry);
          const { timestamp } = await getBlock(reader, { blockNumber });
          const unknown = { rank: null, reason: null, excessAYear: null, totalReturn: null, worstFall: null };
          const data = strategies
            .filter(({ kind }) => kind === "strategy")
            .map(({ id, owner, royaltyBps, versions }) => {
              return { id: String(id), owner, royaltyBps, versions, ...unknown, days: null, indices: null };
            });
          return { data, asOf: Number(timestamp) };
        },
        missing: ["results and places"],
      }),
  });
}

/** All tokens of the registry, page by page. */
async function readRegistry(client: ChainClient, registry: Address) {
  const first = await getStrategies(client, { registry });
  const strategies = [...first.strategies];
  while (strategies.length < first.total) {
    const from = BigInt(strategies.length) + 1n;
    const page = await getStrategies(client, { registry, from, blockNumber: first.blockNumber });
    if (page.strategies.length === 0) break;
    strategies.push(...page.strategies);
  }
  return { strategies, blockNumber: first.blockNumber };
}

/** Data sets, which no ranking has: as the registry holds them. */
export function useDatasets() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  return useQuery({
    queryKey: ["datasets", chainId],
    enabled: client !== undefined && services !== undefined,
    queryFn: async () => {
      const { strategies } = await readRegistry(client as ChainClient, (services as Services).StrategyRegistry);
      return strategies.filter(({ kind }) => kind === "dataset");
    },
  });
}

/** What the page of one strategy shows. null: only the API knows. */
export interface StrategyDetail {
  readonly id: bigint;
  readonly kind: "strategy" | "dataset";
  readonly owner: Address;
  readonly receiver: Address;
  readonly royaltyBps: number;
  readonly resaleBps: number;
  /** Who gets that part of a sale's price, and alone can hand it on. */
  readonly resaleReceiver: Address;
  readonly hash: Hash;
  /** {s} */
  readonly versions: readonly {
    readonly index: number;
    readonly hash: Hash;
    readonly uri: string;
    readonly publishedAt: number;
  }[];
  readonly shares: Address | undefined;
  readonly more: Pick<Strategy, "adoptions" | "announced" | "royalties" | "earned" | "lock"> | null;
}

/** One strategy: what the contracts say, and the history of the API beside it. */
export function useStrategy(id: bigint) {
  const api = useApi();
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  return useQuery({
    queryKey: ["strategy", chainId, String(id)],
    enabled: client !== undefined && services !== undefined,
    queryFn: async ({ signal }): Promise<Sourced<StrategyDetail>> => {
      const { StrategyRegistry: registry, StrategySharesFactory: sharesFactory } = services as Services;
      const reader = client as ChainClient;
      const found = await getStrategy(reader, { registry, id, sharesFactory });
      const [{ versions }, { timestamp }] = await Promise.all([
        getVersions(reader, { registry, id, blockNumber: found.blockNumber }),
        getBlock(reader, { blockNumber: found.blockNumber }),
      ]);
      const asOf = Number(timestamp);
      return fromApiOrChain<StrategyDetail>({
        api:
          api &&
          (async () => {
            const { data: more } = await api.get("/v1/strategies/{id}", { id: String(id) }, signal);
            return { data: { ...found, versions, more }, asOf };
          }),
        chain: async () => ({ data: { ...found, versions, more: null }, asOf }),
        missing: ["adoptions and royalties"],
      });
    },
  });
}

/** Shares of a locked strategy, with what the account has of it. */
export function useShares(shares: Address | undefined, tokens: readonly Address[]) {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["shares", chainId, shares, account, tokens],
    enabled: client !== undefined && shares !== undefined,
    queryFn: async () => {
      const reader = client as ChainClient;
      const found = await getShares(reader, { shares: shares as Address, account, tokens });
      const [currency, { timestamp }] = await Promise.all([
        readCurrency(reader, found.currency),
        getBlock(reader, { blockNumber: found.blockNumber }),
      ]);
      return { ...found, paidIn: currency, now: timestamp };
    },
  });
}

/** Offers that stand, as the market has them now. */
export function useListings() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  return useQuery({
    queryKey: ["listings", chainId],
    enabled: client !== undefined && services !== undefined,
    queryFn: () => getListings(client as ChainClient, { market: (services as Services).StrategyMarket }),
  });
}

/** Credits, plans, trial and key of the account; of nobody when no wallet is connected, for the prices. */
export function useCredits() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  const services = useServiceContracts();
  const { address = zeroAddress } = useConnection();
  return useQuery({
    queryKey: ["credits", chainId, address],
    enabled: client !== undefined && services !== undefined,
    queryFn: () => getCredits(client as ChainClient, { pass: (services as Services).AccessPass, account: address }),
  });
}

/** What each service is, in the API's words. */
export function useServiceWords() {
  const api = useApi();
  const { chainId } = useNetwork();
  return useQuery({
    queryKey: ["services", chainId],
    enabled: api !== undefined,
    retry: false,
    queryFn: async ({ signal }) => (await api?.get("/v1/services", {}, signal))?.data ?? null,
  });
}

/** {s} by the chain's clock or this machine's, whichever is ahead: a chain without a new block stands still. */
export function useLater(chainTime: bigint | undefined): bigint | undefined {
  const now = BigInt(useNow(ANEW));
  return chainTime === undefined || chainTime > now ? chainTime : now;
}

/** {s} of the newest block, for dates that a contract compares. */
export function useChainTime() {
  const client = useChainClient();
  const { chainId } = useNetwork();
  return useQuery({
    queryKey: ["time", chainId],
    enabled: client !== undefined,
    queryFn: async () => (await getBlock(client as ChainClient)).timestamp,
  });
}
