import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCsvFolder } from "../src/data/csvFolder.ts";
import { cleanMarket } from "../src/data/quality.ts";
import { createRandom } from "../src/data/random.ts";
import { captureMarket, encodeSnapshot } from "../src/data/snapshot.ts";
import type { MarketDataSource } from "../src/data/source.ts";
import { DAY, dayFromIso, isoFromDay } from "../src/data/time.ts";
import { type Benchmark, type Duration, startTimer } from "./types.ts";

const FIRST = dayFromIso("2018-01-01");
const DAYS = 1_250;
const ASSETS = 370;

/** A folder of 462,500 invented rows. */
function writeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-bench-"));
  const random = createRandom(1);
  const prices = Array.from({ length: ASSETS }, () => 1 + 100 * random.uniform());
  const daily = ["date,symbol,open,high,low,close,vol_global,vol_binance,vol_coinbase,market_cap,px_src,flag"];
  const universe = ["date,source,rank,name,symbol,asset,cat,price,market_cap,supply,vol_24h,has_daily"];
  for (let t = 0; t < DAYS; t++) {
    const date = isoFromDay(FIRST + t);
    for (let i = 0; i < ASSETS; i++) {
      const open = prices[i] ?? 1;
      const close = open * (0.96 + 0.08 * random.uniform());
      prices[i] = close;
      const texts = [open, open * 1.04, open * 0.96, close, close * 1e6, close * 1e5, close * 1e9];
      const [first, high, low, last, global, binance, cap] = texts.map((value) => value.toPrecision(7));
      daily.push(`${date},A${i},${first},${high},${low},${last},${global},${binance},,${cap},bin,`);
      if (date.endsWith("-01"))
        universe.push(`${date},x,${i + 1},A${i},A${i},A${i},coin,${last},${cap},1e9,${global},1`);
    }
  }
  writeFileSync(join(folder, "daily_bench.csv"), daily.join("\n"));
  writeFileSync(join(folder, "universe_bench.csv"), universe.join("\n"));
  return folder;
}

let opened: { readonly source: MarketDataSource; readonly seconds: Duration } | undefined;

async function open() {
  if (opened !== undefined) return opened;
  const folder = writeFolder();
  const stop = startTimer();
  const source = await openCsvFolder(folder);
  opened = { source, seconds: stop() };
  rmSync(folder, { recursive: true });
  return opened;
}

/** {s} to read and address the whole history `weeks` before its end. */
async function capture(source: MarketDataSource, weeks: number): Promise<Duration> {
  const lookbackDays = DAYS - 7 * weeks;
  const stop = startTimer();
  const snapshot = await captureMarket(source.at((FIRST + lookbackDays) * DAY), { assets: "listed", lookbackDays });
  encodeSnapshot(snapshot);
  const time = stop();
  if (snapshot.profiles.length !== ASSETS) throw new Error(`${snapshot.profiles.length} assets were captured.`);
  return time;
}

/** What is measured of the data. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "462,500 daily rows from CSV to typed arrays",
    target: "<= 3 s",
    unit: "s",
    limit: 3,
    run: async () => (await open()).seconds,
  },
  {
    name: "snapshot of the whole history with its hash, the first time",
    target: "<= 5 s",
    unit: "s",
    limit: 5,
    run: async () => capture((await open()).source, 3),
  },
  {
    name: "the same a week later",
    target: "<= 0.2 s",
    unit: "s",
    limit: 0.2,
    run: async () => capture((await open()).source, 2),
  },
  {
    name: "checks of the whole history for bad data",
    target: "<= 2 s",
    unit: "s",
    limit: 2,
    run: async () => {
      const view = (await open()).source.at((FIRST + DAYS) * DAY);
      const snapshot = await captureMarket(view, { assets: "listed", lookbackDays: DAYS });
      const stop = startTimer();
      const { findings } = cleanMarket(snapshot);
      const time = stop();
      if (findings.length > 0) throw new Error(`${findings.length} findings in clean data.`);
      return time;
    },
  },
];
