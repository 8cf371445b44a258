/** Daily figures of one asset. A day without a figure is missing, never zero. */
export const ASSET_COLUMNS = [
  "open", // {USD}
  "high", // {USD}
  "low", // {USD}
  "close", // {USD}
  "marketCap", // {USD} of the circulating supply
  // {USD/day}: three ways of counting that may be neither compared nor joined into one series.
  "volumeGlobal",
  "volumeBinance",
  "volumeCoinbase",
  "fundingRate", // {1} for 8 hours, the day's last
  "activeAddresses",
  "transactions",
  "transferValue", // {USD}
  "realizedCap", // {USD}
  "feesPaid", // {USD}
  "hashRate",
  "issuance", // {USD}
  "exchangeInflow", // {USD}
  "exchangeOutflow", // {USD}
  "valueLocked", // {USD} in the asset's protocol
  "protocolFees", // {USD}
  // What a listing of the whole market said, on the day it was published.
  "listedRank",
  "listedCap", // {USD}
  "listedVolume", // {USD/day}
  "listedSupply", // {tok} circulating
  "dilutedCap", // {USD} of the largest possible supply
] as const;

/** Name of a daily figure of one asset. */
export type AssetColumn = (typeof ASSET_COLUMNS)[number];

/** Daily figures of the world that every asset lives in. */
export const MACRO_COLUMNS = [
  "fearGreed", // 0 to 100
  "dollarIndex",
  "equityVolatility", // VIX, {%/year}
  "bitcoinFunding", // {1} for 8 hours
  "equities", // S&P 500
  "technology", // Nasdaq
  "gold", // {USD/oz}
  "bitcoinPageViews",
  "ethereumPageViews",
  "cryptoPageViews",
  "treasuryYield", // {%/year} 3 months
  "totalCap", // {USD} of the 200 largest
  "bitcoinDominance", // {1} of totalCap
  "stableShare", // {1} of totalCap
] as const;

/** Name of a daily figure of the world. */
export type MacroColumn = (typeof MACRO_COLUMNS)[number];

/** What the news of a day said about an asset, or about the market; made from headlines by `sentiment/`. */
export const NEWS_COLUMNS = [
  "newsCount", // headlines
  "newsScore", // -1 to 1, mean
  "newsSpread", // standard deviation of the scores
  "newsNovelty", // 0 to 1: how little the day's words resemble those of the 30 days before (narrative shift)
] as const;

/** Name of a figure made from news. */
export type NewsColumn = (typeof NEWS_COLUMNS)[number];

/** Volumes in the order in which a window takes the first one that covers all of its days. */
export const VOLUME_COLUMNS = [
  "volumeGlobal",
  "volumeBinance",
  "volumeCoinbase",
] as const satisfies readonly AssetColumn[];

/** A headline as it could be read from `at` on. */
export interface Headline {
  readonly at: number; // {s} from which it could be known
  readonly source: string; // such as "rss/coindesk"
  readonly text: string;
}

/** A headline that people have judged. */
export interface LabelledHeadline extends Headline {
  readonly label: -1 | 0 | 1;
}
