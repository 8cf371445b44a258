import { createFamily, forEach, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { PAGE_AGE } from "../panelSeries.ts";

/** {days} after which an asset is simply old. */
const OLD = 540;

const marketCap = single(
  {
    id: "marketCap",
    lookback: PAGE_AGE + 1,
    inputs: ["marketCap", "close", "listedSupply", "listedRank"],
    words: "market capitalisation",
    unit: "usd",
  },
  (series, asset, day) => series.cap(asset, day),
);

const listedRank = single(
  {
    id: "listedRank",
    lookback: PAGE_AGE + 1,
    inputs: ["listedRank"],
    words: "rank in the newest listing",
    unit: "number",
  },
  (series, asset, day) => series.listed("listedRank", asset, day),
);

const rankChanges = forEach(
  [30, 90],
  (days) => ({
    id: `rankChange${days}`,
    lookback: days + PAGE_AGE + 1,
    inputs: ["listedRank"],
    words: `change of rank within ${days} days`,
    unit: "ratio",
  }),
  (days) => (series, asset, day) =>
    series.listed("listedRank", asset, day - days) / series.listed("listedRank", asset, day) - 1,
);

const dilution = single(
  {
    id: "dilution",
    lookback: PAGE_AGE + 1,
    inputs: ["dilutedCap", "listedCap", "listedRank"],
    words: "fully diluted value against capitalisation",
    unit: "ratio",
  },
  (series, asset, day) => series.listed("dilutedCap", asset, day) / series.listed("listedCap", asset, day),
);

const inflation = forEach(
  [90, 365],
  (days) => ({
    id: `supplyGrowth${days}`,
    lookback: days + PAGE_AGE + 1,
    inputs: ["listedSupply", "listedRank"],
    words: `growth of the circulating supply within ${days} days`,
    unit: "percent",
  }),
  (days) => (series, asset, day) =>
    series.listed("listedSupply", asset, day) / series.listed("listedSupply", asset, day - days) - 1,
);

const age = single(
  {
    id: "age",
    lookback: OLD,
    inputs: ["close"],
    words: `days since the first known price, at most ${OLD}`,
    unit: "number",
    source: "daily candles",
  },
  ({ panel }, asset, day) => {
    const close = panel.column("close", asset);
    if (Number.isNaN(close[day] ?? Number.NaN)) return Number.NaN;
    let first = day;
    for (let t = Math.max(0, day - OLD + 1); t < first; t++) {
      if (!Number.isNaN(close[t] ?? Number.NaN)) first = t;
    }
    return day - first + 1;
  },
);

/** Size, age and supply. */
export const sizeFamily: FeatureFamily = createFamily(
  "size",
  { source: "listings of the whole market", compared: "cross" },
  [marketCap, listedRank, ...rankChanges, dilution, ...inflation, age],
);
