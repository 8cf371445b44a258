import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BaseError, type Methodology, methodologyHash, parseMethodology } from "@gimbal/sdk";
import type { Hex } from "viem";
import { ConfigError } from "../errors.ts";

/** Documents that come with this repository. */
export const METHODOLOGIES = join(import.meta.dirname, "../../../methodologies");

/** A document and the file that it is from. */
export interface StoredMethodology {
  /** Name of the file without its ending. */
  readonly id: string;
  readonly path: string;
  readonly hash: Hex;
  readonly document: Methodology;
}

/**
 * Every `*.json` of the folders by the hash of its content, in the order of folders and names. A file that is no valid
 * document stops everything: a keeper must not pass over a vault because of a slip of the pen.
 */
export function readMethodologies(folders: readonly string[] = [METHODOLOGIES]): ReadonlyMap<Hex, StoredMethodology> {
  const found = new Map<Hex, StoredMethodology>();
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const document = readDocument(path);
      const hash = methodologyHash(document);
      // The same rules under two names are one document.
      if (!found.has(hash)) found.set(hash, { id: name.slice(0, -".json".length), path, hash, document });
    }
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("A folder of methodologies cannot be read. Correct its path.", { folder, reason }, { cause });
  }
}

/** Reads one document. */
export function readDocument(path: string): Methodology {
  try {
    return parseMethodology(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    const reason = cause instanceof BaseError ? cause.shortMessage : String(cause);
    throw new ConfigError(
      "A methodology's document cannot be used. Correct or remove it.",
      { path, reason },
      { cause },
    );
  }
}
