import { createRandom } from "../data/random.ts";
import { classify } from "../data/taxonomy.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { type PlantedAsset, plantedPanel, truncated } from "../features/planted.fixture.ts";

/**
 * The example that the product is described with, as prices and volumes: week 1 AAVE, LDO and RUNE rise; week 2 LDO falls
 * and GMX takes its place; week 3 the sector around them falls while the market does not.
 */
export const EXAMPLE = {
  firstDay: 18_993, // 2022-01-01
  days: 420,
  /** Indices of the last known day of each of the three weekly decisions. */
  decisions: [405, 412, 419],
  /** What the index may hold, beside the stable token. */
  tokens: ["AAVE", "COMP", "CRV", "GMX", "LDO", "RUNE", "UNI"],
  stable: "USDC",
} as const;

/** Daily growth by day, {bps}: from that day on. */
type Course = readonly (readonly [fromDay: number, bps: number])[];

interface Character {
  readonly price: number; // {USD} on the first day
  readonly supply: number; // {tok}
  readonly wobbleBps: number; // daily noise around the course
  readonly course: Course;
}

const [WEEK1, WEEK2] = [406, 413]; // first days after the first and the second decision
const STEADY: Course = [
  [0, 20],
  [300, 4],
];

const CHARACTERS: { readonly [asset: string]: Character } = {
  AAVE: coin(60, 14e6, 30, [
    [0, 10],
    [340, 75],
  ]),
  ADA: coin(0.4, 35e9, 160, [
    [0, 15],
    [300, 2],
  ]),
  AVAX: coin(15, 330e6, 170, [
    [0, 15],
    [300, 1],
  ]),
  BTC: coin(20_000, 19e6, 60, STEADY),
  COMP: coin(45, 8e6, 180, [
    [0, 10],
    [330, -10],
    [WEEK2, -300],
  ]),
  CRV: coin(0.8, 800e6, 190, [
    [0, 5],
    [200, 25],
    [350, -12],
    [WEEK2, -400],
  ]),
  DOT: coin(6, 1.2e9, 170, [
    [0, 14],
    [300, 3],
  ]),
  ETH: coin(1_200, 120e6, 80, STEADY),
  GMX: coin(40, 9e6, 40, [
    [0, 10],
    [350, 0],
    [WEEK1, 260],
    [WEEK2, 60],
  ]),
  LDO: coin(1.2, 800e6, 40, [
    [0, 10],
    [340, 65],
    [WEEK1, -550],
    [WEEK2, -200],
  ]),
  LTC: coin(80, 72e6, 150, [
    [0, 14],
    [300, 2],
  ]),
  RUNE: coin(1.5, 330e6, 30, [
    [0, 10],
    [340, 70],
  ]),
  SOL: coin(18, 400e6, 170, [
    [0, 16],
    [300, 3],
  ]),
  UNI: coin(5.5, 750e6, 150, [
    [0, 5],
    [200, 28],
    [352, 1],
    [WEEK2, -450],
  ]),
};

/** The market as it was known at decision 1, 2 or 3. */
export function examplePanel(week: 1 | 2 | 3): MarketPanel {
  return truncated(wholeExample(), (EXAMPLE.decisions[week - 1] ?? 0) + 1);
}

/** All columns of the example, by asset, for whoever lays them out otherwise. */
export function exampleAssets(): { readonly [asset: string]: PlantedAsset } {
  const entries = Object.entries(CHARACTERS).map(
    ([asset, character], i) => [asset, plant(asset, character, 100 + i)] as const,
  );
  return { ...Object.fromEntries(entries), [EXAMPLE.stable]: stable() };
}

function wholeExample(): MarketPanel {
  const calm = (value: number) => new Array<number>(EXAMPLE.days).fill(value);
  const macro = { fearGreed: calm(62), equityVolatility: calm(17) };
  return plantedPanel(exampleAssets(), macro, EXAMPLE.firstDay);
}

function plant(asset: string, character: Character, seed: number): PlantedAsset {
  const random = createRandom(seed);
  const { price, supply, wobbleBps } = character;
  const close = new Float64Array(EXAMPLE.days);
  const high = new Float64Array(EXAMPLE.days);
  const low = new Float64Array(EXAMPLE.days);
  const open = new Float64Array(EXAMPLE.days);
  const volume = new Float64Array(EXAMPLE.days);
  let level = price;
  for (let t = 0; t < EXAMPLE.days; t++) {
    const growth = character.course.findLast(([from]) => t >= from)?.[1] ?? 0;
    level *= 1 + growth / 10_000;
    // The noise leaves the course alone, and no decision depends on the luck of its day.
    const wobble = isQuiet(t) ? 0 : (wobbleBps * random.normal()) / 10_000;
    const now = level * (1 + wobble);
    const start = close[t - 1] ?? level;
    close[t] = now;
    open[t] = start;
    high[t] = Math.max(start, now) * (1 + 0.004 * random.uniform());
    low[t] = Math.min(start, now) * (1 - 0.004 * random.uniform());
    volume[t] = now * supply * (0.04 + 0.01 * random.uniform()) * (growth > 100 ? 1.5 : 1);
  }
  const marketCap = close.map((value) => value * supply);
  return { ...classify(asset, "coin"), columns: { open, high, low, close, marketCap, volumeGlobal: volume } };
}

function isQuiet(t: number): boolean {
  return EXAMPLE.decisions.some((day) => t === day || t === day - 30);
}

function stable(): PlantedAsset {
  const flat = (value: number) => new Float64Array(EXAMPLE.days).fill(value);
  const one = flat(1);
  const columns = { open: one, high: one, low: one, close: one, marketCap: flat(40e9), volumeGlobal: flat(5e9) };
  return { category: "stable", ...classify(EXAMPLE.stable, "stable"), columns };
}

function coin(price: number, supply: number, wobbleBps: number, course: Course): Character {
  return { price, supply, wobbleBps, course };
}
