import type { AssetId } from "../data/source.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { AssetScores } from "./targets.ts";

/** {days} after which a circulating supply is too old to value a coin with. */
const SUPPLY_AGE = 45;
/** {days} that a price may be missing before an asset counts as gone. */
const PRICE_AGE = 3;

/** How an index that is not chosen by grades weighs its tokens. */
export const RULE_WEIGHTINGS = ["market-cap", "equal"] as const;

/** Name of a weighting by rule. */
export type RuleWeighting = (typeof RULE_WEIGHTINGS)[number];

/** Scores of given assets by a rule: in proportion to them, weights are made. null = too little is known. */
export function ruleScores(panel: MarketPanel, wanted: ReadonlySet<AssetId>, weighting: RuleWeighting): AssetScores {
  const entries = panel.assets.flatMap((asset, i) => {
    if (!wanted.has(asset)) return [];
    const cap = capitalisation(panel, i);
    return [[asset, cap !== null && weighting === "equal" ? 1_000_000 : cap] as const];
  });
  return new Map(entries);
}

/** {USD} last known supply times last known price; null once either is too old. */
function capitalisation(panel: MarketPanel, asset: number): number | null {
  const close = panel.column("close", asset);
  const cap = panel.column("marketCap", asset);
  const last = panel.days - 1;
  const priced = lastDay(last, PRICE_AGE, (day) => close[day] ?? Number.NaN);
  const supplied = lastDay(last, SUPPLY_AGE, (day) => (cap[day] ?? Number.NaN) / (close[day] ?? Number.NaN));
  return priced === null || supplied === null ? null : priced * supplied;
}

/** Newest value that is known, at most `age` days before `last`. */
function lastDay(last: number, age: number, value: (day: number) => number): number | null {
  for (let day = last; day >= Math.max(0, last - age); day--) {
    const known = value(day);
    if (!Number.isNaN(known)) return known;
  }
  return null;
}
