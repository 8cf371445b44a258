import type { AssetId } from "../data/source.ts";
import { ALIASES, OTHER_CAPITALS } from "./aliases.ts";
import { stemOf, type Token } from "./tokenizer.ts";

/** The assets that a text is about, ascending; none = it is about the market as a whole. */
export type Tagger = (tokens: readonly Token[]) => readonly AssetId[];

const LONGEST_NAME = 4; // {tokens}
const SHORTEST_SYMBOL = 3; // of an asset without known names, when it stands in capitals without "$"
const SHOUTING = 0.7; // share of words in capitals from which on capitals mean nothing

/**
 * Recognises the assets of a market. An asset that the table of names does not know is recognised by "$" and its symbol, or by
 * its symbol in capitals.
 *
 * @example
 * createTagger(["BTC", "LINK"])(tokenize("Bitcoin follows link to LINK")) // ["BTC", "LINK"]
 */
export function createTagger(assets: readonly AssetId[]): Tagger {
  const index = buildIndex(assets);
  return (tokens) => {
    const found = new Set<AssetId>();
    const shouting = isShouting(tokens);
    for (let at = 0; at < tokens.length; ) {
      const name = nameAt(index, tokens, at, shouting);
      for (const asset of name.assets) found.add(asset);
      if (name.length === 0) for (const asset of symbolAt(index, tokens[at] as Token, shouting)) found.add(asset);
      at += Math.max(1, name.length);
    }
    return [...found].sort((a, b) => (a < b ? -1 : 1));
  };
}

/** Short forms of the words in an asset's names and symbol: they say what a text is about, not what happened. */
export function ownWords(asset: AssetId): ReadonlySet<string> {
  const alias = ALIASES.find((known) => known.asset === asset);
  const names = [asset.toLowerCase(), ...(alias?.names ?? []), ...(alias?.capitalNames ?? [])];
  return new Set([`$${asset.toLowerCase()}`, ...names.flatMap((name) => name.split(" ").map(stemOf))]);
}

interface Index {
  readonly names: ReadonlyMap<string, readonly AssetId[]>;
  readonly capitalNames: ReadonlyMap<string, readonly AssetId[]>;
  readonly symbols: ReadonlyMap<string, readonly AssetId[]>; // in lower case; with "$" always, else see below
  readonly plain: ReadonlySet<AssetId>; // whose symbol counts in any case
}

function buildIndex(assets: readonly AssetId[]): Index {
  const present = new Set(assets);
  const aliases = ALIASES.filter(({ asset }) => present.has(asset));
  const names = new Map<string, AssetId[]>();
  const capitalNames = new Map<string, AssetId[]>();
  const symbols = new Map<string, AssetId[]>();
  for (const { asset, names: own, capitalNames: capital } of aliases) {
    for (const name of own) insert(names, phrase(name), asset);
    for (const name of capital) insert(capitalNames, phrase(name), asset);
  }
  for (const asset of assets) insert(symbols, asset.toLowerCase(), asset);
  const plain = new Set(aliases.filter(({ isPlainSymbol }) => isPlainSymbol).map(({ asset }) => asset));
  return { names, capitalNames, symbols, plain };
}

function insert(map: Map<string, AssetId[]>, key: string, asset: AssetId): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [asset]);
  else known.push(asset);
}

function phrase(name: string): string {
  return name.split(" ").map(stemOf).join(" ");
}

interface Named {
  readonly length: number; // {tokens}
  readonly assets: readonly AssetId[];
}

/** The longest name that starts here: "bitcoin cash" is not bitcoin. */
function nameAt(index: Index, tokens: readonly Token[], at: number, shouting: boolean): Named {
  let found: Named = { length: 0, assets: [] };
  let text = "";
  for (let length = 1; length <= LONGEST_NAME && at + length <= tokens.length; length++) {
    const token = tokens[at + length - 1] as Token;
    if (token.kind !== "word" && token.kind !== "number") break;
    const stem = token.kind === "word" ? token.stem : token.raw;
    text = length === 1 ? stem : `${text} ${stem}`;
    const capital = at > 0 && !shouting && /^[A-Z]/.test((tokens[at] as Token).raw);
    const assets = index.names.get(text) ?? (capital ? index.capitalNames.get(text) : undefined);
    if (assets !== undefined) found = { length, assets };
  }
  return found;
}

function symbolAt(index: Index, { kind, raw }: Token, shouting: boolean): readonly AssetId[] {
  const lower = raw.toLowerCase();
  if (kind === "ticker") return index.symbols.get(lower.slice(1)) ?? [];
  if (kind !== "word") return [];
  const known = index.symbols.get(lower) ?? [];
  const isCapital = raw === raw.toUpperCase() && raw.length >= SHORTEST_SYMBOL && !OTHER_CAPITALS.has(raw);
  return known.filter((asset) => index.plain.has(asset) || (isCapital && !shouting));
}

function isShouting(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ kind, raw }) => kind === "word" && raw.length > 1);
  return words.length > 3 && words.filter(({ raw }) => raw === raw.toUpperCase()).length > SHOUTING * words.length;
}
