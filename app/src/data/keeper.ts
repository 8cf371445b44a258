import { getEpoch, getHealth, getIndices, getPromises, getVault, indexVaultAbi } from "@gimbal/sdk";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { getBlock, getContractEvents } from "viem/actions";
import type { NetworkSettings } from "../settings.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "./network.tsx";

/** {ms} between looks at what a keeper does. */
const EVERY = 30_000;

/** What the keeper says of itself. Only the API knows: without it, the query is off and pages say so. */
export function useKeeperStatus() {
  const api = useApi();
  const { chainId } = useNetwork();
  return useQuery({
    queryKey: ["keeper", chainId],
    enabled: api !== undefined,
    refetchInterval: EVERY,
    queryFn: ({ signal }) => api?.get("/v1/keeper/status", {}, signal),
  });
}

const PAGE = 20;

/** Decisions, the newest first, page by page. */
export function useDecisions() {
  const api = useApi();
  const { chainId } = useNetwork();
  return useInfiniteQuery({
    queryKey: ["decisions", chainId],
    enabled: api !== undefined,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam: cursor }) => api?.get("/v1/decisions", { limit: PAGE, cursor }, signal),
    getNextPageParam: (page) => page?.next,
  });
}

/** One decision with its record. */
export function useDecision(hash: string | undefined) {
  const api = useApi();
  const { chainId } = useNetwork();
  return useQuery({
    queryKey: ["decision", chainId, hash],
    enabled: api !== undefined && hash !== undefined,
    queryFn: ({ signal }) => api?.get("/v1/decisions/{hash}", { hash }, signal),
  });
}

/** What the chain says of one index: state, promises, its epoch and who paused it. */
export interface IndexSafety {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  readonly health: Awaited<ReturnType<typeof getHealth>>;
  readonly promises: Awaited<ReturnType<typeof getPromises>>;
  readonly epoch: Awaited<ReturnType<typeof getEpoch>>;
  /** Who paused it; undefined while nothing is paused. */
  readonly pausedBy: Address | undefined;
}

const CHUNK = 100;

/** State and promises of every index, from the chain alone. `asOf` {s} is the block's time. */
export function useSafety() {
  const network = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["safety", network.chainId],
    enabled: client !== undefined,
    refetchInterval: EVERY,
    queryFn: () => readSafety(client as ChainClient, network),
  });
}

async function readSafety(client: ChainClient, network: NetworkSettings) {
  const { IndexFactory: factory } = network.deployment.contracts;
  const { number: blockNumber, timestamp } = await getBlock(client);
  const vaults: Address[] = [];
  for (let total = 1; vaults.length < total; ) {
    const page = await getIndices(client, { factory, start: vaults.length, count: CHUNK, blockNumber });
    vaults.push(...page.indices);
    total = page.total;
  }
  const indices = await Promise.all(vaults.map((vault) => readIndex(client, network, vault, blockNumber, timestamp)));
  return { indices, asOf: Number(timestamp) };
}

async function readIndex(
  client: ChainClient,
  { deployment }: NetworkSettings,
  vault: Address,
  blockNumber: bigint,
  timestamp: bigint,
): Promise<IndexSafety> {
  const at = { lens: deployment.contracts.IndexLens, vault, blockNumber };
  const [{ name, symbol }, health, promises, epoch] = await Promise.all([
    getVault(client, { vault, blockNumber }),
    getHealth(client, at),
    getPromises(client, at),
    getEpoch(client, { vault, blockNumber }),
  ]);
  const isPaused = health.pausedBits !== 0 && health.pausedUntil > timestamp;
  const pausedBy = isPaused ? await lastPauser(client, deployment.blockNumber, vault, blockNumber) : undefined;
  return { address: vault, name, symbol, health, promises, epoch, pausedBy };
}

async function lastPauser(client: ChainClient, from: number, address: Address, toBlock: bigint) {
  const at = { address, abi: indexVaultAbi, eventName: "Paused", strict: true } as const;
  const events = await getContractEvents(client, { ...at, fromBlock: BigInt(from), toBlock }).catch(() => []);
  return events.at(-1)?.args.caller;
}

/** What of an index stands still. */
export function pausedParts({ health }: IndexSafety, now: number): readonly string[] {
  if (health.pausedUntil <= now) return [];
  return ["minting", "fills", "proposals"].filter((_, bit) => (health.pausedBits >> bit) % 2 === 1);
}

/** How old a feed's answer is against what is accepted. Times in {s}; null: not known. */
export interface FeedFreshness {
  readonly token: Address;
  readonly age: number | null;
  readonly heartbeat: number;
  readonly isPriced: boolean;
}

/** A feed that never answered has the largest age there is. */
const NEVER = 2 ** 40 - 1;

/** Feeds of all tokens held, each once, the most stale first. */
export function feedsOf(indices: readonly IndexSafety[]): readonly FeedFreshness[] {
  const feeds = new Map<Address, FeedFreshness>();
  for (const { health } of indices) {
    for (const { token, feedAge, heartbeat, priced } of health.tokens) {
      feeds.set(token, { token, age: feedAge >= NEVER ? null : feedAge, heartbeat, isPriced: priced });
    }
  }
  const part = ({ age, heartbeat }: FeedFreshness) => (age === null ? Number.POSITIVE_INFINITY : age / heartbeat);
  return [...feeds.values()].toSorted((a, b) => (part(a) < part(b) ? 1 : part(a) > part(b) ? -1 : 0));
}

/** The part of a decision's record that says what its data was like. */
export interface RecordedData {
  readonly source: string | null;
  readonly findings: readonly { readonly about: string; readonly words: string; readonly action: string }[];
  /** {bps} of each member of the ensemble. */
  readonly members: readonly (readonly [name: string, bps: number])[];
  readonly notes: readonly string[];
}

/** Reads it leniently: an older record may lack a part. */
export function recordedData(record: Readonly<Record<string, unknown>>): RecordedData {
  const part = (value: unknown) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const { source, findings, model } = record;
  const { weightsBps, notes } = part(model);
  return {
    source: text(part(source).label),
    findings: (Array.isArray(findings) ? findings : []).flatMap((finding: unknown) => {
      const { asset, words, action } = part(finding);
      const said = text(words);
      return said === null ? [] : [{ about: text(asset) ?? "the market", words: said, action: text(action) ?? "" }];
    }),
    members: Object.entries(part(weightsBps)).flatMap(([name, bps]) =>
      typeof bps === "number" ? [[name, bps] as const] : [],
    ),
    notes: (Array.isArray(notes) ? notes : []).filter((note) => typeof note === "string"),
  };
}
