import type { Decision } from "../answers.d.ts";

/** One thing that moved the grade of a token. */
export interface Mover {
  readonly symbol: string;
  readonly words: string;
  /** {bps} by how much it moved the grade. */
  readonly effect: number;
}

/** What moved the grades of the tokens that are held or wanted most, the strongest first. */
export function moversOf(assets: Decision["assets"], most: number): readonly Mover[] {
  return assets
    .filter(({ currentBps, proposedBps, targetBps }) => currentBps + proposedBps + targetBps > 0)
    .flatMap(({ symbol, drivers }) => drivers.map(({ words, effectBps: effect }) => ({ symbol, words, effect })))
    .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, most);
}

/** What a decision expected of its trades. {bps of NAV} */
export interface Estimate {
  readonly cost: number;
  readonly benefit: number;
}

/** Reads it from the record, leniently: an older one may lack it. null: nothing was to be traded, or it is not there. */
export function estimateOf(record: Decision["record"]): Estimate | null {
  const { estimateCentiBps } = record;
  if (typeof estimateCentiBps !== "object" || estimateCentiBps === null) return null;
  const { cost, benefit } = estimateCentiBps as Record<string, unknown>;
  return typeof cost === "number" && typeof benefit === "number" ? { cost: cost / 100, benefit: benefit / 100 } : null;
}

/** Where a token stands and where the newest decision wants it. {bps of NAV}; null: not known. */
export interface NextWeight {
  readonly token: string;
  readonly symbol: string;
  readonly now: number | null;
  /** After the rebalance that was proposed, if one was. */
  readonly proposed: number;
  /** What the decision wanted before the guard rails cut it: further rebalances go there if nothing changes. */
  readonly wanted: number;
  /** wanted less now */
  readonly gap: number | null;
}

/** Tokens that are held or wanted, those that have the longest way to go first. */
export function nextWeights(
  assets: Decision["assets"],
  weightOf: (token: string) => number | null | undefined,
): readonly NextWeight[] {
  return assets
    .map(({ token, symbol, currentBps, proposedBps: proposed, targetBps: wanted }): NextWeight => {
      const live = weightOf(token);
      // What is known of no price has no weight; what is not held any more is absent from the holdings.
      const now = live === undefined ? currentBps : live;
      return { token, symbol, now, proposed, wanted, gap: now === null ? null : wanted - now };
    })
    .filter(({ now, proposed, wanted }) => now === null || now > 0 || proposed > 0 || wanted > 0)
    .toSorted((a, b) => Math.abs(b.gap ?? 0) - Math.abs(a.gap ?? 0));
}
