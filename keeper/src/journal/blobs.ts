import { gunzipSync, gzipSync } from "node:zlib";
import type { Hex } from "viem";
import type { Database } from "./database.ts";

/** Of zlib: level 6 takes two and a half times as long for a twentieth less. */
const COMPRESSION = 3;

/** Stores texts under their hashes, packed; those that are there already are left alone. */
export async function putBlobs(db: Database, blobs: Iterable<readonly [string, string]>): Promise<void> {
  for (const [hash, body] of blobs) {
    if ((await db.get("SELECT 1 FROM blobs WHERE hash = ?", hash)) !== undefined) continue;
    const packed = gzipSync(body, { level: COMPRESSION });
    await db.run("INSERT INTO blobs VALUES (?, ?) ON CONFLICT DO NOTHING", hash, packed);
  }
}

/** A stored text by its sha256. */
export async function getBlob(db: Pick<Database, "get">, hash: Hex): Promise<string | undefined> {
  const row = await db.get("SELECT body FROM blobs WHERE hash = ?", hash);
  return row === undefined ? undefined : gunzipSync(row.body as Uint8Array).toString("utf8");
}
