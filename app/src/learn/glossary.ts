import { parseMarkdown } from "../safety/markdown.ts";

export interface GlossaryTerm {
  readonly term: string;
  readonly meaning: string;
}

/** The words of the glossary's document, with their Markdown. */
export function termsOf(source: string): readonly GlossaryTerm[] {
  return parseMarkdown(source).flatMap((block) =>
    block.kind !== "table"
      ? []
      : block.rows.flatMap(([term, meaning]) =>
          term === undefined || meaning === undefined ? [] : [{ term, meaning }],
        ),
  );
}

/** Terms that have the words in their name, then those that only explain with them. */
export function findTerms(terms: readonly GlossaryTerm[], words: string): readonly GlossaryTerm[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return terms;
  const isNamed = ({ term }: GlossaryTerm) => term.toLowerCase().includes(wanted);
  const named = terms.filter(isNamed);
  return [...named, ...terms.filter((term) => !isNamed(term) && term.meaning.toLowerCase().includes(wanted))];
}
