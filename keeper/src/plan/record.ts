import { type DecisionParts, decisionHashOf, gradesRoot } from "@gimbal/sdk/grades";
import type { Address, Hex } from "viem";
import { type Canonical, canonicalHash, canonicalJson } from "../data/canonical.ts";
import type { Finding } from "../data/quality.ts";
import type { SourceInfo } from "../data/source.ts";
import { isStable, type VaultSnapshot } from "../data/vault.ts";
import type { Outlook } from "../models/outlook.ts";
import type { DecisionMemory, Driver, Opinion, TokenRule } from "../signals/opinion.ts";
import type { MarketRegime } from "../signals/regime.ts";
import { type EnsembleState, stateHash } from "../training/state.ts";
import type { TargetWeights } from "../weights/targets.ts";
import type { CostNote } from "./costRefit.ts";
import type { Plan } from "./plan.ts";
import type { Policy } from "./policy.ts";

/** One asset of a decision, in basket order. */
export type RecordedAsset = {
  readonly asset: string;
  readonly token: Address;
  readonly currentBps: number;
  readonly targetBps: number;
  readonly proposedBps: number;
  readonly stance: string; // "stable" for what has no grade
  readonly traderGrade: number | null;
  readonly investorGrade: number | null;
  readonly known: number; // data points that the grades were computed from
  readonly possible: number;
  readonly drivers: readonly Driver[];
  readonly costCentiBps: number; // {hundredths of a bp of NAV} expected cost of this token's trade
  readonly reasons: readonly string[];
};

/** Which models spoke. */
export type RecordedModel = {
  readonly hash: Hex | null; // of the ensemble's state; null: there was none
  readonly spoke: "ensemble" | "fallback";
  readonly fittedOn: number | null; // {day}
  readonly weightsBps: { readonly [member: string]: number };
  readonly notes: readonly string[];
};

/** Why a decision was due when it was made. */
export type RecordedDue = {
  readonly trigger: "schedule" | "drift" | "events" | "regime";
  /** The newest slot of the calendar that has its decision, and its start {s}; null: the schedule has no slots. */
  readonly slot: { readonly id: string; readonly start: number } | null;
  readonly reason: string;
};

/** A decision. One that a schedule or its triggers made due tells so; one that somebody asked for does not. */
export type DecisionRecord = DecisionBody | (DecisionBody & { readonly due: RecordedDue });

/** Why a decision was due; undefined: nobody said so. */
export function dueOf(record: DecisionRecord): RecordedDue | undefined {
  return "due" in record ? record.due : undefined;
}

/** The same decision with the reason why it was due. Nothing else of it depends on that. */
export function withDue(record: DecisionRecord, due: RecordedDue): DecisionRecord {
  return { ...record, due };
}

/**
 * A decision with everything that led to it. Integers and strings only: its canonical JSON is the same text on every
 * machine. The keccak256 of that text and the root of the grades' tree are hashed together to the `decisionHash` on chain.
 */
type DecisionBody = {
  readonly schema: "gimbal.decision/3";
  readonly chainId: number;
  readonly vault: Address;
  readonly epoch: number;
  readonly asOf: number; // {s}
  readonly validUntil: number; // {s}
  readonly block: { readonly number: string; readonly hash: Hex };
  readonly source: { readonly [K in keyof SourceInfo]: SourceInfo[K] };
  readonly inputs: { readonly market: Hex; readonly vault: Hex };
  readonly model: RecordedModel;
  readonly policy: Policy; // with the cost parameters in force
  readonly costModel: CostNote | null; // the last look at realised fills; null: fills are not looked at
  readonly findings: readonly Finding[]; // about the data of the last days
  readonly regime: MarketRegime;
  readonly events: readonly string[];
  readonly assets: readonly RecordedAsset[];
  readonly action: "propose" | "none";
  readonly lane: "RISK" | "DERISK" | null;
  readonly oneWayDriftBps: number;
  readonly turnoverBps: number;
  readonly estimateCentiBps: { readonly [item: string]: number } | null;
  readonly reasons: readonly string[];
  /** What this decision knew of those before it, and what it hands to the next one. */
  readonly memory: { readonly before: DecisionMemory; readonly after: DecisionMemory };
};

