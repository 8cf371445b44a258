import type { Tone } from "./scorer.ts";

/** The tones in the order in which every table of this stage lists them. */
export const TONES = [-1, 0, 1] as const satisfies readonly Tone[];

/** How well one class is found. */
export interface ClassQuality {
  readonly tone: Tone;
  readonly rows: number; // that people gave this label
  readonly precision: number; // NaN when the class is never said
  readonly recall: number; // NaN when the class never occurs
  readonly f1: number;
}

/** Agreement of a scorer with people. */
export interface Quality {
  readonly rows: number;
  readonly accuracy: number; // NaN without rows
  readonly macroF1: number; // mean F1 of the three classes
  readonly byClass: readonly ClassQuality[];
}

/** Compares labels that people gave with those of a scorer, row by row. */
export function measureQuality(truth: readonly Tone[], said: readonly Tone[]): Quality {
  const byClass = TONES.map((tone) => classQuality(truth, said, tone));
  const right = truth.filter((tone, i) => tone === said[i]).length;
  const macroF1 = byClass.reduce((sum, { f1 }) => sum + f1, 0) / byClass.length;
  return { rows: truth.length, accuracy: right / truth.length, macroF1, byClass };
}

function classQuality(truth: readonly Tone[], said: readonly Tone[], tone: Tone): ClassQuality {
  const rows = truth.filter((own) => own === tone).length;
  const named = said.filter((own) => own === tone).length;
  const right = truth.filter((own, i) => own === tone && said[i] === tone).length;
  return {
    tone,
    rows,
    precision: right / named,
    recall: right / rows,
    f1: rows + named === 0 ? 0 : (2 * right) / (rows + named),
  };
}
