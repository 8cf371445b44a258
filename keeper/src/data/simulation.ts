import type { AssetColumn } from "./columns.ts";
import { createRandom, type Random } from "./random.ts";
import { type SimulatedAsset, simulateFigures, simulateHeadlines, simulateWorld } from "./simulatedFigures.ts";
import {
  type AssetId,
  type ColumnTable,
  createSource,
  type ListingPage,
  type MarketAdapter,
  type MarketDataSource,
} from "./source.ts";
import { type Day, dayFromIso, firstKnown, isoFromDay } from "./time.ts";

/** What to invent. */
export interface SimulationOptions {
  readonly seed: number;
  readonly assets?: number; // risk assets, 130 unless told
  readonly names?: readonly AssetId[]; // of the risk assets, largest first; the others are called by their number
  readonly from?: string; // ISO date of the first bar
  readonly to?: string; // ISO date of the last bar
}

/** Mean and deviation of the market's daily return. */
interface Phase {
  readonly mean: number;
  readonly deviation: number;
}

const BULL: Phase = { mean: 0.0035, deviation: 0.025 };
const RALLY: Phase = { mean: 0.006, deviation: 0.014 };
const RANGE: Phase = { mean: 0.0002, deviation: 0.016 };
const BEAR: Phase = { mean: -0.0035, deviation: 0.03 };
const CRASH: Phase = { mean: -0.065, deviation: 0.02 };

// Fixed so that a replay meets crashes where the real market had them; outside, phases follow each other by chance.
const CALENDAR: readonly (readonly [from: string, phase: Phase])[] = [
  ["2021-06-01", RANGE],
  ["2021-08-01", BULL],
  ["2021-11-10", BEAR],
  ["2022-01-25", RANGE],
  ["2022-03-10", RALLY],
  ["2022-05-05", CRASH],
  ["2022-05-14", BEAR],
  ["2022-07-05", RANGE],
  ["2022-09-20", RALLY],
  ["2022-11-06", CRASH],
  ["2022-11-12", BEAR],
  ["2023-01-01", BULL],
  ["2023-04-15", RANGE],
];
const CALENDAR_END = "2023-07-01";

/** {USD} starting prices, taken in turn, so that every order of magnitude occurs. */
const PRICES = [30_000, 1_800, 0.00002, 240, 0.35, 14, 0.07, 1.1, 95, 0.004, 6_000, 3.3];
const STABLES = ["USDC", "USDT", "DAI"];
const PHASE_CHANGE = 1 / 90; // chance a day

/**
 * An invented market whose phases change between bull, range, bear and crash. For trials without market data: its label
 * says so wherever its figures are shown.
 *
 * @example
 * const source = createSimulation({ seed: 7 });
 */
export function createSimulation(options: SimulationOptions): MarketDataSource {
  return createSource(createAdapter(options));
}

function createAdapter({
  seed,
  names = ["BTC", "ETH"],
  assets = 130,
  from = "2019-01-01",
  to = "2026-12-31",
}: SimulationOptions): MarketAdapter {
  const first = dayFromIso(from);
  const days = dayFromIso(to) - first + 1;
  const market = simulateMarket(createRandom(seed), first, days);
  const coins = Array.from({ length: assets }, (_, i) => {
    return simulateCoin(createRandom(seed + 7_919 * (i + 1)), i, names, market);
  });
  const stables = STABLES.map((asset, i) => simulateStable(createRandom(seed - i - 1), asset, i, assets + i, days));
  const all = [...coins, ...stables];
  const pages = once(() => listMonths(all, first, days));
  const world = once(() => simulateWorld(seed, all, market, first));
  const headlines = once(() => simulateHeadlines(seed, all, market, first));
  const tables = new Map<AssetId, ColumnTable<AssetColumn>>();

  return {
    info: {
      kind: "simulation",
      id: `simulation/${seed}`,
      label: `SIMULATION (seed ${seed}): invented prices`,
      datasets: [],
    },
    isStatic: true,
    assetTable: async (asset) => {
      const series = all.find((entry) => entry.asset === asset);
      if (series === undefined) return { firstDay: first, columns: {} };
      const table = tables.get(asset) ?? simulateFigures(seed, series, first, pages());
      tables.set(asset, table);
      return table;
    },
    macroTable: async () => world(),
    listingPages: async () => pages(),
    headlines: async () => headlines(),
  };
}

function simulateMarket(random: Random, first: Day, days: number): readonly number[] {
  const fixed = CALENDAR.map(([from, phase]) => ({ from: dayFromIso(from), phase }));
  const fixedEnd = dayFromIso(CALENDAR_END);
  let phase = RANGE;
  return Array.from({ length: days }, (_, t) => {
    const day = first + t;
    if (random.uniform() < PHASE_CHANGE) phase = pick(random, [BULL, RANGE, BEAR]);
    const planned = day < fixedEnd ? fixed.findLast((entry) => entry.from <= day)?.phase : undefined;
    const { mean, deviation } = planned ?? phase;
    return mean + deviation * random.normal();
  });
}

function simulateCoin(
  random: Random,
  index: number,
  names: readonly AssetId[],
  market: readonly number[],
): SimulatedAsset {
  const beta = 0.8 + 0.6 * random.uniform();
  const own = 0.01 + 0.0004 * Math.min(index, 60);
  // Drawn before the path, whose length must not change it.
  const turnover = 0.02 + 0.08 * random.uniform();
  const rank = index + 1;
  let price = (PRICES[index % PRICES.length] ?? 1) * (0.7 + 0.6 * random.uniform());
  const supply = 4e11 / (rank * (1 + rank / 40)) / price;
  const close = Float64Array.from(market, (marketReturn) => {
    price *= 1 + Math.max(-0.6, beta * marketReturn + own * random.normal());
    return price;
  });
  // A year's issue of 3%, in monthly steps as capitalisations are published.
  const marketCap = close.map((value, t) => value * (supply * (1 + 0.0025 * Math.floor(t / 30))));
  return { asset: nameOf(index, names), index, category: "coin", turnover, close, marketCap };
}

function simulateStable(random: Random, asset: AssetId, place: number, index: number, days: number): SimulatedAsset {
  const close = Float64Array.from({ length: days }, () => 1 + 0.0005 * random.normal());
  const marketCap = new Float64Array(days).fill(4e10 / (place + 1));
  return { asset, index, category: "stable", turnover: 0.5, close, marketCap };
}

function listMonths(series: readonly SimulatedAsset[], first: Day, days: number): readonly ListingPage[] {
  const starts = Array.from({ length: days }, (_, t) => t).filter((t) => isoFromDay(first + t).endsWith("-01"));
  return starts.map((t) => ({
    knownAt: firstKnown(first + t),
    listings: series
      .map(({ asset, category, turnover, marketCap }) => ({ asset, category, turnover, cap: marketCap[t] ?? 0 }))
      .sort((a, b) => b.cap - a.cap || (a.asset < b.asset ? -1 : 1))
      .map(({ asset, category, turnover, cap }, i) => {
        return {
          asset,
          name: `${asset} (simulated)`,
          category,
          rank: i + 1,
          marketCap: cap,
          volume24h: cap * turnover,
        };
      }),
  }));
}

function nameOf(index: number, names: readonly AssetId[]): AssetId {
  return names[index] ?? `SIM${String(index + 1).padStart(3, "0")}`;
}

function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random.uniform() * items.length)] ?? items[0];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
