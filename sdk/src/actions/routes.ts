import { type Address, encodePacked, type Hex, parseAbi, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { type AnyClient, withTypedErrors } from "./client.ts";
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

type Line = readonly [Address, ...Address[]];
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

/** Every path along a line of tokens, one for each choice of existing pools; none when a pair has no pool. */
async function pathsAlong(client: AnyClient, venue: Venue, line: readonly [Address, ...Address[]]): Promise<Hex[]> {
  const [from, ...rest] = line;
  const hops = await Promise.all(
    rest.map(async (token, index): Promise<Hop[]> => {
      const fees = await feesOf(client, venue, line[index] ?? from, token);
      return fees.map((fee) => ({ fee, token }));
    }),
  );
  const choices = hops.reduce<Hop[][]>(
    (paths, next) => paths.flatMap((path) => next.map((hop) => [...path, hop])),
    [[]],
  );
  return choices.map((path) => encodePath(from, path));
}

/** Lines of tokens from a leg to the hub with up to one token between, and with two. */
function linesTo(venue: Venue, token: Address, hub: Address): { short: Line[]; long: Line[] } {
  const between = (venue.via ?? [venue.weth]).filter((via) => !isSame(via, token) && !isSame(via, hub));
  const pairs = between.flatMap((first) => between.filter((last) => last !== first).map((last) => [first, last]));
  return {
    short: [[token, hub], ...between.map((via): Line => [token, via, hub])],
    long: pairs.map((pair): Line => [token, ...pair, hub]),
  };
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

/** The best quote over some lines. */
async function bestOf(
  client: AnyClient,
  { venue, side, leg }: FindRouteParameters,
  lines: readonly Line[],
): Promise<Route | undefined> {
  const paths = (await Promise.all(lines.map((line) => pathsAlong(client, venue, line)))).flat();
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

/**
 * Cheapest Uniswap V3 path of one leg, or undefined when no pool can trade it. Three hops are tried only when two do not do.
 * Quotes of several legs do not see each other: where they share a pool, the slippage limit covers the difference.
 *
 * @example
 * const route = await findRoute(client, { venue, hub: usdc, side: "buy", leg: { token: link, amount } });
 */
export async function findRoute(client: AnyClient, parameters: FindRouteParameters): Promise<Route | undefined> {
  const { venue, hub, leg } = parameters;
  if (isSame(leg.token, hub)) return { path: "0x", hubAmount: leg.amount };
  if (leg.amount === 0n) return { path: "0x", hubAmount: 0n };
  const { short, long } = linesTo(venue, leg.token, hub);
  return withTypedErrors(
    async () => (await bestOf(client, parameters, short)) ?? (await bestOf(client, parameters, long)),
  );
}
