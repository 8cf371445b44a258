import type { Canonical } from "../data/canonical.ts";
import { centredRanks } from "../math/ranks.ts";
import { gradientBoosting } from "../models/gradientBoosting.ts";
import { gru } from "../models/gru.ts";
import type { Dataset, Fitted, Learner } from "../models/learner.ts";
import { randomForest } from "../models/randomForest.ts";
import { ridge } from "../models/ridge.ts";
import type { MemberSpec } from "./params.ts";

const LEARNERS: { readonly [K in MemberSpec["learner"]]: Learner } = {
  ridge,
  "gradient-boosting": gradientBoosting,
  "random-forest": randomForest,
  gru,
};

/** A member: one fitted model for each of its seeds. */
export interface Member {
  readonly spec: MemberSpec;
  readonly models: readonly Fitted[];
}

/** Fits a member once for each seed. `shift` keeps the fits of different heads apart. */
export function fitMember(spec: MemberSpec, data: Dataset, shift: number): Member {
  const learner = LEARNERS[spec.learner];
  const seen = restrict(data, spec);
  return { spec, models: spec.seeds.map((seed) => learner.fit(seen, spec.config, seed + shift)) };
}

/** Centred ranks of the mean prediction of a member's models; NaN where a model has nothing to say. */
export function predictMember(member: Member, data: Dataset): Float64Array {
  return centredRanks(sumOf(predictModels(member, data), data.rows));
}

/** The predictions of a member's models, one after another. */
export function predictModels(member: Member, data: Dataset): readonly Float64Array[] {
  const seen = restrict(data, member.spec);
  return member.models.map((model) => model.predict(seen));
}

/** Row by row, in the order of the predictions; NaN where one of them is NaN. */
export function sumOf(predictions: readonly Float64Array[], rows: number): Float64Array {
  const sum = new Float64Array(rows);
  for (const values of predictions) {
    for (let row = 0; row < rows; row++) sum[row] = (sum[row] as number) + (values[row] as number);
  }
  return sum;
}

/** Mean of what each column adds to a row's prediction in the member's models; null where they cannot say. */
export function explainMember(member: Member, data: Dataset, row: number): Float64Array | null {
  const { families } = member.spec;
  const seen = restrict(data, member.spec);
  const parts = member.models.flatMap((model) => model.contributions?.(seen, row) ?? []);
  if (parts.length === 0) return null;
  const sum = new Float64Array(data.columns.length);
  let position = 0;
  for (let c = 0; c < sum.length; c++) {
    if (families !== null && !inFamilies(data.columns[c] ?? "", families)) continue;
    for (const part of parts) sum[c] = (sum[c] ?? 0) + (part[position] ?? 0) / parts.length;
    position++;
  }
  return sum;
}

/** Stored form of a member. */
export function serializeMember(member: Member): Canonical {
  return member.models.map((model) => model.serialize());
}

/** The member that `serializeMember` wrote. */
export function restoreMember(spec: MemberSpec, stored: Canonical): Member {
  const learner = LEARNERS[spec.learner];
  return { spec, models: (stored as readonly Canonical[]).map((model) => learner.restore(model)) };
}

/** The columns that a member sees. */
function restrict(data: Dataset, { families }: MemberSpec): Dataset {
  if (families === null) return data;
  const kept = [...data.columns.keys()].filter((c) => inFamilies(data.columns[c] ?? "", families));
  const bins = new Uint8Array(kept.length * data.rows);
  kept.forEach((c, k) => {
    bins.set(data.bins.subarray(c * data.rows, (c + 1) * data.rows), k * data.rows);
  });
  return { ...data, columns: kept.map((c) => data.columns[c] ?? ""), bins };
}

/** Columns are named family/id@version. */
function inFamilies(column: string, families: readonly string[]): boolean {
  return families.includes(column.slice(0, column.indexOf("/")));
}
