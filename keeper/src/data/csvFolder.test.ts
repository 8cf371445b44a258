import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { DataFolderError } from "../errors.ts";
import { openCsvFolder } from "./csvFolder.ts";
import { readNumber } from "./csvTable.ts";
import { createRandom } from "./random.ts";
import { captureMarket, encodeSnapshot, type MarketSnapshot } from "./snapshot.ts";
import { DAY, dayFromIso, isoFromDay } from "./time.ts";

const LAST = dayFromIso("2022-05-30");
const FIRST = LAST - 20;
/** Noon of the day after the last finished one. */
const AS_OF = (LAST + 1) * DAY + 12 * 3_600;
/** Stands in every figure that is not known yet. */
const PLANTED = 987_654;

const HEADERS = {
  daily: "date,symbol,open,high,low,close,vol_global,vol_binance,vol_coinbase,market_cap,px_src,flag",
  universe: "date,source,rank,name,symbol,asset,cat,price,market_cap,supply,vol_24h,has_daily",
  onchain:
    "date,asset,AdrActCnt,TxCnt,TxTfrValAdjUSD,CapMrktCurUSD,CapRealUSD,FeeTotUSD,HashRate,IssTotUSD,SplyCur,FlowInExUSD,FlowOutExUSD,src",
  macro:
    "date,fng,dxy,vix,btc_funding_mean,sp500,nasdaq,gold,wiki_bitcoin,wiki_ethereum,wiki_cryptocurrency,tbill3m_pct,mcap_top200_usd,btc_dom_top200,stable_share_top200",
  funding: "date,symbol,funding_rate_8h",
  sentiment: "id,date,text,label,annot1",
} as const;

type Kind = keyof typeof HEADERS;

/** A row of `kind` with `value` in every figure. */
function row(kind: Kind, day: number, value: number): string {
  const date = isoFromDay(day);
  const repeat = (count: number) => Array.from({ length: count }, () => value).join(",");
  if (kind === "daily") return `${date},BTC,${repeat(8)},bin,`;
  if (kind === "universe") return `${date},cmc200,1,"Bitcoin, the first",BTC,BTC,coin,${repeat(4)},1`;
  if (kind === "onchain") return `${date},BTC,${repeat(11)},cm`;
  if (kind === "macro") return `${date},${repeat(14)}`;
  if (kind === "funding") return `${date},BTC,${value}`;
  return `1,${date},"headline, number ${value}",1,1`;
}

