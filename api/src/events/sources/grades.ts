import type { Hex } from "viem";
import type { SourceEvent } from "../event.ts";
import type { EventSource } from "../feeder.ts";
import type { SourceBatch } from "../log.ts";

/** Grades of a token on a day, and on the day that was graded before. */
export interface GradedToken {
  readonly token: string;
  readonly traderGrade: number | null;
  readonly investorGrade: number | null;
  readonly previous: { readonly traderGrade: number | null; readonly investorGrade: number | null } | null;
}

/** Days on which tokens were graded. */
export interface GradedDays {
  /** The first day {day} that was graded from `from` on; undefined: none yet. */
  next(from: number): Promise<{ readonly day: number; readonly asOf: number; readonly decision: Hex } | undefined>;
  /** All tokens of a day. */
  tokens(day: number): Promise<readonly GradedToken[]>;
  /** The newest grade of a token; null: it has none. */
  grade(token: string, kind: "trader" | "investor"): Promise<number | null>;
}

/** From how many points within a day on a change of a grade is told. Rules look at every grade, whatever it moved by. */
export const TOLD_FROM = 5;

/** Grades that moved noticeably within a day. Places are days. */
export class GradeEvents implements EventSource {
  readonly name = "grades";
  readonly first = 0;
  readonly overlap = 1;
  readonly keeps = true;
  readonly #days: GradedDays;
  #seen: number | undefined;

  constructor(days: GradedDays) {
    this.#days = days;
  }

  async read(from: number): Promise<SourceBatch> {
    // The newest day is asked for again every time; it was taken over if the log is that far.
    const day = await this.#days.next(from === this.#seen ? from + 1 : from);
    if (day === undefined) return { from, to: from - 1, events: [], isNewest: true };
    const tokens = await this.#days.tokens(day.day);
    const events = tokens.flatMap((token) =>
      (["trader", "investor"] as const).flatMap((grade): SourceEvent[] => {
        const before = token.previous?.[`${grade}Grade`] ?? null;
        const after = token[`${grade}Grade`];
        if (before === null || after === null || Math.abs(after - before) < TOLD_FROM) return [];
        return [
          {
            ...{ key: `grade:${day.day}:${token.token}:${grade}`, type: "grade.changed", place: day.day, identity: "" },
            ...{ at: day.asOf, block: null, index: null, account: null, tx: null, decision: day.decision },
            data: { token: token.token, grade, before, after },
          },
        ];
      }),
    );
    this.#seen = day.day;
    return { from, to: day.day, events, isNewest: false };
  }
}