/** What a record is made of. */
export interface RecordParts {
  readonly source: SourceInfo;
  readonly inputs: { readonly market: Hex; readonly vault: Hex };
  readonly policy: Policy;
  readonly costModel: CostNote | null;
  readonly model: EnsembleState | null;
  readonly outlook: Outlook;
  readonly findings: readonly Finding[];
  readonly regime: MarketRegime;
  readonly opinions: readonly Opinion[];
  readonly rules: readonly TokenRule[];
  readonly events: readonly string[];
  readonly target: Pick<TargetWeights, "weights" | "reasons">;
  readonly plan: Plan;
  readonly vault: VaultSnapshot;
  readonly due?: RecordedDue;
  readonly memory: DecisionRecord["memory"];
}

/** Puts a decision into its recorded form. */
export function buildRecord(parts: RecordParts): DecisionRecord {
  const { plan, vault, target, policy, due } = parts;
  const record = {
    schema: "gimbal.decision/3",
    chainId: vault.chainId,
    vault: vault.vault,
    epoch: vault.epoch.id + 1,
    asOf: vault.block.timestamp,
    validUntil: vault.block.timestamp + policy.plan.validity,
    block: { number: String(vault.block.number), hash: vault.block.hash },
    source: parts.source,
    inputs: parts.inputs,
    model: recordModel(parts),
    policy,
    costModel: parts.costModel,
    findings: parts.findings,
    regime: parts.regime,
    events: parts.events,
    assets: recordAssets(parts),
    action: plan.action,
    lane: plan.lane,
    oneWayDriftBps: plan.oneWayDriftBps,
    turnoverBps: plan.turnoverBps,
    estimateCentiBps: plan.estimate === null ? null : totals(plan.estimate),
    reasons: [...plan.reasons, ...target.reasons],
    memory: parts.memory,
  } as const;
  return due === undefined ? record : withDue(record, due);
}

function recordModel({ model, outlook }: RecordParts): RecordedModel {
  return {
    hash: model === null ? null : stateHash(model),
    spoke: outlook.source,
    fittedOn: model?.champion?.fittedOn ?? null,
    weightsBps: model?.weightsBps ?? {},
    notes: outlook.notes,
  };
}

function recordAssets(parts: RecordParts): readonly RecordedAsset[] {
  const { vault, plan, target, opinions, rules } = parts;
  const known = new Map(opinions.map((opinion) => [opinion.asset, opinion]));
  const ruled = new Map(rules.map((rule) => [rule.asset, rule]));
  return vault.assets.map((item) => {
    const { asset, token } = item;
    const opinion = known.get(asset);
    return {
      asset,
      token,
      currentBps: plan.current.get(asset) ?? 0,
      targetBps: target.weights.get(asset) ?? 0,
      proposedBps: plan.proposed.get(asset) ?? 0,
      stance: isStable(item) ? "stable" : (opinion?.stance ?? "unknown"),
      traderGrade: opinion?.traderGrade ?? null,
      investorGrade: opinion?.investorGrade ?? null,
      known: opinion?.known ?? 0,
      possible: opinion?.possible ?? 0,
      drivers: opinion?.drivers ?? [],
      costCentiBps: plan.estimate?.byAsset.get(asset) ?? 0,
      reasons: [...(opinion?.reasons ?? []), ...(ruled.get(asset)?.reasons ?? []), ...exit(asset, parts, ruled)],
    };
  });
}

/** Why a held token has no place in the target although no rule sends it away. */
function exit(
  asset: string,
  { plan, target, regime }: RecordParts,
  ruled: ReadonlyMap<string, TokenRule>,
): readonly string[] {
  const rule = ruled.get(asset);
  if (rule === undefined || rule.mustLeave) return [];
  if ((plan.current.get(asset) ?? 0) === 0 || (target.weights.get(asset) ?? 0) > 0) return [];
  if (regime.exposureBps === 0) return [`${asset} leaves with the whole market: the exposure is 0%.`];
  return [`${asset} gives way to better ones: the exposure of ${regime.exposureBps / 100}% has no room for it.`];
}

function totals({ gas, feeAndSpread, impact, cost, benefit }: NonNullable<Plan["estimate"]>) {
  return { gas, feeAndSpread, impact, cost, benefit };
}

/** The record's canonical text. */
export function recordText(record: DecisionRecord): string {
  return canonicalJson(record satisfies Canonical);
}

/** What goes into the hash of a record: its text, and the tree of its assets' grades, which a contract can look into. */
export function decisionParts(record: DecisionRecord): DecisionParts {
  return { contentHash: canonicalHash(record satisfies Canonical), gradesRoot: gradesRoot(record) };
}

/** What goes on chain for a record. */
export function decisionHash(record: DecisionRecord): Hex {
  const parts = decisionParts(record);
  return decisionHashOf(parts.contentHash, parts.gradesRoot);
}
