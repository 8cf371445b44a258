import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { startAppServer } from "../../scripts/app/server.ts";

/** {s} for which the mouse goes to and fro. */
const SECONDS = 6;
/** {ms} from one place of the mouse to the next: a mouse tells about 125 a second. */
const STEP = 8;

const CHARTS = [
  { id: "lines", name: "Price and benchmark, two lines" },
  { id: "candles", name: "Price, candles" },
  { id: "weights", name: "Weights of twelve tokens" },
] as const;

/** {ms} from frame to frame while a chart was dragged. */
export interface Frames {
  readonly name: string;
  readonly frames: readonly number[];
}

/** Drags the app's charts, five years of invented days in them, from side to side. */
export async function panCharts(browser: Browser): Promise<readonly Frames[]> {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-bench-charts-"));
  await build({
    ...{ root: join(import.meta.dirname, "charts"), configFile: false, logLevel: "error", base: "/" },
    plugins: [react(), tailwind()],
    build: { target: "es2023", outDir: folder, emptyOutDir: true },
  });
  const server = await startAppServer({ folder, networks: [], host: "127.0.0.1", port: 0 });
  const page = await browser.newPage({ viewport: { width: 1_440, height: 1_200 } });
  try {
    await page.goto(server.url);
    const found: Frames[] = [];
    for (const { id, name } of CHARTS) found.push({ name, frames: await drag(page, id) });
    return found;
  } finally {
    await page.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One chart dragged to and fro across its whole width, and the frames of that time. */
async function drag(page: Page, id: string): Promise<readonly number[]> {
  const chart = page.locator(`#${id} canvas, #${id} svg`).first();
  await chart.waitFor();
  const box = await page.locator(`#${id}`).boundingBox();
  if (box === null) throw new Error(`${id} is not drawn`);
  const [middle, height] = [box.x + box.width / 2, box.y + 100];
  await page.mouse.move(middle, height);
  await page.evaluate(`
    window.gimbalFrames = [];
    (function note(before) {
      requestAnimationFrame((now) => {
        if (before !== undefined) window.gimbalFrames?.push(now - before);
        if (window.gimbalFrames) note(now);
      });
    })();
  `);
  await page.mouse.down();
  for (const began = performance.now(); performance.now() - began < SECONDS * 1_000; await wait(STEP)) {
    const turn = (2 * Math.PI * (performance.now() - began)) / 2_000; // to and fro in two seconds
    await page.mouse.move(middle + 0.4 * box.width * Math.sin(turn), height);
  }
  await page.mouse.up();
  return (await page.evaluate(
    "const frames = window.gimbalFrames; window.gimbalFrames = undefined; frames",
  )) as number[];
}
