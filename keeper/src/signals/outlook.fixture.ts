import type { DataPoint } from "../features/featureSpec.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { centredRanks } from "../math/ranks.ts";
import type { Outlook } from "../models/outlook.ts";
import { INVESTOR_PARTS } from "./scores.ts";

/** What a planted outlook says; every list is in the order of the panel's assets, what is left out is missing. */
export interface PlantedOutlook {
  readonly week: readonly number[];
  readonly month?: readonly number[];
  readonly anomaly?: readonly number[];
  readonly points?: { readonly [id: string]: readonly number[] };
  readonly contributions?: { readonly [id: string]: readonly number[] };
}

const WORDS: { readonly [id: string]: readonly [words: string, unit: DataPoint["unit"]] } = {
  rsi14: ["14-day RSI", "number"],
  bollingerPlace20: ["place within the 20-day Bollinger bands", "ratio"],
  change7: ["7-day price change", "percent"],
  change30: ["30-day price change", "percent"],
  averageGap50: ["distance from the 50-day average price", "percent"],
};

/** An outlook of exactly the given values on the panel's last day, for tests. */
export function plantedOutlook(panel: MarketPanel, planted: PlantedOutlook): Outlook {
  const asked = INVESTOR_PARTS.flatMap(({ points }) => points.map(([id]) => id));
  const ids = [...new Set([...Object.keys(WORDS), ...asked])];
  const rows = panel.assets.length;
  const rowMajor = (columns: (id: string) => ArrayLike<number> | undefined) =>
    Float64Array.from({ length: rows * ids.length }, (_, k) => {
      const id = ids[k % ids.length] ?? "";
      return columns(id)?.[Math.floor(k / ids.length)] ?? Number.NaN;
    });
  const nothing = new Array<number>(rows).fill(Number.NaN);
  const values = rowMajor((id) => planted.points?.[id]);
  return {
    assets: panel.assets,
    matrix: {
      features: ids.map(pointOf),
      rows,
      day: new Int32Array(rows).fill(panel.days - 1),
      asset: Int32Array.from(panel.assets.keys()),
      values,
      trailing: new Float64Array(0),
    },
    ranks: rowMajor((id) => centredRanks(planted.points?.[id] ?? nothing)),
    week: Float64Array.from(planted.week),
    month: Float64Array.from(planted.month ?? nothing),
    contributions: rowMajor((id) => planted.contributions?.[id] ?? new Array<number>(rows).fill(0)),
    anomaly: Float64Array.from(planted.anomaly ?? nothing),
    source: "ensemble",
    notes: [],
  };
}

function pointOf(id: string): DataPoint {
  const [words, unit] = WORDS[id] ?? [`value of ${id}`, "number"];
  const rest = {
    version: 1,
    family: "price",
    lookback: 1,
    inputs: ["close"],
    source: "planted",
    compared: "cross",
  } as const;
  return { id, words, unit, ...rest };
}
