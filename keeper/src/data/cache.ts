import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentHash } from "./canonical.ts";

/** Answers of data providers on disk, so that a restart does not ask again. */
export interface AnswerCache {
  get(key: string): Promise<string | undefined>;
  put(key: string, answer: string): Promise<void>;
}

/** A cache with one file an answer. A file appears whole or not at all. */
export function createFileCache(folder: string): AnswerCache {
  const pathOf = (key: string) => join(folder, `${contentHash(key).slice(2)}.json`);
  return {
    get: async (key) => {
      try {
        return await readFile(pathOf(key), "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    put: async (key, answer) => {
      await mkdir(folder, { recursive: true });
      const path = pathOf(key);
      await writeFile(`${path}.${process.pid}`, answer);
      await rename(`${path}.${process.pid}`, path);
    },
  };
}
