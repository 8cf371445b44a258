import { createRandom, type Random } from "./random.ts";
import {
  type AssetId,
  createSource,
  type DailyBar,
  type ListingPage,
  type MarketAdapter,
  type MarketDataSource,
} from "./source.ts";
import { type Day, dayFromIso, firstKnown, isoFromDay } from "./time.ts";

/** What to invent. */
export interface SimulationOptions {
  readonly seed: number;
  readonly assets?: number; // risk assets, 130 unless told
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
  assets = 130,
  from = "2019-01-01",
  to = "2026-12-31",
}: SimulationOptions): MarketAdapter {
  const first = dayFromIso(from);
  const days = dayFromIso(to) - first + 1;
  const market = simulateMarket(createRandom(seed), first, days);
  const coins = Array.from({ length: assets }, (_, i) => {
    return simulateCoin(createRandom(seed + 7_919 * (i + 1)), i, first, market);
  });
  const stables = STABLES.map((asset, i) => simulateStable(createRandom(seed - i - 1), asset, i, first, days));
  const all = new Map([...coins, ...stables].map((series) => [series.asset, series]));

  return {
    info: { kind: "simulation", id: `simulation/${seed}`, label: `SIMULATION (seed ${seed}): invented prices` },
    bars: async (asset, start, end) => {
      return (all.get(asset)?.bars ?? []).slice(Math.max(0, start - first), Math.max(0, end - first + 1));
    },
    listingPages: async () => listMonths([...all.values()], first, days),
  };
}

interface SimulatedAsset {
  readonly asset: AssetId;
  readonly category: string;
  readonly turnover: number; // volume a day, fraction of the capitalisation
  readonly bars: readonly DailyBar[];
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

function simulateCoin(random: Random, index: number, first: Day, market: readonly number[]): SimulatedAsset {
  const beta = 0.8 + 0.6 * random.uniform();
  const own = 0.01 + 0.0004 * Math.min(index, 60);
  // Drawn before the path, whose length must not change it.
  const turnover = 0.02 + 0.08 * random.uniform();
  const rank = index + 1;
  let price = (PRICES[index % PRICES.length] ?? 1) * (0.7 + 0.6 * random.uniform());
  const supply = 4e11 / (rank * (1 + rank / 40)) / price;
  const bars = market.map((marketReturn, t) => {
    price *= 1 + Math.max(-0.6, beta * marketReturn + own * random.normal());
    // A year's issue of 3%, in monthly steps as capitalisations are published.
    const issued = supply * (1 + 0.0025 * Math.floor(t / 30));
    return { day: first + t, close: price, marketCap: price * issued };
  });
  return { asset: nameOf(index), category: "coin", turnover, bars };
}

function simulateStable(random: Random, asset: AssetId, index: number, first: Day, days: number): SimulatedAsset {
  const bars = Array.from({ length: days }, (_, t) => {
    return { day: first + t, close: 1 + 0.0005 * random.normal(), marketCap: 4e10 / (index + 1) };
  });
  return { asset, category: "stable", turnover: 0.5, bars };
}

function listMonths(series: readonly SimulatedAsset[], first: Day, days: number): readonly ListingPage[] {
  const starts = Array.from({ length: days }, (_, t) => t).filter((t) => isoFromDay(first + t).endsWith("-01"));
  return starts.map((t) => ({
    knownAt: firstKnown(first + t),
    listings: series
      .map(({ asset, category, turnover, bars }) => ({ asset, category, turnover, cap: bars[t]?.marketCap ?? 0 }))
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

function nameOf(index: number): AssetId {
  return ["BTC", "ETH"][index] ?? `SIM${String(index + 1).padStart(3, "0")}`;
}

function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random.uniform() * items.length)] ?? items[0];
}
