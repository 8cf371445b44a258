import { holdingValue, type VaultSnapshot } from "../data/vault.ts";
import type { DecisionRecord, RecordedDue } from "../plan/record.ts";
import { currentWeights } from "../weights/targets.ts";
import { type DriftLook, dueBy, type Moment } from "./schedule.ts";

/** What a look found, in words. `fired` null: nothing that makes a decision due; `note` says why nothing could be told. */
export interface LookResult {
  readonly fired: string | null;
  readonly note: string | null;
}

type Decided = Pick<DecisionRecord, "assets">;

/**
 * Whether the vault's weights have moved too far from what the last decision set: what it proposed or, when it proposed
 * nothing, the weights that it left. While the proposal's window is open, weights are on their way and nothing is told.
 */
export function driftLook(vault: VaultSnapshot, decided: Decided, look: DriftLook): LookResult {
  const { epoch, block, assets } = vault;
  if (epoch.proposedAt > 0 && !epoch.cancelled && block.timestamp < epoch.closesAt) {
    return { fired: null, note: "The epoch is open: its fills still change the weights." };
  }
  const unpriced = assets.filter(({ price, holdings }) => price === 0n && holdings > 0n).map(({ asset }) => asset);
  if (unpriced.length > 0) {
    // Without them the others would only seem to weigh more.
    return { fired: null, note: `No drift can be told without a price of ${unpriced.join(", ")}.` };
  }
  if (assets.every((asset) => holdingValue(asset) === 0n)) return { fired: null, note: "The vault is empty." };

  const drifts = driftsOf(vault, decided);
  const [largest] = [...drifts].sort((a, b) => Math.abs(b.bps) - Math.abs(a.bps));
  const oneWayBps = Math.ceil(drifts.reduce((sum, { bps }) => sum + Math.abs(bps), 0) / 2);
  if (largest !== undefined && Math.abs(largest.bps) > look.largestBps) {
    const { asset, bps } = largest;
    const where = `${Math.abs(bps)} bps ${bps > 0 ? "above" : "below"}`;
    return {
      fired: `Drift: ${asset} is ${where} what the last decision set, more than ${look.largestBps}.`,
      note: null,
    };
  }
  if (oneWayBps <= look.oneWayBps) return { fired: null, note: null };
  const words = `Drift: the weights are ${oneWayBps} bps in all off what the last decision set`;
  return { fired: `${words}, more than ${look.oneWayBps}.`, note: null };
}

/** {bps} by which each weight is above or below what was set, by token: a token may have been renamed since. */
function driftsOf(vault: VaultSnapshot, { assets }: Decided): readonly { asset: string; bps: number }[] {
  const set = new Map(assets.map(({ token, proposedBps }) => [token.toLowerCase(), proposedBps]));
  const current = currentWeights(vault);
  const here = vault.assets.map(({ asset, token }) => {
    return { asset, bps: (current.get(asset) ?? 0) - (set.get(token.toLowerCase()) ?? 0) };
  });
  const present = new Set(vault.assets.map(({ token }) => token.toLowerCase()));
  const gone = assets.filter(({ token }) => !present.has(token.toLowerCase()));
  return [...here, ...gone.map(({ asset, proposedBps }) => ({ asset, bps: -proposedBps }))];
}

/** What a schedule is asked with, when the whole of the last decision is at hand. */
export interface Asked extends Moment {
  readonly last: DecisionRecord | undefined;
}

/** Whether what would be decided now tells of an event or another regime, as far as the schedule looks for them. */
export function marketLook(decision: Seen & Pick<DecisionRecord, "events">, asked: Asked): RecordedDue | null {
  const { schedule, last } = asked;
  if (schedule.events !== undefined && decision.events.length > 0) {
    return dueBy("events", decision.events.join(" "), asked);
  }
  if (schedule.regime === undefined || last === undefined) return null;
  const words = regimeLook(decision, last);
  return words === null ? null : dueBy("regime", words, asked);
}

type Seen = { readonly regime: Pick<DecisionRecord["regime"], "regime" | "exposureBps"> };

/** Whether regime or exposure differ from those of the last decision, in words. That nothing is known of it, is no change. */
export function regimeLook(now: Seen, before: Seen): string | null {
  const [next, last] = [now.regime, before.regime];
  if (next.regime === "unknown") return null;
  if (next.regime !== last.regime) {
    return `Regime: ${next.regime} after ${last.regime}; the exposure is ${next.exposureBps / 100}%.`;
  }
  if (next.exposureBps === last.exposureBps) return null;
  return `Regime: the exposure goes from ${last.exposureBps / 100}% to ${next.exposureBps / 100}% in a ${next.regime} market.`;
}
