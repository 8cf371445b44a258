import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hex } from "viem";
import { contentHash } from "../data/canonical.ts";

/** What a training runs through. */
const STAGES = "{math,data,sentiment,features,models,training}";
const SOURCES = join(import.meta.dirname, "..");

let known: Hex | undefined;

/** Hash of the code that trains: models of an older code must not pass for what this one would make. */
export function codeHash(): Hex {
  known ??= contentHash(
    globSync(`${STAGES}/**/*.ts`, { cwd: SOURCES })
      .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
      .sort()
      .map((file) => `${file}\n${readFileSync(join(SOURCES, file), "utf8")}`)
      .join("\n"),
  );
  return known;
}
