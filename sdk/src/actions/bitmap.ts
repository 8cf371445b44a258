import type { Address } from "viem";
import { ArgumentInvalidError } from "../errors/base.ts";

/** Bit i set: token i of the basket is among the chosen ones. */
export function bitmapOf(tokens: readonly Address[], chosen: readonly Address[]): bigint {
  const positions = tokens.map((token) => token.toLowerCase());
  return chosen.reduce((bits, token) => {
    const index = positions.indexOf(token.toLowerCase());
    if (index === -1) throw new ArgumentInvalidError("skip", `must hold tokens of the index, and ${token} is none`);
    return bits | (1n << BigInt(index));
  }, 0n);
}

/** Tokens of the basket whose bit is set. */
export function tokensIn(tokens: readonly Address[], bitmap: bigint): Address[] {
  return tokens.filter((_, index) => ((bitmap >> BigInt(index)) & 1n) === 1n);
}
