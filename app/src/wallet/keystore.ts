import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

/** A key of the embedded wallet as the browser keeps it: encrypted with a password that is kept nowhere. */
export interface StoredKey {
  readonly version: 1;
  readonly address: Hex;
  /** Rounds of PBKDF2 with SHA-256. */
  readonly rounds: number;
  readonly salt: string; // base64
  readonly iv: string; // base64
  readonly sealed: string; // base64, AES-256-GCM with the address as associated data
}

/** Thrown when a password or a stored key is not what it should be. `message` is a sentence for a screen. */
export class KeystoreError extends Error {
  override readonly name = "KeystoreError";
}

/** What OWASP asks of PBKDF2 with SHA-256 since 2023. */
const ROUNDS = 600_000;
const LEAST_PASSWORD = 8;
const PLACE = "gimbal.wallet";

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A key as it was written down. Throws KeystoreError for what is none. */
export function readKey(text: string): Hex {
  const digits = text.trim().replace(/^0x/i, "").toLowerCase();
  try {
    if (!/^[0-9a-f]{64}$/.test(digits)) throw new Error("other digits");
    privateKeyToAccount(`0x${digits}`); // Not every number is a key.
    return `0x${digits}`;
  } catch {
    throw new KeystoreError("This is no key. A key is 0x and 64 digits from 0 to 9 and a to f.");
  }
}

/** Makes a key, or takes the given one, and seals it. */
export async function sealKey(password: string, key: Hex = generatePrivateKey()): Promise<StoredKey> {
  if (password.length < LEAST_PASSWORD) throw new KeystoreError(`Choose at least ${LEAST_PASSWORD} characters.`);
  const { address } = privateKeyToAccount(key);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const secret = await deriveKey(password, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: encode(address) },
    secret,
    encode(key),
  );
  return {
    ...{ version: 1, address, rounds: ROUNDS, salt: toBase64(salt), iv: toBase64(iv) },
    sealed: toBase64(new Uint8Array(sealed)),
  };
}

/** The key of a stored one. Throws KeystoreError for a wrong password; no state changes. */
export async function openKey({ address, rounds, salt, iv, sealed }: StoredKey, password: string): Promise<Hex> {
  const secret = await deriveKey(password, fromBase64(salt), rounds);
  const options = { name: "AES-GCM", iv: fromBase64(iv), additionalData: encode(address) };
  const opened = await crypto.subtle.decrypt(options, secret, fromBase64(sealed)).catch(() => {
    throw new KeystoreError("This is not the password of this wallet.");
  });
  const key = new TextDecoder().decode(opened) as Hex;
  if (privateKeyToAccount(key).address !== address) throw new KeystoreError("The stored wallet is damaged.");
  return key;
}

/** The wallet of this browser; undefined when there is none. Throws KeystoreError for one that cannot be read. */
export function readStored(storage: Storage = localStorage): StoredKey | undefined {
  const text = storage.getItem(PLACE);
  if (text === null) return undefined;
  try {
    const stored = JSON.parse(text) as StoredKey;
    if (stored.version === 1 && typeof stored.sealed === "string") return stored;
  } catch {
    // Falls through to the same sentence.
  }
  throw new KeystoreError("The wallet of this browser cannot be read. Restore it from its key, or forget it.");
}

export function writeStored(stored: StoredKey, storage: Storage = localStorage): void {
  storage.setItem(PLACE, JSON.stringify(stored));
}

/** Forgets the wallet of this browser. Whoever has not written its key down loses what it holds. */
export function forgetStored(storage: Storage = localStorage): void {
  storage.removeItem(PLACE);
}

async function deriveKey(password: string, salt: BufferSource, iterations: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", encode(password.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(algorithm, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
