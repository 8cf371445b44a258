import { ASSET_COLUMNS, type AssetColumn, MACRO_COLUMNS, NEWS_COLUMNS } from "../data/columns.ts";
import { createRandom, type Random } from "../data/random.ts";
import { exp } from "../math/functions.ts";
import type { AssetClass, MarketPanel } from "./marketPanel.ts";

/** What a synthetic panel looks like. BTC and ETH are its first two assets. */
export interface SyntheticPanelOptions {
  readonly assets: number; // at least 2
  readonly days: number;
  readonly seed: number;
  /** Chance that a daily figure is missing, 0 to 1. */
  readonly holes?: number;
}

type Columns = Map<string, Float64Array>;

const FIRST_DAY = 17_897; // 2019-01-01
const PAGE_EVERY = 30; // {days} between two listings of the market
const SECTORS = ["layer-1", "layer-2", "defi", "meme", "exchange", "oracle"];
const ECOSYSTEMS = ["own", "ethereum", "solana"];

/** A market made from a seed, with every column filled: a common factor, sectors, and a walk of each asset. For tests. */
export function syntheticPanel(options: SyntheticPanelOptions): MarketPanel {
  const random = createRandom(options.seed);
  const { days } = options;
  const market = Float64Array.from({ length: days }, () => 0.025 * random.normal());
  const sectors = SECTORS.map(() => Float64Array.from({ length: days }, () => 0.015 * random.normal()));
  const assets = Array.from({ length: options.assets }, (_, i) => assetName(i));
  const columns = assets.map((_, i) => assetColumns(random, days, market, sectors[i % SECTORS.length] ?? market));
  rankListings(columns, days);
  const world = macroColumns(random, days, columns);
  if (options.holes !== undefined) {
    for (const table of [...columns, world]) punchHoles(table, options.holes, createRandom(options.seed + 1));
  }
  const nothing = new Float64Array(days).fill(Number.NaN);
  return {
    firstDay: FIRST_DAY,
    days,
    assets,
    classes: assets.map((_, i) => classOf(i)),
    column: (name, asset) => columns[asset]?.get(name) ?? nothing,
    macro: (name) => world.get(name) ?? nothing,
  };
}

function assetName(i: number): string {
  return ["BTC", "ETH"][i] ?? `TOKEN${String(i).padStart(4, "0")}`;
}

function classOf(i: number): AssetClass {
  return {
    category: "coin",
    sector: SECTORS[i % SECTORS.length] ?? "other",
    ecosystem: ECOSYSTEMS[i % ECOSYSTEMS.length] ?? "own",
  };
}

/** Empty columns of an asset, then filled day by day. */
function assetColumns(random: Random, days: number, market: Float64Array, sector: Float64Array): Columns {
  const columns: Columns = new Map();
  for (const name of [...ASSET_COLUMNS, ...NEWS_COLUMNS]) {
    columns.set(name, new Float64Array(days).fill(Number.NaN));
  }
  const beta = 0.6 + 0.8 * random.uniform();
  const noise = 0.01 + 0.04 * random.uniform();
  const state = { close: exp(8 * random.uniform() - 4), supply: exp(14 + 6 * random.uniform()) };
  const inflation = 1 + 0.0004 * random.uniform();
  const size = exp(random.normal());
  for (let t = 0; t < days; t++) {
    const open = state.close;
    const change = beta * (market[t] ?? 0) + (sector[t] ?? 0) + noise * random.normal();
    state.close *= exp(change);
    state.supply *= inflation;
    const day = { open, close: state.close, cap: state.close * state.supply, supply: state.supply, change };
    writeDay(columns, t, day, size, random);
  }
  return columns;
}

interface SyntheticDay {
  readonly open: number;
  readonly close: number;
  readonly cap: number;
  readonly supply: number;
  readonly change: number;
}

