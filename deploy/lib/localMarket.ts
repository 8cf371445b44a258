import { createSimulation } from "../../keeper/src/data/simulation.ts";
import type { MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import type { MarketDataSource } from "../../keeper/src/data/source.ts";
import { classifiedAssets, classify } from "../../keeper/src/data/taxonomy.ts";
import { toMarketPanel } from "../../keeper/src/features/marketPanel.ts";
import { newestKnown } from "../../keeper/src/features/window.ts";

/** Tokens of an invented market: enough for a hundred largest ones, and a dozen of every sector. */
const SIZE = 150;
/** {USD} where the market data has no price of a token that a document's rate stands on. */
const ONE_DOLLAR = 1;
const PRICE_AGE = 3;

/** An invented market whose tokens bear real names, so that every sector has some. Its label says that it is invented. */
export function namedSimulation(): MarketDataSource {
  return createSimulation({ seed: 7, assets: SIZE, names: marketNames(SIZE), from: "2020-01-01", to: "2022-12-31" });
}

/** BTC, ETH, then one of each sector in turn, as the taxonomy orders them. */
export function marketNames(count: number): readonly string[] {
  const first = ["BTC", "ETH"];
  const bySector = new Map<string, string[]>();
  for (const asset of classifiedAssets().filter((name) => !first.includes(name))) {
    const { sector } = classify(asset, "coin");
    if (sector === "stable" || sector === "wrapped") continue;
    const list = bySector.get(sector) ?? [];
    list.push(asset);
    bySector.set(sector, list);
  }
  const names = [...first];
  for (let turn = 0; names.length < count && turn < count; turn++) {
    for (const list of bySector.values()) names.push(...list.slice(turn, turn + 1));
  }
  return names.slice(0, count);
}

/** {USD} newest known price of each token; `underlying`: tokens that have to be there whatever the data says. */
export function pricesOf(
  market: MarketSnapshot,
  assets: ReadonlySet<string>,
  underlying: readonly string[],
): ReadonlyMap<string, number> {
  const panel = toMarketPanel(market);
  const known = new Map(
    panel.assets.flatMap((asset, i) => {
      const price = newestKnown(panel.column("close", i), panel.days - 1, PRICE_AGE);
      return price > 0 && assets.has(asset) ? [[asset, price] as const] : [];
    }),
  );
  for (const asset of underlying) if (!known.has(asset)) known.set(asset, ONE_DOLLAR);
  return known;
}
