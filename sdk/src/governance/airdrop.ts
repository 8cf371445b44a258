import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { BaseError } from "../errors/base.ts";

/** {1} decimals of GIM. */
const DECIMALS = 18;
/** {GIM wei} a wave's total is a uint96. */
const MAX_TOTAL = 2n ** 96n - 1n;
const HEADER = "account,amount";
const LEAF = ["uint256", "address", "uint256"] as const;
const DOCS = { docsPath: "/sdk/airdrop" };

/** One line of the list. */
export type AirdropRow = {
  account: Address;
  /** {GIM wei} */
  amount: bigint;
};

/** What one account needs to claim. */
export type AirdropEntry = AirdropRow & {
  /** Place in the list, from 0. */
  index: number;
  proof: Hex[];
};

/** A wave of the airdrop: `root` and `total` go to `createWave`, an entry to `claim` or `claimAndLock`. */
export type Airdrop = {
  root: Hex;
  /** {GIM wei} sum of all amounts. */
  total: bigint;
  entries: AirdropEntry[];
};

/** Thrown when a list does not begin with the line that names its columns. */
export class AirdropHeaderInvalidError extends BaseError {
  override readonly name = "AirdropHeaderInvalidError";

  constructor(found: string) {
    super(`The list begins with "${found}". Let its first line be "${HEADER}".`, DOCS);
  }
}

/** Thrown when a list names nobody. */
export class AirdropEmptyError extends BaseError {
  override readonly name = "AirdropEmptyError";

  constructor() {
    super("The list names nobody. Add a line for each account.", DOCS);
  }
}

/** Thrown when a line is not an account and an amount. */
export class AirdropLineInvalidError extends BaseError {
  override readonly name = "AirdropLineInvalidError";
  readonly line: number;

  constructor(line: number, text: string) {
    super(`Line ${line} reads "${text}". Write an account, a comma and an amount, and nothing else.`, DOCS);
    this.line = line;
  }
}

/** Thrown when a line does not begin with an address, or its capitals say that a character is wrong. */
export class AirdropAccountInvalidError extends BaseError {
  override readonly name = "AirdropAccountInvalidError";
  readonly line: number;

  constructor(line: number, account: string) {
    super(`Line ${line}: ${account} is no address, or its checksum is wrong. Copy it again from its source.`, DOCS);
    this.line = line;
  }
}

/** Thrown when an account is there twice. */
export class AirdropAccountDuplicateError extends BaseError {
  override readonly name = "AirdropAccountDuplicateError";
  readonly line: number;
  readonly firstLine: number;

  constructor(line: number, firstLine: number, account: Address) {
    super(`Line ${line}: ${account} is on line ${firstLine} already. Make one line of them.`, DOCS);
    this.line = line;
    this.firstLine = firstLine;
  }
}

/** Thrown when an amount is not a positive number with at most 18 decimals. */
export class AirdropAmountInvalidError extends BaseError {
  override readonly name = "AirdropAmountInvalidError";
  readonly line: number;

  constructor(line: number, amount: string, reason: string) {
    super(`Line ${line}: ${amount} ${reason}.`, DOCS);
    this.line = line;
  }
}

/** Thrown when the amounts sum to more than a wave can hold, or not to what was expected. */
export class AirdropTotalInvalidError extends BaseError {
  override readonly name = "AirdropTotalInvalidError";
  /** {GIM wei} */
  readonly total: bigint;

  constructor(total: bigint, expected: string) {
    super(`The amounts sum to ${total} wei of GIM instead of ${expected}. Correct the list.`, DOCS);
    this.total = total;
  }
}

/** {GIM wei} An amount of whole GIM in plain decimals: no sign, no exponent, no separators. */
function parseAmount(text: string, line: number): bigint {
  const invalid = (reason: string) => new AirdropAmountInvalidError(line, text, reason);
  if (text.startsWith("-")) throw invalid("is negative. Nobody can be asked to pay");
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw invalid("is no plain number. Write digits with at most one point");
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > DECIMALS) throw invalid(`has ${fraction.length} decimals. GIM has ${DECIMALS}`);
  const amount = BigInt(whole + fraction.padEnd(DECIMALS, "0"));
  if (amount === 0n) throw invalid("is zero. Leave the line out");
  return amount;
}

function sumOf(rows: readonly AirdropRow[]): bigint {
  return rows.reduce((sum, { amount }) => sum + amount, 0n);
}

/**
 * Reads a list of accounts and amounts of GIM. The first line names the columns; lines may end as on any system; nothing
 * is guessed: whatever is not exactly an address and a positive amount is refused with its line.
 *
 * @example
 * parseAirdropCsv("account,amount\n0x70997970C51812dc3A010C7d01b50e0d17dc79C8,12.5\n");
 * // [{ account: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", amount: 12500000000000000000n }]
 */
export function parseAirdropCsv(text: string): AirdropRow[] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (header !== HEADER) throw new AirdropHeaderInvalidError(header);
  while (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw new AirdropEmptyError();

  const seen = new Map<Address, number>();
  return lines.map((content, offset) => {
    const line = offset + 2; // as an editor counts, below the header
    const fields = content.split(",");
    const [name = "", amountText = ""] = fields;
    if (fields.length !== 2 || content !== content.trim()) throw new AirdropLineInvalidError(line, content);
    if (!isAddress(name) || BigInt(name) === 0n) throw new AirdropAccountInvalidError(line, name);
    const account = getAddress(name);
    const firstLine = seen.get(account);
    if (firstLine !== undefined) throw new AirdropAccountDuplicateError(line, firstLine, account);
    seen.set(account, line);
    return { account, amount: parseAmount(amountText, line) };
  });
}

/**
 * Builds the tree of a wave. The index of an entry is its place in the list, so that the same list gives the same root
 * everywhere.
 *
 * @example
 * const { root, total, entries } = buildAirdrop(parseAirdropCsv(text), 1_000_000n * 10n ** 18n);
 */
export function buildAirdrop(rows: readonly AirdropRow[], expectedTotal?: bigint): Airdrop {
  if (rows.length === 0) throw new AirdropEmptyError();
  const total = sumOf(rows);
  if (expectedTotal !== undefined && total !== expectedTotal) {
    throw new AirdropTotalInvalidError(total, `${expectedTotal}`);
  }
  if (total > MAX_TOTAL) throw new AirdropTotalInvalidError(total, `at most ${MAX_TOTAL}`);

  const leaves = rows.map(({ account, amount }, index): [string, string, string] => [`${index}`, account, `${amount}`]);
  const tree = StandardMerkleTree.of(leaves, [...LEAF]);
  const entries = rows.map((row, index) => ({ index, ...row, proof: tree.getProof(index) as Hex[] }));
  return { root: tree.root as Hex, total, entries };
}

/**
 * A wave as text, the same to the byte on every machine: what a browser or a script reads proofs from.
 *
 * @example
 * writeFileSync("wave-0.json", formatAirdrop(airdrop));
 */
export function formatAirdrop({ root, total, entries }: Airdrop): string {
  const written = entries.map(({ index, account, amount, proof }) => ({ index, account, amount: `${amount}`, proof }));
  return `${JSON.stringify({ root, total: `${total}`, leaf: LEAF, entries: written }, null, 2)}\n`;
}
