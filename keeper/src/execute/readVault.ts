import {
  assetRegistryAbi,
  decodeContractError,
  getBasket,
  getEpoch,
  getTargets,
  getVault,
  keeperRegistryAbi,
  type TokenTarget,
} from "@gimbal/sdk";
import type { Address, PublicClient } from "viem";
import type { AssetId } from "../data/source.ts";
import { BPS, Freeze, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import { UnknownAssetError } from "../errors.ts";
import type { KeeperAddresses } from "./addresses.ts";
import { readDepths } from "./readDepths.ts";

/** What to read, and what the tokens are called in the market data. */
export interface ReadVaultParameters {
  readonly addresses: KeeperAddresses;
  readonly vault: Address;
  /** Name of each token in the market data, by lower-case address. */
  readonly names: ReadonlyMap<string, AssetId>;
  /** Tokens that a trade may pass through. */
  readonly via: readonly Address[];
  /** D18{USD/ETH} used while the registry has no price for WETH. */
  readonly fallbackNativeUsd: bigint;
  /** The newest one if absent. */
  readonly blockNumber?: bigint;
}

/** {bps} of the last accepted price that a live one may fall to: below, the vault freezes the token (PriceGuard). */
const BREAKER_BPS = 6_000n;

/** The vault as one decision needs it: every value from the same block. */
export async function readVault(client: PublicClient, parameters: ReadVaultParameters): Promise<VaultSnapshot> {
  const { vault, addresses, blockNumber } = parameters;
  const block = await (blockNumber === undefined ? client.getBlock() : client.getBlock({ blockNumber }));
  const at = { vault, blockNumber: block.number };
  const [state, basket, epoch, targets, [signers, threshold], nativePrice] = await Promise.all([
    getVault(client, at),
    getBasket(client, at),
    getEpoch(client, at),
    getTargets(client, at),
    readSigners(client, addresses, at),
    readNativePrice(client, addresses, block.number),
  ]);
  const quotes = await client.readContract({
    address: addresses.assetRegistry,
    abi: assetRegistryAbi,
    functionName: "quotes",
    args: [basket.tokens.map(({ token }) => token)],
    blockNumber: block.number,
  });
  const depths = await readDepths(client, {
    addresses,
    tokens: basket.tokens.map((token, i) => ({
      ...token,
      price: quotes[i]?.price ?? 0n,
      flags: quotes[i]?.flags ?? 0,
    })),
    hubs: [...parameters.via, ...state.destinations.map(({ token }) => token)],
    blockNumber: block.number,
  });

  return {
    chainId: await client.getChainId(),
    vault,
    block: { number: block.number, hash: block.hash, timestamp: Number(block.timestamp) },
    assets: basket.tokens.map((token, i) => {
      const quote = required(quotes[i]);
      const asset = nameOf(parameters.names, token.token);
      const depthUsd = depths[i] ?? null;
      return { ...toAsset(token, quote, required(targets.tokens[i]), asset), depthUsd };
    }),
    limits: { ...state.limits },
    destinations: state.destinations.map(({ token, splitBps }) => ({ token, splitBps })),
    epoch: toEpoch(epoch),
    turnoverUsed: epoch.buckets.turnover,
    proposalsPaused: state.paused.propose && Number(block.timestamp) < state.paused.until,
    signersActive: threshold > 0 && signers.length >= threshold,
    gasPrice: block.baseFeePerGas ?? 0n,
    nativeUsd: nativePrice === 0n ? parameters.fallbackNativeUsd : nativePrice,
  };
}

function toEpoch(epoch: Awaited<ReturnType<typeof getEpoch>>): VaultSnapshot["epoch"] {
  const { id, proposedAt, closesAt, lastDeriskAt, lane, phase } = epoch;
  return { id, proposedAt, closesAt, lastDeriskAt, lane, cancelled: phase === "cancelled" };
}

/** Who signs decisions about the vault, and how many of them must. */
function readSigners(
  client: PublicClient,
  { keeperRegistry: address }: KeeperAddresses,
  { vault, blockNumber }: { readonly vault: Address; readonly blockNumber: bigint },
) {
  const args = [vault] as const;
  return client.readContract({ address, abi: keeperRegistryAbi, functionName: "signersOf", args, blockNumber });
}

/** D18{USD/ETH} by the registry, or 0. */
async function readNativePrice(client: PublicClient, addresses: KeeperAddresses, blockNumber: bigint): Promise<bigint> {
  try {
    const price = await client.readContract({
      address: addresses.assetRegistry,
      abi: assetRegistryAbi,
      functionName: "price",
      args: [addresses.weth],
      blockNumber,
    });
    return price / 1_000_000_000n; // D27 to D18
  } catch (error) {
    throw decodeContractError(error);
  }
}

type Token = Awaited<ReturnType<typeof getBasket>>["tokens"][number];

interface Quote {
  readonly price: bigint;
  readonly maxWeightBps: number;
  readonly deviationBps: number;
  readonly flags: number;
  readonly usdCap: bigint;
}

function toAsset(token: Token, quote: Quote, target: TokenTarget, asset: AssetId): Omit<VaultAsset, "depthUsd"> {
  return {
    token: token.token,
    asset,
    decimals: token.decimals,
    holdings: token.holdings,
    price: quote.price,
    maxWeightBps: quote.maxWeightBps,
    usdCap: quote.usdCap,
    deviationBps: quote.deviationBps,
    flags: quote.flags,
    freeze: freezeNow(quote.price, target),
    isNew: target.snapshotPrice === 0n && token.units === 0n,
  };
}

/** The recorded freeze, and the one that a proposal would find because the price has jumped since. */
function freezeNow(price: bigint, { notSold, notBought, snapshotPrice }: TokenTarget): number {
  const recorded = (notSold ? Freeze.SELL : 0) | (notBought ? Freeze.BUY : 0);
  if (recorded !== 0 || snapshotPrice === 0n || price === 0n) return recorded;
  if (price * BigInt(BPS) < snapshotPrice * BREAKER_BPS) return Freeze.SELL;
  return snapshotPrice * BigInt(BPS) < price * BREAKER_BPS ? Freeze.BUY : 0;
}

function nameOf(names: ReadonlyMap<string, AssetId>, token: Address): AssetId {
  const name = names.get(token.toLowerCase());
  if (name !== undefined) return name;
  throw new UnknownAssetError("A basket token has no market data name. Add it to the configuration's `assets`.", {
    token,
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("The basket changed between two reads of one block.");
  return value;
}
