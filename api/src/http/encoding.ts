import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);
const WORTH = 1_024; // {bytes} below which packing does not pay

/** A body as it is, and packed; null: it is too small to be worth it. */
export interface EncodedBody {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer> | null;
}

const encoder = new TextEncoder();

/** The bytes of a text. Packing goes on beside the event loop. */
export async function encodeBody(text: string): Promise<EncodedBody> {
  const plain = encoder.encode(text);
  return { plain, packed: plain.byteLength < WORTH ? null : new Uint8Array(await pack(plain)) };
}

/** What of a body a caller gets, with the headers that say so. An ETag means the same in both forms, so it is a weak one. */
export function chooseBody({ plain, packed }: EncodedBody, acceptEncoding: string | undefined) {
  const takesGzip = packed !== null && /\bgzip\b/.test(acceptEncoding ?? "");
  const body = takesGzip ? packed : plain;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "content-length": String(body.byteLength),
    vary: "accept-encoding",
    ...(takesGzip ? { "content-encoding": "gzip" } : {}),
  };
  return { body, headers };
}
