import {
  type Address,
  concat,
  encodeAbiParameters,
  getAddress,
  type Hex,
  isAddress,
  isAddressEqual,
  isHex,
  keccak256,
} from "viem";
import { BaseError } from "../errors/base.ts";
import type { Airdrop, AirdropEntry } from "./airdrop.ts";

export type { Airdrop, AirdropEntry } from "./airdrop.ts";

/** Thrown when a file of an airdrop is not what the builder writes. */
export class AirdropFileInvalidError extends BaseError {
  override readonly name = "AirdropFileInvalidError";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`The file of the airdrop is not usable: ${path} ${reason}. Build it again or download it again.`, {
      docsPath: "/sdk/airdrop",
    });
    this.path = path;
  }
}

function asRecord(value: unknown, path: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new AirdropFileInvalidError(path, "must be an object");
  }
  return value as Record<string, unknown>;
}

function asHash(value: unknown, path: string): Hex {
  if (!isHex(value) || value.length !== 66) throw new AirdropFileInvalidError(path, "must be a hash");
  return value;
}

function asAmount(value: unknown, path: string): bigint {
  if (typeof value !== "string" || !/^[0-9]+$/.test(value))
    throw new AirdropFileInvalidError(path, "must be an amount");
  return BigInt(value);
}

function asAccount(value: unknown, path: string): Address {
  if (typeof value !== "string" || !isAddress(value)) throw new AirdropFileInvalidError(path, "must be an address");
  return getAddress(value);
}

function asEntry(value: unknown, path: string): AirdropEntry {
  const { index, account, amount, proof } = asRecord(value, path);
  if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0) {
    throw new AirdropFileInvalidError(`${path}.index`, "must be a whole number");
  }
  if (!Array.isArray(proof)) throw new AirdropFileInvalidError(`${path}.proof`, "must be a list");
  return {
    index,
    account: asAccount(account, `${path}.account`),
    amount: asAmount(amount, `${path}.amount`),
    proof: proof.map((hash, position) => asHash(hash, `${path}.proof[${position}]`)),
  };
}

/**
 * Checks what `formatAirdrop` wrote and gives it a type. Does not need the tree's library.
 *
 * @example
 * const list = parseAirdropFile(await (await fetch("/wave-0.json")).json());
 */
export function parseAirdropFile(json: unknown): Airdrop {
  const { root, total, entries } = asRecord(json, "airdrop");
  if (!Array.isArray(entries)) throw new AirdropFileInvalidError("entries", "must be a list");
  return {
    root: asHash(root, "root"),
    total: asAmount(total, "total"),
    entries: entries.map((entry, position) => asEntry(entry, `entries[${position}]`)),
  };
}

const LEAF = [{ type: "uint256" }, { type: "address" }, { type: "uint256" }] as const;

/** Whether an entry's proof leads to a root. */
export function isInAirdrop(root: Hex, { index, account, amount, proof }: AirdropEntry): boolean {
  const leaf = keccak256(keccak256(encodeAbiParameters(LEAF, [BigInt(index), account, amount])));
  const top = proof.reduce<Hex>((node, sibling) => {
    const pair = BigInt(node) < BigInt(sibling) ? [node, sibling] : [sibling, node];
    return keccak256(concat(pair));
  }, leaf);
  return BigInt(top) === BigInt(root);
}

/** The account's entry; undefined when the list does not name it. */
export function findAirdropEntry({ entries }: Airdrop, account: Address): AirdropEntry | undefined {
  return entries.find((entry) => isAddressEqual(entry.account, account));
}
