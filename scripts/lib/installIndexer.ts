import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Installs the indexer's packages as its lock file says, unless that has been done for this very lock file.
 *
 * @throws Error when npm fails; its output is on the terminal.
 */
export async function installIndexer(folder: string, say: (line: string) => void): Promise<void> {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const mark = join(folder, "node_modules", ".installed-lock.json");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) {
    // What npm does after an install: the repair may be newer than the packages.
    await import(pathToFileURL(join(folder, "tools/patch-ponder.mjs")).href);
    return;
  }
  say("Installing the indexer's packages (about 230 MB, once)...");
  const child = spawn("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`npm ci in ${folder} ended with ${code}: its output says why`);
  writeFileSync(mark, lock);
}
