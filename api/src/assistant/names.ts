import type { Address } from "viem";
import { editDistance, safeName, type Word, wordsOf } from "./text.ts";

/** Something that has a name and a symbol: an index or a token. */
export interface Named {
  readonly address: Address | null; // null: known to the market data only
  readonly symbol: string;
  readonly name: string;
}

/** What a question says about which index or token it means. */
export type NameReading<T extends Named> =
  | { readonly kind: "none" }
  | { readonly kind: "one"; readonly item: T; readonly span: readonly [number, number] }
  | { readonly kind: "several"; readonly items: readonly T[]; readonly words: string }
  | { readonly kind: "unknown"; readonly words: string; readonly suggestions: readonly T[] };

/** Most suggestions that are made. */
const SUGGESTIONS = 5;

/** English words that are also symbols. They mean a token only in capitals or behind a $. */
const COMMON_WORDS = new Set(
  (
    "a about ai all an and any are as at be bear big bond bought bull but buy buying by can cash change changed claim clear " +
    "core cost could cream cut data day did do does doing down dusk ever fees fet flow for from fun gas get go gold good " +
    "grade had has have high hold holding holdings hot how i ice if in index indices into is it its just last like link " +
    "live low make mana mask may me mean more most move my near new next no not now of off on one open or other our out " +
    "over own past pay people perp plan play power price prime pro push rally rare ray real rebalance regime reserve rise " +
    "ring safe sand sell selling so sold some spell spot stake star super sweat sun sync take tell than that the their them " +
    "then they this tier time to today token trade true trust up us use vault via vote was wave we week were what when " +
    "which who why wild will win with yesterday you your"
  ).split(" "),
);

/** Verbs behind which stands what was traded. */
const TRADED = new Set(
  "sell sold selling sells buy bought buying buys drop dropped dump dumped hold holds add added exit exited remove removed cut reduce reduced increase increased".split(
    " ",
  ),
);
/** Words that stand between such a verb and the token. */
const FILLERS = new Set(["the", "all", "its", "some", "of", "more", "any", "our", "my", "out", "token", "half"]);

const ADDRESS = /0x[0-9a-fA-F]{40}(?![0-9a-fA-F])/g;

/** Which index a question means: by address, by symbol, by its name or a beginning of it. */
export function readIndex<T extends Named>(question: string, indices: readonly T[]): NameReading<T> {
  const byAddress = readAddress(question, indices);
  if (byAddress !== null) return byAddress;
  const words = wordsOf(question);
  for (const find of [fullName, symbolOf, beginning]) {
    const found = find(words, indices);
    if (found.length > 0) return chosen(found, words);
  }
  return unknownIndex(words, indices);
}

/** Which token a question means. What stands within `taken` is the name of an index already. */
export function readToken<T extends Named>(
  question: string,
  tokens: readonly T[],
  taken: readonly [number, number] | null,
): NameReading<T> {
  const words = wordsOf(question).filter((word) => taken === null || word.end <= taken[0] || word.start >= taken[1]);
  const others = taken === null ? question : `${question.slice(0, taken[0])} ${question.slice(taken[1])}`;
  const byAddress = readAddress(others, tokens);
  if (byAddress?.kind === "one") return byAddress;
  for (const find of [markedSymbol, afterVerb, symbolOf, fullName, wrapped]) {
    const found = find(words, tokens);
    if (found.length > 0) return chosen(found, words);
  }
  return unknownToken(words, tokens);
}

/** Tokens or indices whose symbol or name is nearly this word, the nearest first. */
export function suggest<T extends Named>(word: string, items: readonly T[]): readonly T[] {
  const wanted = word.toLowerCase().slice(0, 40);
  const most = wanted.length <= 4 ? 1 : 2;
  const near = items.map((item) => {
    const names = [item.symbol, item.name, item.name.split(" ")[0] ?? ""].map((name) =>
      name.toLowerCase().slice(0, 60),
    );
    const distance = Math.min(...names.map((name) => editDistance(wanted, name, most)));
    return { item, distance: names.some((name) => name.startsWith(wanted)) ? Math.min(distance, 1) : distance };
  });
  return near
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ item }) => item);
}

/** How to call something so that it cannot be taken for another: name and symbol. */
export function label({ name, symbol }: Named): string {
  const [clean, short] = [safeName(name), safeName(symbol)];
  return clean === short ? short : `${clean} (${short})`;
}

type Found<T> = { readonly item: T; readonly first: number; readonly last: number }; // indices of words

function chosen<T extends Named>(found: readonly Found<T>[], words: readonly Word[]): NameReading<T> {
  const items = [...new Set(found.map(({ item }) => item))];
  const [first] = found;
  const start = words[first?.first ?? 0]?.start ?? 0;
  const end = words[first?.last ?? 0]?.end ?? 0;
  const [item] = items;
  if (items.length === 1 && item !== undefined) return { kind: "one", item, span: [start, end] };
  const said = words.slice(first?.first ?? 0, (first?.last ?? 0) + 1).map(({ text }) => text);
  return { kind: "several", items: items.slice(0, SUGGESTIONS), words: said.join(" ") };
}

function readAddress<T extends Named>(question: string, items: readonly T[]): NameReading<T> | null {
  const matches = [...question.matchAll(ADDRESS)];
  for (const match of matches) {
    const item = items.find(({ address }) => address?.toLowerCase() === match[0].toLowerCase());
    if (item !== undefined) return { kind: "one", item, span: [match.index, match.index + match[0].length] };
  }
  return null;
}

