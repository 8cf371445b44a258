import type { AssetColumn, Headline, MacroColumn } from "./columns.ts";
import { createRandom, type Random } from "./random.ts";
import type { AssetId, ColumnTable, ListingPage } from "./source.ts";
import { DAY, type Day, firstKnown } from "./time.ts";

/** What an invented asset is made from. */
export interface SimulatedAsset {
  readonly asset: AssetId;
  readonly index: number;
  readonly category: string;
  readonly turnover: number; // volume a day, fraction of the capitalisation
  readonly close: Float64Array; // {USD}
  readonly marketCap: Float64Array; // {USD}
}

type Columns<Name extends string> = { -readonly [name in Name]?: Float64Array };

/** Assets with invented figures of a chain: the largest ones, as in real data. */
const ON_CHAIN_ASSETS = 12;
/** {1} share of the whole volume that one exchange sees. */
const EXCHANGE_SHARE = 0.14;

/** Every column of an asset. */
export function simulateFigures(
  seed: number,
  series: SimulatedAsset,
  first: Day,
  pages: readonly ListingPage[],
): ColumnTable<AssetColumn> {
  const { close, marketCap, index, asset, turnover } = series;
  const columns: Columns<AssetColumn> = { close, marketCap };
  // Each column draws for itself, so that a day's figures do not depend on how many days there are.
  let streams = 0;
  const fill = (name: AssetColumn, value: (t: number, random: Random) => number) => {
    const random = createRandom(seed + 104_729 * (index + 1) + 31 * streams++);
    columns[name] = Float64Array.from(close, (_, t) => value(t, random));
  };
  const closeAt = (t: number) => close[t] ?? 0;
  const opened = (t: number) => closeAt(Math.max(0, t - 1));
  fill("open", opened);
  fill("high", (t, random) => Math.max(opened(t), closeAt(t)) * (1 + 0.02 * random.uniform()));
  fill("low", (t, random) => Math.min(opened(t), closeAt(t)) * (1 - 0.02 * random.uniform()));
  fill("volumeGlobal", (t, random) => (marketCap[t] ?? 0) * turnover * (0.6 + 0.8 * random.uniform()));
  fill(
    "volumeBinance",
    (t, random) => (columns.volumeGlobal?.[t] ?? 0) * EXCHANGE_SHARE * (0.8 + 0.4 * random.uniform()),
  );
  if (series.category !== "stable" && index < ON_CHAIN_ASSETS) {
    fill("activeAddresses", (t, random) => Math.floor((marketCap[t] ?? 0) * 1e-6 * (0.7 + 0.6 * random.uniform())));
    fill("transactions", (t, random) => 2 * (columns.activeAddresses?.[t] ?? 0) + Math.floor(1_000 * random.uniform()));
    fill("feesPaid", (t, random) => (columns.transactions?.[t] ?? 0) * (0.5 + random.uniform()));
    fill("fundingRate", (_, random) => 0.0001 + 0.0003 * (random.uniform() - 0.4));
  }
  addListings(columns, asset, first, close.length, pages);
  return { firstDay: first, columns };
}

/** Market pages become figures of the day on which they were published. */
function addListings(
  columns: Columns<AssetColumn>,
  asset: AssetId,
  first: Day,
  days: number,
  pages: readonly ListingPage[],
): void {
  const empty = () => new Float64Array(days).fill(Number.NaN);
  const [rank, cap, volume, supply, diluted] = [empty(), empty(), empty(), empty(), empty()];
  for (const { knownAt, listings } of pages) {
    const listing = listings.find((entry) => entry.asset === asset);
    const t = knownAt / DAY - 1 - first;
    if (listing === undefined) continue;
    const price = columns.close?.[t] ?? Number.NaN;
    rank[t] = listing.rank;
    cap[t] = listing.marketCap ?? Number.NaN;
    volume[t] = listing.volume24h ?? Number.NaN;
    supply[t] = (listing.marketCap ?? Number.NaN) / price;
    diluted[t] = (listing.marketCap ?? Number.NaN) * 1.4;
  }
  Object.assign(columns, {
    listedRank: rank,
    listedCap: cap,
    listedVolume: volume,
    listedSupply: supply,
    dilutedCap: diluted,
  });
}

