import { BaseError, HttpRequestError, TimeoutError } from "viem";
import { HistoryBehindError, HistoryCursorError, HistoryUnavailableError } from "../history/errors.ts";
import { ApiError, CursorInvalidError, InternalError, UnavailableError, UnprocessableError } from "./problem.ts";

/** What a caller is told about any failure: its own words where they are meant for callers, otherwise that something is wrong. */
export function toApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof HistoryUnavailableError) {
    return new UnavailableError(["indexer"], "The indexer's history cannot be read now. Try again later.", { cause });
  }
  if (cause instanceof HistoryBehindError) return new UnprocessableError(cause.message, {}, { cause });
  if (cause instanceof HistoryCursorError) return new CursorInvalidError(cause.message, {}, { cause });
  if (isOfNode(cause))
    return new UnavailableError(["node"], "The chain's node does not answer. Try again later.", { cause });
  return new InternalError({ cause });
}

/** A node that is down or slow; not one that says that a contract reverts. */
function isOfNode(cause: unknown): boolean {
  if (!(cause instanceof BaseError)) return false;
  const isTransport = (error: unknown) => error instanceof HttpRequestError || error instanceof TimeoutError;
  return cause.walk(isTransport) !== null;
}
