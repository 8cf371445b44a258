import type { Candidate, PortfolioProblem, SizeBand } from "./problem.ts";

/** Candidates whose weights together may not be above a cap. */
export interface Group {
  readonly name: string; // such as "sector defi"
  readonly members: readonly number[]; // ascending
  readonly cap: number; // {1 of NAV}
}

/** Limits that can be fulfilled together: the floors fulfil all of them. */
export interface Limits {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly exposure: number;
  readonly turnover: number;
  readonly groups: readonly Group[]; // without the exposure
  readonly reasons: readonly string[]; // which limits had to give, in words
}

const ROUNDING = 1e-12;

/**
 * The limits of a problem, relaxed as little as makes them feasible and in this order: a floor above its own cap comes down
 * to it; then group caps, exposure and turnover rise to what the floors need. An asset's cap never gives. Turnover does not
 * give for the exposure: what it leaves no room for stays unplaced.
 */
export function feasibleLimits(problem: PortfolioProblem): Limits {
  const { candidates } = problem;
  const reasons: string[] = [];
  const upper = Float64Array.from(candidates, ({ cap }) => Math.max(0, cap));
  const lower = Float64Array.from(candidates, ({ asset, floor }, i) => {
    const cap = upper[i] ?? 0;
    if (floor > cap + ROUNDING) reasons.push(`The least weight of ${asset} gives way to its cap.`);
    return Math.min(Math.max(0, floor), cap);
  });
  const all = candidates.map((_, i) => i);
  const floorOf = (members: readonly number[]) => members.reduce((sum, i) => sum + (lower[i] ?? 0), 0);
  const raised = (limit: number, needed: number, words: string) => {
    if (needed > limit + ROUNDING) reasons.push(`${words} gives way to what may not be sold.`);
    return Math.max(limit, needed);
  };

  const groups = groupsOf(problem).map((group) => {
    return { ...group, cap: raised(group.cap, floorOf(group.members), `The cap of ${group.name}`) };
  });
  const exposure = raised(problem.exposure, floorOf(all), "The exposure");
  const bought = candidates.reduce((sum, { current }, i) => sum + Math.max(0, (lower[i] ?? 0) - current), 0);
  const turnover = raised(problem.turnover, bought, "The turnover limit");
  return { lower, upper, exposure, turnover, groups, reasons };
}

/** Sectors, ecosystems and size bands that have members, in a fixed order. */
function groupsOf(problem: PortfolioProblem): readonly Group[] {
  const collect = (kind: string, keyOf: (candidate: Candidate) => string, capOf: (key: string) => number) => {
    const members = new Map<string, number[]>();
    problem.candidates.forEach((candidate, i) => {
      const key = keyOf(candidate);
      const list = members.get(key);
      if (list === undefined) members.set(key, [i]);
      else list.push(i);
    });
    return [...members.keys()].sort().map((key) => {
      return { name: `${kind} ${key}`, members: members.get(key) ?? [], cap: Math.max(0, capOf(key)) };
    });
  };
  return [
    ...collect(
      "sector",
      ({ sector }) => sector,
      () => problem.sectorCap,
    ),
    ...collect(
      "ecosystem",
      ({ ecosystem }) => ecosystem,
      () => problem.ecosystemCap,
    ),
    ...collect(
      "size band",
      ({ sizeBand }) => sizeBand,
      (band) => problem.sizeBandCaps[band as SizeBand],
    ),
  ];
}
