import { expect } from "chai";
import { type PlantedAsset, plantedPanel } from "./planted.fixture.ts";
import { slicePanel } from "./pointInTime.ts";
import { type UniverseParams, universeAt, universeCandidates } from "./universe.ts";

const DAYS = 100;
const PARAMS: UniverseParams = { size: 4, minAge: 60, maxCloseAge: 2, minVolume: 1_000_000 };

const on = (values: Readonly<Record<number, number>>) =>
  Array.from({ length: DAYS }, (_, t) => values[t] ?? Number.NaN);
const closes = (from: number, to = DAYS) =>
  Array.from({ length: DAYS }, (_, t) => (t >= from && t < to ? 10 : Number.NaN));
const coin = (rank: number, over: PlantedAsset["columns"] = {}, category = "coin"): PlantedAsset => ({
  category,
  columns: {
    close: closes(0),
    listedRank: on({ 50: rank, 80: rank }),
    listedVolume: on({ 50: 2e6, 80: 2e6 }),
    ...over,
  },
});
const names = (market: ReturnType<typeof plantedPanel>, day: number, params = PARAMS) =>
  universeAt(market, day, params).map((asset) => market.assets[asset]);

describe("universe", () => {
  it("is the best-ranked coins of the newest listing, best first; equal ranks by name", () => {
    const market = plantedPanel({ A: coin(3), B: coin(1), C: coin(2), D: coin(5), E: coin(3), F: coin(9) });
    expect(names(market, 99)).to.deep.equal(["B", "C", "A", "E"]);
    expect(names(market, 99, { ...PARAMS, size: 2 })).to.deep.equal(["B", "C"]);
  });

  it("leaves out stable and wrapped coins, which take no place", () => {
    const kinds = ["stable", "wrapped"].map((category, i) => [category, coin(i + 1, {}, category)]);
    const market = plantedPanel({ A: coin(7), ...Object.fromEntries(kinds) });
    expect(names(market, 99, { ...PARAMS, size: 1 })).to.deep.equal(["A"]);
  });

  it("knows a listing from its day on, for 45 days, and forgets whom the next one does not name", () => {
    const market = plantedPanel({ A: coin(1, { listedRank: on({ 20: 1 }), listedVolume: on({}) }) });
    expect([19, 20, 65, 66].map((day) => names(market, day, { ...PARAMS, minAge: 1 }).length)).to.deep.equal([
      0, 1, 1, 0,
    ]);
    const next = plantedPanel({ A: coin(1, { listedRank: on({ 50: 1 }) }), B: coin(2) });
    expect(names(next, 79, { ...PARAMS, minAge: 1 })).to.deep.equal(["A", "B"]);
    expect(names(next, 80, { ...PARAMS, minAge: 1 })).to.deep.equal(["B"]);
  });

  it("says why a listed coin cannot be chosen; it keeps its place", () => {
    const market = plantedPanel({
      A: coin(1, { close: closes(41) }),
      B: coin(2, { close: closes(0, 97) }),
      C: coin(3, { listedVolume: on({ 80: 999_999 }) }),
      D: coin(4, { listedVolume: on({}) }),
      E: coin(5),
    });
    const refusals = universeCandidates(market, 99, PARAMS).map(({ refusal }) => refusal);
    expect(refusals).to.deep.equal(["young", "noPrice", "illiquid", null]);
    expect(names(market, 98)).to.deep.equal(["B", "D"]);
    expect(names(plantedPanel({ A: coin(1, { close: closes(40) }) }), 99)).to.deep.equal(["A"]);
  });

  it("does not change when later days are deleted", () => {
    const market = plantedPanel({ A: coin(1), B: coin(2, { listedRank: on({ 50: 3, 80: 1 }) }) });
    for (const day of [49, 50, 79, 80]) {
      const params = { ...PARAMS, minAge: 10 };
      const cut = slicePanel(market, 0, day + 1);
      expect(universeAt(market, day, params)).to.deep.equal(universeAt(cut, day, params));
    }
  });
});
