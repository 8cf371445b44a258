import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Address } from "viem";
import type { NetworkConfig } from "../config/types.ts";

/** Content of deployments/<chainId>.json, which the SDK, the keeper and the app read. */
export interface Deployment {
  chainId: number;
  /** First block that concerns the protocol: indexers start here. */
  blockNumber: number;
  contracts: Record<string, Address>;
  external: Record<string, Address>;
  tokens: Record<string, { address: Address; decimals: number; feed: Address }>;
}

export function addressBook(
  config: NetworkConfig,
  contracts: Record<string, Address>,
  blockNumber: number,
): Deployment {
  const tokens = config.assets.map((asset) => [
    asset.symbol,
    { address: asset.token, decimals: asset.decimals, feed: asset.feed },
  ]);
  return {
    chainId: config.chainId,
    blockNumber,
    contracts: sorted(contracts),
    external: sorted({ ...config.external }),
    tokens: Object.fromEntries(tokens),
  };
}

export function readAddressBook(path: string): Deployment | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Deployment) : undefined;
}

/**
 * Writes the file unless it already says the same. The block of a first deployment stays, whatever is added later.
 * @returns whether the file changed.
 */
export function writeAddressBook(path: string, book: Deployment): boolean {
  const previous = readAddressBook(path);
  const isSame = previous?.contracts.IndexFactory === book.contracts.IndexFactory;
  const next = isSame && previous ? { ...book, blockNumber: previous.blockNumber } : book;
  const text = `${JSON.stringify(next, undefined, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;

  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return true;
}

function sorted(addresses: Record<string, Address>): Record<string, Address> {
  return Object.fromEntries(Object.entries(addresses).sort(([a], [b]) => (a < b ? -1 : 1)));
}
