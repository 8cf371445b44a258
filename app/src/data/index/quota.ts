import { ApiError } from "../api.ts";

/** What to do when the API's free quota is used up while somebody verifies; undefined: it is something else. */
export function quotaProblem(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 402) {
    return "Your free requests of this minute are used up. Wait a minute and verify again: then it costs nothing.";
  }
  return error.status === 429 ? "Too many requests came from here. Wait a minute and verify again." : undefined;
}
