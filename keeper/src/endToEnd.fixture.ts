import type { AssetColumn, MacroColumn } from "./data/columns.ts";
import type { MarketSnapshot } from "./data/snapshot.ts";
import { type AssetId, createSource, type Listing, type ListingPage, type MarketDataSource } from "./data/source.ts";
import { type Day, firstKnown, isoFromDay } from "./data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "./data/vault.fixture.ts";
import { BPS, holdingValue, netAssetValue, type VaultSnapshot } from "./data/vault.ts";
import type { DecisionRecord } from "./plan/record.ts";
import type { EnsembleSpec, MemberSpec } from "./training/params.ts";
import { smallSpec } from "./training/specs.ts";

/** Columns of one planted asset: one value a day from the source's first day on. */
export interface PlantedFigures {
  readonly category?: string;
  readonly columns: { readonly [name in AssetColumn]?: Float64Array };
}

/** What a planted source is made of. */
export interface PlantedMarketData {
  readonly firstDay: Day;
  readonly assets: { readonly [asset: AssetId]: PlantedFigures };
  readonly macro?: { readonly [name in MacroColumn]?: Float64Array };
}

/** A source of exactly the given figures, with a listing of all of them on the first of each month. */
export function plantedSource({ firstDay, assets, macro = {} }: PlantedMarketData): MarketDataSource {
  const days = Math.max(...Object.values(assets).map(({ columns }) => columns.close?.length ?? 0));
  const pages = listPages(assets, firstDay, days);
  const tables = new Map(
    Object.entries(assets).map(([asset, { columns }]) => [
      asset,
      { ...columns, ...listedColumns(asset, pages, firstDay, days) },
    ]),
  );
  return createSource({
    info: { kind: "csv", id: "planted", label: "planted prices of a test", datasets: [] },
    assetTable: async (asset) => ({ firstDay, columns: tables.get(asset) ?? {} }),
    macroTable: async () => ({ firstDay, columns: macro }),
    listingPages: async () => pages,
  });
}

function listPages(assets: PlantedMarketData["assets"], firstDay: Day, days: number): readonly ListingPage[] {
  const starts = Array.from({ length: days }, (_, t) => t).filter((t) => isoFromDay(firstDay + t).endsWith("-01"));
  return starts.map((t) => {
    const sized = Object.entries(assets).map(([asset, { category = "coin", columns }]) => {
      const [cap, volume] = [columns.marketCap?.[t], columns.volumeGlobal?.[t]].map((value) => value ?? null);
      return { asset, name: asset, category, marketCap: cap ?? null, volume24h: volume ?? null };
    });
    const ranked = sized.sort((a, b) => (b.marketCap ?? 0) - (a.marketCap ?? 0) || (a.asset < b.asset ? -1 : 1));
    return {
      knownAt: firstKnown(firstDay + t),
      listings: ranked.map((entry, i): Listing => ({ ...entry, rank: i + 1 })),
    };
  });
}

function listedColumns(asset: AssetId, pages: readonly ListingPage[], firstDay: Day, days: number) {
  const empty = () => new Float64Array(days).fill(Number.NaN);
  const columns = { listedRank: empty(), listedCap: empty(), listedVolume: empty() };
  for (const { knownAt, listings } of pages) {
    const t = knownAt / 86_400 - 1 - firstDay;
    const entry = listings.find((listing) => listing.asset === asset);
    if (entry === undefined) continue;
    columns.listedRank[t] = entry.rank;
    columns.listedCap[t] = entry.marketCap ?? Number.NaN;
    columns.listedVolume[t] = entry.volume24h ?? Number.NaN;
  }
  return columns;
}

/** A vault of the given tokens and USDC that was just funded: everything is in USDC. Prices come with `seenWith`. */
export function newVault(tokens: readonly AssetId[], usd: number): VaultSnapshot {
  return fixtureVault([
    ...tokens.map((asset, i) => fixtureAsset(asset, i, 0)),
    fixtureStable("USDC", tokens.length, usd),
  ]);
}

/** The vault as it is seen together with a market: its moment, and the newest known prices of its tokens. */
export function seenWith(vault: VaultSnapshot, market: MarketSnapshot): VaultSnapshot {
  return {
    ...vault,
    block: { ...vault.block, timestamp: market.asOf },
    assets: vault.assets.map((item) => ({ ...item, price: lastPrice(market, item.asset) ?? item.price })),
  };
}

