import { decryptKeystoreJson, encryptKeystoreJson, isKeystoreJson } from "ethers";
import { type Address, getAddress, type Hex, isAddress, isAddressEqual, isHex, type LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { ConfigError, KeystoreError } from "../errors.ts";
import { readSecretFile, type Warn, writeSecretFile } from "./secretFiles.ts";
import type { Secrets } from "./secrets.ts";

// The only module that ever holds a private key or a password. What leaves it are accounts that sign, files that are
// encrypted, and addresses; keysOnly.test.ts proves that nobody else reads a key.

const GAS_KEY = "GIMBAL_KEEPER_KEY";
const SIGNER_KEYS = "GIMBAL_SIGNER_KEYS";
/** Holds the password of keystores that have no password file. */
export const PASSWORD_VARIABLE = "GIMBAL_KEYSTORE_PASSWORD";
const LEAST_PASSWORD = 12; // characters of a new keystore's password

/** Variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What reading a key needs besides its place. */
export interface KeyContext {
  readonly environment: Environment;
  /** Learns every secret that is read. */
  readonly secrets: Secrets;
  readonly warn: Warn;
}

/** A keystore's place. */
export interface KeystorePlace {
  readonly file: string;
  readonly passwordFile?: string | undefined;
  /** The account that it must hold. */
  readonly address?: Address | undefined;
}

/** The gas key of the environment. Throws ConfigError without showing what it found. */
export function gasAccountOf({ environment, secrets }: KeyContext): LocalAccount {
  const key = environment[GAS_KEY]?.trim() ?? "";
  const where = "or name a keystore or a remote signer in `signers.gas`";
  if (key === "") throw new ConfigError(`No key to pay for gas. Set ${GAS_KEY}, ${where}.`, { field: GAS_KEY });
  return toAccount(key, GAS_KEY, secrets);
}

/** The decision keys of the environment, which are separated by commas. Throws ConfigError. */
export function decisionAccountsOf({ environment, secrets }: KeyContext): readonly LocalAccount[] {
  const keys = (environment[SIGNER_KEYS] ?? "").split(",").map((key) => key.trim());
  return keys.filter(Boolean).map((key) => toAccount(key, SIGNER_KEYS, secrets));
}

/** A bearer token for a remote signer. Throws ConfigError when the variable is not set. */
export function tokenOf(variable: string, { environment, secrets }: KeyContext): string {
  const token = environment[variable]?.trim() ?? "";
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigError("The token of a remote signer is not set, or is no token.", { field: variable });
  }
  secrets.add(token);
  return token;
}

/** The account of an encrypted keystore (Web3 Secret Storage, version 3). Throws KeystoreError. */
export async function openKeystore(place: KeystorePlace, context: KeyContext): Promise<LocalAccount> {
  const { file: path } = place;
  const json = await readKeystore(path, context.warn);
  const key = await decrypt(path, json, await readPassword(place.passwordFile, context));
  const account = toAccount(key, path, context.secrets);
  if (place.address === undefined || isAddressEqual(place.address, account.address)) return account;
  throw new KeystoreError("The keystore holds another account than the configuration says.", {
    path,
    configured: place.address,
    held: account.address,
  });
}

/** The address that a keystore says it holds, without its password; null: it does not say. Throws KeystoreError. */
export async function keystoreAddress(path: string, warn: Warn): Promise<Address | null> {
  const { address } = JSON.parse(await readKeystore(path, warn)) as { readonly address?: unknown };
  const text = typeof address === "string" ? `0x${address.replace(/^0x/, "")}` : "";
  return isAddress(text, { strict: false }) ? getAddress(text) : null;
}

/** What `createKeystore` is told. */
export interface NewKeystore {
  readonly file: string;
  readonly passwordFile?: string | undefined;
  /** A key to keep; absent: a new one is made. */
  readonly key?: string | undefined;
  /** Rounds that a guess of the password costs: a power of two. Small ones are for tests. */
  readonly scryptRounds?: number;
}

/**
 * Makes an encrypted keystore that its owner alone may read, opens it again to be sure, and returns its address. Never
 * overwrites a file. Throws KeystoreError.
 */
export async function createKeystore(wanted: NewKeystore, context: KeyContext): Promise<Address> {
  const { file, passwordFile, key = generatePrivateKey(), scryptRounds = 131_072 } = wanted;
  if (/(^|[/\\])(0x)?[0-9a-f]{64}$/i.test(file)) {
    throw new KeystoreError("This is a key, not a path. Give it through a pipe, and use another one: it was shown.");
  }
  const password = await readPassword(passwordFile, context);
  if (password.length < LEAST_PASSWORD) {
    throw new KeystoreError(`The password is too short. Use at least ${LEAST_PASSWORD} characters.`);
  }
  const { address } = toAccount(key.trim(), "the given key", context.secrets);
  const kept = { address, privateKey: key.trim() };
  await writeSecretFile(file, () => encryptKeystoreJson(kept, password, { scrypt: { N: scryptRounds } }));
  return (await openKeystore({ file, passwordFile, address }, context)).address;
}

function toAccount(key: string, field: string, secrets: Secrets): LocalAccount {
  secrets.add(key);
  const refused = () => new ConfigError("This must be a private key of 32 bytes: 0x and 64 digits.", { field });
  if (!isHex(key) || key.length !== 66) throw refused();
  try {
    return privateKeyToAccount(key);
  } catch {
    throw refused(); // zero, or beyond the curve's order; the library's words might show it
  }
}

async function readKeystore(path: string, warn: Warn): Promise<string> {
  const json = await readSecretFile(path, "keystore", warn);
  if (isKeystoreJson(json)) return json;
  throw new KeystoreError("This is no keystore of version 3. Make one with `gimbal-keeper keys new`.", { path });
}

async function decrypt(path: string, json: string, password: string): Promise<Hex> {
  try {
    return (await decryptKeystoreJson(json, password)).privateKey as Hex;
  } catch (error) {
    // Only the library's short words: its errors carry their arguments.
    const reason = error instanceof Error && "shortMessage" in error ? String(error.shortMessage) : "it is damaged";
    throw new KeystoreError("The keystore cannot be opened. Check its password.", { path, reason });
  }
}

async function readPassword(path: string | undefined, { environment, secrets, warn }: KeyContext): Promise<string> {
  const inFile = path === undefined ? undefined : await readSecretFile(path, "password file", warn);
  const password = inFile?.replace(/\r?\n$/, "") ?? environment[PASSWORD_VARIABLE] ?? "";
  if (password === "") {
    const field = path ?? PASSWORD_VARIABLE;
    throw new KeystoreError(`No password for the keystore. Name a password file, or set ${PASSWORD_VARIABLE}.`, {
      field,
    });
  }
  secrets.add(password);
  return password;
}
