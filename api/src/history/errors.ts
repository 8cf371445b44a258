/** What the index could not answer, and what to do. `code` is stable. */
export abstract class HistoryError extends Error {
  abstract readonly code: string;
}

/** The index does not answer, or is still reading the chain's past. */
export class HistoryUnavailableError extends HistoryError {
  readonly code = "HISTORY_UNAVAILABLE";

  constructor(reason: string) {
    super(`The index does not answer: ${reason}. Start it with npm run indexer, or try again once it has caught up.`);
    this.name = "HistoryUnavailableError";
  }
}

/** A block or time was asked for that the index has not reached. */
export class HistoryBehindError extends HistoryError {
  readonly code = "HISTORY_BEHIND";

  constructor(asked: string, block: number, time: number) {
    super(`The index has not reached ${asked}: its newest block is ${block}, of ${time} s. Try again later.`);
    this.name = "HistoryBehindError";
  }
}

/** A cursor that no answer of this index gave. */
export class HistoryCursorError extends HistoryError {
  readonly code = "HISTORY_CURSOR";

  constructor() {
    super("The cursor is not one of this list's. Take it from `next` of the answer before, or leave it out.");
    this.name = "HistoryCursorError";
  }
}