/** Invented figures of the world, beside the sums over the invented assets. */
export function simulateWorld(
  seed: number,
  all: readonly SimulatedAsset[],
  market: readonly number[],
  first: Day,
): ColumnTable<MacroColumn> {
  const random = createRandom(seed + 15_485_863);
  const days = market.length;
  const columns: Record<"fearGreed" | "dollarIndex" | "equityVolatility" | "equities" | "gold", Float64Array> = {
    fearGreed: new Float64Array(days),
    dollarIndex: new Float64Array(days),
    equityVolatility: new Float64Array(days),
    equities: new Float64Array(days),
    gold: new Float64Array(days),
  };
  let mood = 0;
  let dollar = 95;
  let equities = 3_000;
  let gold = 1_500;
  for (let t = 0; t < days; t++) {
    const change = market[t] ?? 0;
    mood = 0.95 * mood + change;
    dollar *= 1 + 0.004 * (random.uniform() - 0.5) - 0.01 * change;
    equities *= 1.0003 + 0.02 * (random.uniform() - 0.5) + 0.1 * change;
    gold *= 1.0001 + 0.015 * (random.uniform() - 0.5);
    columns.fearGreed[t] = Math.round(Math.max(5, Math.min(95, 50 + 150 * mood)));
    columns.dollarIndex[t] = dollar;
    columns.equityVolatility[t] = Math.max(10, 18 - 60 * mood + 4 * random.uniform());
    columns.equities[t] = equities;
    columns.gold[t] = gold;
  }
  return { firstDay: first, columns: { ...columns, ...shares(all, days) } };
}

function shares(all: readonly SimulatedAsset[], days: number) {
  const sum = (pick: (series: SimulatedAsset) => boolean) => {
    const total = new Float64Array(days);
    for (const { marketCap } of all.filter(pick))
      for (let t = 0; t < days; t++) total[t] = (total[t] ?? 0) + (marketCap[t] ?? 0);
    return total;
  };
  const totalCap = sum(() => true);
  const share = (part: Float64Array) => part.map((value, t) => value / (totalCap[t] ?? 1));
  return {
    totalCap,
    bitcoinDominance: share(sum(({ asset }) => asset === "BTC")),
    stableShare: share(sum(({ category }) => category === "stable")),
  };
}

const GOOD = ["rallies as buyers return", "hits a new high", "adoption grows after upgrade", "inflows reach a record"];
const BAD = [
  "plunges as sellers take over",
  "hack drains funds",
  "faces lawsuit over fraud",
  "outflows reach a record",
];
const PLAIN = ["holds its developer conference", "publishes its monthly report", "schedules a network vote"];

/** A headline or two a day, better ones on better days. The source says that they are invented. */
export function simulateHeadlines(
  seed: number,
  all: readonly SimulatedAsset[],
  market: readonly number[],
  first: Day,
): readonly Headline[] {
  const random = createRandom(seed + 32_452_843);
  const coins = all.filter(({ category }) => category !== "stable").slice(0, 20);
  return market.flatMap((change, t) =>
    [0, 1].flatMap(() => {
      const chance = random.uniform();
      const asset = coins[Math.floor(random.uniform() * coins.length)]?.asset ?? "BTC";
      const tone = random.uniform() + 8 * change;
      const words = tone > 0.75 ? GOOD : tone < 0.25 ? BAD : PLAIN;
      const text = `${asset} ${words[Math.floor(random.uniform() * words.length)]}`;
      const at = firstKnown(first + t) - 1 - Math.floor(80_000 * random.uniform());
      return chance < 0.75 ? [{ at, source: `simulation/${seed}`, text }] : [];
    }),
  );
}
