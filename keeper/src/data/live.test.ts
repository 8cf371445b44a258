import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DataSourceError } from "../errors.ts";
import { createFileCache } from "./cache.ts";
import { createLiveSource } from "./live.ts";
import { DAY, dayFromIso } from "./time.ts";

const AS_OF = dayFromIso("2024-03-02") * DAY + 3_600;
const UPDATED = new Date((AS_OF - 120) * 1000).toISOString();

// Documented answers, https://developers.binance.com and https://docs.coingecko.com, cut to three rows.
const KLINES = [
  [
    1709164800000,
    "62432.11",
    "63676.35",
    "60364.70",
    "61130.98",
    "78425.07",
    1709251199999,
    "4876503906.6",
    3160786,
    "38892.3",
    "2417972712.0",
    "0",
  ],
  [
    1709251200000,
    "61130.99",
    "63114.23",
    "60777.00",
    "62387.90",
    "47737.93",
    1709337599999,
    "2956888190.0",
    2150375,
    "24220.4",
    "1500319064.1",
    "0",
  ],
  [
    1709337600000,
    "62387.90",
    "62433.19",
    "61561.12",
    "61987.28",
    "25534.73",
    1709423999999,
    "1583418106.2",
    1329225,
    "12264.0",
    "760491213.3",
    "0",
  ],
];
const coin = (id: string, symbol: string, cap: number, rank: number) => ({
  id,
  symbol,
  name: id,
  image: "https://example.org/x.png",
  current_price: 1,
  market_cap: cap,
  market_cap_rank: rank,
  total_volume: cap / 20,
  circulating_supply: 19_000_000,
  max_supply: null,
  last_updated: UPDATED,
});
const MARKETS = [
  coin("bitcoin", "btc", 1e12, 1),
  coin("tether", "usdt", 1e11, 3),
  coin("bitcoin-clone", "btc", 1e6, 900),
];

// Documented answers, https://alternative.me/crypto/fear-and-greed-index/#api and https://api-docs.defillama.com.
const seconds = (date: string) => dayFromIso(date) * DAY;
const MOOD = {
  name: "Fear and Greed Index",
  data: ["2024-03-02", "2024-03-01", "2024-02-29"].map((date, i) => {
    return { value: String(90 - i), value_classification: "Extreme Greed", timestamp: String(seconds(date)) };
  }),
  metadata: { error: null },
};
const CHAIN = [
  { date: seconds("2024-02-29"), tvl: 5e10 },
  { date: seconds("2024-03-01"), tvl: 6e10 },
  { date: seconds("2024-03-02"), tvl: 7e10 },
];
const PROTOCOL = {
  name: "AAVE",
  tvl: [
    { date: seconds("2024-03-01"), totalLiquidityUSD: 9e9 },
    { date: AS_OF, totalLiquidityUSD: 10e9 },
  ],
};
const BODIES: readonly (readonly [string, unknown])[] = [
  ["/api/v3/klines", KLINES],
  ["stablecoins", [MARKETS[1]]],
  ["/fng/", MOOD],
  ["/v2/historicalChainTvl/Ethereum", CHAIN],
  ["/protocol/aave", PROTOCOL],
];
const HEADLINES = [AS_OF - DAY, AS_OF + 1].map((at) => ({ at, source: "rss/test", text: `of ${at}` }));

