import type { MethodologyWeighting } from "@gimbal/sdk";
import type { AssetId } from "../data/source.ts";
import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { growthOf, isHeld, PRICE_AGE, volatilityOf } from "./ruleSignals.ts";
import type { AssetScores } from "./targets.ts";

/** {days} after which a circulating supply is too old to value a coin with. */
const SUPPLY_AGE = 45;
/** Score of one equal part. */
const PART = 1_000_000;

/** Rules without parameters, by name: what a configuration may ask for without a document. */
export const RULE_WEIGHTINGS = ["market-cap", "equal"] as const;

/** How an index that is not chosen by grades weighs its tokens: a name, or a methodology's rule with its parameters. */
export type RuleWeighting = (typeof RULE_WEIGHTINGS)[number] | Exclude<MethodologyWeighting, { kind: "grades" }>;

/** What a rule wants. */
export interface RuleTarget {
  /** In proportion to them, weights are made. null = too little is known. */
  readonly scores: AssetScores;
  /** {bps of NAV} that the rule lets be in risk assets; 10,000 unless it goes in and out by itself. */
  readonly exposureBps: number;
  readonly reasons: readonly string[];
}

type Rule = Exclude<RuleWeighting, string>;
interface Wanted {
  readonly asset: AssetId;
  readonly place: number; // in the panel
}

/** Scores of given assets by a rule. */
export function ruleTarget(panel: MarketPanel, wanted: ReadonlySet<AssetId>, weighting: RuleWeighting): RuleTarget {
  const rule: Rule = typeof weighting === "string" ? { kind: weighting } : weighting;
  const assets = panel.assets.flatMap((asset, place) => (wanted.has(asset) ? [{ asset, place }] : []));
  switch (rule.kind) {
    case "rsi":
    case "moving-average":
      return inAndOut(panel, assets, rule);
    case "momentum":
      return best(
        assets,
        rule.hold,
        ({ place }) => growthOf(panel, place, rule.days),
        () => PART,
      );
    case "inverse-volatility": {
      const calm = ({ place }: Wanted) => {
        const volatility = volatilityOf(panel, place, rule.days);
        // A price that never moved is no calm token but one that nobody trades.
        return volatility === null || volatility === 0 ? null : 1 / volatility;
      };
      return best(assets, rule.hold, calm, (score) => Math.round(score * PART));
    }
    default:
      return always(assets, (item) => sizeOf(panel, item, rule));
  }
}

/** Scores alone, for a rule that needs nothing else. */
export function ruleScores(panel: MarketPanel, wanted: ReadonlySet<AssetId>, weighting: RuleWeighting): AssetScores {
  return ruleTarget(panel, wanted, weighting).scores;
}

type Sized = Extract<Rule, { kind: "market-cap" | "root-market-cap" | "equal" | "fixed" }>;

function sizeOf(panel: MarketPanel, { asset, place }: Wanted, rule: Sized): number | null {
  if (rule.kind === "fixed") return rule.weightsBps[asset] ?? 0;
  const cap = capitalisation(panel, place);
  if (cap === null) return null;
  if (rule.kind === "equal") return PART;
  return rule.kind === "market-cap" ? cap : Math.sqrt(cap);
}

function always(assets: readonly Wanted[], size: (item: Wanted) => number | null): RuleTarget {
  return { scores: new Map(assets.map((item) => [item.asset, size(item)])), exposureBps: BPS, reasons: [] };
}

/** The `hold` highest by `measure`, equal ones by name; the others that are known get nothing. 0: all. */
function best(
  assets: readonly Wanted[],
  hold: number,
  measure: (item: Wanted) => number | null,
  size: (measured: number) => number,
): RuleTarget {
  const measured = assets.map((item) => ({ asset: item.asset, value: measure(item) }));
  const ranked = measured
    .flatMap(({ asset, value }) => (value === null ? [] : [{ asset, value }]))
    .sort((a, b) => b.value - a.value || (a.asset < b.asset ? -1 : 1));
  const chosen = new Set(ranked.slice(0, hold === 0 ? ranked.length : hold).map(({ asset }) => asset));
  const scores = new Map(
    measured.map(({ asset, value }) => {
      if (value === null) return [asset, null] as const;
      return [asset, chosen.has(asset) ? size(value) : 0] as const;
    }),
  );
  return { scores, exposureBps: BPS, reasons: [] };
}

/** Each token has an equal part, which is in stable tokens while the rule says out. An unknown one keeps its part. */
function inAndOut(
  panel: MarketPanel,
  assets: readonly Wanted[],
  rule: Extract<Rule, { kind: "rsi" | "moving-average" }>,
): RuleTarget {
  const states = assets.map(({ asset, place }) => ({ asset, held: isHeld(panel, place, rule) }));
  const out = states.filter(({ held }) => held === false);
  const exposureBps = states.length === 0 ? 0 : Math.floor((BPS * (states.length - out.length)) / states.length);
  const name = rule.kind === "rsi" ? "RSI" : "moving average";
  const reasons = out.length === 0 ? [] : [`Out by the ${name}: ${out.map(({ asset }) => asset).join(", ")}.`];
  const scores = states.map(({ asset, held }) => [asset, held === null ? null : held ? PART : 0] as const);
  return { scores: new Map(scores), exposureBps, reasons };
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
