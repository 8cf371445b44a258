import { BPS } from "../data/vault.ts";
import type { Weights } from "../weights/targets.ts";
import type { PlanParams } from "./params.ts";

/** How far a portfolio is from its target. */
export interface Drift {
  readonly oneWayBps: number; // what would have to be sold
  readonly triggers: readonly string[]; // in words; empty = within every band
}

/** Compares weights with their target, asset by asset and as a whole. */
export function measureDrift(current: Weights, target: Weights, params: PlanParams): Drift {
  const triggers: string[] = [];
  let oneWayBps = 0;
  for (const [asset, goal] of target) {
    const now = current.get(asset) ?? 0;
    const band = Math.max(params.assetBandBps, Math.floor((goal * params.assetBandRelativeBps) / BPS));
    oneWayBps += Math.max(0, now - goal);
    if (Math.abs(now - goal) > band) {
      triggers.push(`${asset} is at ${now} bps, target ${goal} bps, more than its band of ${band} bps away.`);
    }
  }
  if (oneWayBps > params.portfolioBandBps) {
    triggers.push(
      `${oneWayBps} bps would have to be sold, more than the portfolio's band of ${params.portfolioBandBps}.`,
    );
  }
  return { oneWayBps, triggers };
}