/** D27{USD/tok} newest known close. */
function lastPrice(market: MarketSnapshot, asset: AssetId): bigint | null {
  for (const { assets } of market.months.toReversed()) {
    const close = assets[asset]?.close?.findLast((value) => value > 0);
    if (close !== undefined) return BigInt(Math.round(close * 1e12)) * 10n ** 15n;
  }
  return null;
}

/** The vault after its proposal was filled to the last token, without costs, at the prices that it was decided at. */
export function filled(vault: VaultSnapshot, record: DecisionRecord): VaultSnapshot {
  if (record.action === "none") return vault;
  const nav = netAssetValue(vault);
  const weights = new Map(record.assets.map(({ token, proposedBps }) => [token, proposedBps]));
  const now = vault.block.timestamp;
  return {
    ...vault,
    assets: vault.assets.map((item) => {
      const value = (nav * BigInt(weights.get(item.token) ?? 0)) / BigInt(BPS);
      return {
        ...item,
        isNew: false,
        holdings: item.price === 0n ? item.holdings : (value * 10n ** BigInt(item.decimals)) / item.price,
      };
    }),
    epoch: {
      ...vault.epoch,
      id: record.epoch,
      proposedAt: now,
      closesAt: now,
      lane: record.lane ?? "RISK",
      lastDeriskAt: record.lane === "DERISK" ? now : vault.epoch.lastDeriskAt,
    },
  };
}

/** {bps} parts of a vault by asset, rounded down. */
export function partsOf(vault: VaultSnapshot): ReadonlyMap<AssetId, number> {
  const nav = netAssetValue(vault);
  return new Map(vault.assets.map((item) => [item.asset, Number((holdingValue(item) * BigInt(BPS)) / nav)]));
}

/** The market with other values in one column of an asset. Snapshots share what is not changed. */
export function planted(
  market: MarketSnapshot,
  asset: AssetId,
  column: AssetColumn,
  change: (value: number, day: Day) => number,
): MarketSnapshot {
  const months = market.months.map((block) => {
    const own = block.assets[asset];
    const values = own?.[column];
    if (values === undefined) return block;
    const changed = values.map((value, t) => change(value, block.firstDay + t));
    return { ...block, assets: { ...block.assets, [asset]: { ...own, [column]: changed } } };
  });
  return { ...market, months };
}

/** Every learner of the ensemble on a few months and as small as it gets: trained within a second. */
export const tinySpec: EnsembleSpec = {
  ...smallSpec,
  id: "tiny",
  params: {
    ...smallSpec.params,
    universe: 14,
    historyDays: 90,
    leastRows: 60,
    warmUpWeeks: 1,
    unusualShareBps: 10_000,
  },
  members: smallSpec.members.map((member) => ({ ...member, config: { ...member.config, ...tinyOf(member.learner) } })),
  anomaly: { config: { ...smallSpec.anomaly.config, trees: 10, sampleRows: 32 }, seed: 7 },
};

function tinyOf(learner: MemberSpec["learner"]): Record<string, number> {
  switch (learner) {
    case "gradient-boosting":
      return { trees: 6, leaves: 4, minLeafWeight: 10 };
    case "random-forest":
      return { trees: 4, leaves: 8, minLeafWeight: 10 };
    case "gru":
      return { hidden: 8, epochs: 1, maxRows: 100 };
    case "ridge":
      return {};
  }
}

/** A source that calls some assets by other names. */
export function renamed(source: MarketDataSource, names: Readonly<Record<AssetId, AssetId>>): MarketDataSource {
  const original = new Map(Object.entries(names).map(([from, to]) => [to, from]));
  const rename = (listing: Listing) => ({ ...listing, asset: names[listing.asset] ?? listing.asset });
  return {
    ...source,
    at: (asOf) => {
      const view = source.at(asOf);
      return {
        ...view,
        universe: async () => (await view.universe()).map(rename),
        pages: async () => (await view.pages()).map((page) => ({ ...page, listings: page.listings.map(rename) })),
        months: async (assets, from) => {
          const asked = assets.map((asset) => original.get(asset) ?? asset).sort((a, b) => (a < b ? -1 : 1));
          return (await view.months(asked, from)).map((block) => ({
            ...block,
            assets: Object.fromEntries(
              Object.entries(block.assets).map(([asset, columns]) => [names[asset] ?? asset, columns]),
            ),
          }));
        },
      };
    },
  };
}
