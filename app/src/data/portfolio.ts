import {
  getClaimable,
  getIndices,
  getLock,
  getNav,
  getPlans,
  getVault,
  governanceOf,
  indexVaultAbi,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, type Hash } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import { shareValue } from "../amounts.ts";
import type { NetworkSettings } from "../settings.ts";
import type { Api } from "./api.ts";
import { atPrice, type HeldIndex, joinGains, usdOf } from "./heldIndex.ts";
import { type ChainClient, fetching, useApi, useChainClient, useNetwork } from "./network.tsx";
import { fromApiOrChain, type Sourced } from "./sourced.ts";

const PAGE = 100;

/** What the connected account holds. */
export function useHeld() {
  const api = useApi();
  const network = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  return useQuery({
    queryKey: ["held", network.chainId, account],
    enabled: client !== undefined && account !== undefined,
    refetchInterval: 60_000,
    queryFn: ({ signal }): Promise<Sourced<readonly HeldIndex[]>> =>
      fromApiOrChain({
        api: api && (() => heldByApi(api, client as ChainClient, network, account as Address, signal)),
        chain: () => heldByChain(client as ChainClient, network, account as Address),
        missing: ["what your shares cost", "gains and losses"],
      }),
  });
}

async function heldByApi(
  api: Api,
  client: ChainClient,
  { deployment }: NetworkSettings,
  address: Address,
  signal: AbortSignal,
) {
  const [account, gains] = await Promise.all([
    api.get("/v1/accounts/{address}", { address }, signal),
    api.get("/v1/accounts/{address}/gains", { address }, signal),
  ]);
  const lens = deployment.contracts.IndexLens;
  const data = await Promise.all(
    joinGains(account.data, gains.data).map(async (held) => {
      if (held.shares === 0n) return held;
      const nav = await getNav(client, { lens, vault: held.vault }).catch(() => undefined);
      return nav === undefined || nav.unpriced.length > 0 ? held : atPrice(held, nav.perShare);
    }),
  );
  return { data, asOf: Date.parse(account.asOf) / 1_000 };
}

/** All indices of the factory. */
export async function allIndices(
  client: ChainClient,
  factory: Address,
  blockNumber?: bigint,
): Promise<readonly Address[]> {
  const indices: Address[] = [];
  for (let total = 1; indices.length < total; ) {
    const page = await getIndices(client, { factory, start: indices.length, count: PAGE, blockNumber });
    indices.push(...page.indices);
    total = page.total;
  }
  return indices;
}

/** All indices of the network, for questions that only the chain answers. */
export function useVaults() {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["vaults", chainId],
    enabled: client !== undefined,
    queryFn: async () => {
      const vaults = await allIndices(client as ChainClient, deployment.contracts.IndexFactory);
      return Promise.all(
        vaults.map(async (address) => {
          const symbol = await readContract(client as ChainClient, {
            ...{ address, abi: erc20Abi, functionName: "symbol" },
          });
          return { address, symbol, decimals: 18 };
        }),
      );
    },
  });
}

async function heldByChain(
  client: ChainClient,
  { deployment: { contracts } }: NetworkSettings,
  account: Address,
): Promise<{ data: readonly HeldIndex[]; asOf: number }> {
  const { number: blockNumber, timestamp } = await getBlock(client);
  const vaults = await allIndices(client, contracts.IndexFactory, blockNumber);
  const all = await Promise.all(
    vaults.map(async (vault): Promise<HeldIndex | undefined> => {
      const at = { address: vault, abi: erc20Abi, blockNumber } as const;
      const shares = await readContract(client, { ...at, functionName: "balanceOf", args: [account] });
      if (shares === 0n) return undefined;
      const [{ name, symbol }, nav] = await Promise.all([
        getVault(client, { vault, blockNumber }),
        getNav(client, { lens: contracts.IndexLens, vault, blockNumber }).catch(() => undefined),
      ]);
      const price = nav === undefined || nav.unpriced.length > 0 ? null : nav.perShare;
      const value = price === null ? null : shareValue(shares, price);
      return { vault, name, symbol, shares, price, value, cost: null, unrealised: null, realised: null };
    }),
  );
  return { data: all.filter((entry) => entry !== undefined), asOf: Number(timestamp) };
}

/** What a vault could not pay when it was left, and owes. */
export interface Owed {
  readonly vault: Address;
  readonly symbol: string;
  readonly token: Address;
  /** {raw tokens} */
  readonly amount: bigint;
}

