import { FeatureError } from "../errors.ts";
import type { DataPoint, FeatureFamily } from "./featureSpec.ts";
import type { MarketPanel } from "./marketPanel.ts";

/** The days `from` to before `to` of a panel, as if nothing else had ever been known. */
export function slicePanel(panel: MarketPanel, from: number, to: number): MarketPanel {
  const { assets, classes } = panel;
  return {
    firstDay: panel.firstDay + from,
    days: to - from,
    assets,
    classes,
    column: (name, asset) => panel.column(name, asset).subarray(from, to),
    macro: (name) => panel.macro(name).subarray(from, to),
  };
}

/**
 * Proves on a panel that a family looks neither ahead nor further back than it says: for each day of `cuts` every feature
 * must have the same bits when the days after it, and those before its lookback, are deleted. Throws FeatureError.
 */
export function assertPointInTime(family: FeatureFamily, panel: MarketPanel, cuts: readonly number[]): void {
  for (const day of cuts) {
    const whole = valuesAt(family, panel, day);
    compare(
      family,
      whole,
      valuesAt(family, slicePanel(panel, 0, day + 1), day),
      day,
      () => true,
      "looks into the future",
    );
    for (const lookback of new Set(family.features.map((feature) => feature.lookback))) {
      if (lookback > day + 1) continue;
      const recent = slicePanel(panel, day + 1 - lookback, day + 1);
      const values = valuesAt(family, recent, lookback - 1);
      const only = (feature: DataPoint) => feature.lookback === lookback;
      compare(family, whole, values, day, only, "looks further back than its lookback");
    }
  }
}

/** Proves that no feature of a family reads a column that it does not declare. Throws FeatureError. */
export function assertInputsDeclared(family: FeatureFamily, panel: MarketPanel, day: number): void {
  const whole = valuesAt(family, panel, day);
  const { firstDay, days, assets, classes } = panel;
  const nothing = new Float64Array(panel.days).fill(Number.NaN);
  for (const feature of family.features) {
    const declared = new Set<string>(feature.inputs);
    const blind: MarketPanel = {
      firstDay,
      days,
      assets,
      classes,
      column: (name, asset) => (declared.has(name) ? panel.column(name, asset) : nothing),
      macro: (name) => (declared.has(name) ? panel.macro(name) : nothing),
    };
    const only = (other: DataPoint) => other === feature;
    compare(family, whole, valuesAt(family, blind, day), day, only, "reads a column that it does not declare");
  }
}

/** Values of a family for all assets of a day, one row an asset. */
function valuesAt(family: FeatureFamily, panel: MarketPanel, day: number): Float64Array {
  const width = family.features.length;
  const values = new Float64Array(panel.assets.length * width).fill(Number.NaN);
  const kernel = family.prepare(panel);
  for (let asset = 0; asset < panel.assets.length; asset++) kernel(asset, day, values, asset * width);
  return values;
}

function compare(
  family: FeatureFamily,
  a: Float64Array,
  b: Float64Array,
  day: number,
  only: (feature: DataPoint) => boolean,
  complaint: string,
): void {
  for (const [i, value] of a.entries()) {
    const feature = family.features[i % family.features.length];
    if (feature === undefined || !only(feature) || Object.is(value, b[i])) continue;
    throw new FeatureError(`Data point "${feature.id}" ${complaint}.`, { family: family.id, day: String(day) });
  }
}
