// What the documents promise and what the tests prove are the same lists.
import { existsSync } from "node:fs";
import { type Check, files, read } from "./sources.ts";

const TESTS = /(^test\/.*\.(ts|sol)|\.t\.sol|\.test\.ts)$/;
const TITLE = /^\s*(?:(?:describe|it)\(|function\s+(?:invariant|test)\w*|\/\/\/ @notice)/;

/** Two-digit ids behind a prefix, in any of the spellings INV-01, INV_01 and INV01. */
function idsIn(text: string, prefix: string): Set<string> {
  const found = text.matchAll(new RegExp(`(?<![A-Za-z0-9])${prefix}[-_]?(\\d\\d)(?!\\d)`, "g"));
  return new Set([...found].map((match) => match[1] ?? ""));
}

const titles = (): string =>
  files(TESTS)
    .flatMap((path) => read(path).split("\n"))
    .filter((line) => TITLE.test(line))
    .join("\n");

const readIfThere = (path: string): string => (existsSync(path) ? read(path) : "");

export const invariantsCheck: Check = {
  name: "every invariant of docs/INVARIANTS.md has a test with its id, and the reverse",
  run: () => {
    const headings = readIfThere("docs/INVARIANTS.md").match(/^## .*$/gm) ?? [];
    const promised = idsIn(headings.join("\n"), "INV");
    const proven = idsIn(titles(), "INV");
    return [
      ...[...promised.difference(proven)].map((id) => `INV-${id} has no test with this id in its title`),
      ...[...proven.difference(promised)].map((id) => `INV-${id} is tested but has no heading in docs/INVARIANTS.md`),
    ];
  },
};

/** Laws of governance: I-01 to I-20. */
const LAWS = Array.from({ length: 20 }, (_, index) => String(index + 1).padStart(2, "0"));

export const lawsCheck: Check = {
  name: "every law of governance is in docs/INVARIANTS.md and has a test with its id",
  run: () => {
    const headings = readIfThere("docs/INVARIANTS.md").match(/^## .*$/gm) ?? [];
    const promised = idsIn(headings.join("\n"), "I");
    const proven = idsIn(titles(), "I");
    return [
      ...LAWS.filter((id) => !promised.has(id)).map((id) => `I-${id} has no heading in docs/INVARIANTS.md`),
      ...LAWS.filter((id) => !proven.has(id)).map((id) => `I-${id} has no test with this id in its title`),
    ];
  },
};

/** Known attacks on systems of this kind: S01 to S88, S89 and S90 on vaults of ours, S91 to S95 on services that are sold. */
const ATTACKS = Array.from({ length: 95 }, (_, index) => String(index + 1).padStart(2, "0"));

export const attacksCheck: Check = {
  name: "every known attack is a named test or a sentence in docs/KNOWN-ISSUES.md",
  run: () => {
    const answered = idsIn(titles(), "S").union(idsIn(readIfThere("docs/KNOWN-ISSUES.md"), "S"));
    const open = ATTACKS.filter((id) => !answered.has(id));
    return open.length === 0 ? [] : [`no test or sentence names ${open.map((id) => `S${id}`).join(" ")}`];
  },
};
