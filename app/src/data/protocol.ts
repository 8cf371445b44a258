import { feeSplitterAbi, governanceOf, indexFactoryAbi, revenueDistributorAbi } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, getAddress } from "viem";
import { getBlock, getContractEvents, readContract } from "viem/actions";
import { dateOf } from "../charts/ranges.ts";
import type { NetworkSettings } from "../settings.ts";
import { type Api, ApiError } from "./api.ts";
import { momentOf, numberOf } from "./index/wire.ts";
import type { IndexSummary } from "./indices.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "./network.tsx";
import { revenueOf, sumByDay, type TokenRevenue } from "./protocolSums.ts";
import { readTokens, type TokenBook } from "./tokenBook.ts";

/** {s} */
const DAY = 86_400;
/** {indices} whose past is added up: one question each. */
export const MOST_INDICES = 20;

/** What the largest indices held together, day by day {USD}. Only the API knows the past. */
export function useValueHistory(indices: readonly IndexSummary[] | undefined, asOf: number | undefined, days: number) {
  const api = useApi();
  const { chainId } = useNetwork();
  const largest = indices
    ?.toSorted((a, b) => Number((b.tvl ?? 0n) - (a.tvl ?? 0n)))
    .slice(0, MOST_INDICES)
    .map(({ address }) => address);
  const to = asOf === undefined ? undefined : dateOf(asOf);
  return useQuery({
    queryKey: ["valueHistory", chainId, days, to, largest],
    enabled: largest !== undefined && asOf !== undefined,
    queryFn: async ({ signal }) => {
      if (api === undefined)
        throw new ApiError(0, "UNREACHABLE", "This network has no API, and the chain has no past.");
      const from = dateOf((asOf as number) - days * DAY);
      const read = (address: Address) => readHeld(api, { address, interval: "1d", from, to }, signal);
      const found = await Promise.all((largest ?? []).map(read));
      return { days: sumByDay(found.map(({ bars }) => bars)), asOf: Math.max(0, ...found.map((one) => one.asOf)) };
    },
  });
}

async function readHeld(api: Api, parameters: Record<string, string | undefined>, signal: AbortSignal) {
  const { data, asOf } = await api.get("/v1/indices/{address}/nav", parameters, signal);
  const bars = data.bars.flatMap(({ from, tvl }) => {
    const held = numberOf(tvl);
    return held === null ? [] : [{ time: momentOf(from), tvl: held }];
  });
  return { bars, asOf: momentOf(asOf) };
}

/** A week whose pot of one token was shared out among those who lock. */
export interface SharedWeek {
  /** {s since 1970} its start */
  readonly start: number;
  readonly token: Address;
  /** {raw tokens} */
  readonly pot: bigint;
  /** {veGIM wei} that shared it */
  readonly supply: bigint;
}

export interface Revenue {
  readonly tokens: readonly TokenRevenue[];
  /** The newest first. */
  readonly weeks: readonly SharedWeek[];
  readonly book: TokenBook;
  /** {bps} of all fees that the protocol keeps */
  readonly protocolFee: number;
  /** {s since 1970} */
  readonly asOf: number;
}

/** {s} */
const WEEK = 7 * DAY;

/** Where the protocol's revenue went, from the events of the chain. */
export function useRevenue() {
  const network = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["revenue", network.chainId],
    enabled: client !== undefined && network.deployment.contracts.FeeSplitter !== undefined,
    queryFn: () => readRevenue(client as ChainClient, network),
  });
}

async function readRevenue(client: ChainClient, network: NetworkSettings): Promise<Revenue> {
  const { deployment } = network;
  const { FeeSplitter: splitter, RevenueDistributor: distributor } = governanceOf(deployment);
  const { number: toBlock, timestamp } = await getBlock(client);
  const span = { fromBlock: BigInt(deployment.blockNumber), toBlock, strict: true } as const;
  const [splits, shared, [protocolFee]] = await Promise.all([
    getContractEvents(client, { address: splitter, abi: feeSplitterAbi, eventName: "Distributed", ...span }),
    getContractEvents(client, { address: distributor, abi: revenueDistributorAbi, eventName: "Finalized", ...span }),
    readContract(client, {
      ...{ address: deployment.contracts.IndexFactory, abi: indexFactoryAbi, functionName: "protocolFee" },
      blockNumber: toBlock,
    }),
  ]);
  const tokens = revenueOf(splits.map(({ args: { token, parts } }) => ({ token: getAddress(token), parts })));
  const weeks = shared
    .map(({ args: { token, week, pot, supply } }): SharedWeek => {
      return { start: Number(week) * WEEK, token: getAddress(token), pot, supply };
    })
    .toReversed();
  const book = await readTokens(
    client,
    network,
    [...tokens, ...weeks].map(({ token }) => token),
  );
  return { tokens, weeks, book, protocolFee, asOf: Number(timestamp) };
}
