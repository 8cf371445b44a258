import { batchFactoryAbi, getPositions, type HeldPosition, type PlannedIndex, recurringOrdersAbi } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, getAddress, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { Api } from "../data/api.ts";
import { readIndexName } from "../data/indexNames.ts";
import type { IndexSummary } from "../data/indices.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "../data/network.tsx";
import { type PlanCandidate, sectorsFrom } from "./choice.ts";

const PAGE = 100;
/** {ms} What a plan is made of changes by the day. */
const FRESH = 300_000;

/** Indices with what a plan needs of each. What the API does not tell stays unknown. */
export function useCandidates(indices: readonly IndexSummary[] | undefined) {
  const api = useApi();
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["plan-candidates", chainId, indices?.map(({ address }) => address)],
    enabled: indices !== undefined && client !== undefined,
    staleTime: FRESH,
    queryFn: async ({ signal }): Promise<readonly PlanCandidate[]> => {
      const sectorOf =
        api === undefined ? new Map<string, string>() : await readSectors(api, signal).catch(() => new Map());
      const factory = deployment.contracts.IndexFactory;
      const all = (indices ?? []).map(async (index) => {
        // Money goes where the address says: whose it is must not be the API's word.
        const known = await readIndexName(client as ChainClient, factory, index.address);
        return known && readCandidate({ ...index, ...known }, api, sectorOf, signal);
      });
      return (await Promise.all(all)).filter((candidate) => candidate !== undefined);
    },
  });
}

async function readSectors(api: Api, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const sectors = new Map<string, string>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await api.get("/v1/tokens", { limit: PAGE, cursor }, signal);
    cursor = page.next;
    for (const { symbol, sector } of page.data) {
      // The first one of a symbol is the largest.
      if (!sectors.has(symbol.toUpperCase())) sectors.set(symbol.toUpperCase(), sector);
    }
  }
  return sectors;
}

async function readCandidate(
  { address, name, symbol, risk }: IndexSummary,
  api: Api | undefined,
  sectorOf: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<PlanCandidate> {
  const known = { vault: getAddress(address), name, symbol, tier: risk };
  if (api === undefined) return { ...known, sectors: null, volatility: null };
  const [holdings, performance] = await Promise.all([
    api.get("/v1/indices/{address}/holdings", { address }, signal).catch(() => undefined),
    api.get("/v1/indices/{address}/performance", { address }, signal).catch(() => undefined),
  ]);
  const volatility = performance?.data.metrics.volatility ?? null;
  return {
    ...known,
    sectors: holdings === undefined ? null : sectorsFrom(holdings.data.holdings, sectorOf),
    volatility: volatility !== null && volatility > 0 ? volatility : null,
  };
}

/** What deposits are paid in. */
export interface Cash {
  readonly token: Address;
  readonly symbol: string;
  readonly decimals: number;
  /** {raw} of the account; null: no wallet is connected. */
  readonly balance: bigint | null;
}

/** What the account holds of a plan, its cash, and where the requests of each index go. */
export interface PlanHoldings {
  readonly cash: Cash;
  /** Empty while no wallet is connected. */
  readonly positions: readonly HeldPosition[];
  readonly depositors: readonly {
    readonly vault: Address;
    readonly batchDepositor: Address;
    readonly isMissing: boolean;
  }[];
}

/** undefined data while there is no plan; an error on networks without batches. */
export function usePlanHoldings(plan: readonly PlannedIndex[] | undefined) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  const { RecurringOrders: orders, BatchFactory: factory, IndexLens: lens } = deployment.contracts;
  const weights = plan?.map(({ vault, weightBps }) => [vault, weightBps]);
  return useQuery({
    queryKey: ["plan-holdings", chainId, account, weights],
    enabled: client !== undefined && plan !== undefined && orders !== undefined && factory !== undefined,
    queryFn: async (): Promise<PlanHoldings> => {
      const reader = client as ChainClient;
      const indices = plan ?? [];
      const cash = await readCash(reader, orders as Address, account);
      const [positions, depositors] = await Promise.all([
        account === undefined
          ? []
          : getPositions(reader, { lens, account, plan: indices, cashDecimals: cash.decimals }).then(
              (held) => held.positions,
            ),
        Promise.all(indices.map(({ vault }) => readDepositor(reader, factory as Address, vault))),
      ]);
      return { cash, positions, depositors };
    },
  });
}

async function readCash(client: ChainClient, orders: Address, account: Address | undefined): Promise<Cash> {
  const token = await readContract(client, { address: orders, abi: recurringOrdersAbi, functionName: "cash" });
  const at = { address: token, abi: erc20Abi } as const;
  const [symbol, decimals, balance] = await Promise.all([
    readContract(client, { ...at, functionName: "symbol" }),
    readContract(client, { ...at, functionName: "decimals" }),
    account === undefined ? null : readContract(client, { ...at, functionName: "balanceOf", args: [account] }),
  ]);
  return { token, symbol, decimals, balance };
}

/** The batch depositor of an index; of one that has none, where it will be. */
async function readDepositor(client: ChainClient, factory: Address, vault: Address) {
  const at = { address: factory, abi: batchFactoryAbi, args: [vault] } as const;
  const known = await readContract(client, { ...at, functionName: "depositorOf" });
  if (known !== zeroAddress) return { vault, batchDepositor: known, isMissing: false };
  return { vault, batchDepositor: await readContract(client, { ...at, functionName: "predict" }), isMissing: true };
}
