import { BPS } from "../data/vault.ts";
import type { Outlook } from "../models/outlook.ts";
import type { GradeParams } from "./gradeParams.ts";
import type { Driver } from "./opinion.ts";
import { blendOf, type InvestorPart, investorParts, place, sortedKnown } from "./scores.ts";

/** Drivers told of a grade. */
const TOLD = 3;

const WORDS: { readonly [name in InvestorPart["name"]]: string } = {
  month: "expected result of the month",
  fundamentals: "fundamentals",
  onchain: "use of the chain",
  liquidity: "liquidity",
  size: "size",
};

/**
 * Why each token has its investor grade, in the order of the outlook: the parts that move it most, each by how much lower
 * the grade would be if the token stood in the middle there. None where there is no grade.
 */
export function investorDrivers(outlook: Outlook, params: GradeParams): readonly (readonly Driver[])[] {
  const parts = investorParts(outlook, params);
  const blends = new Float64Array(outlook.matrix.rows).map((_, row) => blendOf(parts, row, params));
  const sorted = sortedKnown(blends);
  return Array.from(blends, (blend, row) => {
    if (Number.isNaN(blend)) return [];
    const grade = place(blend, sorted);
    const drivers = parts.flatMap(({ name, values }): readonly Driver[] => {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) return [];
      const without = place(blendOf(parts, row, params, name), sorted);
      const effectBps = Math.round((grade - without) * BPS) + 0;
      return effectBps === 0 ? [] : [{ feature: name, words: WORDS[name], value: said(value), effectBps }];
    });
    return drivers.sort((a, b) => Math.abs(b.effectBps) - Math.abs(a.effectBps)).slice(0, TOLD);
  });
}

/** A mean of ranks from -0.5 to 0.5 as it is said: 50 of 100 is the middle. */
function said(rank: number): string {
  return `${Math.round(100 * (rank + 0.5))} of 100`;
}
