import { type Check, read } from "./sources.ts";

type LockFile = { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> };

/** The indexer is no workspace: it has a lock file of its own. */
const LOCK_FILES = ["package-lock.json", "indexer/package-lock.json"];

function problemsOf(file: string): string[] {
  const { packages } = JSON.parse(read(file)) as LockFile;
  return Object.entries(packages).flatMap(([path, { resolved, link, integrity }]) => {
    if (path === "" || link || !path.includes("node_modules/")) return [];
    if (resolved) return [`${file}: ${path} records an address: run npm install with the .npmrc of this project`];
    return integrity
      ? []
      : [`${file}: ${path} has no integrity hash: remove it from the lock file and run npm install`];
  });
}

export const lockFileCheck: Check = {
  name: "lock file pins hashes, not download addresses",
  run: () => LOCK_FILES.flatMap(problemsOf),
};
