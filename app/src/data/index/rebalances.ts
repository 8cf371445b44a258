import { getEpoch, getTargets, indexVaultAbi } from "@gimbal/sdk";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Address, Hash, Hex } from "viem";
import { getBlock, getContractEvents } from "viem/actions";
import type { Answers } from "../answers.d.ts";
import { ApiError } from "../api.ts";
import { fromApiOrChain, type Sourced } from "../sourced.ts";
import { type Place, symbolOf, usePlace } from "./place.ts";
import { momentOf, numberOf, secondsOf } from "./wire.ts";

/** A token in a rebalance. {bps of NAV}; null: not known. */
export interface RebalancedToken {
  readonly token: Address;
  readonly symbol: string | null;
  readonly before: number | null;
  readonly target: number | null;
  /** null: nothing was traded yet. */
  readonly after: number | null;
  readonly reasons: readonly string[];
}

/** One rebalance. null: not known where it comes from. */
export interface Rebalance {
  readonly epoch: number;
  readonly lane: "RISK" | "DERISK";
  readonly status: "waiting" | "open" | "closed" | "cancelled" | "ended" | null;
  /** {s since 1970} */
  readonly proposedAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  /** Transaction that proposed it; null: the RPC does not tell events that old. */
  readonly tx: Hash | null;
  /** Hash of the decision behind it. */
  readonly decision: Hex;
  /** Why, in words; null: the decision is not known here. */
  readonly reasons: readonly string[] | null;
  readonly weights: readonly RebalancedToken[];
  readonly fills: number | null;
  /** {USD} sold at oracle prices */
  readonly traded: number | null;
}

interface RebalancePage {
  readonly rebalances: readonly Rebalance[];
  /** Cursor of the next page. */
  readonly next: string | undefined;
}

const PAGE = 10;
const MISSING = ["reasons", "weights before and after", "costs"];

/** Rebalances of an index, the newest first, page by page. */
export function useRebalances(vault: Address) {
  const place = usePlace();
  return useInfiniteQuery({
    queryKey: ["rebalances", place?.network.chainId, vault],
    enabled: place !== undefined,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readRebalances(place as Place, vault, pageParam, signal),
    getNextPageParam: ({ data }) => data.next,
  });
}

async function readRebalances(
  place: Place,
  vault: Address,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Sourced<RebalancePage>> {
  const { api } = place;
  return fromApiOrChain({
    api:
      api &&
      (async () => {
        const path = "/v1/indices/{address}/rebalances";
        const page = await api.get(path, { address: vault, limit: PAGE, cursor }, signal);
        return { data: { rebalances: page.data.map(toRebalance), next: page.next }, asOf: momentOf(page.asOf) };
      }),
    chain: () => fromChain(place, vault),
    missing: MISSING,
  });
}

function toRebalance(row: Answers["/v1/indices/{address}/rebalances"]["data"][number]): Rebalance {
  return {
    ...{ epoch: row.epoch, lane: row.lane, status: row.status, tx: row.tx as Hash, decision: row.decision as Hex },
    ...{ proposedAt: momentOf(row.proposedAt), opensAt: momentOf(row.opensAt) },
    closesAt: secondsOf(row.endedAt) ?? momentOf(row.closesAt),
    ...{ reasons: row.reasons, fills: row.fills, traded: numberOf(row.traded) },
    weights: row.weights.map(({ token, symbol, beforeBps, targetBps, afterBps, reasons }) => ({
      ...{ token: token as Address, symbol, before: beforeBps, target: targetBps, after: afterBps },
      reasons: reasons ?? [],
    })),
  };
}

/** Events where the RPC tells them, else what the vault carries of its last rebalance. */
async function fromChain(place: Place, vault: Address) {
  const { client, network } = place;
  const { number: blockNumber, timestamp } = await getBlock(client);
  const [epoch, { tokens }] = await Promise.all([
    getEpoch(client, { vault, blockNumber }),
    getTargets(client, { vault, blockNumber }),
  ]);
  const asOf = Number(timestamp);
  if (epoch.id === 0) return { data: { rebalances: [], next: undefined }, asOf };
  const status = { announced: "waiting", open: "open", stopped: "waiting", closed: "closed", cancelled: "cancelled" };
  const newest: Rebalance = {
    ...{ epoch: epoch.id, lane: epoch.lane, tx: null, decision: epoch.decisionHash, reasons: null },
    status: (status[epoch.phase as keyof typeof status] ?? null) as Rebalance["status"],
    ...{ proposedAt: epoch.proposedAt, opensAt: epoch.opensAt, closesAt: epoch.closesAt, fills: null, traded: null },
    weights: await Promise.all(
      tokens.map(async ({ token, weightBps }) => ({
        ...{ token, symbol: await symbolOf(place, token), target: weightBps, before: null, after: null, reasons: [] },
      })),
    ),
  };
  const events = await getContractEvents(client, {
    ...{ address: vault, abi: indexVaultAbi, eventName: "WeightsProposed", strict: true },
    ...{ fromBlock: BigInt(network.deployment.blockNumber), toBlock: blockNumber },
  }).catch(() => []);
  const told = await Promise.all(
    events
      .slice(-PAGE)
      .toReversed()
      .map(async ({ args, transactionHash, blockNumber: at }): Promise<Rebalance> => {
        if (args.epoch === newest.epoch) return { ...newest, tx: transactionHash };
        const { timestamp: proposedAt } = await getBlock(client, { blockNumber: at });
        return {
          ...{ epoch: args.epoch, lane: args.lane === 0 ? "RISK" : "DERISK", status: null, tx: transactionHash },
          ...{ decision: args.decisionHash, reasons: null, fills: null, traded: null, weights: [] },
          ...{ proposedAt: Number(proposedAt), opensAt: args.opensAt, closesAt: args.closesAt },
        };
      }),
  );
  return { data: { rebalances: told.length > 0 ? told : [newest], next: undefined }, asOf };
}

/** What a rebalance cost. */
export interface RebalanceCost {
  /** {bps of NAV} what the keeper expected; null: its decision is not known. */
  readonly expected: {
    readonly gas: number;
    readonly fees: number;
    readonly impact: number;
    readonly all: number;
  } | null;
  /** {USD} given away against oracle prices; null: a token had no price. */
  readonly given: number | null;
  /** {bps of NAV} sold by the decision; null: not known. */
  readonly turnover: number | null;
}

/** What one rebalance cost: only the API adds its trades up. */
export function useRebalanceCost(vault: Address, epoch: number) {
  const place = usePlace();
  return useQuery({
    queryKey: ["rebalance", place?.network.chainId, vault, epoch],
    enabled: place !== undefined,
    queryFn: async ({ signal }): Promise<RebalanceCost> => {
      const { api } = place as Place;
      if (api === undefined) throw new ApiError(0, "UNREACHABLE", "This network has no API.");
      const path = "/v1/indices/{address}/rebalances/{epoch}";
      const { data } = await api.get(path, { address: vault, epoch }, signal);
      const { expected, given } = data.cost;
      return {
        expected: expected && {
          ...{
            gas: expected.gasBps,
            fees: expected.feeAndSpreadBps,
            impact: expected.impactBps,
            all: expected.totalBps,
          },
        },
        given: numberOf(given),
        turnover: data.turnoverBps,
      };
    },
  });
}
