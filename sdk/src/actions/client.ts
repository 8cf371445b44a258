import type { Account, Address, Chain, Client, Transport } from "viem";
import { getBlockNumber } from "viem/actions";
import { ArgumentInvalidError, type BaseError, ClientInvalidError } from "../errors/base.ts";
import { type CallFailedError, type ContractError, decodeContractError } from "../errors/contract.ts";

/** Any viem client: public, wallet, or both in one. */
export type AnyClient = Client<Transport, Chain | undefined, Account | undefined>;

/** What every read throws when it fails. */
export type ReadErrorType = ContractError | CallFailedError;

/** What every write throws when it fails. */
export type WriteErrorType = ReadErrorType | ArgumentInvalidError | ClientInvalidError;

export type AtBlock = {
  /** State of this block; the latest one when left out. */
  blockNumber?: bigint | undefined;
};

/** The block to read at: one for all calls of an action, so that its answer is one state and not several. */
export async function resolveBlock(client: AnyClient, { blockNumber }: AtBlock): Promise<bigint> {
  return blockNumber ?? (await withTypedErrors(() => getBlockNumber(client, { cacheTime: 0 })));
}

/** Runs a call and turns what it throws into errors of this package. */
export async function withTypedErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw decodeContractError(error) satisfies BaseError;
  }
}

/** The account that acts: the given one, else the client's. */
export function resolveAccount(client: AnyClient, account: Account | Address | undefined): Account | Address {
  const found = account ?? client.account;
  if (found === undefined) throw new ClientInvalidError("account");
  return found;
}

export function addressOf(account: Account | Address): Address {
  return typeof account === "string" ? account : account.address;
}

export function requirePositive(value: bigint, argument: string): void {
  if (value <= 0n) throw new ArgumentInvalidError(argument, `must be more than zero, not ${value}`);
}

export function requireBps(value: number, argument: string): void {
  if (!Number.isInteger(value) || value < 0 || value > 10_000) {
    throw new ArgumentInvalidError(argument, `must be whole basis points from 0 to 10000, not ${value}`);
  }
}
