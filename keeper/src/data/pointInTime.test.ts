import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { createFileCache } from "./cache.ts";
import { openCsvFolder } from "./csvFolder.ts";
import { createLiveSource } from "./live.ts";
import { createSimulation } from "./simulation.ts";
import { captureMarket, encodeSnapshot } from "./snapshot.ts";
import { createSource, type MarketDataSource } from "./source.ts";
import { DAY, dayFromIso, isoFromDay } from "./time.ts";

const LAST = dayFromIso("2022-05-08");
/** Noon of the day after the last finished one. */
const AS_OF = (LAST + 1) * DAY + 12 * 3_600;
const PLANTED = 999_999;

/** Ten true days up to LAST, then a planted row for today and one for tomorrow. */
const closes = Array.from({ length: 12 }, (_, i) => ({
  day: LAST - 9 + i,
  close: i < 10 ? 100 + i : PLANTED,
}));

describe("point in time", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-data-"));
  let server: Server;

  before(async () => {
    server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.startsWith("/api/v3/klines") ? klines() : markets()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const sources: Record<string, () => Promise<MarketDataSource>> = {
    "CSV folder": async () => {
      writeCsv(folder);
      return openCsvFolder(folder);
    },
    "live source": async () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const cache = createFileCache(join(folder, "cache"));
      const urls = { binanceUrl: url, coinGeckoUrl: url, moodUrl: url, valueLockedUrl: url };
      return createLiveSource({ cache, clock: () => AS_OF, ...urls, minRetryDelay: 1 });
    },
    "source of any adapter": async () =>
      createSource({
        info: { kind: "csv", id: "planted", label: "planted", datasets: [] },
        assetTable: async () => {
          const close = Float64Array.from(closes, (bar) => bar.close);
          return { firstDay: LAST - 9, columns: { close, marketCap: close } };
        },
        listingPages: async () => [page(LAST), page(LAST + 1)],
      }),
  };

  for (const [name, open] of Object.entries(sources)) {
    it(`the ${name} shows no row dated after the decision, though it has them`, async () => {
      const source = await open();
      const bars = await source.at(AS_OF).bars("BTC", 30);
      expect(bars.map(({ close }) => close)).to.deep.equal(Array.from({ length: 10 }, (_, i) => 100 + i));
      expect(bars.at(-1)?.day).to.equal(LAST);
      expect(JSON.stringify(await source.at(AS_OF).universe())).not.to.contain(String(PLANTED));

      // The planted rows are really there: the same source shows them once their days are over.
      const later = await source.at(AS_OF + 2 * DAY).bars("BTC", 30);
      expect(later.filter(({ close }) => close === PLANTED)).to.have.length(2);
    });
  }

  it("a bar is known from the first second of the next day and not a second before", async () => {
    const source = createSimulation({ seed: 1, assets: 3 });
    const midnight = (LAST + 1) * DAY;
    expect((await source.at(midnight).bars("BTC", 1)).map(({ day }) => day)).to.deep.equal([LAST]);
    expect((await source.at(midnight - 1).bars("BTC", 1)).map(({ day }) => day)).to.deep.equal([LAST - 1]);
  });

  it("the simulation's past does not change with how far it goes on", async () => {
    const short = createSimulation({ seed: 5, assets: 6, to: isoFromDay(LAST) });
    const long = createSimulation({ seed: 5, assets: 6, to: "2026-12-31" });
    const [a, b] = await Promise.all(
      [short, long].map((source) =>
        captureMarket(source.at(AS_OF), { assets: ["BTC", "SIM004", "USDC"], lookbackDays: 300 }),
      ),
    );
    expect(encodeSnapshot(a!).hash).to.equal(encodeSnapshot(b!).hash);
  });

  it("a listing that is published later is not used", async () => {
    const source = await sources["source of any adapter"]!();
    expect((await source.at(AS_OF).universe())[0]?.name).to.equal(`listing of ${isoFromDay(LAST)}`);
    expect((await source.at(AS_OF + DAY).universe())[0]?.name).to.equal(`listing of ${isoFromDay(LAST + 1)}`);
  });
});

function page(day: number) {
  const known = { asset: "BTC", name: `listing of ${isoFromDay(day)}`, category: "coin", rank: 1 };
  return { knownAt: (day + 1) * DAY, listings: [{ ...known, marketCap: 1, volume24h: 1 }] };
}

function writeCsv(folder: string): void {
  const daily = closes.map(({ day, close }) => `${isoFromDay(day)},BTC,1,1,1,${close},,,,${close}00,bin,`);
  const listing = [LAST, LAST + 1].map((day, i) => {
    return `${isoFromDay(day)},cmc200,1,Bitcoin,BTC,BTC,coin,1,${i === 0 ? 5 : PLANTED},1,1,1`;
  });
  const dailyHeader = "date,symbol,open,high,low,close,vol_global,vol_binance,vol_coinbase,market_cap,px_src,flag";
  const listingHeader = "date,source,rank,name,symbol,asset,cat,price,market_cap,supply,vol_24h,has_daily";
  writeFileSync(join(folder, "daily_public.csv.gz"), gzipSync([dailyHeader, ...daily].join("\n")));
  writeFileSync(join(folder, "universe_public.csv.gz"), gzipSync([listingHeader, ...listing].join("\n")));
}

/** Binance's documented answer: arrays of open time, open, high, low, close, ... */
function klines(): unknown {
  return closes.map(({ day, close }) => {
    const open = day * DAY * 1000;
    return [
      open,
      "1",
      "1",
      "1",
      String(close),
      "148976.1",
      open + DAY * 1000 - 1,
      "2434.1",
      308,
      "1756.8",
      "28.4",
      "0",
    ];
  });
}

/** CoinGecko's documented answer of /coins/markets, cut to what matters. */
function markets(): unknown {
  const updated = new Date((AS_OF - 60) * 1000).toISOString();
  const supply = { circulating_supply: 19_000_000, total_volume: 3e10, last_updated: updated };
  return [{ id: "bitcoin", symbol: "btc", name: "Bitcoin", market_cap: 2e9, market_cap_rank: 1, ...supply }];
}
