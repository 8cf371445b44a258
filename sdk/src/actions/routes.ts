import { type Address, encodePacked, type Hex, parseAbi, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import type { AnyClient } from "./client.ts";
import type { TokenAmount } from "./requirements.ts";

/** Where the zap trades: addresses from `deployment.external`. */
export type Venue = {
  uniswapV3Factory: Address;
  quoterV2: Address;
  weth: Address;
  /** Tokens that a route may pass through; WETH when left out. */
  via?: readonly Address[] | undefined;
};

/** Path of one leg and what it costs or brings. */
export type Route = {
  /** token, fee, token, ... from the leg's token to the hub; "0x" when it is the hub itself */
  path: Hex;
  /** {raw tokens of the hub} */
  hubAmount: bigint;
};

const FEES = [100, 500, 3_000, 10_000] as const;

const venueAbi = parseAbi([
  "function getPool(address tokenA, address tokenB, uint24 fee) view returns (address)",
  // The quoter writes nothing that lasts; declared as views, its quotes can be read like any other state.
  "function quoteExactInput(bytes path, uint256 amountIn) view returns (uint256 amountOut, uint160[] sqrtPricesAfter, uint32[] ticksCrossed, uint256 gasEstimate)",
  "function quoteExactOutput(bytes path, uint256 amountOut) view returns (uint256 amountIn, uint160[] sqrtPricesAfter, uint32[] ticksCrossed, uint256 gasEstimate)",
]);

type Hop = { fee: number; token: Address };

/**
 * Uniswap V3 path: a token, then fee and token of each hop.
 *
 * @example
 * encodePath(link, [{ fee: 3000, token: weth }, { fee: 500, token: usdc }]); // "0x..."
 */
export function encodePath(from: Address, hops: readonly Hop[]): Hex {
  const types = ["address", ...hops.flatMap(() => ["uint24", "address"])];
  return encodePacked(types, [from, ...hops.flatMap(({ fee, token }) => [fee, token])]);
}

function isSame(a: Address, b: Address): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Fee tiers at which a pair has a pool. */
async function feesOf(client: AnyClient, venue: Venue, a: Address, b: Address): Promise<number[]> {
  const at = { address: venue.uniswapV3Factory, abi: venueAbi, functionName: "getPool" } as const;
  const pools = await Promise.all(FEES.map((fee) => readContract(client, { ...at, args: [a, b, fee] })));
  return FEES.filter((_, index) => pools[index] !== zeroAddress);
}

/** Paths from a token to the hub over pools that exist: direct ones, and those through one token between. */
async function candidates(client: AnyClient, venue: Venue, token: Address, hub: Address): Promise<Hex[]> {
  const between = (venue.via ?? [venue.weth]).filter((via) => !isSame(via, token) && !isSame(via, hub));
  const [direct, ...legs] = await Promise.all([
    feesOf(client, venue, token, hub),
    ...between.map((via) => Promise.all([feesOf(client, venue, token, via), feesOf(client, venue, via, hub)])),
  ]);
  const through = legs.flatMap(([first, second], index) => {
    const via = between[index];
    if (via === undefined) return [];
    return first.flatMap((fee) =>
      second.map((last) =>
        encodePath(token, [
          { fee, token: via },
          { fee: last, token: hub },
        ]),
      ),
    );
  });
  return [...direct.map((fee) => encodePath(token, [{ fee, token: hub }])), ...through];
}

/** What a path costs (buying `amount` of the leg) or brings (selling it); undefined when its pools cannot do it. */
async function quote(
  client: AnyClient,
  venue: Venue,
  side: "buy" | "sell",
  path: Hex,
  amount: bigint,
): Promise<bigint | undefined> {
  const functionName = side === "buy" ? "quoteExactOutput" : "quoteExactInput";
  return readContract(client, { address: venue.quoterV2, abi: venueAbi, functionName, args: [path, amount] }).then(
    ([hubAmount]) => hubAmount,
    () => undefined,
  );
}

export type FindRouteParameters = {
  venue: Venue;
  hub: Address;
  /** `buy`: the hub pays for exactly this amount of the leg. `sell`: exactly this amount of the leg is sold. */
  side: "buy" | "sell";
  leg: TokenAmount;
};

/**
 * Cheapest Uniswap V3 path of one leg, or undefined when no pool can trade it.
 *
 * @example
 * const route = await findRoute(client, { venue, hub: usdc, side: "buy", leg: { token: link, amount } });
 */
export async function findRoute(client: AnyClient, parameters: FindRouteParameters): Promise<Route | undefined> {
  const { venue, hub, side, leg } = parameters;
  if (isSame(leg.token, hub) || leg.amount === 0n)
    return { path: "0x", hubAmount: isSame(leg.token, hub) ? leg.amount : 0n };
  const paths = await candidates(client, venue, leg.token, hub);
  const quotes = await Promise.all(
    paths.map(async (path) => ({ path, hubAmount: await quote(client, venue, side, path, leg.amount) })),
  );
  return quotes
    .filter((route): route is Route => route.hubAmount !== undefined)
    .reduce<Route | undefined>((best, route) => {
      if (best === undefined) return route;
      const isBetter = side === "buy" ? route.hubAmount < best.hubAmount : route.hubAmount > best.hubAmount;
      return isBetter ? route : best;
    }, undefined);
}
