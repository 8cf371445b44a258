import { createHash } from "node:crypto";
import { type Hex, keccak256, stringToBytes } from "viem";
import { CanonicalError } from "../errors.ts";

/** What a record may be made of. Fractions travel as decimal strings, so that every reader sees the same digits. */
export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

/**
 * The only text form of a value: keys sorted by UTF-16 code unit, no spaces, integers only (RFC 8785 without its floats).
 *
 * @example
 * canonicalJson({ b: 1, a: "x" }) // '{"a":"x","b":1}'
 */
export function canonicalJson(value: Canonical): string {
  return write(value, "$");
}

/** keccak256 of the canonical text; what goes on chain. */
export function canonicalHash(value: Canonical): Hex {
  return keccak256(stringToBytes(canonicalJson(value)));
}

/** sha256 of a text; what stored inputs are addressed by. */
export function contentHash(text: string): Hex {
  return `0x${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

function write(value: Canonical, path: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw invalid(path, `${value} is not an integer; write it as a decimal string`);
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw invalid(path, "the string has a lone surrogate");
    return JSON.stringify(value);
  }
  if (isArray(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(",")}]`;
  if (typeof value !== "object") throw invalid(path, `a ${typeof value} has no canonical form`);

  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${write(key, path)}:${write(value[key] as Canonical, `${path}.${key}`)}`).join(",")}}`;
}

function isArray(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}

function invalid(path: string, reason: string): CanonicalError {
  return new CanonicalError(`Cannot write a canonical record: ${reason}.`, { path });
}

/** Exact text of a list of doubles: base64 of their little-endian bytes. */
export function packFloats(values: ArrayLike<number>): string {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  for (let i = 0; i < values.length; i++) bytes.setFloat64(8 * i, values[i] ?? 0, true);
  return Buffer.from(bytes.buffer).toString("base64");
}

/** The doubles that `packFloats` wrote. */
export function unpackFloats(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}
