import { type BasketToken, getBasket, getNav, getVault, yearlyFee } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, isAddressEqual } from "viem";
import { getBlockNumber } from "viem/actions";
import type { NetworkSettings } from "../settings.ts";
import { requireIndex } from "./index/known.ts";
import { type ChainClient, useChainClient, useNetwork } from "./network.tsx";
import type { PayToken } from "./payToken.ts";

/** One token of an index as a trade shows it. */
export interface TradedHolding extends BasketToken {
  /** {bps} of the priced value; null: this token has no price now. */
  readonly weight: number | null;
}

/** What must be known of an index before anybody buys or sells it. */
export interface TradedIndex {
  readonly vault: Address;
  readonly name: string;
  /** Its share as a token. */
  readonly share: PayToken;
  readonly holdings: readonly TradedHolding[];
  /** D18{USD/share}; null: a token has no price. */
  readonly price: bigint | null;
  /** {bps} of the value, a year */
  readonly yearlyFee: number;
  /** {bps} of the shares bought */
  readonly mintFee: number;
  /** {s since 1970} until when buying is paused; null: it is not. */
  readonly pausedUntil: number | null;
}

/** An index, read from the chain: what is signed must not depend on anybody's word. */
export function useTradedIndex(vault: Address) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["tradedIndex", chainId, vault],
    enabled: client !== undefined,
    refetchInterval: 60_000,
    queryFn: () => readTradedIndex(client as ChainClient, deployment.contracts, vault),
  });
}

/** An index with what it holds now. Throws NotAnIndexError for a contract that only looks like one. */
export async function readTradedIndex(
  client: ChainClient,
  { IndexLens: lens, IndexFactory: factory }: NetworkSettings["deployment"]["contracts"],
  vault: Address,
): Promise<TradedIndex> {
  const [blockNumber] = await Promise.all([getBlockNumber(client), requireIndex(client, factory, vault)]);
  const [{ name, symbol, fees, paused }, { tokens }, nav] = await Promise.all([
    getVault(client, { vault, blockNumber }),
    getBasket(client, { vault, blockNumber }),
    getNav(client, { lens, vault, blockNumber }).catch(() => undefined),
  ]);
  const weightOf = (token: Address): number | null => {
    const held = nav?.holdings.find((holding) => isAddressEqual(holding.token, token));
    if (nav === undefined || held === undefined || held.price === 0n || nav.total === 0n) return null;
    return Number((held.value * 10_000n) / nav.total);
  };
  return {
    ...{ vault, name, share: { address: vault, symbol, decimals: 18 } },
    holdings: tokens.map((token) => ({ ...token, weight: weightOf(token.token) })),
    price: nav === undefined || nav.unpriced.length > 0 ? null : nav.perShare,
    yearlyFee: Number(yearlyFee(fees.streamingRate)) / 1e14,
    mintFee: fees.mintFeeBps,
    pausedUntil: paused.mint ? paused.until : null,
  };
}
