import type { Address, Hex } from "viem";
import { type Canonical, canonicalHash, canonicalJson } from "../data/canonical.ts";
import type { SourceInfo } from "../data/source.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { ModelRef } from "../models/model.ts";
import type { SignalSet } from "../signals/signals.ts";
import type { TargetWeights } from "../weights/targets.ts";
import type { PlanParams } from "./params.ts";
import type { Plan } from "./plan.ts";

/** One asset of a decision, in basket order. */
export type RecordedAsset = {
  readonly asset: string;
  readonly token: Address;
  readonly currentBps: number;
  readonly targetBps: number;
  readonly proposedBps: number;
  readonly grade: string;
  readonly reason: string;
};

/**
 * A decision with everything that led to it. Integers and strings only: its canonical JSON is the same text on every
 * machine, and the keccak256 of that text is the `decisionHash` on chain.
 */
export type DecisionRecord = {
  readonly schema: "gimbal.decision/1";
  readonly chainId: number;
  readonly vault: Address;
  readonly epoch: number;
  readonly asOf: number; // {s}
  readonly validUntil: number; // {s}
  readonly block: { readonly number: string; readonly hash: Hex };
  readonly source: { readonly [K in keyof SourceInfo]: SourceInfo[K] };
  readonly inputs: { readonly market: Hex; readonly vault: Hex };
  readonly models: readonly { readonly [K in keyof ModelRef]: ModelRef[K] }[];
  readonly planParams: PlanParams;
  readonly regime: {
    readonly regime: string;
    readonly exposureBps: number;
    readonly since: string;
    readonly votes: { readonly [voter: string]: number };
    readonly reasons: readonly string[];
  };
  readonly assets: readonly RecordedAsset[];
  readonly action: "propose" | "none";
  readonly lane: "RISK" | "DERISK" | null;
  readonly oneWayDriftBps: number;
  readonly turnoverBps: number;
  readonly estimateCentiBps: { readonly [item: string]: number } | null;
  readonly reasons: readonly string[];
};

/** What a record is made of. */
export interface RecordParts {
  readonly source: SourceInfo;
  readonly inputs: { readonly market: Hex; readonly vault: Hex };
  readonly models: readonly ModelRef[];
  readonly planParams: PlanParams;
  readonly signalSet: SignalSet;
  readonly target: TargetWeights;
  readonly plan: Plan;
  readonly vault: VaultSnapshot;
}

/** Puts a decision into its recorded form. */
export function buildRecord(parts: RecordParts): DecisionRecord {
  const { plan, vault, signalSet, target, planParams } = parts;
  const signals = new Map(signalSet.signals.map((signal) => [signal.asset, signal]));
  return {
    schema: "gimbal.decision/1",
    chainId: vault.chainId,
    vault: vault.vault,
    epoch: vault.epoch.id + 1,
    asOf: vault.block.timestamp,
    validUntil: vault.block.timestamp + planParams.validity,
    block: { number: String(vault.block.number), hash: vault.block.hash },
    source: parts.source,
    inputs: parts.inputs,
    models: parts.models,
    planParams,
    regime: signalSet.regime,
    assets: vault.assets.map(({ asset, token }) => ({
      asset,
      token,
      currentBps: plan.current.get(asset) ?? 0,
      targetBps: target.weights.get(asset) ?? 0,
      proposedBps: plan.proposed.get(asset) ?? 0,
      grade: signals.get(asset)?.grade ?? "stable",
      reason: signals.get(asset)?.reasons.join(" ") ?? `${asset}: stable.`,
    })),
    action: plan.action,
    lane: plan.lane,
    oneWayDriftBps: plan.oneWayDriftBps,
    turnoverBps: plan.turnoverBps,
    estimateCentiBps: plan.estimate === null ? null : { ...plan.estimate },
    reasons: [...plan.reasons, ...target.reasons],
  };
}

/** The record's canonical text. */
export function recordText(record: DecisionRecord): string {
  return canonicalJson(record satisfies Canonical);
}

/** What goes on chain for a record. */
export function decisionHash(record: DecisionRecord): Hex {
  return canonicalHash(record satisfies Canonical);
}
