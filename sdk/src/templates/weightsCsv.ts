import type { Address } from "viem";
import { WeightsCsvInvalidError } from "./errors.ts";
import { type KnownTokens, readTokenTable, type TokenEntry } from "./tokenTable.ts";

const WHOLE = 10_000;
const WEIGHT_HEADERS =
  /^(target[ _]?)?(weight|allocation|share|percent|percentage|%|bps)[ _]?(\(?(percent|%|bps|pct)\)?)?$/i;
const SIZE_HEADERS = /^(market[ _]?cap(italisation|italization)?|capitali[sz]ation|mcap|size)[ _]?(\(?usd\)?)?$/i;
/** Digits, at most one point, perhaps a percent sign: no sign, no exponent, no separators. */
const NUMBER = /^(\d{1,18})(?:\.(\d+))?\s*(%?)$/;
/** Decimals that are kept before the unit is known. */
const SCALE_DIGITS = 6;
const ONE = 10n ** BigInt(SCALE_DIGITS);
/** Sums up to ten wholes are taken for percent: whoever writes basis points is near 10,000. */
const PERCENT_SUMS = 1_000n * ONE;

/** A token and its part of the index. */
export type TokenWeight = {
  token: Address;
  /** {bps} */
  weightBps: number;
};

export type WeightsCsvRow = TokenWeight & {
  /** As the table names it. */
  name: string;
  line: number;
};

export type WeightUnit = "percent" | "bps";

export type ParseWeightsCsvOptions = {
  /** What symbols stand for: `tokens` of a deployment. Addresses need no entry. */
  tokens: KnownTokens;
  /** Default: what the header or a percent sign says, else what the size of the sum says. */
  unit?: WeightUnit | undefined;
};

export type ParseWeightsCsvReturnType = {
  /** In the order of the table. The weights sum to 10,000. */
  rows: readonly WeightsCsvRow[];
  unit: WeightUnit;
};

/** A number in millionths, so that nothing is rounded before its unit is known. */
type Figure = { scaled: bigint; isPercent: boolean };

function invalidWeight({ line, figure }: TokenEntry, reason: string): WeightsCsvInvalidError {
  return new WeightsCsvInvalidError(line, "weight", `the figure ${figure || "(nothing)"} ${reason}`);
}

function readFigure(entry: TokenEntry): Figure {
  const match = NUMBER.exec(entry.figure);
  if (match === null) throw invalidWeight(entry, "is no plain number. Write digits with at most one point.");
  const [, whole = "", fraction = "", sign] = match;
  if (fraction.replace(/0+$/, "").length > SCALE_DIGITS) {
    throw invalidWeight(entry, `has more than ${SCALE_DIGITS} decimals. Round it.`);
  }
  const scaled = BigInt(whole + fraction.slice(0, SCALE_DIGITS).padEnd(SCALE_DIGITS, "0"));
  if (scaled === 0n) throw invalidWeight(entry, "is zero. Leave the line out.");
  return { scaled, isPercent: sign === "%" };
}

function statedUnit(header: string | undefined): WeightUnit | undefined {
  if (header === undefined) return undefined;
  if (/bps/i.test(header)) return "bps";
  return /%|percent|pct/i.test(header) ? "percent" : undefined;
}

function decideUnit(
  entries: readonly TokenEntry[],
  figures: readonly Figure[],
  stated: WeightUnit | undefined,
): WeightUnit {
  const signed = figures.findIndex(({ isPercent }) => isPercent);
  if (signed >= 0) {
    const odd = figures.findIndex(({ isPercent }) => !isPercent);
    const { line = 1, figure = "" } = entries[odd >= 0 ? odd : signed] ?? {};
    if (odd >= 0) {
      const sentence = `${figure} has no percent sign, others have. Write all weights alike.`;
      throw new WeightsCsvInvalidError(line, "unit", sentence);
    }
    if (stated === "bps") {
      throw new WeightsCsvInvalidError(
        line,
        "unit",
        `${figure} has a percent sign, though weights are said to be in bps.`,
      );
    }
    return "percent";
  }
  const sum = figures.reduce((all, { scaled }) => all + scaled, 0n);
  return stated ?? (sum > PERCENT_SUMS ? "bps" : "percent");
}

/** {bps} exactly, or the error of the line. */
function toBps(entry: TokenEntry, { scaled }: Figure, unit: WeightUnit): number {
  const bps = unit === "percent" ? scaled * 100n : scaled;
  if (bps % ONE !== 0n) throw invalidWeight(entry, "is finer than a basis point (0.01%). Round it.");
  return Number(bps / ONE);
}

function requireSum(rows: readonly WeightsCsvRow[], unit: WeightUnit): void {
  const sum = rows.reduce((all, { weightBps }) => all + weightBps, 0);
  if (sum === WHOLE) return;
  const [is, should] = unit === "percent" ? [`${sum / 100}%`, "100%"] : [`${sum} bps`, "10000 bps"];
  throw new WeightsCsvInvalidError(rows.at(-1)?.line ?? 1, "sum", `the weights sum to ${is} instead of ${should}.`);
}

/**
 * Reads a table of tokens and weights. Symbols or addresses, percent or basis points, with or without a header, in any order;
 * byte order marks, quotes, blank lines and all line ends are understood. Nothing is guessed beyond that: what is not exactly
 * a known token and a weight is refused with its line.
 *
 * @throws WeightsCsvInvalidError
 *
 * @example
 * const { rows } = parseWeightsCsv("token,weight\nWETH,60%\nUSDC,40%\n", deployment);
 */
export function parseWeightsCsv(text: string, options: ParseWeightsCsvOptions): ParseWeightsCsvReturnType {
  const { entries, header } = readTokenTable(text, options.tokens, WEIGHT_HEADERS);
  const figures = entries.map(readFigure);
  const unit = decideUnit(entries, figures, options.unit ?? statedUnit(header));
  const rows = entries.map((entry, i): WeightsCsvRow => {
    const { token, name, line } = entry;
    return { token, weightBps: toBps(entry, figures[i] ?? { scaled: 0n, isPercent: false }, unit), name, line };
  });
  requireSum(rows, unit);
  return Object.freeze({ rows, unit });
}

/**
 * Reads a table of tokens and sizes, such as capitalisations in USD: what `cappedWeights` takes. Sizes in millionths.
 *
 * @throws WeightsCsvInvalidError
 */
export function parseSizesCsv(
  text: string,
  { tokens }: Pick<ParseWeightsCsvOptions, "tokens">,
): readonly { token: Address; size: bigint; name: string; line: number }[] {
  const { entries } = readTokenTable(text, tokens, SIZE_HEADERS);
  return entries.map((entry) => {
    const { scaled, isPercent } = readFigure(entry);
    if (isPercent) throw invalidWeight(entry, "has a percent sign. A size is an amount.");
    return { token: entry.token, size: scaled, name: entry.name, line: entry.line };
  });
}

/**
 * Reads the tokens of a table: its first column, or the one that its header names. Further columns do not count.
 *
 * @throws WeightsCsvInvalidError
 */
export function parseTokensCsv(
  text: string,
  { tokens }: Pick<ParseWeightsCsvOptions, "tokens">,
): readonly { token: Address; name: string; line: number }[] {
  const { entries } = readTokenTable(text, tokens, undefined);
  return entries.map(({ token, name, line }) => ({ token, name, line }));
}
