import { expect } from "chai";
import { canonicalJson } from "./canonical.ts";
import type { AssetColumn } from "./columns.ts";
import { cleanMarket, type Finding, type FindingFamily, recentFindings } from "./quality.ts";
import { createRandom } from "./random.ts";
import { captureMarket, type MarketSnapshot } from "./snapshot.ts";
import { type AssetId, createSource } from "./source.ts";
import { DAY, dayFromIso, isoFromDay } from "./time.ts";

const FIRST = dayFromIso("2024-06-01");
const DAYS = 160;
const SUPPLY = 1_000;

type Figures = Record<AssetId, { [name in AssetColumn]?: Float64Array }>;

/** Twelve coins that move by a few percent a day, and what is planted into them. */
async function market(plant: (figures: Figures) => void = () => {}, lastRow = DAYS - 1): Promise<MarketSnapshot> {
  const figures: Figures = {};
  for (let i = 0; i < 12; i++) {
    const random = createRandom(i + 1);
    let price = 10 * (i + 1);
    const close = Float64Array.from({ length: DAYS }, () => {
      price *= 1 + 0.03 * random.normal();
      return price;
    });
    figures[`C${String(i + 10)}`] = { close, open: close.slice(), high: close.slice(), low: close.slice() };
  }
  for (const columns of Object.values(figures)) columns.marketCap = columns.close!.map((value) => value * SUPPLY);
  plant(figures);
  const source = createSource({
    info: { kind: "csv", id: "planted", label: "planted", datasets: [] },
    assetTable: async (asset) => ({ firstDay: FIRST, columns: figures[asset] ?? {} }),
    listingPages: async () => [],
  });
  const view = source.at((FIRST + lastRow + 1) * DAY);
  return captureMarket(view, { assets: Object.keys(figures), lookbackDays: lastRow + 1 });
}

const value = (snapshot: MarketSnapshot, asset: AssetId, row: number, name: AssetColumn = "close"): number => {
  const day = FIRST + row;
  const block = snapshot.months.find(({ firstDay, days }) => day >= firstDay && day < firstDay + days);
  return block?.assets[asset]?.[name]?.[day - (block?.firstDay ?? 0)] ?? Number.NaN;
};

const told = (findings: readonly Finding[]) => {
  return findings.map(({ family, asset, firstDay, days, action }) => [family, asset, firstDay, days, action]);
};
const date = (row: number) => isoFromDay(FIRST + row);
const only = (findings: readonly Finding[], family: FindingFamily) => findings.filter((f) => f.family === family);

