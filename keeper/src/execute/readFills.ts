import { indexVaultAbi } from "@gimbal/sdk";
import { type Address, erc20Abi, type PublicClient, parseAbi } from "viem";
import type { AssetId } from "../data/source.ts";
import type { BookedFill } from "../journal/fillBook.ts";
import type { Logger } from "./logger.ts";

/** What to look for. */
export interface ReadFillsParameters {
  readonly registry: Address;
  readonly vault: Address;
  /** Name of each token in the market data, by lower-case address. */
  readonly names: ReadonlyMap<string, AssetId>;
  /** Blocks up to this one are known; null: nothing older than the newest block is looked for. */
  readonly after: bigint | null;
  /** Blocks on top of the newest one that is looked at. */
  readonly confirmations: bigint;
  readonly logger: Logger;
}

/** Most blocks in one question: what public nodes answer. */
const LARGEST_RANGE = 5_000n;
const CENTI_BPS = 1_000_000n;
const E27 = 10n ** 27n;
const registryAbi = parseAbi(["function prices(address[] tokens) view returns (uint256[])"]);

/** A fill as it is told by the chain, without prices. */
interface FillEvent {
  readonly blockNumber: bigint;
  readonly logIndex: number;
  readonly args: {
    readonly filler: Address;
    readonly sellToken: Address;
    readonly buyToken: Address;
    readonly sold: bigint;
    readonly paid: bigint;
  };
}

/** Fills since the last look, valued at the oracle's prices of their blocks, and up to which block was looked. */
export async function readFills(
  client: PublicClient,
  { vault, after, confirmations, ...rest }: ReadFillsParameters,
): Promise<{ readonly fills: readonly BookedFill[]; readonly block: bigint }> {
  const newest = (await client.getBlockNumber()) - confirmations;
  const last = newest < 0n ? 0n : newest;
  if (after === null || after >= last) return { fills: [], block: after ?? last };
  const fills: BookedFill[] = [];
  for (let from = after + 1n; from <= last; from += LARGEST_RANGE) {
    const to = from + LARGEST_RANGE - 1n;
    const range = { fromBlock: from, toBlock: to < last ? to : last };
    const filter = { address: vault, abi: indexVaultAbi, eventName: "Filled", strict: true } as const;
    const events = await client.getContractEvents({ ...filter, ...range });
    const valued = await Promise.all(events.map((event) => valueFill(client, event, rest)));
    fills.push(...valued.filter((fill) => fill !== null));
  }
  return { fills, block: last };
}

/** null where the oracle had no price, or the node does not know the block's state any more. */
async function valueFill(
  client: PublicClient,
  { blockNumber, logIndex, args }: FillEvent,
  { registry, names, logger }: Pick<ReadFillsParameters, "registry" | "names" | "logger">,
): Promise<BookedFill | null> {
  const { sellToken, buyToken, sold, paid, filler } = args;
  const [soldName, boughtName] = [sellToken, buyToken].map((token) => names.get(token.toLowerCase()));
  if (soldName === undefined || boughtName === undefined) return null;
  const pair = [sellToken, buyToken];
  const priced = await client
    .readContract({ address: registry, abi: registryAbi, functionName: "prices", args: [pair], blockNumber })
    .catch((error: unknown) => {
      // A node without an archive forgets; the next fills will be seen in time.
      logger.info({ block: String(blockNumber), error: String(error) }, "a fill could not be valued");
      return null;
    });
  if (priced === null) return null;
  const [block, ...decimals] = await Promise.all([
    client.getBlock({ blockNumber }),
    ...pair.map((address) => client.readContract({ address, abi: erc20Abi, functionName: "decimals" })),
  ]);
  const worth = (amount: bigint, i: number) => (amount * (priced[i] ?? 0n)) / 10n ** BigInt(decimals[i] ?? 18);
  const [given, received] = [worth(sold, 0), worth(paid, 1)];
  // Less than a dollar says nothing about costs.
  if (given < E27 || received === 0n) return null;
  return {
    block: blockNumber,
    logIndex,
    at: Number(block.timestamp),
    filler,
    sold: soldName,
    bought: boughtName,
    usd: Number(given / E27),
    costCentiBps: Number(((given - received) * CENTI_BPS) / given),
  };
}
