import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
/** What the build writes. */
export const APP_FOLDER = join(ROOT, "app/dist");
/** What it is made from. */
const SOURCES = ["app/src", "app/public", "app/index.html", "app/package.json", "app/vite.config.ts", "sdk/src"];

/** The app could not be built. The message has what the bundler said. */
export class AppBuildError extends Error {
  override readonly name = "AppBuildError";
}

/** Whether a source is newer than the build, or there is none. */
export function isStale(root = ROOT): boolean {
  const page = join(root, "app/dist/index.html");
  if (!existsSync(page)) return true;
  const builtAt = statSync(page).mtimeMs;
  return SOURCES.some((source) => newestIn(join(root, source)) > builtAt);
}

/** Builds the app unless what is there is as new as its sources. */
export async function buildApp(say: (line: string) => void): Promise<void> {
  if (!isStale()) return;
  say("Building the app, some seconds...");
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const child = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: join(ROOT, "app"),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new AppBuildError(`The app could not be built:\n${said}`);
}

/** {ms} of the newest change in a file or folder; a folder changes when a file in it is removed. */
function newestIn(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestIn(join(path, name))), found.mtimeMs);
}
