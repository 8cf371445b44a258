import { getDrift, getEpoch, getNav } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, formatUnits } from "viem";
import { getBlock } from "viem/actions";
import { fromApiOrChain, type Sourced } from "../sourced.ts";
import { type Place, symbolOf, usePlace } from "./place.ts";
import { momentOf, numberOf, rawOf } from "./wire.ts";

/** One token of an index. null: not known. */
export interface Holding {
  readonly token: Address;
  readonly symbol: string | null;
  readonly decimals: number;
  /** {raw tokens} */
  readonly amount: bigint;
  /** {USD/tok} */
  readonly price: number | null;
  /** {bps} of the price */
  readonly change24h: number | null;
  /** D18{USD} */
  readonly value: bigint | null;
  /** {bps of NAV} */
  readonly weight: number | null;
  /** {bps of NAV} wanted by the last rebalance; null: there was none. */
  readonly target: number | null;
  /** {bps of NAV} weight less target */
  readonly drift: number | null;
}

export interface Holdings {
  /** {bps of NAV} what would have to be sold to reach the targets; null: no targets, or a token has no price. */
  readonly drift: number | null;
  readonly holdings: readonly Holding[];
}

/** What an index holds, wants to hold, and the difference. */
export function useHoldings(vault: Address) {
  const place = usePlace();
  return useQuery({
    queryKey: ["holdings", place?.network.chainId, vault],
    enabled: place !== undefined,
    queryFn: ({ signal }) => readHoldings(place as Place, vault, signal),
  });
}

async function readHoldings(place: Place, vault: Address, signal: AbortSignal): Promise<Sourced<Holdings>> {
  const { api } = place;
  return fromApiOrChain({
    api: api && (() => fromBoth(place, api, vault, signal)),
    chain: () => fromChain(place, vault),
    missing: ["changes of the prices"],
  });
}

/** The API's figures are as old as the last event or day: it adds to the chain's what only it knows. */
async function fromBoth(place: Place, api: NonNullable<Place["api"]>, vault: Address, signal: AbortSignal) {
  const [told, now] = await Promise.all([fromApi(api, vault, signal), fromChain(place, vault).catch(() => undefined)]);
  if (now === undefined) return told;
  const changes = new Map(told.data.holdings.map(({ token, change24h }) => [token.toLowerCase(), change24h]));
  const holdings = now.data.holdings.map((holding): Holding => {
    return { ...holding, change24h: changes.get(holding.token.toLowerCase()) ?? null };
  });
  return { data: { drift: now.data.drift, holdings }, asOf: now.asOf };
}

async function fromApi(api: NonNullable<Place["api"]>, vault: Address, signal: AbortSignal) {
  const { data, asOf } = await api.get("/v1/indices/{address}/holdings", { address: vault }, signal);
  const holdings = data.holdings.map(
    (row): Holding => ({
      ...{ token: row.token as Address, symbol: row.symbol, decimals: row.decimals },
      ...{ amount: rawOf(row.amount) ?? 0n, price: numberOf(row.price), value: rawOf(row.value) },
      ...{ change24h: row.priceChange24hBps, weight: row.weightBps, target: row.targetBps, drift: row.driftBps },
    }),
  );
  return { data: { drift: data.driftBps, holdings }, asOf: momentOf(asOf) };
}

async function fromChain(place: Place, vault: Address) {
  const { client, network } = place;
  const lens = network.deployment.contracts.IndexLens;
  const { number: blockNumber, timestamp } = await getBlock(client);
  const [nav, drift, { id }] = await Promise.all([
    getNav(client, { lens, vault, blockNumber }),
    getDrift(client, { lens, vault, blockNumber }),
    getEpoch(client, { vault, blockNumber }),
  ]);
  const holdings = await Promise.all(
    nav.holdings.map(async ({ token, decimals, price, holdings: amount, value }, i): Promise<Holding> => {
      const weight = drift.weights[i];
      const isPriced = price > 0n && weight !== undefined;
      const hasTarget = id > 0 && weight !== undefined;
      return {
        ...{ token, decimals, amount, symbol: await symbolOf(place, token), change24h: null },
        ...{ price: isPriced ? Number(formatUnits(price, 27)) : null, value: isPriced ? value : null },
        weight: isPriced ? Number(weight.current) : null,
        target: hasTarget ? Number(weight.target) : null,
        drift: isPriced && hasTarget ? Number(weight.drift) : null,
      };
    }),
  );
  const isWhole = id > 0 && nav.unpriced.length === 0;
  return { data: { drift: isWhole ? Number(drift.drift) : null, holdings }, asOf: Number(timestamp) };
}
