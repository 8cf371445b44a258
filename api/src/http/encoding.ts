import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);
const WORTH = 1_024; // {bytes} below which packing does not pay

/** A body as it is, and packed; null: it is too small to be worth it, or nobody asked for it. */
export interface EncodedBody {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer> | null;
}

const encoder = new TextEncoder();

/** Whether a caller takes gzip (RFC 9110 12.5.3). A quality of 0 says that it does not. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const named = /(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(acceptEncoding ?? "");
  return named !== null && Number(named[1] ?? 1) > 0;
}

/** The bytes of a text. Packing goes on beside the event loop. */
export async function encodeBody(text: string, isPacked = true): Promise<EncodedBody> {
  const plain = encoder.encode(text);
  const isWorth = isPacked && plain.byteLength >= WORTH;
  return { plain, packed: isWorth ? new Uint8Array(await pack(plain)) : null };
}

/** What of a body a caller gets, and its headers. An ETag means the same in both forms, so it is a weak one. */
export function chooseBody({ plain, packed }: EncodedBody, acceptEncoding: string | undefined) {
  const isPacked = packed !== null && takesGzip(acceptEncoding);
  const body = isPacked ? packed : plain;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "content-length": String(body.byteLength),
    ...(isPacked ? { "content-encoding": "gzip" } : {}),
  };
  return { body, headers };
}
