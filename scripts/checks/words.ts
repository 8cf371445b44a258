import { type Check, files, read } from "./sources.ts";

/** Words that mark unfinished work. Spelled in two halves so that this file does not find itself. */
const UNFINISHED = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`);
/** Focused or skipped tests hide the others or themselves. */
const HIDDEN_TEST = /\b(describe|it|context)\.(only|skip)\(/;

export const wordsCheck: Check = {
  name: "nothing unfinished, no test left out",
  run: () =>
    files(/\.(sol|ts|mjs|cjs|md|json)$/)
      .filter((path) => path !== "package-lock.json")
      .flatMap((path) =>
        read(path)
          .split("\n")
          .flatMap((line, index) => {
            const found = UNFINISHED.exec(line) ?? HIDDEN_TEST.exec(line);
            return found ? [`${path}:${index + 1} ${found[0]}: finish it or describe it in docs/KNOWN-ISSUES.md`] : [];
          }),
      ),
};
