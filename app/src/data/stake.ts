import {
  compounderAbi,
  type GetLockReturnType,
  type GetPolicyReturnType,
  type GetTierReturnType,
  getClaimable,
  getIndices,
  getLock,
  getPolicy,
  getTier,
  governanceOf,
  revenueDistributorAbi,
  votingEscrowAbi,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, getAddress, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import type { Api } from "./api.ts";
import { type ChainClient, fetching, useApi, useChainClient, useNetwork } from "./network.tsx";
import { fromApiOrChain, type Sourced } from "./sourced.ts";
import { readTokens, type TokenWords } from "./tokenBook.ts";

/** Everything about the stake of one account, at one block of the chain. */
export interface StakeState {
  /** undefined: nobody is connected, and figures of an account mean nothing. */
  readonly account: Address | undefined;
  readonly lock: GetLockReturnType;
  readonly tier: GetTierReturnType;
  /** {GIM wei} in the account, not locked */
  readonly balance: bigint;
  /** {bps} of the amount that an early exit costs with 52 weeks to go */
  readonly maxPenaltyBps: number;
  /** {GIM wei} locked by everybody */
  readonly totalLocked: bigint;
  /** {veGIM wei} of everybody */
  readonly totalPower: bigint;
}

/** Addresses of the DAO; undefined when this deployment has none. */
export function useGovernance() {
  const { deployment } = useNetwork();
  return deployment.contracts.VotingEscrow === undefined ? undefined : governanceOf(deployment);
}

/** The stake of whoever is connected; of nobody, what everybody has in common. */
export function useStake() {
  const network = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["stake", network.chainId, account],
    enabled: client !== undefined && network.deployment.contracts.VotingEscrow !== undefined,
    ...fetching(network),
    queryFn: () => readStake(client as ChainClient, network, account),
  });
}

async function readStake(
  client: ChainClient,
  { deployment }: NetworkSettings,
  account: Address | undefined,
): Promise<StakeState> {
  const { VotingEscrow: escrow, ScoreRegistry: scores, GovernanceToken: gim } = governanceOf(deployment);
  const of = account ?? zeroAddress;
  const lock = await getLock(client, { escrow, scores, account: of });
  const { blockNumber } = lock;
  const at = { address: escrow, abi: votingEscrowAbi, blockNumber } as const;
  const [tier, balance, maxPenaltyBps, totalLocked, totalPower] = await Promise.all([
    getTier(client, { scores, account: of, blockNumber }),
    readContract(client, { address: gim, abi: erc20Abi, functionName: "balanceOf", args: [of], blockNumber }),
    readContract(client, { ...at, functionName: "maxPenaltyBps" }),
    readContract(client, { ...at, functionName: "totalLocked" }),
    readContract(client, { ...at, functionName: "totalSupply" }),
  ]);
  return { account, lock, tier, balance, maxPenaltyBps, totalLocked, totalPower };
}

/** One reward token and what of it can be claimed. */
export interface Reward {
  readonly token: TokenWords;
  /** {raw tokens} of all finished weeks */
  readonly amount: bigint;
}

export interface RewardState {
  readonly rewards: readonly Reward[];
  readonly policy: GetPolicyReturnType;
  /** {bps} most that a policy may give to whoever starts it */
  readonly maxFeeBps: number;
  /** {bps} most that a policy may lose against the mean or oracle price */
  readonly maxSlippageBps: number;
}

/** What the account can claim and what becomes of it. */
export function useRewards() {
  const api = useApi();
  const network = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["rewards", network.chainId, account],
    enabled: client !== undefined && account !== undefined && network.deployment.contracts.VotingEscrow !== undefined,
    ...fetching(network),
    queryFn: ({ signal }) => readRewards(api, client as ChainClient, network, account as Address, signal),
  });
}

/** {indices} asked for at once. */
const PAGE = 100;

/** The API knows every token that ever came in; the chain says which of today's tokens are rewards. Amounts are the chain's. */
async function readRewards(
  api: Api | undefined,
  client: ChainClient,
  network: NetworkSettings,
  account: Address,
  signal: AbortSignal,
): Promise<Sourced<RewardState>> {
  const { RevenueDistributor: distributor, Compounder: compounder } = governanceOf(network.deployment);
  const listed = await fromApiOrChain<readonly Address[]>({
    api:
      api &&
      (async () => {
        const { data, asOf } = await api.get("/v1/accounts/{address}/stake", { address: account }, signal);
        return { data: data.revenue.claimable.map(({ token }) => getAddress(token)), asOf: Date.parse(asOf) / 1_000 };
      }),
    chain: async () => {
      const [data, { timestamp }] = await Promise.all([readRewardTokens(client, network), getBlock(client)]);
      return { data, asOf: Number(timestamp) };
    },
    missing: ["reward tokens that are no longer listed"],
  });
  const at = { address: compounder, abi: compounderAbi } as const;
  const [{ amounts }, policy, book, maxFee, maxSlippage] = await Promise.all([
    getClaimable(client, { distributor, account, tokens: listed.data }),
    getPolicy(client, { compounder, distributor, account }),
    readTokens(client, network, listed.data),
    readContract(client, { ...at, functionName: "MAX_FEE_BPS" }),
    readContract(client, { ...at, functionName: "MAX_SLIPPAGE_BPS" }),
  ]);
  const rewards = amounts.flatMap(({ token, amount }) => {
    const words = book.get(getAddress(token));
    return words === undefined ? [] : [{ token: words, amount }];
  });
  const limits = { maxFeeBps: Number(maxFee), maxSlippageBps: Number(maxSlippage) };
  return { ...listed, data: { rewards, policy, ...limits } };
}

async function readRewardTokens(client: ChainClient, { deployment }: NetworkSettings): Promise<readonly Address[]> {
  const { RevenueDistributor: distributor, GovernanceToken: gim } = governanceOf(deployment);
  const tokens = [gim, ...Object.values(deployment.tokens).map(({ address }) => address)];
  for (let start = 0, total = 1; start < total; start += PAGE) {
    const page = await getIndices(client, { factory: deployment.contracts.IndexFactory, start, count: PAGE });
    tokens.push(...page.indices);
    total = page.total;
  }
  const distinct = [...new Set(tokens.map((token) => getAddress(token)))];
  const at = { address: distributor, abi: revenueDistributorAbi } as const;
  const isReward = await Promise.all(
    distinct.map((token) => readContract(client, { ...at, functionName: "isRewardToken", args: [token] })),
  );
  return distinct.filter((_, i) => isReward[i]);
}
