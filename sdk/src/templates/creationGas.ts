import { type Hex, hexToBytes } from "viem";
import { TemplateInvalidError } from "./errors.ts";

/** Gas that the contracts were measured at, by the names of the project's gas snapshot. */
export type GasSnapshot = Readonly<Record<string, number>>;

const SMALL = { tokens: 10n, name: "create index of 10 tokens, exec" } as const;
const LARGE = { tokens: 100n, name: "create index of 100 tokens, exec" } as const;
const TRANSACTION = 21_000n;
const ZERO_BYTE = 4n;
const OTHER_BYTE = 16n;

/** {gas} of a transaction before its first instruction. */
export function intrinsicGas(data: Hex): bigint {
  const bytes = hexToBytes(data);
  return bytes.reduce((sum, byte) => sum + (byte === 0 ? ZERO_BYTE : OTHER_BYTE), TRANSACTION);
}

/**
 * {gas} of creating an index of so many tokens: on the line through the two measured sizes, which every token lengthens by the
 * same, with what the transaction itself costs.
 */
export function measuredCreationGas(snapshot: GasSnapshot, tokens: number, data: Hex): bigint {
  const [small, large] = [SMALL, LARGE].map(({ name }) => {
    const gas = snapshot[name];
    if (gas === undefined) throw new TemplateInvalidError("snapshot", `has no figure "${name}"`);
    return BigInt(gas);
  }) as [bigint, bigint];
  const perToken = (large - small) / (LARGE.tokens - SMALL.tokens);
  return small + perToken * (BigInt(tokens) - SMALL.tokens) + intrinsicGas(data);
}
