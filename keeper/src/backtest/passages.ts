import { type Day, isoFromDay } from "../data/time.ts";
import type { Passage } from "./report.ts";

/** A change of exposure is worth a report from here on. {1} */
const LARGE = 0.1;
/** So near is there. {1} */
const NEAR = 0.03;

/** What a decision wanted, days after the start of the run. */
export interface WantedExposure {
  readonly day: number;
  readonly wanted: number; // {1}
  readonly acts: boolean; // it proposed something
}

/**
 * Ways out of the market and back: from the first decision that wants an exposure far from the present one until the vault is
 * near it. A decision that wants the opposite ends a passage that is under way.
 */
export function findPassages(
  decisions: readonly WantedExposure[],
  exposure: readonly number[],
  firstDay: Day,
): readonly Passage[] {
  const passages: Passage[] = [];
  let open: { kind: Passage["kind"]; day: number; from: number; wanted: number } | null = null;
  const end = (days: number | null, day: number) => {
    if (open === null) return;
    const { kind, from } = open;
    const exposureTo = exposure[day] ?? Number.NaN;
    passages.push({ kind, from: isoFromDay(firstDay + open.day), days, exposureFrom: from, exposureTo });
    open = null;
  };

  let next = 0;
  for (let day = 0; day < exposure.length; day++) {
    const now = exposure[day] ?? 0;
    if (open !== null && isThere(open.kind, now, open.wanted)) end(day - open.day, day);
    const decision = decisions[next];
    if (decision?.day !== day) continue;
    next++;
    const distance = decision.wanted - now;
    const kind = distance < 0 ? "exit" : "entry";
    if (open !== null && open.kind !== kind && Math.abs(distance) > NEAR) end(null, day);
    if (open !== null) open.wanted = decision.wanted;
    else if (decision.acts && Math.abs(distance) >= LARGE) open = { kind, day, from: now, wanted: decision.wanted };
  }
  end(null, exposure.length - 1);
  return passages;
}

function isThere(kind: Passage["kind"], now: number, wanted: number): boolean {
  return kind === "exit" ? now <= wanted + NEAR : now >= wanted - NEAR;
}
