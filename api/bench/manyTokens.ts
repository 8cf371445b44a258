import type { AssetColumn } from "../../keeper/src/data/columns.ts";
import type { MonthBlock, MonthColumns } from "../../keeper/src/data/months.ts";
import { createRandom } from "../../keeper/src/data/random.ts";
import type { AssetProfile, MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import { type Day, firstKnown, monthStart } from "../../keeper/src/data/time.ts";
import { exp } from "../../keeper/src/math/functions.ts";

/** {USD} of the largest token; the others follow by rank. */
const LARGEST = 1e12;
const SECTORS = ["layer-1", "layer-2", "defi-exchange", "defi-lending", "meme", "gaming", "ai", "other"];

/** A market of so many invented tokens, each with its own daily closes, sizes and volumes, listed at the start of each month. */
export function manyTokens(count: number, lastDay: Day, lookbackDays: number, seed: number): MarketSnapshot {
  const random = createRandom(seed);
  const starts: Day[] = [];
  for (let day = monthStart(lastDay - lookbackDays + 1); day <= lastDay; day = monthStart(day + 31)) starts.push(day);
  const first = starts[0] ?? lastDay;
  const days = lastDay - first + 1;
  const market = Float64Array.from({ length: days }, () => 0.001 + 0.02 * random.normal());
  const tokens = Array.from({ length: count }, (_, i) => ({
    asset: `N${String(i).padStart(5, "0")}`,
    ...walk(i, market, seed),
  }));

  const months = starts.map((firstDay, m): MonthBlock => {
    const end = Math.min(starts[m + 1] ?? lastDay + 1, lastDay + 1);
    const [from, to] = [firstDay - first, end - first];
    const entries = tokens.map(({ asset, close, supply, turnover }, i) => {
      return [asset, monthOf(close, { supply, turnover, rank: i + 1 }, from, to)] as const;
    });
    return { firstDay, days: to - from, assets: Object.fromEntries(entries), macro: {}, headlines: [], conflicts: [] };
  });
  const profiles = tokens.map(({ asset, close, supply, turnover }, i): AssetProfile => {
    const sector = SECTORS[i % SECTORS.length] ?? "other";
    const volume24h = (close.at(-1) ?? 0) * supply * turnover;
    return { asset, category: "coin", sector, ecosystem: "ethereum", rank: i + 1, volume24h };
  });
  const source = {
    kind: "simulation",
    id: `many/${seed}`,
    label: `SIMULATION of ${count} tokens: invented prices`,
    datasets: [],
  } as const;
  return { source, asOf: firstKnown(lastDay), lastDay, profiles, months };
}

function walk(i: number, market: Float64Array, seed: number) {
  const random = createRandom(seed + 7_919 * (i + 1));
  const beta = 0.5 + random.uniform();
  const own = 0.01 + 0.03 * random.uniform();
  let price = exp(8 * random.uniform() - 4);
  const supply = LARGEST / (i + 1) / price;
  const close = market.map((move) => {
    price *= 1 + Math.max(-0.5, beta * move + own * random.normal());
    return price;
  });
  return { close, supply, turnover: 0.02 + 0.1 * random.uniform() };
}

interface Size {
  readonly supply: number;
  readonly turnover: number;
  readonly rank: number;
}

function monthOf(
  close: Float64Array,
  { supply, turnover, rank }: Size,
  from: number,
  to: number,
): MonthColumns<AssetColumn> {
  const own = close.slice(from, to);
  const marketCap = own.map((price) => price * supply);
  const listed = (value: number) => Float64Array.from(own, (_, t) => (t === 0 ? value : Number.NaN));
  const cap = marketCap[0] ?? 0;
  return {
    close: own,
    marketCap,
    volumeGlobal: marketCap.map((value, t) => value * turnover * (0.7 + 0.6 * ((t * 7) % 10) * 0.1)),
    listedRank: listed(rank),
    listedCap: listed(cap),
    listedVolume: listed(cap * turnover),
    listedSupply: listed(supply),
  };
}