describe("CSV folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gimbal-csv-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (kind: Kind, split: string, rows: readonly string[]) => {
    writeFileSync(join(folder, `${kind}_${split}.csv`), [HEADERS[kind], ...rows, ""].join("\n"));
  };
  const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const fill = () => {
    for (const kind of Object.keys(HEADERS) as Kind[]) {
      // What is dated yesterday is known, but for a chain's figures; what is dated today is not.
      const known = kind === "onchain" ? LAST - 1 : LAST;
      put(
        kind,
        "public",
        days(FIRST, known).map((day) => row(kind, day, 100 + day - FIRST)),
      );
      put(
        kind,
        "later",
        days(known + 1, LAST + 5).map((day) => row(kind, day, PLANTED)),
      );
    }
  };
  const capture = async (asOf: number): Promise<MarketSnapshot> => {
    return captureMarket((await openCsvFolder(folder)).at(asOf), { assets: "listed", lookbackDays: 30 });
  };
  const textOf = (snapshot: MarketSnapshot) => {
    const { manifest, blobs } = encodeSnapshot(snapshot);
    return [manifest, ...blobs.values()].join("\n");
  };

  it("shows no figure of any file and column before it could be known, though it has them", async () => {
    fill();
    const early = await capture(AS_OF);
    expect(textOf(early)).not.to.contain(String(PLANTED));
    expect(Object.keys(early.months[0]!.assets["BTC"]!)).to.have.length(8 + 9 + 1 + 4);
    expect(Object.keys(early.months[0]!.macro)).to.have.length(14);

    const view = (await openCsvFolder(folder)).at(AS_OF);
    expect(JSON.stringify([await view.pages(), await view.labels(), await view.bars("BTC", 50)])).not.to.contain(
      String(PLANTED),
    );
    expect(await view.labels()).to.have.length(LAST - FIRST + 1);

    // All of them are really there: a few days later each column shows them.
    const later = await capture(AS_OF + 4 * DAY);
    const block = later.months.at(-1)!;
    for (const [name, values] of [...Object.entries(block.assets["BTC"]!), ...Object.entries(block.macro)]) {
      if (name !== "listedRank") expect([...values], name).to.include(PLANTED);
    }
    expect(JSON.stringify(block.headlines)).to.contain(String(PLANTED));
  });

  it("a chain's figures are known a day later than prices, and stand in the row of that day", async () => {
    fill();
    const { months } = await capture(AS_OF);
    const { firstDay, assets } = months[0]!;
    const { close, activeAddresses } = assets["BTC"]!;
    expect(close![LAST - firstDay]).to.equal(100 + LAST - FIRST);
    expect(activeAddresses![LAST - firstDay]).to.equal(100 + LAST - 1 - FIRST);
  });

  it("reads packed and plain splits as one history, wherever they are cut and whatever they repeat", async () => {
    fill();
    const whole = await capture(AS_OF);
    for (const kind of Object.keys(HEADERS) as Kind[]) {
      const known = kind === "onchain" ? LAST - 1 : LAST;
      const rows = days(FIRST, known).map((day) => row(kind, day, 100 + day - FIRST));
      put(kind, "public", rows.slice(0, 8).toReversed());
      rmSync(join(folder, `${kind}_later.csv`));
      writeFileSync(join(folder, `${kind}_x.csv.gz`), gzipSync([HEADERS[kind], ...rows.slice(6)].join("\r\n")));
    }
    const split = await capture(AS_OF);
    expect(textOf({ ...split, source: whole.source })).to.equal(textOf(whole));
  });

  it("uses neither of two figures that disagree, and says so", async () => {
    fill();
    put("daily", "second", [row("daily", LAST, 100 + LAST - FIRST).replace(/,120,bin/, ",121,bin")]);
    const { months } = await capture(AS_OF);
    const { assets, firstDay, conflicts } = months[0]!;
    expect(conflicts).to.deep.equal([{ asset: "BTC", column: "marketCap", day: LAST }]);
    expect(assets["BTC"]!.marketCap![LAST - firstDay]).to.be.NaN;
    expect(assets["BTC"]!.close![LAST - firstDay]).to.equal(100 + LAST - FIRST);
  });

  it("needs prices and listings only", async () => {
    put(
      "daily",
      "public",
      days(FIRST, LAST).map((day) => row("daily", day, 7)),
    );
    put("universe", "public", [row("universe", LAST - 5, 7)]);
    const { months, profiles } = await capture(AS_OF);
    expect(months[0]!.macro).to.deep.equal({});
    expect(profiles[0]).to.include({ asset: "BTC", category: "coin", sector: "payments" });
  });

  it("an asset that left the listings is still part of the history that it was listed in", async () => {
    put(
      "daily",
      "public",
      days(FIRST, LAST).map((day) => row("daily", day, 7)),
    );
    const other = row("universe", LAST - 15, 7).replace("BTC,BTC", "GONE,GONE");
    put("universe", "public", [
      row("universe", LAST - 15, 7).replace(",1,", ",2,"),
      other,
      row("universe", LAST - 2, 7),
    ]);
    const { profiles } = await capture(AS_OF);
    expect(profiles.map(({ asset, rank }) => [asset, rank])).to.deep.equal([
      ["BTC", 1],
      ["GONE", null],
    ]);
  });

  it("keeps zero and negative figures for the checks to find, and takes nonsense for missing", async () => {
    const cells = ["0", "-3", "abc", "", "1e3", "NaN"];
    put(
      "daily",
      "public",
      cells.map((cell, i) => `${isoFromDay(LAST - i)},BTC,1,1,1,${cell},,,,5,bin,`),
    );
    put("universe", "public", [row("universe", LAST - 5, 7)]);
    const { months } = await capture(AS_OF);
    const { assets, firstDay } = months[0]!;
    const closes = cells.map((_, i) => assets["BTC"]!.close![LAST - i - firstDay]);
    expect(closes).to.deep.equal([0, -3, Number.NaN, Number.NaN, 1_000, Number.NaN]);
  });

  for (const [title, damage] of [
    ["a missing file", () => rmSync(join(folder, "daily_public.csv"))],
    ["a missing column", () => writeFileSync(join(folder, "daily_public.csv"), "date,symbol,open\n")],
    [
      "a row without a date",
      () => writeFileSync(join(folder, "daily_public.csv"), `${HEADERS.daily}\n,BTC,1,1,1,1,,,,1,,\n`),
    ],
    [
      "a day that is none",
      () => writeFileSync(join(folder, "daily_public.csv"), `${HEADERS.daily}\n2022-5-1,BTC,1,,,1,,,,,,\n`),
    ],
    ["a broken package", () => writeFileSync(join(folder, "daily_x.csv.gz"), "no gzip")],
  ] as const) {
    it(`error: says what is wrong with ${title}`, async () => {
      put("daily", "public", [row("daily", LAST, 7)]);
      put("universe", "public", [row("universe", LAST, 7)]);
      damage();
      const error = await openCsvFolder(folder).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(DataFolderError);
    });
  }
});

describe("readNumber", () => {
  it("reads every text as the language does", () => {
    const random = createRandom(5);
    const texts = [
      "0",
      "-0.5",
      "1e21",
      "1E-7",
      "0.1",
      "123456789012345678",
      "4.9e-324",
      "5.",
      ".5",
      "9007199254740993",
    ];
    for (let i = 0; i < 20_000; i++) {
      const digits = 1 + Math.floor(17 * random.uniform());
      const value = (random.uniform() - 0.3) * Number(`1e${Math.floor(30 * random.uniform()) - 12}`);
      texts.push(value.toPrecision(digits), value.toFixed(Math.min(20, digits)), String(value));
    }
    for (const text of texts) {
      const read = readNumber(Buffer.from(`,${text},`), 1, 1 + text.length);
      expect(read, text).to.equal(Number(text) + 0);
    }
    for (const text of ["", "-", ".", "abc", "1,2", "Infinity", "NaN"]) {
      expect(readNumber(Buffer.from(text), 0, text.length), text).to.be.NaN;
    }
  });
});