describe("live source", () => {
  let now = AS_OF;
  let server: Server;
  let url: string;
  let folder: string;
  let asked: string[];
  let answer: (path: string) => { status: number; body: unknown };

  beforeEach(async () => {
    now = AS_OF;
    asked = [];
    folder = mkdtempSync(join(tmpdir(), "gimbal-live-"));
    answer = (path) => {
      const body = BODIES.find(([part]) => path.includes(part))?.[1] ?? MARKETS;
      return { status: 200, body };
    };
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const { status, body } = answer(request.url ?? "");
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const open = (symbols = {}) => {
    const cache = createFileCache(folder);
    const urls = { binanceUrl: url, coinGeckoUrl: url, moodUrl: url, valueLockedUrl: url };
    const headlines = { headlines: async () => HEADLINES };
    return createLiveSource({ cache, clock: () => now, headlines, ...urls, symbols, retries: 2, minRetryDelay: 1 });
  };

  it("default: finished candles with today's supply, asked for by exact days", async () => {
    const bars = await open().at(AS_OF).bars("BTC", 2);
    expect(bars.map(({ day, close, marketCap }) => ({ day, close, marketCap }))).to.deep.equal([
      { day: dayFromIso("2024-02-29"), close: 61130.98, marketCap: 61130.98 * 19_000_000 },
      { day: dayFromIso("2024-03-01"), close: 62387.9, marketCap: 62387.9 * 19_000_000 },
    ]);
    const request = asked.find((path) => path.startsWith("/api/v3/klines")) ?? "";
    expect(request).to.contain("symbol=BTCUSDT&interval=1d&startTime=1709164800000&endTime=1709337599999");
  });

  it("default: open, high, low, close and the volume in dollars of each candle", async () => {
    const [bar] = await open().at(AS_OF).bars("BTC", 1);
    const { open: first, high, low, close, volumeBinance, volumeGlobal } = bar!;
    expect([first, high, low, close]).to.deep.equal([61130.99, 63114.23, 60777, 62387.9]);
    expect([volumeBinance, volumeGlobal]).to.deep.equal([2956888190, null]);
  });

  it("default: Fear & Greed, value locked in chains and protocols, headlines, all by their day", async () => {
    const view = open().at(AS_OF);
    const [, march] = await view.months(["AAVE", "BTC", "ETH"], dayFromIso("2024-02-28"));
    expect([...march!.macro.fearGreed!]).to.deep.equal([89]);
    expect([...march!.assets["ETH"]!.valueLocked!]).to.deep.equal([6e10]);
    expect([...march!.assets["AAVE"]!.valueLocked!]).to.deep.equal([9e9]);
    expect(march!.assets["BTC"]).not.to.have.property("valueLocked");
    expect(march!.headlines.map(({ at }) => at)).to.deep.equal([AS_OF - DAY]);
  });

  it("behavior: a listing becomes figures of its day, and later ones do not change what was said of earlier days", async () => {
    const first = await open().at(AS_OF).bars("BTC", 1);
    now = AS_OF + DAY;
    const updated = new Date((now - 120) * 1000).toISOString();
    const later = MARKETS.map((entry) => ({ ...entry, circulating_supply: 20_000_000, last_updated: updated }));
    const before = answer;
    answer = (path) =>
      path.startsWith("/api/v3/coins") || path.startsWith("/coins") ? { status: 200, body: later } : before(path);
    const bars = await open().at(now).bars("BTC", 2);
    expect(bars[0]?.marketCap).to.equal(first[0]?.marketCap);
    expect(bars[1]?.listedSupply).to.equal(19_000_000);
    expect(bars[1]?.listedRank).to.equal(1);
    expect(bars[1]?.marketCap).to.equal(61987.28 * 19_000_000);
  });

  it("behavior: without Fear & Greed and value locked the rest is still there", async () => {
    const good = answer;
    answer = (path) => (/fng|Tvl|protocol/.test(path) ? { status: 500, body: {} } : good(path));
    const [february, march] = await open().at(AS_OF).months(["ETH"], dayFromIso("2024-02-28"));
    expect(february!.macro).to.deep.equal({});
    expect(march!.assets["ETH"]).to.have.property("close");
    expect(march!.assets["ETH"]).not.to.have.property("valueLocked");
  });

  it("default: the listing knows stablecoins, and the largest coin keeps a symbol", async () => {
    const universe = await open().at(AS_OF).universe();
    expect(universe.map(({ asset, name, category }) => [asset, name, category])).to.deep.equal([
      ["BTC", "bitcoin", "coin"],
      ["USDT", "tether", "stable"],
    ]);
  });

  it("behavior: sends no key to anybody", async () => {
    const headers: string[] = [];
    server.on("request", (request) => headers.push(...Object.keys(request.headers)));
    await open().at(AS_OF).bars("BTC", 2);
    expect(headers.filter((name) => name.startsWith("x-cg-"))).to.deep.equal([]);
  });

  it("behavior: shows neither listing nor supply before the moment they were published", async () => {
    const source = open();
    expect(await source.prepare()).to.equal(AS_OF - 120);
    const early = source.at(AS_OF - 121);
    expect(await early.universe()).to.deep.equal([]);
    expect((await early.bars("BTC", 2)).map(({ marketCap }) => marketCap)).to.deep.equal([null, null]);
  });

  it("behavior: answers come from the cache after a restart", async () => {
    await open().at(AS_OF).bars("BTC", 2);
    const before = asked.length;
    await open().at(AS_OF).bars("BTC", 2);
    expect(asked.length).to.equal(before);
  });

  it("behavior: uses the configured symbol, and an unknown one has no bars rather than an error", async () => {
    answer = (path) =>
      path.startsWith("/api/v3/klines")
        ? { status: 400, body: { code: -1121, msg: "Invalid symbol." } }
        : { status: 200, body: MARKETS };
    expect(await open({ MATIC: "POLUSDT" }).at(AS_OF).bars("MATIC", 2)).to.deep.equal([]);
    expect(asked.some((path) => path.includes("symbol=POLUSDT"))).to.equal(true);
  });

  it("behavior: tries again when a provider is busy", async () => {
    let failures = 2;
    const good = answer;
    answer = (path) => {
      if (path.startsWith("/api/v3/klines") && failures-- > 0) return { status: 503, body: { msg: "busy" } };
      return good(path);
    };
    expect(await open().at(AS_OF).bars("BTC", 2)).to.have.length(2);
  });

  it("error: says which provider failed once the retries are used up", async () => {
    answer = () => ({ status: 503, body: { msg: "busy" } });
    const error = await open()
      .at(AS_OF)
      .bars("BTC", 2)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(DataSourceError);
    expect((error as Error).message).to.match(/Binance|CoinGecko/);
  });

  it("error: an answer of another shape is refused at once", async () => {
    answer = () => ({ status: 200, body: { unexpected: true } });
    const error = await open()
      .at(AS_OF)
      .universe()
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(DataSourceError);
    expect(asked.length).to.equal(1);
  });
});