/** Words of the question that are a name, the longest names first. */
function fullName<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  return longest(words, items, (name) => name);
}

/** Words of the question that begin a name of several words: "global" for Global 100. */
function beginning<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  const found = items.flatMap((item) => {
    const [first = ""] = nameWords(item.name);
    if (first.length < 2 || (COMMON_WORDS.has(first) && first !== "ai")) return [];
    const at = words.findIndex(({ lower }) => lower === first);
    return at < 0 ? [] : [{ item, first: at, last: at }];
  });
  const [first] = found;
  return found.filter(({ first: at }) => at === first?.first);
}

function longest<T extends Named>(
  words: readonly Word[],
  items: readonly T[],
  nameOf: (name: string) => string,
): readonly Found<T>[] {
  const places = new Map<string, number[]>();
  for (const [i, { lower }] of words.entries()) places.set(lower, [...(places.get(lower) ?? []), i]);
  let best = 0;
  let found: Found<T>[] = [];
  for (const item of items) {
    const parts = nameWords(nameOf(item.name));
    const [head = ""] = parts;
    if (parts.length < best || parts.length === 0) continue;
    // A name of one common word is only meant when nothing else is said of it.
    if (parts.length === 1 && COMMON_WORDS.has(head)) continue;
    const at = (places.get(head) ?? []).find((i) => parts.every((part, k) => words[i + k]?.lower === part));
    if (at === undefined) continue;
    const hit = { item, first: at, last: at + parts.length - 1 };
    found = parts.length > best ? [hit] : [...found, hit];
    best = parts.length;
  }
  const [first] = found;
  return found.filter(({ first: at }) => at === first?.first);
}

const nameWords = (name: string): readonly string[] =>
  wordsOf(name)
    .slice(0, 8)
    .map(({ lower }) => lower);

/** A symbol in capitals or behind a $; the first one of the question. */
function markedSymbol<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  const isMarked = ({ text }: Word) => text.startsWith("$") || (text.length > 1 && text === text.toUpperCase());
  return firstSymbol(words, items, isMarked);
}

/** What stands behind "sell" is a token, however it is written. */
function afterVerb<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  const at = objectOf(words);
  return at === null ? [] : firstSymbol(words, items, (word) => word === words[at]);
}

function symbolOf<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  return firstSymbol(words, items, ({ text, lower }) => !COMMON_WORDS.has(lower) || text === text.toUpperCase());
}

/** BTC is held as WBTC, ETH as WETH. */
function wrapped<T extends Named>(words: readonly Word[], items: readonly T[]): readonly Found<T>[] {
  const asWrapped = words.map((word) => ({ ...word, lower: `w${bare(word.lower)}` }));
  return firstSymbol(asWrapped, items, ({ lower }) => lower === "wbtc" || lower === "weth");
}

const bare = (text: string): string => text.replace(/^\$/, "");

function firstSymbol<T extends Named>(
  words: readonly Word[],
  items: readonly T[],
  counts: (word: Word) => boolean,
): readonly Found<T>[] {
  for (const [i, word] of words.entries()) {
    if (!counts(word)) continue;
    const symbol = bare(word.lower);
    const found = items.filter((item) => item.symbol.toLowerCase() === symbol);
    // Of two symbols that differ in case only, the one that was typed is meant.
    const exact = found.filter((item) => item.symbol === bare(word.text));
    const best = exact.length > 0 ? exact : found;
    if (best.length > 0) return best.map((item) => ({ item, first: i, last: i }));
  }
  return [];
}

function objectOf(words: readonly Word[]): number | null {
  const verb = words.findIndex(({ lower }) => TRADED.has(lower));
  if (verb < 0) return null;
  for (let i = verb + 1; i < words.length; i++) {
    if (!FILLERS.has(words[i]?.lower ?? "")) return i;
  }
  return null;
}

/** Behind these a word is no token: "did it sell on Monday". */
const NO_OBJECT = /^(on|in|at|for|last|this|yesterday|today|when|why|it|and|or|to|from|\d.*|[a-z]+day)$/;

function unknownToken<T extends Named>(words: readonly Word[], items: readonly T[]): NameReading<T> {
  const at = objectOf(words);
  const word = words.find(({ text }) => text.startsWith("$")) ?? (at === null ? undefined : words[at]);
  if (word === undefined || NO_OBJECT.test(word.lower)) return { kind: "none" };
  return { kind: "unknown", words: safeName(bare(word.text)), suggestions: suggest(bare(word.text), items) };
}

/** "the X index", "index X" with an X that is none of ours. */
function unknownIndex<T extends Named>(words: readonly Word[], items: readonly T[]): NameReading<T> {
  for (const [i, { lower }] of words.entries()) {
    if (lower !== "index" && lower !== "vault") continue;
    const word = [words[i + 1], words[i - 1]].find((near) => near !== undefined && isProper(near));
    if (word !== undefined)
      return { kind: "unknown", words: safeName(word.text), suggestions: suggest(word.text, items) };
  }
  for (const word of words.filter(isProper)) {
    const near = word.text.length >= 4 ? suggest(word.text, items) : [];
    if (near.length > 0) return { kind: "unknown", words: safeName(word.text), suggestions: near };
  }
  return { kind: "none" };
}

const isProper = ({ text, lower }: Word): boolean =>
  /^\p{Lu}/u.test(text) && !COMMON_WORDS.has(lower) && !/^(why|what|when|how|which|who|index|vault)$/.test(lower);
