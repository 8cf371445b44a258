import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { KeystoreError } from "../errors.ts";

/** Takes what an operator should know and may decide about. */
export type Warn = (message: string, details: Readonly<Record<string, string>>) => void;

const OTHERS = 0o007;
const GROUP = 0o070;
const OWNER_ONLY = 0o600;
const LARGEST = 100_000; // bytes

/**
 * Reads a file that only its owner should read. Refuses one that everybody of the machine may read or write; of one that
 * its group may, it warns, since containers hand secrets to a group. Throws KeystoreError.
 */
export async function readSecretFile(path: string, what: string, warn: Warn): Promise<string> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw new KeystoreError(`The ${what} cannot be opened. Check its path and owner.`, { path, reason: codeOf(error) });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > LARGEST) throw new KeystoreError(`This is no ${what}.`, { path });
    requirePrivate(stat.mode, { path, what, warn });
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

function requirePrivate(mode: number, { path, what, warn }: { path: string; what: string; warn: Warn }): void {
  if (process.platform === "win32") return; // has no such modes
  const details = { path, mode: (mode & 0o777).toString(8).padStart(4, "0") };
  if ((mode & OTHERS) !== 0) {
    throw new KeystoreError(`Everybody on this machine may use the ${what}. Make it yours alone: chmod 600.`, details);
  }
  if ((mode & GROUP) !== 0) warn(`the group of the ${what} may use it; chmod 600 makes it yours alone`, details);
}

/**
 * Writes a new file that its owner alone may read. The name is taken before `make` begins, so that no file is ever
 * overwritten, and is given back when `make` fails. Throws KeystoreError.
 */
export async function writeSecretFile(path: string, make: () => Promise<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "wx", OWNER_ONLY).catch((error: unknown) => {
    const reason = codeOf(error);
    const said = reason === "EEXIST" ? "This file exists and is not overwritten." : "The file cannot be written.";
    throw new KeystoreError(`${said} Choose another path.`, { path, reason });
  });
  try {
    await file.writeFile(await make());
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
