/** Base64 of bytes. */
export function packBytes(values: Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** The bytes that `packBytes` wrote. */
export function unpackBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** Base64 of 16-bit integers, little-endian. */
export function packShorts(values: Int16Array): string {
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, i) => {
    bytes.setInt16(2 * i, value, true);
  });
  return packBytes(new Uint8Array(bytes.buffer));
}

/** The integers that `packShorts` wrote. */
export function unpackShorts(text: string): Int16Array {
  const bytes = Buffer.from(text, "base64");
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}

/** Base64 of single-precision numbers, little-endian. */
export function packSingles(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return packBytes(new Uint8Array(bytes.buffer));
}

/** The numbers that `packSingles` wrote. */
export function unpackSingles(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
