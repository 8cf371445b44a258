import { type Check, read } from "./sources.ts";

type LockFile = { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> };

export const lockFileCheck: Check = {
  name: "lock file pins hashes, not download addresses",
  run: () => {
    const { packages } = JSON.parse(read("package-lock.json")) as LockFile;
    return Object.entries(packages).flatMap(([path, { resolved, link, integrity }]) => {
      if (path === "" || link || !path.includes("node_modules/")) return [];
      if (resolved) return [`${path} records an address: run npm install with the .npmrc of this project`];
      return integrity ? [] : [`${path} has no integrity hash: remove it from the lock file and run npm install`];
    });
  },
};
