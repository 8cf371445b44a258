import { gzipSync } from "node:zlib";
import type { Page, Response } from "playwright-core";

/** {bytes} of compressed script (gzip) that the first view may load: 250 kB. */
export const FIRST_VIEW = 250_000;

/** {bytes} of all scripts that a page loads from now on until it is settled, each compressed with gzip as every host does. */
export async function scriptBytes(page: Page, load: () => Promise<void>): Promise<number> {
  const scripts: Response[] = [];
  const note = (response: Response) => {
    if (response.request().resourceType() === "script" && response.ok()) scripts.push(response);
  };
  page.on("response", note);
  await load();
  page.off("response", note);
  const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}
