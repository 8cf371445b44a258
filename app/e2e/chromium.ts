import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian puts it. */
const USUAL = "/usr/bin/chromium";

/** There is no browser to test in. The message says how to get one. */
export class BrowserMissingError extends Error {
  override readonly name = "BrowserMissingError";
  /** Nobody promised that there is one. */
  readonly isOptional = process.env.GIMBAL_CHROMIUM === undefined;
}

/** Starts Chromium: the one of GIMBAL_CHROMIUM, else Debian's. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.GIMBAL_CHROMIUM ?? USUAL;
  if (!existsSync(executablePath)) {
    throw new BrowserMissingError(
      `There is no Chromium at ${executablePath}. Install it (apt install chromium), or name another one in GIMBAL_CHROMIUM.`,
    );
  }
  // A container has no sandbox, no GPU and little shared memory; the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}
