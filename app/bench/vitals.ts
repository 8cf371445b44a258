import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { settle } from "../e2e/pages.ts";

/** What `vitals.js` notes. {ms} since the page was asked for. */
interface Noted {
  readonly painted: number | null;
  readonly largest: number | null;
  readonly busy: readonly { readonly at: number; readonly ms: number }[];
  readonly moved: readonly { readonly at: number; readonly value: number }[];
  readonly ready: number | null;
}

/** How a page came up. Times in {ms} since it was asked for. */
export interface Vitals {
  readonly firstPaint: number;
  readonly largestPaint: number;
  /** {ms} of work beyond 50 at a stretch, after the first paint. */
  readonly blocked: number;
  /** Cumulative layout shift: the worst window of five seconds. */
  readonly shift: number;
  /** When it could be used; null: nobody asked. */
  readonly ready: number | null;
}

const SCRIPT = fileURLToPath(new URL("vitals.js", import.meta.url));
/** {ms} that a task may take before somebody notices. */
const SMOOTH = 50;

/**
 * Opens a page as somebody who was never there: nothing is cached.
 *
 * @param isReady an expression that is true in the page once it can be used.
 */
export async function comeUp(browser: Browser, url: string, isReady?: string): Promise<Vitals> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  try {
    const page = await context.newPage();
    if (isReady !== undefined) await page.addInitScript(`window.gimbalIsReady = () => ${isReady};`);
    await page.addInitScript({ path: SCRIPT });
    await page.goto(url, { waitUntil: "commit" });
    if (isReady !== undefined) await page.evaluate("window.gimbalReady");
    await settle(page);
    return summaryOf((await page.evaluate("window.gimbalVitals")) as Noted);
  } finally {
    await context.close();
  }
}

function summaryOf({ painted, largest, busy, moved, ready }: Noted): Vitals {
  if (painted === null || largest === null) throw new Error("the page was never painted");
  const late = busy.filter(({ at }) => at + SMOOTH > painted);
  const blocked = late.reduce((sum, { ms }) => sum + Math.max(0, ms - SMOOTH), 0);
  return { firstPaint: painted, largestPaint: largest, blocked, shift: worstShift(moved), ready };
}

/** Shifts count together while they follow each other within a second, for at most five. */
function worstShift(moved: Noted["moved"]): number {
  let [worst, sum, began, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  for (const { at, value } of moved) {
    if (at - last > 1_000 || at - began > 5_000) [sum, began] = [0, at];
    sum += value;
    last = at;
    worst = Math.max(worst, sum);
  }
  return worst;
}
