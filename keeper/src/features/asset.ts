import type { Series } from "../data/snapshot.ts";
import type { AssetFeature } from "./feature.ts";
import type { Panel } from "./panel.ts";
import { change, gap, movingAverage, rollingDeviation } from "./series.ts";

/** {days} after which a circulating supply is too old to value a coin with. */
const SUPPLY_AGE = 45;
/** {days} that a price may be missing before an asset counts as gone. */
const PRICE_AGE = 3;

/** Features with one value for each asset and day. */
export const assetFeatures: readonly AssetFeature[] = [
  {
    id: "marketCap",
    version: 1,
    lookback: SUPPLY_AGE,
    inputs: ["close", "marketCap"],
    compute: (panel) => panel.close.map((close, i) => valueSupply(close, panel.marketCap[i] ?? [])),
  },
  closeFeature("return1", 1, (close) => change(close, 1)),
  closeFeature("return7", 7, (close) => change(close, 7)),
  closeFeature("return30", 30, (close) => change(close, 30)),
  closeFeature("aboveSma50", 50, (close) => gap(close, movingAverage(close, 50))),
  closeFeature("volatility30", 31, (close) => rollingDeviation(change(close, 1), 30, 20)),
];

function closeFeature(id: string, lookback: number, compute: (close: Series) => Series): AssetFeature {
  return { id, version: 1, lookback, inputs: ["close"], compute: (panel: Panel) => panel.close.map(compute) };
}

/** Last known supply times last known price; missing once either is too old. */
function valueSupply(close: Series, marketCap: Series): Series {
  let price: { value: number; day: number } | undefined;
  let supply: { value: number; day: number } | undefined;
  return close.map((value, day) => {
    const cap = marketCap[day] ?? null;
    if (value !== null) price = { value, day };
    if (value !== null && cap !== null) supply = { value: cap / value, day };
    if (price === undefined || supply === undefined) return null;
    return day - price.day <= PRICE_AGE && day - supply.day <= SUPPLY_AGE ? price.value * supply.value : null;
  });
}
