import { z } from "zod";
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

const keeperPages = z.object({
  vaults: z.array(z.object({ vault: z.string(), due: z.object({ at: z.number() }).nullable() })),
});

/** What the keeper itself says now. */
export interface KeeperSays {
  /** {s} when the next decision about a vault is due, by lower-case vault; null: the keeper does not know. */
  readonly due: ReadonlyMap<string, number | null>;
  readonly live: { readonly isUp: boolean; readonly detail: string };
}

/** Asks the keeper when decisions are due. A keeper that does not answer is an answer too: it never throws. */
export async function askKeeper(page: () => Promise<unknown>): Promise<KeeperSays> {
  try {
    const { vaults } = keeperPages.parse(await page());
    const due = new Map(vaults.map(({ vault, due: next }) => [vault.toLowerCase(), next?.at ?? null]));
    return { due, live: { isUp: true, detail: "It answers." } };
  } catch (error) {
    const words = error instanceof UnavailableError ? error.detail : "Its page cannot be read.";
    return { due: new Map(), live: { isUp: false, detail: words } };
  }
}
