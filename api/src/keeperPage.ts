import { UnavailableError } from "./http/problem.ts";

const TIMEOUT = 2_000; // {ms}

/** Reads the keeper's own /status. Throws UnavailableError when it does not answer or is not configured. */
export function keeperPageOf(url: string | undefined): () => Promise<unknown> {
  return async () => {
    if (url === undefined) throw new UnavailableError(["keeper"], "Its address is not configured: set `keeperUrl`.");
    try {
      const response = await fetch(new URL("/status", url), { signal: AbortSignal.timeout(TIMEOUT) });
      return await response.json();
    } catch (cause) {
      throw new UnavailableError(["keeper"], "The keeper does not answer now.", { cause });
    }
  };
}
