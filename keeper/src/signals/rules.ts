import type { AssetId } from "../data/source.ts";
import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { DecisionMemory, Opinion, TokenRule } from "./opinion.ts";

/** Thresholds of the rules. Integers only. */
export type RuleParams = {
  readonly unwantedLimit: number; // decisions in which a held token that is not bullish must be out
  readonly fallenBps: number; // {bps} below its 90-day high, from which adding needs a good investor grade
  readonly fallenGrade: number; // investor grade that allows it
};

/** What the product promises. */
export const defaultRuleParams: RuleParams = { unwantedLimit: 2, fallenBps: 3_000, fallenGrade: 60 };

/** {days} of the high that a fall is measured from. */
const HIGH_DAYS = 90;
/** {days} that the newest price may be old before a token counts as one that nothing is known of. */
const WAIT_DAYS = 3;

/** What the rules look at. */
export interface RuleInputs {
  readonly opinions: readonly Opinion[];
  readonly panel: MarketPanel;
  readonly memory: DecisionMemory;
  readonly held: ReadonlySet<AssetId>; // tokens that the vault holds now and that may be judged
  /** Why a token cannot be sold now, in words that end a sentence ("it is frozen"); absent: it can. */
  readonly blocked?: ReadonlyMap<AssetId, string>;
  readonly params: RuleParams;
}

/**
 * Rules of a strategy that chooses by grade, for every token with an opinion and every token held, ascending by asset.
 * A token that the data does not know at all counts as one without a stance.
 */
export function tokenRules(inputs: RuleInputs): readonly TokenRule[] {
  const opinions = new Map(inputs.opinions.map((opinion) => [opinion.asset, opinion]));
  const columns = new Map(inputs.panel.assets.map((asset, i) => [asset, i]));
  const assets = [...new Set([...opinions.keys(), ...inputs.held])].sort((a, b) => (a < b ? -1 : 1));
  return assets.map((asset) => {
    const opinion = opinions.get(asset);
    const column = columns.get(asset);
    const fallen = column === undefined ? Number.NaN : fallBelowHigh(inputs.panel, column);
    const against = reasonsAgainstBuying(asset, opinion, fallen, inputs.params);
    const leave = leaving(asset, opinion, inputs);
    return {
      asset,
      mayIncrease: against.length === 0,
      mustLeave: leave.mustLeave,
      reasons: [...against, ...leave.reasons],
    };
  });
}

/** How far an asset stands below its 90-day high, as a fraction >= 0; NaN without a price. */
export function fallBelowHigh(panel: MarketPanel, asset: number): number {
  const close = panel.column("close", asset);
  const price = close[panel.days - 1] ?? Number.NaN;
  let high = price;
  for (let t = Math.max(0, panel.days - HIGH_DAYS); t < panel.days; t++) {
    const value = close[t] ?? Number.NaN;
    if (value > high) high = value;
  }
  return 1 - price / high;
}

/**
 * Held tokens that the rules may judge today. One whose newest price is only a few days old is waited for: a source that misses
 * a day would empty the vault otherwise.
 */
export function judgedTokens(panel: MarketPanel, held: ReadonlySet<AssetId>): ReadonlySet<AssetId> {
  const columns = new Map(panel.assets.map((asset, i) => [asset, i]));
  const last = panel.days - 1;
  const isWaitedFor = (asset: AssetId) => {
    const close = panel.column("close", columns.get(asset) ?? -1);
    if (!Number.isNaN(close[last] ?? Number.NaN)) return false;
    return close.subarray(Math.max(0, last - WAIT_DAYS), last).some((price) => !Number.isNaN(price));
  };
  return new Set([...held].filter((asset) => !columns.has(asset) || !isWaitedFor(asset)));
}

function reasonsAgainstBuying(
  asset: AssetId,
  opinion: Opinion | undefined,
  fallen: number,
  params: RuleParams,
): readonly string[] {
  const stance = opinion?.stance ?? "unknown";
  const grade = opinion?.investorGrade ?? null;
  const reasons: string[] = [];
  if (stance === "unknown") reasons.push(`${asset} is not bought: too little is known about it.`);
  else if (stance !== "bullish") reasons.push(`${asset} is not bought: it is ${stance}.`);
  if (opinion?.suspicious === true) reasons.push(`${asset} is not bought: it is suspicious.`);
  if (Math.round(fallen * BPS) > params.fallenBps && (grade === null || grade < params.fallenGrade)) {
    reasons.push(
      `${asset} is not added to: it stands ${Math.round(fallen * 100)}% below its 90-day high, and that needs an ` +
        `investor grade of at least ${params.fallenGrade} (it has ${grade ?? "none"}).`,
    );
  }
  return reasons;
}

/** A bearish token leaves now; one that is neutral or unknown may wait until the limit. */
function leaving(
  asset: AssetId,
  opinion: Opinion | undefined,
  { held, memory, blocked, params }: RuleInputs,
): { readonly mustLeave: boolean; readonly reasons: readonly string[] } {
  const stance = opinion?.stance ?? "unknown";
  if (!held.has(asset) || stance === "bullish") return { mustLeave: false, reasons: [] };
  const decisions = (memory.tokens[asset]?.unwantedFor ?? 0) + 1;
  const what = stance === "unknown" ? "without a stance" : stance;
  if (stance !== "bearish" && decisions < params.unwantedLimit) {
    const left = params.unwantedLimit - decisions;
    const reason = `${asset} is ${what}: it may stay for ${left} more decision${left === 1 ? "" : "s"} at most.`;
    return { mustLeave: false, reasons: [reason] };
  }
  const late = decisions > params.unwantedLimit;
  const why = blocked?.get(asset);
  return {
    mustLeave: true,
    reasons: [
      `${asset} is ${what}: it leaves.`,
      ...(late ? [`${asset} should have left before: this is decision ${decisions} in which it is still held.`] : []),
      ...(why === undefined ? [] : [`${asset} cannot be sold now: ${why}.`]),
    ],
  };
}
