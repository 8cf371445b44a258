import type { FamilyId } from "../features/featureSpec.ts";
import type { IsolationForestConfig } from "../models/isolationForest.ts";
import type { LearnerConfig } from "../models/learner.ts";

/** How the ensemble is trained. Integers only, so that a record can hold it; its hash names the configuration. */
export type TrainingParams = {
  readonly universe: number; // best ranks that a row may come from
  readonly weekDays: number; // {days} horizon of the trader grade
  readonly monthDays: number; // {days} horizon of the investor grade
  readonly lagDays: number; // {days} between what is known and the first price that could be traded at
  readonly embargoDays: number; // {days} kept between the end of a label and what it may predict
  readonly stepDays: number; // {days} between two eras of training rows
  readonly historyDays: number; // {days} of rows
  readonly halfLifeDays: number; // {days} after which a row counts half
  readonly leastRows: number; // fewer: no model, the fallback speaks
  readonly expiryDays: number; // {days} after which a model may no longer speak
  readonly rehearsalWeeks: number; // weeks on which a challenger is compared with the champion
  readonly scoreWeeks: number; // past weeks that the members' weights look at
  readonly scoreHalfLifeWeeks: number;
  readonly warmUpWeeks: number; // weeks walked before the first model speaks, so that weights rest on something
  readonly leastWeightBps: number; // of a member
  readonly mostWeightBps: number; // of a member
  readonly shrinkBps: number; // of the weights towards equal ones
  readonly sharpness: number; // of the weights: e^(sharpness x ICIR)
  readonly labelKind: number; // 0: rank of the return; 1: rank of the return beyond the market's part, in volatilities
  readonly sequenceSteps: number; // {days} that the recurrent network sees
  readonly anomalousBps: number; // rows above this anomaly are unusual
  readonly unusualShareBps: number; // of a universe; above it a new model is not trusted
};

/** One member of the ensemble: a learner with its configuration, fitted once for each seed and averaged. */
export type MemberSpec = {
  readonly id: string;
  readonly learner: "ridge" | "gradient-boosting" | "random-forest" | "gru";
  readonly seeds: readonly number[];
  readonly config: LearnerConfig;
  readonly month: boolean; // takes part in the 30-day head as well
  /** Families of features that it sees; null: all of them. */
  readonly families: readonly FamilyId[] | null;
};

/** The whole configuration of an ensemble. */
export type EnsembleSpec = {
  readonly id: string;
  readonly params: TrainingParams;
  readonly members: readonly MemberSpec[];
  readonly anomaly: { readonly config: IsolationForestConfig; readonly seed: number };
};
