import type { MethodologyUniverse } from "@gimbal/sdk";
import { expect } from "chai";
import { dayFromIso } from "../data/time.ts";
import { type PlantedAsset, plantedPanel, truncated } from "../features/planted.fixture.ts";
import { selectMembers } from "./universe.ts";

const DAYS = 100;
const LAST = DAYS - 1;
const RULES: MethodologyUniverse = {
  list: [],
  rankFrom: 1,
  rankTo: 100,
  sectors: [],
  exclude: [],
  allow: [],
  count: 3,
  bufferRanks: 0,
  minVolumeUsd: 1_000_000,
  minHistoryDays: 60,
};
const on = (values: Readonly<Record<number, number>>) =>
  Array.from({ length: DAYS }, (_, t) => values[t] ?? Number.NaN);
const closes = (from: number, to = DAYS) =>
  Array.from({ length: DAYS }, (_, t) => (t >= from && t < to ? 10 : Number.NaN));
const coin = (rank: number, over: Partial<PlantedAsset> = {}, columns: PlantedAsset["columns"] = {}): PlantedAsset => ({
  ...over,
  columns: {
    close: closes(0),
    listedRank: on({ 50: rank, 80: rank }),
    listedVolume: on({ 50: 2e6, 80: 2e6 }),
    ...columns,
  },
});
const FIVE = { A: coin(1), B: coin(2), C: coin(3), D: coin(4), E: coin(5) };
const members = (
  assets: Parameters<typeof plantedPanel>[0],
  rules: Partial<MethodologyUniverse> = {},
  held: readonly string[] = [],
) => selectMembers(plantedPanel(assets), LAST, { ...RULES, ...rules }, new Set(held)).members;

describe("selectMembers", () => {
  it("default: the largest of the newest listing, as many as the document says", () => {
    expect(members(FIVE)).to.deep.equal(["A", "B", "C"]);
    expect(members(FIVE, { count: 9 })).to.deep.equal(["A", "B", "C", "D", "E"]);
  });

  it("parameters: places, sectors, exclusions, list", () => {
    expect(members(FIVE, { rankFrom: 2, rankTo: 3 })).to.deep.equal(["B", "C"]);
    expect(members({ ...FIVE, D: coin(4, { sector: "ai" }) }, { sectors: ["ai"] })).to.deep.equal(["D"]);
    expect(members(FIVE, { exclude: ["B"] })).to.deep.equal(["A", "C", "D"]);
    expect(members(FIVE, { list: ["E", "C"] })).to.deep.equal(["C", "E"]);
  });

  it("parameters: copies take no place, and are held only where a document allows them", () => {
    const copies = {
      S: coin(1, { category: "stable" }),
      W: coin(2, { sector: "wrapped" }),
      A: coin(3),
      B: coin(4),
    };
    expect(members(copies, { rankTo: 1 })).to.deep.equal(["A"]);
    expect(members(copies, { rankTo: 2, allow: ["wrapped"] })).to.deep.equal(["W", "A", "B"]);
    expect(members(copies, { list: ["S", "W"], allow: ["stable", "wrapped"] })).to.deep.equal(["S", "W"]);
  });

  it("behavior: the young and the illiquid make room; who has no price keeps an empty place and is told", () => {
    const market = {
      A: coin(1, {}, { close: closes(41) }),
      B: coin(2, {}, { listedVolume: on({ 80: 999_999 }) }),
      C: coin(3, {}, { close: closes(0, 97) }),
      D: coin(4),
      E: coin(5, {}, { listedVolume: on({}) }),
      F: coin(6),
    };
    const found = selectMembers(plantedPanel(market), LAST, RULES, new Set());
    expect(found.members).to.deep.equal(["D", "E"]);
    expect(found.refused).to.deep.equal([
      { asset: "A", reason: "young" },
      { asset: "B", reason: "illiquid" },
      { asset: "C", reason: "noPrice" },
    ]);
    // Missing data is no reason to sell what is held.
    expect(members(market, {}, ["C"])).to.deep.equal(["C", "D", "E"]);
  });

  it("behavior: within the buffer a member stays and keeps the next one out; beyond it, it goes", () => {
    expect(members(FIVE, { bufferRanks: 1 }, ["B", "C", "D"])).to.deep.equal(["B", "C", "D"]);
    expect(members(FIVE, { bufferRanks: 1 }, ["B", "C", "E"])).to.deep.equal(["A", "B", "C"]);
    expect(members(FIVE, { bufferRanks: 2 }, ["E"])).to.deep.equal(["A", "B", "E"]);
    expect(members(FIVE, { bufferRanks: 2 }, ["A", "B", "C", "D", "E"])).to.deep.equal(["A", "B", "C"]);
  });

  it("behavior: without a listing nobody leaves and nobody comes in, but a list needs none", () => {
    const bare = { A: coin(1, {}, { listedRank: on({}) }), B: coin(2, {}, { listedRank: on({ 20: 2 }) }) };
    const panel = plantedPanel(bare);
    const found = selectMembers(panel, LAST, RULES, new Set(["A"]));
    expect([found.members, found.isListed]).to.deep.equal([["A"], false]);
    expect(selectMembers(panel, LAST, { ...RULES, list: ["B", "Z"] }, new Set()).members).to.deep.equal(["B"]);
  });

  it("behavior: a day knows nothing of later ones", () => {
    const later = coin(1, {}, { listedRank: on({ 80: 1 }) });
    const panel = plantedPanel({ ...FIVE, Z: later });
    const early = selectMembers(panel, 79, { ...RULES, minHistoryDays: 30 }, new Set());
    expect(early.members).to.deep.equal(["A", "B", "C"]);
    expect(early).to.deep.equal(selectMembers(truncated(panel, 80), 79, { ...RULES, minHistoryDays: 30 }, new Set()));
    expect(members({ ...FIVE, Z: later })).to.include("Z");
  });

  it("behavior: a renamed token brings the history of its old name", () => {
    const day = dayFromIso("2024-09-04");
    const start = day - 50;
    const market = {
      MATIC: coin(1, {}, { close: closes(0, 50) }),
      POL: coin(2, {}, { close: closes(50), listedRank: on({}) }),
    };
    const panel = plantedPanel(market, {}, start);
    const found = selectMembers(panel, LAST, RULES, new Set());
    expect(found.members).to.deep.equal(["POL"]);
    expect(selectMembers(panel, 49, { ...RULES, minHistoryDays: 50 }, new Set()).isListed).to.equal(false);
  });
});
