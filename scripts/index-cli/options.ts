import { parseArgs } from "node:util";
import { BaseError } from "../../sdk/src/index.ts";

/** Thrown when the command line cannot be right. */
export class UsageError extends BaseError {
  override readonly name = "UsageError";

  constructor(reason: string, hint = "npm run index -- --help says what there is.") {
    super(`${reason} ${hint}`);
  }
}

const TEXT = { type: "string" } as const;
const LIST = { type: "string", multiple: true } as const;
const FLAG = { type: "boolean" } as const;

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  rpc: TEXT,
  deployment: TEXT,
  account: TEXT,
  // preview, create
  csv: TEXT,
  template: TEXT,
  "seed-usd": TEXT,
  name: TEXT,
  symbol: TEXT,
  cap: TEXT,
  unit: TEXT,
  stable: LIST,
  "fee-bps": TEXT,
  "mint-fee-bps": TEXT,
  signer: LIST,
  threshold: TEXT,
  tier: TEXT,
  rebalance: TEXT,
  methodology: TEXT,
  document: TEXT,
  salt: TEXT,
  // plan, buy
  kind: TEXT,
  indices: TEXT,
  holdings: TEXT,
  deposit: TEXT,
  withdraw: TEXT,
  absolute: TEXT,
  relative: TEXT,
  least: TEXT,
  json: FLAG,
} as const;

export type Flags = ReturnType<typeof parse>["values"];
export type Command = "preview" | "create" | "plan" | "buy";

const COMMANDS: readonly Command[] = ["preview", "create", "plan", "buy"];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

/** The command and its flags; undefined when help is asked for. */
export function readCommand(args: readonly string[]): { command: Command; flags: Flags } | undefined {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}.`);
  }
  const { values: flags, positionals } = parsed;
  if (flags.help === true || args.length === 0) return undefined;
  const [name, ...rest] = positionals;
  const command = COMMANDS.find((known) => known === name);
  if (command === undefined) throw new UsageError(`${name ?? "Nothing"} is no command: ${COMMANDS.join(", ")}.`);
  if (rest.length > 0) throw new UsageError(`${rest.join(" ")} is too much.`);
  return { command, flags };
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

/** A whole number within bounds. */
export function whole(value: string, flag: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new UsageError(`--${flag} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
  return number;
}
