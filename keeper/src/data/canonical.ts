import { createHash } from "node:crypto";
import type { Hex } from "viem";

export { type Canonical, canonicalHash, canonicalJson } from "@gimbal/sdk";

/** sha256 of a text; what stored inputs are addressed by. */
export function contentHash(text: string): Hex {
  return `0x${createHash("sha256").update(text, "utf8").digest("hex")}`;
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