/** Multiplies prices and what follows from them. */
const scale = (figures: Figures, asset: AssetId, rows: readonly number[], factor: number) => {
  for (const name of ["open", "high", "low", "close", "marketCap"] as const) {
    for (const row of rows) figures[asset]![name]![row]! *= factor;
  }
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("cleanMarket", () => {
  it("default: finds nothing in clean data and returns it as it is", async () => {
    const snapshot = await market();
    const cleaned = cleanMarket(snapshot);
    expect(cleaned.findings).to.deep.equal([]);
    expect(cleaned.snapshot).to.equal(snapshot);
  });

  it("gap: missing days stay missing and are told", async () => {
    const snapshot = await market((f) => f["C10"]!.close!.fill(Number.NaN, 50, 54));
    const { findings } = cleanMarket(snapshot);
    expect(told(findings)).to.deep.equal([["gap", "C10", date(50), 4, "left missing"]]);
  });

  it("zero: a price of zero or less is dropped with the day's other prices, a negative volume by itself", async () => {
    const { snapshot, findings } = cleanMarket(
      await market((f) => {
        f["C10"]!.close![60] = 0;
        f["C11"]!.close![61] = -1;
        f["C12"]!.volumeGlobal = new Float64Array(DAYS).fill(5).with(62, -5).with(63, 0);
        f["C13"]!.high![64]! *= 0.5;
      }),
    );
    expect(told(only(findings, "zero"))).to.deep.equal([
      ["zero", "C10", date(60), 1, "dropped"],
      ["zero", "C11", date(61), 1, "dropped"],
      ["zero", "C12", date(62), 1, "dropped"],
      ["zero", "C13", date(64), 1, "dropped"],
    ]);
    for (const name of ["close", "open", "marketCap"] as const) expect(value(snapshot, "C10", 60, name)).to.be.NaN;
    expect(value(snapshot, "C11", 61)).to.be.NaN;
    expect(value(snapshot, "C12", 62, "volumeGlobal")).to.be.NaN;
    expect(value(snapshot, "C12", 63, "volumeGlobal")).to.equal(0);
    expect(value(snapshot, "C13", 64, "high")).to.be.NaN;
    expect(value(snapshot, "C13", 64)).to.be.greaterThan(0);
  });

  it("spike: a day that is not believed while it is the last one, and told when the price is back", async () => {
    const plant = (f: Figures) => scale(f, "C10", [70], 3);
    const atOnce = cleanMarket(await market(plant, 70));
    expect(value(atOnce.snapshot, "C10", 70)).to.be.NaN;
    expect(told(atOnce.findings)).to.deep.equal([["spike", "C10", date(70), 1, "dropped"]]);
    expect(atOnce.findings[0]?.words).to.contain("not used until it holds");

    const later = cleanMarket(await market(plant));
    expect(value(later.snapshot, "C10", 70)).to.be.NaN;
    expect(value(later.snapshot, "C10", 71)).to.be.greaterThan(0);
    expect(later.findings[0]?.words).to.contain("came back");
  });

  it("spike: a crash that holds is believed on its second day, a rise on its fourth", async () => {
    const { snapshot, findings } = cleanMarket(
      await market((f) => {
        scale(f, "C10", range(70, DAYS), 0.2);
        scale(f, "C11", range(80, DAYS), 4);
      }),
    );
    expect([70, 71].map((row) => Number.isNaN(value(snapshot, "C10", row)))).to.deep.equal([true, false]);
    expect([80, 81, 82, 83].map((row) => Number.isNaN(value(snapshot, "C11", row)))).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
    expect(told(findings)).to.deep.equal([
      ["spike", "C10", date(70), 1, "accepted"],
      ["spike", "C11", date(80), 3, "accepted"],
    ]);
  });

  it("spike: a supply that leaps behind the capitalisation is not used", async () => {
    const { snapshot, findings } = cleanMarket(
      await market((f) => {
        for (const row of range(90, 120)) f["C10"]!.marketCap![row]! *= 5;
      }),
    );
    expect(value(snapshot, "C10", 100, "marketCap")).to.be.NaN;
    expect(value(snapshot, "C10", 100)).to.be.greaterThan(0);
    expect(value(snapshot, "C10", 120, "marketCap")).to.be.greaterThan(0);
    expect(told(findings)).to.deep.equal([["spike", "C10", date(90), 30, "dropped"]]);
  });

  it("stale: a close that stands still while the market moves is dropped from its fifth day on", async () => {
    const { snapshot, findings } = cleanMarket(
      await market((f) => {
        for (const name of ["open", "high", "low", "close"] as const)
          f["C10"]![name]!.fill(7, 70).fill(Number.NaN, 0, 70);
        f["C10"]!.marketCap!.fill(Number.NaN);
      }, 79),
    );
    expect(told(only(findings, "stale"))).to.deep.equal([["stale", "C10", date(74), 6, "dropped"]]);
    expect([73, 74, 79].map((row) => Number.isNaN(value(snapshot, "C10", row)))).to.deep.equal([false, true, true]);
  });

  it("conflict: what two rows tell differently is missing and told", async () => {
    const snapshot = await market();
    const block = snapshot.months[1]!;
    const conflicts = [{ asset: "C10", column: "close", day: block.firstDay + 3 }];
    const { findings } = cleanMarket({ ...snapshot, months: snapshot.months.with(1, { ...block, conflicts }) });
    expect(told(findings)).to.deep.equal([["conflict", "C10", isoFromDay(block.firstDay + 3), 1, "dropped"]]);
  });

  it("redenomination: price by 1/1000 and a steady capitalisation, or the listed supply, tell a new unit", async () => {
    const { snapshot, findings } = cleanMarket(
      await market((f) => {
        for (const row of range(80, DAYS)) {
          for (const name of ["open", "high", "low", "close"] as const) f["C10"]![name]![row]! /= 1_000;
        }
      }),
    );
    expect(told(findings)).to.deep.equal([["redenomination", "C10", date(80), 1, "rescaled"]]);
    const move = value(snapshot, "C10", 80) / value(snapshot, "C10", 79);
    expect(move).to.be.within(0.8, 1.25);
    expect(value(snapshot, "C10", 79, "marketCap")).to.be.greaterThan(1_000);

    const listed = await market((f) => {
      scale(f, "C11", range(80, DAYS), 100);
      f["C11"]!.listedSupply = new Float64Array(DAYS)
        .fill(Number.NaN)
        .with(70, SUPPLY)
        .with(100, SUPPLY / 100);
      for (const row of range(100, DAYS)) f["C11"]!.marketCap![row]! /= 100;
    });
    const late = cleanMarket(listed);
    expect(only(late.findings, "redenomination").map(({ asset, firstDay }) => [asset, firstDay])).to.deep.equal([
      ["C11", date(100)],
    ]);
    expect(value(late.snapshot, "C11", 90)).to.be.NaN;
    expect(value(late.snapshot, "C11", 100) / value(late.snapshot, "C11", 79)).to.be.within(0.4, 2.4);
  });

  it("renamed: the old name's history goes on under the new one, from the day of the change only", async () => {
    const turn = dayFromIso("2024-09-04") - FIRST;
    const plant = (f: Figures) => {
      f["MATIC"] = {
        close: Float64Array.from({ length: DAYS }, (_, t) => (t < turn ? 1 + 0.01 * (t % 7) : Number.NaN)),
      };
      f["POL"] = { close: Float64Array.from({ length: DAYS }, (_, t) => (t < turn ? Number.NaN : 1 + 0.01 * (t % 5))) };
    };
    const { snapshot, findings } = cleanMarket(await market(plant));
    expect(told(findings)).to.deep.equal([["renamed", "POL", "2024-09-04", 1, "joined"]]);
    expect([value(snapshot, "POL", turn - 1), value(snapshot, "POL", turn)].some(Number.isNaN)).to.equal(false);
    expect(snapshot.profiles.map(({ asset }) => asset)).not.to.include("MATIC");

    const before = cleanMarket(await market(plant, turn - 1));
    expect(before.snapshot.profiles.map(({ asset }) => asset)).to.include("MATIC");
    expect(only(before.findings, "renamed")).to.deep.equal([]);
  });

  it("zero and spike: a figure of the world out of its bounds or far from the last one is dropped", async () => {
    const snapshot = await market();
    const block = snapshot.months[2]!;
    const gold = new Float64Array(block.days).fill(2_000).with(5, 20_000);
    const fearGreed = new Float64Array(block.days).fill(50).with(7, 500);
    const months = snapshot.months.with(2, { ...block, macro: { gold, fearGreed } });
    const cleaned = cleanMarket({ ...snapshot, months });
    expect(told(cleaned.findings)).to.deep.equal([
      ["spike", null, isoFromDay(block.firstDay + 5), 1, "dropped"],
      ["zero", null, isoFromDay(block.firstDay + 7), 1, "dropped"],
    ]);
    const { macro } = cleaned.snapshot.months[2]!;
    expect([macro.gold![5], macro.gold![6], macro.fearGreed![7]]).to.deep.equal([Number.NaN, 2_000, Number.NaN]);
  });

  it("delisted: rows that end while others go on", async () => {
    const { findings } = cleanMarket(
      await market((f) => {
        for (const name of ["close", "marketCap"] as const) f["C10"]![name]!.fill(Number.NaN, 100);
      }),
    );
    expect(told(findings)).to.deep.equal([["delisted", "C10", date(100), DAYS - 100, "left missing"]]);
  });

  describe("a source gone mad", () => {
    const all = (f: Figures) => Object.keys(f);

    it("three of twelve prices times ten on one day: no price of that day is used, and it is told", async () => {
      const { snapshot, findings } = cleanMarket(
        await market((f) => {
          for (const asset of all(f).slice(0, 3)) scale(f, asset, [DAYS - 1], 10);
        }),
      );
      expect(told(only(findings, "source"))).to.deep.equal([["source", null, date(DAYS - 1), 1, "dropped"]]);
      for (const { asset } of snapshot.profiles) expect(value(snapshot, asset, DAYS - 1), asset).to.be.NaN;
    });

    it("every price up by 60% on one day is no market either", async () => {
      const { snapshot, findings } = cleanMarket(
        await market((f) => {
          for (const asset of all(f)) scale(f, asset, [100], 1.6);
        }),
      );
      expect(only(findings, "source")[0]?.firstDay).to.equal(date(100));
      expect(value(snapshot, "C15", 100)).to.be.NaN;
      expect(value(snapshot, "C15", 101)).to.be.greaterThan(0);
    });

    it("cannot move the weights unnoticed: whatever is off by 2.4 or more never comes out without a finding", async () => {
      const clean = await market();
      for (let seed = 1; seed <= 40; seed++) {
        const random = createRandom(seed);
        const factor = random.uniform() < 0.5 ? 3 + 20 * random.uniform() : 1 / (3 + 20 * random.uniform());
        const row = 40 + Math.floor(100 * random.uniform());
        const asset = `C${10 + Math.floor(12 * random.uniform())}`;
        const length = 1 + Math.floor(3 * random.uniform());
        const rows = range(row, Math.min(DAYS, row + length));
        const { snapshot, findings } = cleanMarket(await market((f) => scale(f, asset, rows, factor)));
        expect(findings, `seed ${seed}`).not.to.be.empty;
        for (const { family, asset: about } of findings) expect([family, about]).to.deep.equal(["spike", asset]);
        expect(value(snapshot, asset, row), `seed ${seed}`).to.be.NaN;
        expect(value(snapshot, "C10", 20)).to.equal(value(clean, "C10", 20));
      }
    });
  });

  it("judges each day by the days up to it: adding days changes nothing that was there", async () => {
    const plant = (f: Figures) => {
      scale(f, "C10", [50], 3);
      scale(f, "C11", range(60, DAYS), 0.2);
      scale(f, "C12", range(70, DAYS), 5);
      f["C13"]!.close!.fill(11, 80, 95);
      for (const asset of Object.keys(f)) scale(f, asset, [100], 20);
    };
    const whole = cleanMarket(await market(plant)).snapshot;
    for (const lastRow of [50, 51, 60, 61, 71, 74, 83, 85, 100, 101, 120]) {
      const part = cleanMarket(await market(plant, lastRow)).snapshot;
      for (const { asset } of part.profiles) {
        for (let row = 0; row <= lastRow; row++) {
          expect(
            Object.is(value(part, asset, row), value(whole, asset, row)),
            `${asset} ${row} of ${lastRow}`,
          ).to.equal(true);
        }
      }
    }
  });

  it("findings are integers and strings, and recent ones reach into the last days", async () => {
    const { findings, snapshot } = cleanMarket(
      await market((f) => {
        scale(f, "C10", [50], 3);
        scale(f, "C11", [DAYS - 3], 3);
      }),
    );
    expect(canonicalJson(findings as unknown as Parameters<typeof canonicalJson>[0])).to.contain("spike");
    expect(recentFindings(findings, snapshot.lastDay, 30).map(({ asset }) => asset)).to.deep.equal(["C11"]);
  });
});
