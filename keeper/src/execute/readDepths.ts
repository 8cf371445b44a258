import { type Address, erc20Abi, type PublicClient, parseAbi, zeroAddress } from "viem";
import { AssetFlag } from "../data/vault.ts";
import type { KeeperAddresses } from "./addresses.ts";
import { type PoolState, usableDepth } from "./poolDepth.ts";

/** A token whose pools are looked for. */
export interface DepthToken {
  readonly token: Address;
  readonly decimals: number;
  readonly price: bigint; // D27{USD/tok}; 0 = none
  readonly flags: number; // AssetFlag
}

/** What to read, and as of which block. */
export interface ReadDepthsParameters {
  readonly addresses: Pick<KeeperAddresses, "assetRegistry" | "uniswapV3Factory">;
  readonly tokens: readonly DepthToken[];
  /** Tokens that the others are traded against. */
  readonly hubs: readonly Address[];
  readonly blockNumber: bigint;
}

const FEES = [100, 500, 3_000, 10_000] as const;
const registryAbi = parseAbi(["function prices(address[] tokens) view returns (uint256[])"]);
const factoryAbi = parseAbi(["function getPool(address a, address b, uint24 fee) view returns (address)"]);
const poolAbi = parseAbi([
  "function slot0() view returns (uint160 sqrtPriceX96, int24, uint16, uint16, uint16, uint8, bool)",
  "function liquidity() view returns (uint128)",
]);

/**
 * {USD} that move each token's price by 1% in the deepest Uniswap V3 pool against a hub that the fills could go through; null
 * for a stable token and where there is no pool at the registry's price. The second half of a route, from hub to hub, is
 * taken to be deeper.
 */
export async function readDepths(
  client: PublicClient,
  { addresses, tokens, hubs, blockNumber }: ReadDepthsParameters,
): Promise<readonly (bigint | null)[]> {
  const known = await readHubs(client, addresses.assetRegistry, hubs, blockNumber);
  return Promise.all(
    tokens.map(async (token) => {
      if (token.price === 0n || (token.flags & AssetFlag.STABLE) !== 0) return null;
      const others = known.filter((hub) => hub.token.toLowerCase() !== token.token.toLowerCase());
      const pools = await Promise.all(
        others.flatMap((hub) => {
          return FEES.map((fee) => readPool(client, addresses.uniswapV3Factory, token, hub, fee, blockNumber));
        }),
      );
      const depths = pools
        .flatMap((pool) => (pool === null ? [] : [usableDepth(pool)]))
        .filter((depth) => depth !== null);
      return depths.reduce<bigint | null>((most, depth) => (most === null || depth > most ? depth : most), null);
    }),
  );
}

type Hub = Omit<DepthToken, "flags">;

/** The hubs that have a price, each once. */
async function readHubs(
  client: PublicClient,
  registry: Address,
  hubs: readonly Address[],
  blockNumber: bigint,
): Promise<readonly Hub[]> {
  const distinct = [...new Map(hubs.map((token) => [token.toLowerCase(), token])).values()];
  const [prices, decimals] = await Promise.all([
    client.readContract({ address: registry, abi: registryAbi, functionName: "prices", args: [distinct], blockNumber }),
    Promise.all(
      distinct.map((address) => {
        return client.readContract({ address, abi: erc20Abi, functionName: "decimals", blockNumber });
      }),
    ),
  ]);
  return distinct
    .map((token, i) => ({ token, price: prices[i] ?? 0n, decimals: decimals[i] ?? 18 }))
    .filter(({ price }) => price > 0n);
}

/** Pools never move; what was not there is looked for again after about a day of blocks. */
const LOOK_AGAIN = 7_200n;
const foundPools = new WeakMap<
  PublicClient,
  Map<string, { readonly pool: Promise<Address>; readonly block: bigint }>
>();

async function findPool(
  client: PublicClient,
  factory: Address,
  args: readonly [Address, Address, number],
  blockNumber: bigint,
): Promise<Address> {
  const pools = foundPools.get(client) ?? new Map();
  foundPools.set(client, pools);
  const key = [factory, ...args].join(" ").toLowerCase();
  const found = pools.get(key);
  if (found !== undefined) {
    const isNew = blockNumber >= found.block && blockNumber - found.block < LOOK_AGAIN;
    if (isNew || (await found.pool) !== zeroAddress) return found.pool;
  }
  const pool = client.readContract({ address: factory, abi: factoryAbi, functionName: "getPool", args, blockNumber });
  pools.set(key, { pool, block: blockNumber });
  pool.catch(() => pools.delete(key));
  return pool;
}

async function readPool(
  client: PublicClient,
  factory: Address,
  token: Hub,
  hub: Hub,
  fee: number,
  blockNumber: bigint,
): Promise<PoolState | null> {
  const args = [token.token, hub.token, fee] as const;
  const at = { blockNumber } as const;
  const pool = await findPool(client, factory, args, blockNumber);
  if (pool === zeroAddress) return null;
  const balanceOf = (address: Address) =>
    client.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args: [pool], ...at });
  const [[sqrtPriceX96], liquidity, tokenBalance, hubBalance] = await Promise.all([
    client.readContract({ address: pool, abi: poolAbi, functionName: "slot0", ...at }),
    client.readContract({ address: pool, abi: poolAbi, functionName: "liquidity", ...at }),
    balanceOf(token.token),
    balanceOf(hub.token),
  ]);
  const isFirst = BigInt(token.token) < BigInt(hub.token);
  return {
    sqrtPriceX96,
    liquidity,
    isFirst,
    token: { price: token.price, decimals: token.decimals, balance: tokenBalance },
    hub: { price: hub.price, decimals: hub.decimals, balance: hubBalance },
  };
}
