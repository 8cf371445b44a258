import type { Address } from "viem";
import { getBlock } from "viem/actions";
import { type AnyClient, withTypedErrors } from "./client.ts";
import type { Venue } from "./routes.ts";

/** Stands for Ether where a token is asked for. */
export const NATIVE: Address = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";

/** {s} how long a zap may wait for its block when no deadline is given. */
export const ZAP_LIFETIME = 1_200;

export function isNative(token: Address): boolean {
  return token.toLowerCase() === NATIVE.toLowerCase();
}

/** Token that legs are traded against: the caller's own, or WETH for Ether. */
export function hubOf(token: Address, venue: Venue): Address {
  return isNative(token) ? venue.weth : token;
}

/** The given deadline, else one counted from the chain's own clock. */
export async function resolveDeadline(client: AnyClient, deadline: bigint | undefined): Promise<bigint> {
  if (deadline !== undefined) return deadline;
  const { timestamp } = await withTypedErrors(() => getBlock(client));
  return timestamp + BigInt(ZAP_LIFETIME);
}