/** Claims of the connected account against the indices: of every listed token, also those that left a basket. */
export function useOwed(vaults: readonly { address: Address; symbol: string }[] | undefined) {
  const { chainId, deployment } = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  return useQuery({
    queryKey: ["owed", chainId, account, vaults?.map(({ address }) => address)],
    enabled: client !== undefined && account !== undefined && vaults !== undefined,
    queryFn: async (): Promise<readonly Owed[]> => {
      const tokens = Object.values(deployment.tokens).map(({ address }) => address);
      const lists = await Promise.all(
        (vaults ?? []).map((vault) => owedBy(client as ChainClient, vault, tokens, account as Address)),
      );
      return lists.flat();
    },
  });
}

async function owedBy(
  client: ChainClient,
  { address: vault, symbol }: { address: Address; symbol: string },
  listed: readonly Address[],
  account: Address,
): Promise<readonly Owed[]> {
  const at = { address: vault, abi: indexVaultAbi } as const;
  const [basket] = await readContract(client, { ...at, functionName: "basket" });
  const tokens = [...new Set([...basket.map(({ token }) => token), ...listed])];
  const owed = await Promise.all(
    tokens.map(async (token) => {
      const amount = await readContract(client, { ...at, functionName: "owed", args: [token, account] });
      return { vault, symbol, token, amount };
    }),
  );
  return owed.filter(({ amount }) => amount > 0n);
}

/** Recurring orders of the connected account; null: this network knows none. */
export function usePlans() {
  const network = useNetwork();
  const { chainId, deployment } = network;
  const { address: owner } = useConnection();
  const client = useChainClient();
  const recurringOrders = deployment.contracts.RecurringOrders;
  return useQuery({
    queryKey: ["plans", chainId, owner],
    enabled: client !== undefined && owner !== undefined,
    ...fetching(network),
    queryFn: async () =>
      recurringOrders === undefined
        ? null
        : (await getPlans(client as ChainClient, { recurringOrders, owner: owner as Address })).plans,
  });
}

/** Lock and rewards of the connected account; null: this network has no token. */
export function useStakeSummary(vaults: readonly { address: Address }[] | undefined) {
  const network = useNetwork();
  const { chainId, deployment } = network;
  const { address: account } = useConnection();
  const client = useChainClient();
  return useQuery({
    queryKey: ["stakeSummary", chainId, account, vaults?.length],
    enabled: client !== undefined && account !== undefined && vaults !== undefined,
    ...fetching(network),
    queryFn: async () => {
      if (deployment.contracts.VotingEscrow === undefined) return null;
      const { VotingEscrow, ScoreRegistry, RevenueDistributor, GovernanceToken } = governanceOf(deployment);
      const tokens = [
        GovernanceToken,
        ...Object.values(deployment.tokens).map(({ address }) => address),
        ...(vaults ?? []).map(({ address }) => address),
      ];
      const at = { client: client as ChainClient, account: account as Address };
      const [lock, { amounts }] = await Promise.all([
        getLock(at.client, { escrow: VotingEscrow, scores: ScoreRegistry, account: at.account }),
        getClaimable(at.client, { distributor: RevenueDistributor, account: at.account, tokens }),
      ]);
      return { lock, token: GovernanceToken, rewards: amounts.filter(({ amount }) => amount > 0n) };
    },
  });
}

/** One thing that the account did, as the chain has it. */
export interface ChainActivity {
  readonly id: number;
  readonly kind: string;
  /** {s since 1970} */
  readonly at: number;
  readonly transaction: Hash;
  readonly index: Address | null;
  /** {share wei} */
  readonly shares: bigint | null;
}

/** The newest things that the connected account did; undefined without an API. */
export function useChainActivity(limit = 50) {
  const api = useApi();
  const { chainId } = useNetwork();
  const { address } = useConnection();
  return useQuery({
    queryKey: ["accountActivity", chainId, address, limit],
    enabled: api !== undefined && address !== undefined,
    queryFn: async ({ signal }): Promise<readonly ChainActivity[]> => {
      const answer = await (api as Api).get("/v1/accounts/{address}/activity", { address, limit }, signal);
      return answer.data.map(({ id, kind, at, transaction, index, shares }) => ({
        ...{ id, kind, at: Date.parse(at) / 1_000, transaction: transaction as Hash },
        ...{ index: index as Address | null, shares: usdOf(shares) },
      }));
    },
  });
}
