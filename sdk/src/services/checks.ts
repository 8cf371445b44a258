import { type Address, type Hex, isAddress, isAddressEqual, isHash, stringToBytes, zeroAddress, zeroHash } from "viem";
import { ArgumentInvalidError } from "../errors/base.ts";

/** Most that a 32-bit field of a contract holds. */
const MAX_UINT32 = 2n ** 32n - 1n;
/** Most that a 48-bit field of a contract holds: ids and seconds. */
const MAX_UINT48 = 2n ** 48n - 1n;

function bytesOf(text: string): number {
  return stringToBytes(text).length;
}

/** A text of 1 to `maximum` bytes. */
export function requireText(text: string, argument: string, maximum: number): void {
  const length = bytesOf(text);
  if (length === 0 || length > maximum) {
    throw new ArgumentInvalidError(argument, `must have 1 to ${maximum} bytes, not ${length}`);
  }
}

/** 32 bytes that are not all zero. */
export function requireHash(hash: Hex, argument: string): void {
  if (!isHash(hash) || hash === zeroHash) {
    throw new ArgumentInvalidError(argument, `must be 0x and 64 digits that are not all zero, not ${hash}`);
  }
}

/** Whole {bps} up to a maximum. */
export function requireRate(bps: number, argument: string, maximum: number): void {
  if (!Number.isInteger(bps) || bps < 0 || bps > maximum) {
    throw new ArgumentInvalidError(argument, `must be whole basis points from 0 to ${maximum}, not ${bps}`);
  }
}

/** An address that is not zero. */
export function requireSomebody(address: Address, argument: string): void {
  if (!isAddress(address, { strict: false }) || isAddressEqual(address, zeroAddress)) {
    throw new ArgumentInvalidError(argument, `must be an address that is not zero, not ${address}`);
  }
}

/** A whole number within bounds. */
export function requireRange(value: bigint, argument: string, least: bigint, most: bigint): void {
  if (value < least || value > most) {
    throw new ArgumentInvalidError(argument, `must be from ${least} to ${most}, not ${value}`);
  }
}

/** The id of a token of the registry. */
export function requireTokenId(id: bigint, argument = "id"): void {
  requireRange(id, argument, 1n, MAX_UINT48);
}

/** {units} of a listing or of credits. */
export function requireUnits(units: bigint, argument = "units"): void {
  requireRange(units, argument, 1n, MAX_UINT32);
}

/** {s} as contracts keep it. */
export function requireTime(seconds: bigint, argument: string): void {
  requireRange(seconds, argument, 1n, MAX_UINT48);
}
