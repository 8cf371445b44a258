import type { AssetColumn } from "../../data/columns.ts";
import { createFamily, forEach, type Group, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import {
  awesomeOscillator,
  bollinger,
  type Candles,
  chandeMomentum,
  channelIndex,
  meanOf,
  moneyFlowIndex,
  relativeStrength,
  stochastic,
  tripleExponentialChange,
} from "../indicators.ts";
import type { MarketPanel } from "../marketPanel.ts";
import { alignedWindows, windowOf } from "../window.ts";

const WARM_UP = 5; // periods that Wilder's averages run before their value counts
const STOCHASTIC = 14;
const SMOOTH = 3;
const MONEY_FLOW = 15; // days of 14 changes
const TRIX = { period: 15, window: 75 };
const CANDLES = ["high", "low", "close"] as const satisfies readonly AssetColumn[];

function candlesOf(panel: MarketPanel, asset: number, day: number, days: number): Candles | null {
  const columns = [panel.column("high", asset), panel.column("low", asset), panel.column("close", asset)] as const;
  return alignedWindows(columns, day, days);
}

const strengths = forEach(
  [7, 14, 21],
  (days) => ({
    id: `rsi${days}`,
    lookback: days * WARM_UP,
    inputs: ["close"],
    words: `${days}-day RSI`,
    unit: "number",
  }),
  (days) =>
    ({ panel }, asset, day) => {
      const close = windowOf(panel.column("close", asset), day, days * WARM_UP);
      return close === null ? Number.NaN : relativeStrength(close, days);
    },
);

const stochastics: Group = {
  points: [
    {
      id: "stochastic14",
      lookback: STOCHASTIC + SMOOTH - 1,
      inputs: CANDLES,
      words: "14-day stochastic oscillator",
      unit: "number",
    },
    {
      id: "stochasticAverage14",
      lookback: STOCHASTIC + SMOOTH - 1,
      inputs: CANDLES,
      words: "3-day average of the stochastic oscillator",
      unit: "number",
    },
  ],
  prepare:
    ({ panel }) =>
    (asset, day, out, at) => {
      const candles = candlesOf(panel, asset, day, STOCHASTIC + SMOOTH - 1);
      if (candles === null) return;
      const end = candles[0].length;
      const places = new Float64Array(SMOOTH);
      for (let back = 0; back < SMOOTH; back++) places[back] = stochastic(candles, STOCHASTIC, end - back);
      out[at] = places[0] ?? Number.NaN;
      out[at + 1] = meanOf(places, 0, SMOOTH);
    },
};

const channel = single(
  { id: "cci20", lookback: 20, inputs: CANDLES, words: "20-day commodity channel index", unit: "number" },
  ({ panel }, asset, day) => {
    const candles = candlesOf(panel, asset, day, 20);
    return candles === null ? Number.NaN : channelIndex(candles);
  },
);

const williams = single(
  { id: "williams30", lookback: 30, inputs: CANDLES, words: "30-day Williams %R", unit: "number" },
  ({ panel }, asset, day) => {
    const candles = candlesOf(panel, asset, day, 30);
    return candles === null ? Number.NaN : stochastic(candles, 30) - 100;
  },
);

const moneyFlow = single(
  {
    id: "mfi14",
    lookback: MONEY_FLOW,
    inputs: [...CANDLES, "volumeGlobal", "volumeBinance", "volumeCoinbase"],
    words: "14-day money flow index",
    unit: "number",
    source: "daily candles and the volume of one source",
  },
  (series, asset, day) => {
    const volume = series.volume(asset, day, MONEY_FLOW);
    if (volume === null) return Number.NaN;
    const { panel } = series;
    const columns = [panel.column("high", asset), panel.column("low", asset), panel.column("close", asset)] as const;
    const windows = alignedWindows([...columns, volume] as const, day, MONEY_FLOW);
    return windows === null ? Number.NaN : moneyFlowIndex([windows[0], windows[1], windows[2]], windows[3]);
  },
);

const triple = single(
  {
    id: "trix15",
    lookback: TRIX.window,
    inputs: ["close"],
    words: "one-day change of the triple 15-day average (TRIX)",
    unit: "percent",
  },
  ({ panel }, asset, day) => {
    const close = windowOf(panel.column("close", asset), day, TRIX.window);
    return close === null ? Number.NaN : tripleExponentialChange(close, TRIX.period);
  },
);

const bands: Group = {
  points: [
    {
      id: "bollingerPlace20",
      lookback: 20,
      inputs: ["close"],
      words: "place within the 20-day Bollinger bands",
      unit: "ratio",
    },
    {
      id: "bollingerWidth20",
      lookback: 20,
      inputs: ["close"],
      words: "width of the 20-day Bollinger bands",
      unit: "percent",
    },
  ],
  prepare:
    ({ panel }) =>
    (asset, day, out, at) => {
      const close = windowOf(panel.column("close", asset), day, 20);
      if (close === null) return;
      const { place, width } = bollinger(close);
      out[at] = place;
      out[at + 1] = width;
    },
};

const awesome = single(
  {
    id: "awesome34",
    lookback: 34,
    inputs: CANDLES,
    words: "5-day against 34-day middle price (awesome oscillator)",
    unit: "percent",
  },
  ({ panel }, asset, day) => {
    const candles = candlesOf(panel, asset, day, 34);
    return candles === null ? Number.NaN : awesomeOscillator(candles) / (candles[2].at(-1) ?? Number.NaN);
  },
);

const chande = single(
  { id: "chande20", lookback: 21, inputs: ["close"], words: "20-day Chande momentum", unit: "number" },
  ({ panel }, asset, day) => {
    const close = windowOf(panel.column("close", asset), day, 21);
    return close === null ? Number.NaN : chandeMomentum(close);
  },
);

/** Oscillators: is the price high or low against its own recent range. */
export const oscillatorFamily: FeatureFamily = createFamily(
  "oscillator",
  { source: "daily candles", compared: "cross" },
  [...strengths, stochastics, channel, williams, moneyFlow, triple, bands, awesome, chande],
);
