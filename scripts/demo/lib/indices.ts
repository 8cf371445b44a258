import { apportion } from "../../../keeper/src/weights/apportion.ts";
import { getNav } from "../../../sdk/src/index.ts";
import { priceAfter } from "./market.ts";
import type { Demo, DemoIndex, HistoryPoint, MarketAsset } from "./scene.ts";

const WAD = 1e18;

/** What a vault is worth at the registry's prices. */
export interface Valuation {
  /** {USD} */
  total: number;
  /** {USD/share} */
  nav: number;
  /** {1} part that is in no stable token */
  exposure: number;
  supply: bigint;
  /** Symbols held without a price: the true NAV is higher by their worth. */
  unpriced: readonly string[];
}

export async function valuate(demo: Demo, { vault, assets }: Pick<DemoIndex, "vault" | "assets">): Promise<Valuation> {
  const { client } = demo.chain;
  const nav = await getNav(client, { lens: demo.deployment.contracts.IndexLens, vault });
  const total = Number(nav.total);
  const stable = nav.holdings.reduce((sum, { value }, index) => sum + (assets[index]?.stable ? Number(value) : 0), 0);
  return {
    total: total / WAD,
    nav: Number(nav.perShare) / WAD,
    exposure: total === 0 ? 0 : 1 - stable / total,
    supply: nav.supply,
    unpriced: nav.unpriced.map((token) => demo.market.byToken.get(token.toLowerCase())?.symbol ?? token),
  };
}

/** {USD/share} of the first day's basket, merely held, at the closes of `day`. */
export function heldValue(demo: Demo, { assets, start }: DemoIndex, day: number): number {
  return assets.reduce(
    (sum, asset) => sum + (start.unitsPerShare.get(asset.asset) ?? 0) * priceAfter(demo, asset, day),
    0,
  );
}

/** Notes where an index stands. */
export async function record(demo: Demo, index: DemoIndex, day: number): Promise<HistoryPoint> {
  const { total, nav, exposure } = await valuate(demo, index);
  const point = { timestamp: await demo.chain.now(), day, total, nav, held: heldValue(demo, index, day), exposure };
  index.history.push(point);
  return point;
}

/** Notes how much of an index is in coins, after a step. */
export async function noteExposure(demo: Demo, index: DemoIndex): Promise<void> {
  const { exposure } = await valuate(demo, index);
  index.exposures.push({ timestamp: await demo.chain.now(), exposure });
}

/** {bps} in proportion to capitalisation, nobody above `cap`; `rest` is split over the stables. */
export function startWeights(demo: Demo, assets: readonly MarketAsset[], cap: number, rest: number): number[] {
  const coins = assets.filter(({ stable }) => !stable);
  const parts = new Map<string, number>();
  let open = coins;
  let left = 10_000 - rest;
  for (;;) {
    const shares = apportion(
      left,
      open.map(({ asset }) => ({ asset, size: BigInt(Math.round(demo.replay.capOf(asset))) })),
    );
    const over = open.filter(({ asset }) => (shares.get(asset) ?? 0) > cap);
    if (over.length === 0) {
      for (const [asset, part] of shares) parts.set(asset, part);
      break;
    }
    for (const { asset } of over) parts.set(asset, cap);
    open = open.filter((item) => !over.includes(item));
    left -= cap * over.length;
  }
  const stables = assets.filter(({ stable }) => stable);
  const split = apportion(
    rest,
    stables.map(({ asset }) => ({ asset, size: 1n })),
  );
  return assets.map(({ asset }) => parts.get(asset) ?? split.get(asset) ?? 0);
}
