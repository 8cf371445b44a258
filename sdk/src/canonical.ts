import { type Hex, keccak256, stringToBytes } from "viem";
import { BaseError } from "./errors/base.ts";

/** What a record may be made of. Fractions travel as decimal strings, so that every reader sees the same digits. */
export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

/** Thrown when a value has no exact canonical form: a float, an undefined, a broken string. `path` says where. */
export class CanonicalError extends BaseError {
  override readonly name = "CanonicalError";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`Cannot write a canonical record: ${reason}.`, { details: path, docsPath: "/sdk/canonical" });
    this.path = path;
  }
}

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

function write(value: Canonical, path: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new CanonicalError(path, `${value} is not an integer; write it as a decimal string`);
    }
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new CanonicalError(path, "the string has a lone surrogate");
    return JSON.stringify(value);
  }
  if (isArray(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(",")}]`;
  if (typeof value !== "object") throw new CanonicalError(path, `a ${typeof value} has no canonical form`);

  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${write(key, path)}:${write(value[key] as Canonical, `${path}.${key}`)}`).join(",")}}`;
}

function isArray(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
