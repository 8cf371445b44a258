import type { Hex } from "viem";
import type { AssetId } from "../data/source.ts";
import { defaultEventParams, type EventParams } from "../signals/events.ts";
import { defaultGradeParams, type GradeParams } from "../signals/gradeParams.ts";
import { defaultRegimeParams, type RegimeParams } from "../signals/regimeParams.ts";
import { defaultRuleParams, type RuleParams } from "../signals/rules.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { fullSpec } from "../training/specs.ts";
import { defaultWeightParams, type WeightParams } from "../weights/params.ts";
import type { RuleWeighting } from "../weights/ruleScores.ts";
import { defaultPlanParams, type PlanParams } from "./params.ts";

/** How an index decides. Integers and strings only: the whole of it goes into every record. */
export type Policy = PlainPolicy | MethodologyPolicy;

/** A policy that comes from a configuration. */
export type PlainPolicy = {
  /** `grades`: chosen and weighed by the ensemble. The others hold every token of the basket by a rule. */
  readonly weighting: "grades" | RuleWeighting;
  readonly regime: RegimeParams;
  readonly grades: GradeParams;
  readonly rules: RuleParams;
  readonly events: EventParams;
  readonly weights: WeightParams;
  readonly plan: PlanParams;
  /** null: no model is trained, the fallback grades. */
  readonly ensemble: EnsembleSpec | null;
};

/** What a methodology's document asks for on one day, beside what every policy has. */
export type AppliedMethodology = {
  /** Of the document: what the vault carries as `strategy.methodologyHash`. */
  readonly hash: Hex;
  readonly name: string;
  /** Tokens that may be held on that day, ascending; every other one of the basket leaves. */
  readonly members: readonly AssetId[];
  /** {bps of NAV} largest parts: of a token, of a sector, of everything that is not stable. */
  readonly assetCapBps: number;
  readonly sectorCapBps: number;
  readonly exposureCapBps: number;
};

/** A policy that a methodology's document gives. Every record holds it, and with it the document's hash. */
export type MethodologyPolicy = PlainPolicy & { readonly methodology: AppliedMethodology };

/** The methodology that a policy comes from; null: a configuration. */
export function appliedMethodology(policy: Policy): AppliedMethodology | null {
  return "methodology" in policy ? policy.methodology : null;
}

/** A policy whose models are trained. */
export type TrainedPolicy = PlainPolicy & { readonly ensemble: EnsembleSpec };

/** The AI index: grades choose, the ladder of the regime says how much. */
export const aiPolicy: TrainedPolicy = {
  weighting: "grades",
  regime: defaultRegimeParams,
  grades: defaultGradeParams,
  rules: defaultRuleParams,
  events: defaultEventParams,
  weights: defaultWeightParams,
  plan: defaultPlanParams,
  ensemble: fullSpec,
};

/** By capitalisation, exposure in steps. */
export const marketCapPolicy: TrainedPolicy = { ...aiPolicy, weighting: "market-cap" };

/** By capitalisation, all in or all out: the rule of a "Global 100". */
export const binaryPolicy: TrainedPolicy = { ...marketCapPolicy, regime: { ...defaultRegimeParams, mode: "binary" } };
