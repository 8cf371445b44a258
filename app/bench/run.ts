// npm run bench:app: the app's budgets, measured in Chromium over a real local chain, with the API and without it.
// With words: only the parts whose names contain one (size, interactive, vitals, pan). GIMBAL_BENCH_RUNS (10): loads of a page.
import { cpus, loadavg } from "node:os";
import type { Browser } from "playwright-core";
import { BrowserMissingError } from "../e2e/chromium.ts";
import { pagesOf, settle } from "../e2e/pages.ts";
import { FIRST_VIEW, scriptBytes } from "../e2e/scripts.ts";
import { closeStage, theStage } from "../e2e/stage.ts";
import type { World } from "../e2e/world.ts";
import { panCharts } from "./pan.ts";
import { serveWithApi } from "./realApi.ts";
import { kilobytes, print, quantile, spread } from "./table.ts";
import { comeUp, type Vitals } from "./vitals.ts";

const RUNS = Number(process.env.GIMBAL_BENCH_RUNS ?? 10);
/** {ms} until the page of an index can be used. */
const INTERACTIVE = 2_000;
/** {ms} from frame to frame while a chart is dragged, for 95 of 100 frames. */
const FRAME = 33;

/** Its name and price, its holdings, and a buy panel whose button does what it says. */
const INDEX_IS_READY = `(() => {
  const buttons = [...document.querySelectorAll("#trade button")];
  const canAct = buttons.some(({ textContent, disabled }) => textContent === "Connect a wallet" && !disabled);
  const hasPrice = /\\$\\d/.test(document.querySelector("main header")?.textContent ?? "");
  return canAct && hasPrice && document.querySelector("main table tbody tr") !== null;
})()`;

/** A place where the app is served. */
interface Place {
  readonly name: string;
  readonly url: string;
}

/** {bytes} of script of every page, loaded by somebody who comes for the first time. */
async function measureSizes(browser: Browser, world: World, { url }: Place): Promise<void> {
  for (const [route, path] of await pagesOf(world.chain.url, world.deployment)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const bytes = await scriptBytes(page, async () => {
      await page.goto(url + path);
      await settle(page);
    });
    await context.close();
    const isFirst = route === "/";
    const budget = isFirst ? { budget: `< ${kilobytes(FIRST_VIEW)}`, ok: bytes < FIRST_VIEW } : {};
    if (isFirst && !budget.ok) process.exitCode = 1;
    print({ name: `Script, gzip: ${route}`, measured: kilobytes(bytes), ...budget });
  }
}

/** How a page came up, time after time; one load before them warms the servers, not the browser. */
async function load(browser: Browser, url: string, isReady?: string): Promise<readonly Vitals[]> {
  await comeUp(browser, url, isReady);
  const found: Vitals[] = [];
  for (let run = 0; run < RUNS; run++) found.push(await comeUp(browser, url, isReady));
  return found;
}

async function measureInteractive(browser: Browser, index: string, { name, url }: Place): Promise<void> {
  const found = await load(browser, `${url}/index/${index}`, INDEX_IS_READY);
  const ready = found.map((vitals) => vitals.ready ?? Number.POSITIVE_INFINITY);
  const ok = quantile(ready, 0.95) <= INTERACTIVE;
  if (!ok) process.exitCode = 1;
  print({ name: `Index page interactive, ${name}`, measured: spread(ready), budget: `<= ${INTERACTIVE} ms`, ok });
}

async function measureVitals(browser: Browser, index: string, { name, url }: Place): Promise<void> {
  for (const path of ["/", `/index/${index}`, "/portfolio", "/stake"]) {
    const found = await load(browser, url + path);
    const page = `${path.replace(index, "$address")}, ${name}`;
    const of = (pick: (vitals: Vitals) => number) => found.map(pick);
    print({ name: `First paint with content: ${page}`, measured: spread(of(({ firstPaint }) => firstPaint)) });
    print({ name: `Largest paint: ${page}`, measured: spread(of(({ largestPaint }) => largestPaint)) });
    print({ name: `Blocked: ${page}`, measured: spread(of(({ blocked }) => blocked)) });
    const shift = quantile(
      of(({ shift: moved }) => moved),
      0.95,
    );
    print({ name: `Layout shift: ${page}`, measured: `p95 ${shift.toFixed(3)}` });
  }
}

async function measurePans(browser: Browser): Promise<void> {
  for (const { name, frames } of await panCharts(browser)) {
    const late = quantile(frames, 0.95);
    if (late > FRAME) process.exitCode = 1;
    const measured = `${frames.length} frames, median ${quantile(frames, 0.5).toFixed(1)}, p95 ${late.toFixed(1)} ms`;
    print({ name: `Dragged: ${name}`, measured, budget: `p95 <= ${FRAME} ms`, ok: late <= FRAME });
  }
}

const words = process.argv.slice(2);
const isWanted = (part: string) => words.length === 0 || words.some((word) => part.includes(word));
const machine = () => `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores`;

async function main(): Promise<void> {
  const { browser, world } = await theStage();
  const index = Object.values(world.indices)[0] as string;
  console.log(`${machine()} before; ${RUNS} loads of a page; Chromium ${browser.version()}.`);
  if (isWanted("pan")) await measurePans(browser);
  if (!["size", "interactive", "vitals"].some(isWanted)) return;
  const alone = { name: "no API", url: (await world.serve()).url };
  if (isWanted("interactive")) await measureInteractive(browser, index, alone);
  const { url, stop } = await serveWithApi(world);
  const whole = { name: "with API", url };
  try {
    if (isWanted("interactive")) await measureInteractive(browser, index, whole);
    if (isWanted("vitals")) await measureVitals(browser, index, whole);
    if (isWanted("size")) await measureSizes(browser, world, whole);
  } finally {
    await stop();
  }
  console.log(`${machine()} after.`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof BrowserMissingError ? error.message : error);
  process.exitCode = 1;
});
await closeStage();