function writeDay(columns: Columns, t: number, day: SyntheticDay, size: number, random: Random): void {
  const set = (name: AssetColumn | "newsCount" | "newsScore" | "newsSpread" | "newsNovelty", value: number) => {
    const column = columns.get(name);
    if (column !== undefined) column[t] = value;
  };
  const around = (value: number) => value * (0.7 + 0.6 * random.uniform());
  const volume = around(day.cap * 0.05 * size * (1 + 8 * Math.abs(day.change)));
  set("open", day.open);
  set("high", Math.max(day.open, day.close) * (1 + 0.02 * random.uniform()));
  set("low", Math.min(day.open, day.close) * (1 - 0.02 * random.uniform()));
  set("close", day.close);
  set("marketCap", day.cap);
  set("volumeGlobal", volume);
  set("volumeBinance", around(volume * 0.2));
  set("volumeCoinbase", around(volume * 0.05));
  set("fundingRate", 0.0001 + 0.001 * day.change + 0.0002 * (random.uniform() - 0.5));
  const activity: readonly [AssetColumn, number][] = [
    ["activeAddresses", 1e-5],
    ["transactions", 2e-5],
    ["transferValue", 0.02],
    ["feesPaid", 1e-5],
    ["hashRate", 1e-4],
    ["issuance", 1e-4],
    ["exchangeInflow", 2e-3],
    ["exchangeOutflow", 2e-3],
    ["valueLocked", 0.3],
    ["protocolFees", 1e-5],
  ];
  for (const [name, share] of activity) set(name, around(day.cap * share));
  set("realizedCap", around(day.cap * 0.6));
  if (t % PAGE_EVERY === 0) {
    set("listedCap", day.cap);
    set("listedVolume", volume);
    set("listedSupply", day.supply);
    set("dilutedCap", day.cap * (1.5 + (random.uniform() - 0.5) * 0.1));
  }
  set("newsCount", Math.floor(6 * random.uniform()) + 1);
  set("newsScore", Math.max(-1, Math.min(1, 4 * day.change + 0.2 * random.normal())));
  set("newsSpread", 0.5 * random.uniform());
  set("newsNovelty", random.uniform());
}

/** Ranks by listed capitalisation on the days on which a listing appeared. */
function rankListings(columns: readonly Columns[], days: number): void {
  const capOf = (i: number, t: number) => columns[i]?.get("listedCap")?.[t] ?? 0;
  for (let t = 0; t < days; t += PAGE_EVERY) {
    const order = columns.map((_, i) => i).sort((a, b) => capOf(b, t) - capOf(a, t) || a - b);
    for (const [place, i] of order.entries()) {
      const ranks = columns[i]?.get("listedRank");
      if (ranks !== undefined) ranks[t] = place + 1;
    }
  }
}

/** Macro columns wander around a usual level and never come near 0. */
function macroColumns(random: Random, days: number, columns: readonly Columns[]): Columns {
  const usual: Record<string, number> = {
    fearGreed: 50,
    equityVolatility: 20,
    bitcoinFunding: 0.0001,
    bitcoinDominance: 0.5,
    stableShare: 0.08,
    newsScore: 0.1,
    newsSpread: 0.3,
    newsNovelty: 0.5,
  };
  const world: Columns = new Map();
  for (const name of [...MACRO_COLUMNS, ...NEWS_COLUMNS]) {
    let offset = 0;
    const level = usual[name] ?? 1_000;
    const wander = () => {
      offset = 0.97 * offset + 0.02 * random.normal();
      return level * exp(offset);
    };
    world.set(name, Float64Array.from({ length: days }, wander));
  }
  const capOf = (table: Columns, t: number) => table.get("marketCap")?.[t] ?? 0;
  world.set(
    "totalCap",
    Float64Array.from({ length: days }, (_, t) => columns.reduce((sum, table) => sum + capOf(table, t), 0)),
  );
  return world;
}

function punchHoles(columns: Columns, chance: number, random: Random): void {
  for (const values of columns.values()) {
    for (let t = 0; t < values.length; t++) if (random.uniform() < chance) values[t] = Number.NaN;
  }
}
