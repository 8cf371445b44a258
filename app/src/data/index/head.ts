import { getEpoch, getNav, getVault, yearlyFee } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, type Hash, zeroAddress } from "viem";
import { getBlock } from "viem/actions";
import { fromApiOrChain, type Sourced } from "../sourced.ts";
import { requireIndex } from "./known.ts";
import { type Place, usePlace } from "./place.ts";
import { momentOf, rawOf, secondsOf } from "./wire.ts";

/** What one wants to know of an index first. null: not known where it comes from. */
export interface IndexHead {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  /** D18{USD/share} */
  readonly price: bigint | null;
  /** {s since 1970} the block that price and value were read at; null: they are as old as the API's last look. */
  readonly pricedAt: number | null;
  /** False: a token held has no price, the true value is higher. */
  readonly isPriceComplete: boolean;
  /** D18{USD} */
  readonly tvl: bigint | null;
  /** {share wei} */
  readonly supply: bigint | null;
  readonly holders: number | null;
  /** {bps} */
  readonly change24h: number | null;
  /** {bps} */
  readonly change30d: number | null;
  readonly risk: "conservative" | "balanced" | "aggressive" | null;
  readonly methodology: { readonly hash: Hash; readonly id: string | null; readonly name: string | null };
  /** Number of the last rebalance; 0: none yet. */
  readonly epoch: number;
  /** {s since 1970} */
  readonly createdAt: number | null;
  readonly creator: Address | null;
  /** null: nobody may change its terms. */
  readonly curator: Address | null;
  readonly feeRecipient: Address;
  /** null: no royalty is paid. */
  readonly royaltyRecipient: Address | null;
  readonly fees: {
    /** {bps of the value, a year} */
    readonly streaming: number;
    /** {bps of the shares bought} */
    readonly mint: number;
    /** {bps of the creator's part} */
    readonly royalty: number;
  };
  readonly paused: {
    readonly mint: boolean;
    readonly fill: boolean;
    readonly propose: boolean;
    /** {s since 1970} */
    readonly until: number | null;
  };
}

const MISSING = ["changes", "holders", "risk grade", "name of the methodology", "creation"];

/** The head of an index. */
export function useIndexHead(vault: Address) {
  const place = usePlace();
  return useQuery({
    queryKey: ["index", place?.network.chainId, vault],
    enabled: place !== undefined,
    refetchInterval: 30_000,
    queryFn: ({ signal }) => readHead(place as Place, vault, signal),
  });
}

async function readHead(place: Place, vault: Address, signal: AbortSignal): Promise<Sourced<IndexHead>> {
  const { api } = place;
  return fromApiOrChain({
    api: api && (() => fromApi(place, api, vault, signal)),
    chain: () => fromChain(place, vault),
    missing: MISSING,
  });
}

async function fromApi(place: Place, api: NonNullable<Place["api"]>, vault: Address, signal: AbortSignal) {
  const [{ data: found, asOf }, nav] = await Promise.all([
    api.get("/v1/indices/{address}", { address: vault }, signal),
    // The API's price is as old as the last event or day.
    worthNow(place, vault),
  ]);
  if (found === null) throw new Error("The API knows no such index.");
  const { name, symbol, holders, risk, epoch, fees, methodology, paused } = found;
  const data: IndexHead = {
    ...{ address: vault, name, symbol, holders, risk, epoch, supply: rawOf(found.supply) },
    isPriceComplete: nav === undefined ? found.isPriceComplete : nav.unpriced.length === 0,
    ...{ price: nav?.perShare ?? (rawOf(found.price) || null), tvl: nav?.total ?? (rawOf(found.tvl) || null) },
    ...{ change24h: found.change24hBps, change30d: found.change30dBps },
    methodology: { ...methodology, hash: methodology.hash as Hash },
    ...{ createdAt: momentOf(found.createdAt), creator: found.creator as Address },
    ...{ curator: found.curator as Address | null, royaltyRecipient: found.royaltyRecipient as Address | null },
    feeRecipient: found.feeRecipient as Address,
    fees: { streaming: fees.streamingBpsPerYear, mint: fees.mintBps, royalty: fees.royaltyBps },
    paused: { ...paused, until: secondsOf(paused.until) },
    pricedAt: nav?.at ?? null,
  };
  return { data, asOf: momentOf(asOf) };
}

/** What it is worth at this moment; undefined: nobody can tell. */
async function worthNow({ client, network }: Place, vault: Address) {
  try {
    const lens = network.deployment.contracts.IndexLens;
    const { number: blockNumber, timestamp } = await getBlock(client);
    const nav = await getNav(client, { lens, vault, blockNumber });
    return nav.total === 0n && nav.unpriced.length > 0 ? undefined : { ...nav, at: Number(timestamp) };
  } catch {
    return undefined; // What it was worth when the API looked is better than nothing.
  }
}

async function fromChain(place: Place, address: Address) {
  const { client, network } = place;
  const [{ number: blockNumber, timestamp }] = await Promise.all([
    getBlock(client),
    requireIndex(client, network.deployment.contracts.IndexFactory, address),
  ]);
  const [vault, nav, { id }] = await Promise.all([
    getVault(client, { vault: address, blockNumber }),
    worthNow(place, address),
    getEpoch(client, { vault: address, blockNumber }),
  ]);
  const { name, symbol, totalSupply, curator, fees, strategy, paused } = vault;
  const isPaused = BigInt(paused.until) > timestamp;
  const data: IndexHead = {
    ...{ address, name, symbol, supply: totalSupply, epoch: id },
    ...{ price: nav?.perShare ?? null, tvl: nav?.total ?? null, isPriceComplete: nav?.unpriced.length === 0 },
    pricedAt: nav?.at ?? null,
    ...{ holders: null, change24h: null, change30d: null, risk: null, createdAt: null, creator: null },
    methodology: { hash: strategy.methodologyHash, id: null, name: null },
    ...{ curator: somebody(curator), feeRecipient: fees.recipient, royaltyRecipient: somebody(strategy.recipient) },
    fees: {
      streaming: Number(yearlyFee(fees.streamingRate)) / 1e14,
      mint: fees.mintFeeBps,
      royalty: strategy.royaltyBps,
    },
    paused: {
      ...{ mint: isPaused && paused.mint, fill: isPaused && paused.fill, propose: isPaused && paused.propose },
      until: isPaused ? paused.until : null,
    },
  };
  return { data, asOf: Number(timestamp) };
}

function somebody(account: Address): Address | null {
  return account === zeroAddress ? null : account;
}
