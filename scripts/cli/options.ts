import { BaseError } from "../../sdk/src/errors/base.ts";

/** Thrown when the command line cannot be right. The process ends with 2. */
export class UsageError extends BaseError {
  override readonly name: string = "UsageError";

  constructor(reason: string, hint = "gimbal --help says what there is.") {
    super(`${reason} ${hint}`);
  }
}

type Text =
  | "rpc"
  | "deployment"
  | "account"
  | "keystore"
  | "password-file"
  | "remote-signer"
  | "signer-api"
  | "signer-token-variable"
  | "csv"
  | "template"
  | "seed-usd"
  | "name"
  | "symbol"
  | "cap"
  | "unit"
  | "fee-bps"
  | "mint-fee-bps"
  | "threshold"
  | "tier"
  | "rebalance"
  | "methodology"
  | "document"
  | "salt"
  | "kind"
  | "indices"
  | "holdings"
  | "deposit"
  | "withdraw"
  | "absolute"
  | "relative"
  | "least"
  | "shares"
  | "usd"
  | "with"
  | "into"
  | "slippage-bps"
  | "amount"
  | "weeks"
  | "list"
  | "wave"
  | "lock-weeks"
  | "reason"
  | "file"
  | "index"
  | "journal"
  | "uri"
  | "hash"
  | "royalty-bps"
  | "max-royalty-bps"
  | "resale-bps"
  | "to"
  | "supply"
  | "reserve"
  | "currency"
  | "price"
  | "units"
  | "days"
  | "max-cost"
  | "periods"
  | "asset"
  | "nonce"
  | "hours"
  | "payer"
  | "from";

/** Flags as they stand on the command line, without the dashes. */
export type Flags = { readonly [name in Text]?: string } & {
  readonly json?: boolean;
  readonly send?: boolean;
  readonly permit?: boolean;
  readonly sell?: boolean;
  readonly stable?: string[];
  readonly signer?: string[];
  readonly token?: string[];
};

/** What commander gives as `seedUsd`, as `seed-usd`. */
export function toFlags(options: Record<string, unknown>): Flags {
  const name = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [name(key), value])) as Flags;
}

/** Prints what a command found: lines for a person, or one JSON value for a program. */
export function say({ json }: Flags, lines: readonly string[], value: unknown): void {
  if (json === true) console.log(stringify(value));
  else for (const line of lines) console.log(line);
}

/** JSON with amounts as decimal strings, since they do not fit a number of JSON. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item), 2);
}

/** A flag that the command cannot do without. */
export function required(value: string | undefined, flag: string): string {
  if (value === undefined || value === "") throw new UsageError(`--${flag} is missing.`);
  return value;
}

/** One of the words that a flag knows. */
export function choice<T extends string>(value: string, flag: string, choices: readonly T[]): T {
  const found = choices.find((item) => item === value);
  if (found === undefined) throw new UsageError(`--${flag} must be one of ${choices.join(", ")}, not ${value}.`);
  return found;
}

/** A decimal number as whole units of 10^-decimals. */
export function amount(value: string, flag: string, decimals: number): bigint {
  const [, whole = "", fraction = ""] = /^(\d{1,15})(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === "") throw new UsageError(`--${flag} must be a number such as 1000 or 12.5, not ${value}.`);
  if (fraction.length > decimals)
    throw new UsageError(`--${flag} may have ${decimals} decimals, not ${fraction.length}.`);
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** {bps} of a percentage with at most two decimals. */
export function percentage(value: string, flag: string): number {
  const bps = Number(amount(value.replace(/%$/, ""), flag, 2));
  if (bps > 10_000) throw new UsageError(`--${flag} must be at most 100, not ${value}.`);
  return bps;
}

/** The number of a thing that counts from 1, as an argument. */
export function numberOf(text: string | undefined, what: string): bigint {
  if (text === undefined || !/^[1-9]\d{0,13}$/.test(text)) {
    throw new UsageError(`${what} has a number such as 1, not ${text ?? "nothing"}.`);
  }
  return BigInt(text);
}

/** A whole number within bounds. */
export function whole(value: string, flag: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new UsageError(`--${flag} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
  return number;
}
