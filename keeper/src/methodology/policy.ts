import { type Methodology, type MethodologyRegime, methodologyHash } from "@gimbal/sdk";
import { nameOn } from "../data/renames.ts";
import type { MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import { isStable, type VaultSnapshot } from "../data/vault.ts";
import { toMarketPanel } from "../features/marketPanel.ts";
import { aiPolicy, type MethodologyPolicy, type PlainPolicy } from "../plan/policy.ts";
import { defaultRegimeParams, type RegimeParams } from "../signals/regimeParams.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { fullSpec, smallSpec } from "../training/specs.ts";
import { weightParamsOf } from "../weights/params.ts";
import { selectMembers } from "./universe.ts";

const DAY = 86_400;
/** What is trained for a document, by the name that it uses. */
export const ENSEMBLES: { readonly [id in Methodology["ensemble"]]: EnsembleSpec | null } = {
  "full-2": fullSpec,
  "small-1": smallSpec,
  none: null,
};
const EVERY: { readonly [period in Methodology["rebalance"]]: number } = {
  daily: DAY,
  weekly: 7 * DAY,
  "two-weekly": 14 * DAY,
  monthly: 28 * DAY,
};

/**
 * The policy that a document asks for on a day. `members`: its universe of that day. `base`: everything that a document does
 * not say, such as costs.
 */
export function methodologyPolicy(
  document: Methodology,
  members: readonly AssetId[],
  base: PlainPolicy = aiPolicy,
): MethodologyPolicy {
  const { weighting, caps, tier, ensemble, name } = document;
  const params = { ...weightParamsOf[tier], assetCapBps: caps.assetBps, sectorCapBps: caps.sectorBps };
  return {
    ...base,
    weighting: weighting.kind === "grades" ? "grades" : weighting,
    ensemble: ENSEMBLES[ensemble],
    regime: regimeParams(document.regime, base.regime),
    weights: weighting.kind === "grades" ? params : base.weights,
    methodology: {
      hash: methodologyHash(document),
      name,
      members: [...members].sort((a, b) => (a < b ? -1 : 1)),
      assetCapBps: caps.assetBps,
      sectorCapBps: caps.sectorBps,
      exposureCapBps: caps.exposureBps,
    },
  };
}

/** A document that a vault follows, and what it does not say: costs, thresholds of events and the like. */
export interface FollowedMethodology {
  readonly document: Methodology;
  readonly base: PlainPolicy;
}

/** The policy of a document for a vault on the market's last day. */
export function policyFor(
  { document, base }: FollowedMethodology,
  market: MarketSnapshot,
  vault: VaultSnapshot,
): MethodologyPolicy {
  const panel = toMarketPanel(market);
  const assets = vault.assets.filter((item) => !isStable(item)).map(({ asset }) => nameOn(asset, market.lastDay));
  const { members } = selectMembers(panel, panel.days - 1, document.universe, new Set(assets));
  return methodologyPolicy(document, members, base);
}

/** {s} between two decisions. A month is four weeks, so that every decision falls on the same day of the week. */
export function decisionPeriod({ rebalance }: Pick<Methodology, "rebalance">): number {
  return EVERY[rebalance];
}

function regimeParams(regime: MethodologyRegime, base: RegimeParams): RegimeParams {
  if (regime.mode === "none") return { ...base, mode: "none" };
  if (regime.mode === "binary") {
    const { mode, inScoreBps, outScoreBps, dwellDays } = regime;
    // Between in and out the range keeps what is; a range is weak in its lower half.
    const middle = Math.floor((inScoreBps + outScoreBps) / 2);
    const scores = { bullScoreBps: inScoreBps, rangeScoreBps: middle, weakRangeScoreBps: outScoreBps };
    return { ...defaultRegimeParams, ...base, mode, ...scores, dwellDays };
  }
  return { ...base, ...regime };
}
