import type { AssetId } from "../data/source.ts";
import type { DecisionMemory, Opinion, TokenRule } from "../signals/opinion.ts";
import type { WeightParams } from "./params.ts";

/** Which tokens are wanted. */
export interface Conviction {
  readonly included: ReadonlySet<AssetId>; // wanted now: `TokenMemory.included` of the next decision
  readonly entered: readonly AssetId[]; // ascending
  readonly left: readonly AssetId[]; // ascending
  readonly reasons: readonly string[];
}

/**
 * A token enters above the upper percentile of the day's scores when a place is free and the rules let it rise, and stays
 * until it is below the lower one, or its rank is no longer within twice the places, or it must leave. What is held without
 * having been remembered counts as in. A token without a score keeps its state.
 */
export function judgeConviction(
  opinions: readonly Opinion[],
  rules: ReadonlyMap<AssetId, TokenRule>,
  eligible: ReadonlySet<AssetId>, // what the vault may hold
  held: ReadonlySet<AssetId>,
  memory: DecisionMemory,
  params: WeightParams,
): Conviction {
  const ranked = rank(opinions);
  const places = new Map(ranked.map(({ asset }, rank) => [asset, rank]));
  const percentile = (asset: AssetId) => {
    const place = places.get(asset);
    return place === undefined
      ? null
      : Math.floor((10_000 * (ranked.length - 1 - place)) / Math.max(1, ranked.length - 1));
  };
  const eligibleRank = new Map(
    ranked.filter(({ asset }) => eligible.has(asset)).map(({ asset }, position) => [asset, position]),
  );
  const wasIn = (asset: AssetId) => memory.tokens[asset]?.included === true || held.has(asset);
  const stays = (asset: AssetId) => {
    if (!wasIn(asset) || rules.get(asset)?.mustLeave === true) return false;
    const own = percentile(asset);
    if (own === null) return held.has(asset);
    return own >= params.leaveBelowBps && (eligibleRank.get(asset) ?? 0) < params.keepWithin * params.positions;
  };
  const byRank = [...eligible].sort(
    (a, b) => (places.get(a) ?? ranked.length) - (places.get(b) ?? ranked.length) || (a < b ? -1 : 1),
  );
  const kept = byRank.filter(stays).slice(0, params.positions);
  const fresh = byRank.filter((asset) => {
    const rule = rules.get(asset);
    return (
      !wasIn(asset) && rule?.mayIncrease === true && !rule.mustLeave && (percentile(asset) ?? 0) > params.enterAboveBps
    );
  });
  const entered = fresh.slice(0, params.positions - kept.length);
  const included = new Set([...kept, ...entered]);
  const left = [...eligible].filter((asset) => wasIn(asset) && !included.has(asset));
  return { included, entered: [...entered].sort(), left: left.sort(), reasons: describe(entered, left, percentile) };
}

/** Best score first; equal scores by asset. */
function rank(opinions: readonly Opinion[]): readonly { readonly asset: AssetId; readonly score: number }[] {
  return opinions
    .flatMap(({ asset, score }) => (score === null || Number.isNaN(score) ? [] : [{ asset, score }]))
    .sort((a, b) => b.score - a.score || (a.asset < b.asset ? -1 : 1));
}

function describe(
  entered: readonly AssetId[],
  left: readonly AssetId[],
  percentile: (asset: AssetId) => number | null,
): readonly string[] {
  const better = (asset: AssetId) => `better than ${Math.floor((percentile(asset) ?? 0) / 100)}% of all`;
  const gone = (asset: AssetId) => (percentile(asset) === null ? asset : `${asset} (${better(asset)})`);
  return [
    ...[...entered].sort().map((asset) => `${asset} comes in: its score is ${better(asset)}.`),
    ...(left.length === 0 ? [] : [`No longer wanted: ${[...left].sort().map(gone).join(", ")}.`]),
  ];
}
