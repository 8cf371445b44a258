import type { At, History } from "../history/history.ts";

const TRIES = 3;

/** When an answer holds: `asOf` {s}. */
export interface Moment {
  readonly asOf: number;
  readonly asOfBlock: number | null;
}

/** An answer with the moment that it holds for. */
export interface Momentary<T> {
  readonly result: T;
  readonly moment: Moment;
}

/**
 * Asks several things of the history about one moment. For now: again when the index grew meanwhile, so that the parts belong
 * together. For the past: what was asked for, and beside it the block or time of the newest thing that was found.
 */
export async function atOneMoment<T>(
  history: History,
  at: At,
  ask: () => Promise<T>,
  newest: (result: T) => { readonly block: number; readonly time: number } | null | undefined,
): Promise<Momentary<T>> {
  if (at.asOf !== undefined || at.asOfBlock !== undefined) {
    const result = await ask();
    const found = newest(result);
    const head = await history.head();
    return {
      result,
      moment: { asOf: at.asOf ?? found?.time ?? head.time, asOfBlock: at.asOfBlock ?? found?.block ?? null },
    };
  }
  let head = await history.head();
  for (let tried = 1; ; tried++) {
    const result = await ask();
    const after = await history.head();
    if (after.block === head.block || tried === TRIES) {
      return { result, moment: { asOf: head.time, asOfBlock: head.block } };
    }
    head = after;
  }
}
