// docs/FAULTS.md names a test for every fault; a name that no test has is a promise that nothing keeps.
import { type Check, files, type Problem, read } from "./sources.ts";

const TABLE = "docs/FAULTS.md";
const TITLE = /\bit\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/g;
const PLACEHOLDER = /\\\$\\\{[^}]*\\\}/g;

/** A title's pattern: what is filled in by a loop may be anything. */
function patternOf(title: string): RegExp {
  const escaped = title.replace(/\\(["'`])/g, "$1").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(PLACEHOLDER, ".+")}$`);
}

/** Names in the last column of the tables. */
function promised(): readonly string[] {
  const rows = read(TABLE).match(/^\| .*$/gm) ?? [];
  return rows.flatMap((row) => /`([^`]+)` \|$/.exec(row)?.[1] ?? []);
}

export const faultsCheck: Check = {
  name: "every fault of docs/FAULTS.md has the test that it names",
  run: (): Problem[] => {
    const texts = files(/^(test\/integration\/keeper.*|keeper\/src\/.*)\.test\.ts$/).map(read);
    const titles = texts.flatMap((text) =>
      [...text.matchAll(TITLE)].map((found) => found[1] ?? found[2] ?? found[3] ?? ""),
    );
    const patterns = titles.map(patternOf);
    const names = promised();
    if (names.length < 30) return [`${TABLE} names ${names.length} tests only: did its form change?`];
    return names
      .filter((name) => !patterns.some((pattern) => pattern.test(name)))
      .map((name) => `${TABLE} names a test that does not exist: ${name}`);
  },
};
