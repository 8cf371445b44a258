import { assetRegistryAbi, type Deployment, unpackMinPrice } from "@gimbal/sdk";
import { type Address, erc20Abi, formatUnits, isAddressEqual, parseAbi, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";
import { FLAGS } from "./assetForms.ts";
import { FormReader, type Typed } from "./reader.ts";

const FEED_ABI = parseAbi([
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)",
  "function aggregator() view returns (address)",
  "function minAnswer() view returns (int192)",
]);
/** The part of the present price that is suggested as its least: nobody buys into a fall of 99%. */
const PART = 100n;

/** What a form begins with, and what is said at its fields. */
export interface FormStart {
  readonly values: Typed;
  readonly hints: Typed;
}

/**
 * What is known of a token and a feed: the whole listing of a token that is listed with this feed; else the decimals of both and
 * a least price. Fields that are no address yet tell nothing.
 */
export async function readListing(client: ChainClient, deployment: Deployment, typed: Typed): Promise<FormStart> {
  const read = new FormReader(typed, deployment);
  const [token, feed] = [read.address("token"), read.address("feed")];
  const listed = token === zeroAddress ? undefined : await listingOf(client, deployment, token);
  if (listed !== undefined && (feed === zeroAddress || isAddressEqual(feed, listed.feed))) {
    const said = await readFeed(client, listed.feed);
    return { values: listed.values, hints: said === undefined ? {} : { feed: said.now } };
  }
  const [tokenDecimals, said] = await Promise.all([
    token === zeroAddress
      ? undefined
      : readContract(client, { address: token, abi: erc20Abi, functionName: "decimals" }).catch(() => undefined),
    feed === zeroAddress ? undefined : readFeed(client, feed),
  ]);
  return {
    values: {
      ...(tokenDecimals === undefined ? {} : { tokenDecimals: String(tokenDecimals) }),
      ...(said === undefined ? {} : { feedDecimals: String(said.decimals), minPrice: said.least }),
    },
    hints: said === undefined ? {} : { feed: said.now, minPrice: said.why },
  };
}

async function listingOf(client: ChainClient, { contracts }: Deployment, token: Address) {
  const at = { address: contracts.AssetRegistry, abi: assetRegistryAbi, functionName: "assetConfig" } as const;
  const config = await readContract(client, { ...at, args: [token] });
  if (config.feed === zeroAddress) return undefined;
  const flag = (bit: number) => ((config.flags & bit) === 0 ? "no" : "yes");
  const second: Typed =
    config.secondaryKind === 0 ? {} : { secondary: config.secondary, crossCheck: flag(FLAGS.CROSS_CHECK) };
  const values: Typed = {
    ...{ feed: config.feed, tokenDecimals: String(config.tokenDecimals), feedDecimals: String(config.feedDecimals) },
    ...{ heartbeat: String(config.heartbeat), deviation: formatUnits(BigInt(config.deviationBps), 2) },
    ...{ tier: String(config.tier), stable: flag(FLAGS.STABLE), shrinks: flag(FLAGS.MAY_SHRINK) },
    ...{ minPrice: formatUnits(unpackMinPrice(config.minPrice), 27), usdCap: String(config.usdCap) },
    ...{ secondaryKind: String(config.secondaryKind), secondaryDecimals: String(config.secondaryDecimals) },
    ...{ secondaryWindow: String(config.secondaryWindow), ...second },
  };
  return { feed: config.feed, values };
}

/** What a feed says now, and the least that it can say: its own, if it tells, or a part of the present price. */
async function readFeed(client: ChainClient, feed: Address) {
  const at = { address: feed, abi: FEED_ABI } as const;
  const answered = await Promise.all([
    readContract(client, { ...at, functionName: "decimals" }),
    readContract(client, { ...at, functionName: "latestRoundData" }),
  ]).catch(() => undefined);
  if (answered === undefined) return undefined;
  const [decimals, [, answer]] = answered;
  const price = `The feed says ${formatUnits(answer, decimals)} USD now.`;
  // Feeds without a bound of their own say 1, the smallest answer there is.
  const own = await minimumOf(client, feed);
  const hasOwn = own !== undefined && own > 1n;
  return {
    ...{ decimals, now: price, least: formatUnits(hasOwn ? own : roundDown(answer / PART), decimals) },
    why: hasOwn
      ? `${price} It tells this least price itself.`
      : `${price} A hundredth of it is suggested. 0: not known.`,
  };
}

/** A feed's own least answer, of the contract behind it where it stands before one. undefined: it tells none. */
async function minimumOf(client: ChainClient, feed: Address): Promise<bigint | undefined> {
  const aggregator = await readContract(client, { address: feed, abi: FEED_ABI, functionName: "aggregator" }).catch(
    () => feed,
  );
  return readContract(client, { address: aggregator, abi: FEED_ABI, functionName: "minAnswer" }).catch(() => undefined);
}

/** To two digits; nothing below 0. */
export function roundDown(raw: bigint): bigint {
  if (raw <= 0n) return 0n;
  const unit = 10n ** BigInt(Math.max(0, raw.toString().length - 2));
  return (raw / unit) * unit;
}
