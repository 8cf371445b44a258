import type { AssetColumn } from "../../data/columns.ts";
import { createFamily, forEach, type PointSpec, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { meanOf } from "../indicators.ts";
import { PAGE_AGE, type PanelSeries } from "../panelSeries.ts";
import { alignedWindows, newestKnown, windowOf } from "../window.ts";

const MONTH = 30;
const YEAR = 365;
const CAP: readonly AssetColumn[] = ["marketCap", "close", "listedSupply", "listedRank"];
const PROTOCOL = "statistics of protocols";
const FUTURES = "perpetual futures";

/** A mean over the last days; NaN when too many of them are missing. */
function meanOver(series: PanelSeries, column: AssetColumn, asset: number, day: number, days: number): number {
  const values = windowOf(series.panel.column(column, asset), day, days);
  return values === null ? Number.NaN : meanOf(values, 0, values.length);
}

const growth = forEach(
  [
    { column: "activeAddresses", words: "growth of active addresses, this month on the last" },
    { column: "transactions", words: "growth of transactions, this month on the last" },
    { column: "hashRate", words: "growth of the hash rate, this month on the last" },
    { column: "valueLocked", words: "growth of the value locked, this month on the last", source: PROTOCOL },
  ] as const,
  ({ column, words, ...rest }) => ({
    id: `${column}Growth30`,
    lookback: 2 * MONTH,
    inputs: [column],
    words,
    unit: "percent",
    ...rest,
  }),
  ({ column }) =>
    (series, asset, day) =>
      meanOver(series, column, asset, day, MONTH) / meanOver(series, column, asset, day - MONTH, MONTH) - 1,
);

/** Yearly money flows for each dollar of capitalisation. */
const yields = forEach(
  [
    { column: "feesPaid", words: "a year of fees paid against capitalisation" },
    { column: "issuance", words: "a year of newly issued coins against capitalisation" },
    { column: "transferValue", words: "a year of value transferred against capitalisation (NVT upside down)" },
    { column: "protocolFees", words: "a year of protocol fees against capitalisation", source: PROTOCOL },
  ] as const,
  ({ column, words, ...rest }): PointSpec => ({
    id: `${column}Yield30`,
    lookback: PAGE_AGE + 1,
    inputs: [column, ...CAP],
    words,
    unit: "percent",
    ...rest,
  }),
  ({ column }) =>
    (series, asset, day) =>
      (YEAR * meanOver(series, column, asset, day, MONTH)) / series.cap(asset, day),
);

const addresses = single(
  {
    id: "capPerAddress",
    lookback: PAGE_AGE + 1,
    inputs: ["activeAddresses", ...CAP],
    words: "capitalisation for each active address",
    unit: "usd",
  },
  (series, asset, day) => series.cap(asset, day) / meanOver(series, "activeAddresses", asset, day, 7),
);

const realized = single(
  {
    id: "realizedRatio",
    lookback: PAGE_AGE + 1,
    inputs: ["realizedCap", ...CAP],
    words: "capitalisation against what holders paid (MVRV)",
    unit: "ratio",
  },
  (series, asset, day) => series.cap(asset, day) / newestKnown(series.panel.column("realizedCap", asset), day, 3),
);

const exchangeFlows = forEach(
  [7, MONTH],
  (days) => ({
    id: `exchangeFlow${days}`,
    lookback: PAGE_AGE + 1,
    inputs: ["exchangeInflow", "exchangeOutflow", ...CAP],
    words: `${days}-day net flow to exchanges against capitalisation`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => {
    const { panel } = series;
    const columns = [panel.column("exchangeInflow", asset), panel.column("exchangeOutflow", asset)] as const;
    const windows = alignedWindows(columns, day, days);
    if (windows === null) return Number.NaN;
    const [inflow, outflow] = windows;
    const net = meanOf(inflow, 0, inflow.length) - meanOf(outflow, 0, outflow.length);
    return (days * net) / series.cap(asset, day);
  },
);

const locked = single(
  {
    id: "lockedRatio",
    lookback: PAGE_AGE + 1,
    inputs: ["valueLocked", ...CAP],
    words: "value locked against capitalisation",
    unit: "ratio",
    source: PROTOCOL,
  },
  (series, asset, day) => newestKnown(series.panel.column("valueLocked", asset), day, 3) / series.cap(asset, day),
);

const funding = forEach(
  [1, 7, MONTH],
  (days) => ({
    id: `funding${days}`,
    lookback: days,
    inputs: ["fundingRate"],
    words: days === 1 ? "funding rate of futures" : `${days}-day average funding rate of futures`,
    unit: "percent",
    source: FUTURES,
  }),
  (days) => (series, asset, day) => meanOver(series, "fundingRate", asset, day, days),
);

/** What happens on chain, in protocols and on futures. */
export const chainFamily: FeatureFamily = createFamily(
  "onchain",
  { source: "statistics of chains", compared: "cross" },
  [...growth, ...yields, addresses, realized, ...exchangeFlows, locked, ...funding],
);
