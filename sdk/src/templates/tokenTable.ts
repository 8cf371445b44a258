import { type Address, getAddress, isAddress } from "viem";
import type { TokenInfo } from "../addresses.ts";
import { type CsvRecord, readRecords } from "./csvRecords.ts";
import { WeightsCsvInvalidError } from "./errors.ts";

/** Most tokens of an index. */
export const MAX_TOKENS = 128;

/** What symbols stand for: `tokens` of a deployment. Addresses need no entry. */
export type KnownTokens = Readonly<Record<string, Pick<TokenInfo, "address">>>;

const TOKEN_HEADERS = /^(token|symbol|ticker|asset|address|coin|name)$/i;

/** One line of a table: a token, and the text of the figure beside it; "" without one. */
export type TokenEntry = { line: number; name: string; token: Address; figure: string };

export type TokenTable = {
  entries: readonly TokenEntry[];
  /** Name of the column of figures; undefined without a header. */
  header: string | undefined;
};

function findToken(name: string, line: number, tokens: KnownTokens): Address {
  if (/^0x/i.test(name)) {
    if (isAddress(name) && BigInt(name) !== 0n) return getAddress(name);
    throw new WeightsCsvInvalidError(line, "address", `${name} is no address, or a character of it is wrong.`);
  }
  const symbols = Object.keys(tokens);
  const similar = symbols.filter((symbol) => symbol.toLowerCase() === name.toLowerCase());
  const symbol = symbols.find((own) => own === name) ?? (similar.length === 1 ? similar[0] : undefined);
  const found = symbol === undefined ? undefined : tokens[symbol];
  if (found !== undefined) return getAddress(found.address);
  const sentence = `the token ${name || "(nothing)"} is not known. Give its address.`;
  throw new WeightsCsvInvalidError(line, "unknown-token", sentence);
}

type Columns = { token: number; figure: number; count: number; header: string | undefined; body: readonly CsvRecord[] };

/** Which column holds what: by a header if there is one, else the token first and its figure second. */
function columnsOf(records: readonly CsvRecord[], figures: RegExp | undefined): Columns {
  const fields = records[0]?.fields ?? [];
  const token = fields.findIndex((field) => TOKEN_HEADERS.test(field));
  const figure = figures === undefined ? -1 : fields.findIndex((field) => figures.test(field));
  const isHeader = token >= 0 && (figures === undefined || figure >= 0);
  if (isHeader) return { token, figure, count: fields.length, header: fields[figure], body: records.slice(1) };
  const count = figures === undefined ? fields.length : 2;
  return { token: 0, figure: figures === undefined ? -1 : 1, count, header: undefined, body: records };
}

/** Lines of a table with their tokens found; `figures` says which names a column of figures may have, if there is one. */
export function readTokenTable(text: string, tokens: KnownTokens, figures: RegExp | undefined): TokenTable {
  const { token, figure, count, header, body } = columnsOf(readRecords(text), figures);
  if (body.length === 0) throw new WeightsCsvInvalidError(1, "empty", "there is no token in this table.");
  const lineOf = new Map<Address, number>();
  const entries = body.map(({ line, fields }, position): TokenEntry => {
    if (fields.length !== count) {
      const sentence = `${count} columns were expected, and there are ${fields.length}.`;
      throw new WeightsCsvInvalidError(line, "columns", sentence);
    }
    if (position === MAX_TOKENS) {
      throw new WeightsCsvInvalidError(line, "too-many", `an index holds at most ${MAX_TOKENS} tokens.`);
    }
    const name = fields[token] ?? "";
    const address = findToken(name, line, tokens);
    const first = lineOf.get(address);
    if (first !== undefined) {
      const sentence = `${name} is on line ${first} already. Make one line of them.`;
      throw new WeightsCsvInvalidError(line, "duplicate", sentence);
    }
    lineOf.set(address, line);
    return { line, name, token: address, figure: figure < 0 ? "" : (fields[figure] ?? "") };
  });
  return { entries, header };
}
