// What people type, and what names of tokens say, made harmless before anything looks at it.

/** Longest question that is read {characters}. */
export const LONGEST_QUESTION = 500;
/** Longest name that is said again {characters}. Anyone may give a token any name. */
const LONGEST_NAME = 40;

/** A word of a question: as typed, in lower case, and where it stands {UTF-16 units}. */
export interface Word {
  readonly text: string;
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

/** One line without invisible characters, look-alike forms (full-width letters, ligatures) or direction marks. */
export function cleanText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "")
    .replace(/[\p{Cc}\p{Z}\s]+/gu, " ")
    .replace(/[\u2018\u2019\u02BC]/g, "'")
    .trim();
}

/** Words in their order: letters, digits and the signs that dates, amounts and symbols are written with. */
export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/[$@]?[\p{L}\p{N}][\p{L}\p{N}\p{M}'.:/_&+-]*/gu)].map((match) => {
    const word = match[0].replace(/[.:/_&+'-]+$/, "");
    const bare = word.replace(/'s$/i, "");
    return { text: bare, lower: bare.toLowerCase(), start: match.index, end: match.index + word.length };
  });
}

/** A name from the chain or from a source as it may stand in an answer: clean, short, and without signs of markup. */
export function safeName(name: string): string {
  const clean = cleanText(name).replace(/[<>[\](){}`*_~|\\"#@]/g, "");
  const short = [...clean].slice(0, LONGEST_NAME).join("").trim();
  return short === "" ? "(no name)" : short;
}

/** How many letters must be changed, added or left out to make one word of the other; more than `most` counts as more. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
