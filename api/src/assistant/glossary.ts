import { editDistance } from "./text.ts";

/** One row of docs/GLOSSARY.md. */
export interface GlossaryEntry {
  readonly term: string; // as written, such as "ADX, DI"
  readonly meaning: string; // plain text
  readonly names: readonly string[]; // what it is asked for by, in lower case
}

/** The words of docs/GLOSSARY.md. */
export class Glossary {
  readonly entries: readonly GlossaryEntry[];
  readonly #byName: ReadonlyMap<string, GlossaryEntry>;

  /** `text`: the page, a table of terms and meanings. */
  constructor(text: string) {
    this.entries = [...text.matchAll(/^\| ([^|]+) \| (.+) \|$/gm)]
      .map(([, term = "", meaning = ""]) => ({
        term: plain(term),
        meaning: plain(meaning),
        names: namesOf(term, meaning),
      }))
      .filter(({ term }) => term !== "term" && !/^-+$/.test(term));
    const own = this.entries.flatMap((entry) => entry.names.map((name) => [name, entry] as const));
    // A word that has a row of its own is not looked for in other rows.
    this.#byName = new Map([
      ...own.reverse(),
      ...this.entries.map((entry) => [entry.term.toLowerCase(), entry] as const),
    ]);
  }

  /** The row of a word, in singular or plural, whatever its case; undefined: there is none. */
  find(words: string): GlossaryEntry | undefined {
    const name = words.toLowerCase().trim();
    return this.#byName.get(name) ?? this.#byName.get(singular(name));
  }

  /** Terms that are written nearly like these words, at most five. */
  near(words: string): readonly string[] {
    const name = words.toLowerCase().slice(0, 40);
    const most = name.length <= 4 ? 1 : 2;
    const found = [...this.#byName]
      .map(([key, { term }]) => ({ term, distance: key.startsWith(name) ? 0 : editDistance(name, key, most) }))
      .filter(({ distance }) => distance <= most)
      .sort((a, b) => a.distance - b.distance);
    return [...new Set(found.map(({ term }) => term))].slice(0, 5);
  }
}

/** Names of a row: the parts of its term, and what its meaning explains in bold. */
function namesOf(term: string, meaning: string): readonly string[] {
  const parts = plain(term).toLowerCase().split(", ");
  const bold = [...meaning.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = ""]) => name.toLowerCase());
  return [...parts, ...bold];
}

function singular(name: string): string {
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  return name.endsWith("s") ? name.slice(0, -1) : name;
}

const plain = (cell: string): string =>
  cell
    .replace(/\*\*|`/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim();
