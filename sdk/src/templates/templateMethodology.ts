import { parseMethodology } from "../methodology/parse.ts";
import {
  METHODOLOGY_SCHEMA,
  type Methodology,
  type MethodologyRegime,
  type MethodologyTier,
  type MethodologyWeighting,
} from "../methodology/types.ts";

export const TEMPLATES = ["equal", "market-cap", "fixed", "ai"] as const;
/** What an index can be made from without code. */
export type TemplateKind = (typeof TEMPLATES)[number];

export type TemplateMethodologyParameters = {
  template: TemplateKind;
  name: string;
  symbol: string;
  /** Symbols of the tokens with their first weights {bps}. */
  weights: readonly { symbol: string; weightBps: number }[];
  /** Symbols that are stable, in the basket or beside it. What stable tokens begin with, they keep under every rule but the AI's. */
  stables: readonly string[];
  /** {bps} largest part of one token; market cap and AI. Default 10,000: no cap. */
  capBps?: number | undefined;
  /** Default monthly; the AI's is weekly. */
  rebalance?: Methodology["rebalance"] | undefined;
  /** Default balanced. */
  tier?: MethodologyTier | undefined;
  fees: { streamingBps: number; mintBps: number };
};

/** Days of known prices before a token is held: what the AI's models need, and no more than one day for a plain rule. */
const HISTORY = { ai: 60, rule: 1 } as const;
const LAST_RANK = 1_000;

/** How much the AI holds in which regime, by the risk that the index may take. */
const LADDERS: Readonly<Record<MethodologyTier, readonly [bull: number, range: number, weak: number, bear: number]>> = {
  conservative: [6_600, 3_300, 0, 0],
  balanced: [10_000, 6_600, 3_300, 0],
  aggressive: [10_000, 10_000, 6_600, 3_300],
};

function weightingOf({ template, weights }: TemplateMethodologyParameters): MethodologyWeighting {
  switch (template) {
    case "fixed":
      return {
        kind: "fixed",
        weightsBps: Object.fromEntries(weights.map(({ symbol, weightBps }) => [symbol, weightBps])),
      };
    case "ai":
      return { kind: "grades" };
    default:
      return { kind: template };
  }
}

function regimeOf(template: TemplateKind, tier: MethodologyTier): MethodologyRegime {
  if (template !== "ai") return { mode: "none" };
  const [bullBps, rangeBps, weakRangeBps, bearBps] = LADDERS[tier];
  const scores = { bullScoreBps: 4_000, rangeScoreBps: 0, weakRangeScoreBps: -6_000 };
  return { mode: "ladder", bullBps, rangeBps, weakRangeBps, bearBps, ...scores, dwellDays: 7 };
}

function wordsOf({ template, weights, capBps }: TemplateMethodologyParameters): string {
  const tokens = weights.map(({ symbol }) => symbol).join(", ");
  const cap = capBps === undefined || capBps === 10_000 ? "" : `, at most ${capBps / 100}% each`;
  switch (template) {
    case "equal":
      return `The same part of each: ${tokens}.`;
    case "market-cap":
      return `${tokens}, weighed by capitalisation${cap}.`;
    case "fixed":
      return `Fixed parts: ${weights.map(({ symbol, weightBps }) => `${symbol} ${weightBps / 100}%`).join(", ")}.`;
    case "ai":
      return `The AI chooses and weighs among ${tokens}${cap}; how much is held follows the market.`;
  }
}

/**
 * The document of a template: the rules by which a keeper goes on after the index is created. Its hash goes on chain.
 *
 * @throws MethodologyInvalidError when a symbol or a name is none that the format allows.
 *
 * @example
 * const document = templateMethodology({ template: "equal", name: "Mine", symbol: "MINE", weights, stables: ["USDC"], fees });
 * const hash = methodologyHash(document);
 */
export function templateMethodology(parameters: TemplateMethodologyParameters): Methodology {
  const { template, name, symbol, weights, stables, capBps = 10_000, tier = "balanced", fees } = parameters;
  const isAi = template === "ai";
  const stable = weights.filter(({ symbol: own }) => stables.includes(own));
  const stableBps = stable.reduce((sum, { weightBps }) => sum + weightBps, 0);
  const list = weights.map((weight) => weight.symbol);
  return parseMethodology({
    schema: METHODOLOGY_SCHEMA,
    name,
    symbol,
    words: wordsOf(parameters).slice(0, 2_000).trim(),
    source: "Made from a template by the index's creator.",
    universe: {
      list,
      rankFrom: 1,
      rankTo: LAST_RANK,
      sectors: [],
      exclude: [],
      // Whoever names a token wants it, though it stands for another one.
      allow: stable.length > 0 ? ["stable", "wrapped"] : ["wrapped"],
      count: list.length,
      bufferRanks: 0,
      minVolumeUsd: 0,
      minHistoryDays: isAi ? HISTORY.ai : HISTORY.rule,
    },
    weighting: weightingOf(parameters),
    // Rules weigh what is not stable; without this they would spend the stable part on it.
    caps: { assetBps: capBps, sectorBps: 10_000, exposureBps: isAi ? 10_000 : Math.max(1, 10_000 - stableBps) },
    rebalance: parameters.rebalance ?? (isAi ? "weekly" : "monthly"),
    regime: regimeOf(template, tier),
    tier,
    ensemble: isAi ? "full-2" : "none",
    rates: [],
    fees,
  });
}
