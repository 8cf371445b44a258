import { z } from "zod";
import { DataSourceError } from "../errors.ts";
import type { AnswerCache } from "./cache.ts";
import type { Headline } from "./columns.ts";
import { collectHeadlines, type HeadlineSource as Feed, type SourceFailure } from "./headlines.ts";
import type { HeadlineSource } from "./source.ts";

/** What live headlines are made from. */
export interface LiveHeadlineOptions {
  readonly feeds: readonly Feed[];
  readonly cache: AnswerCache;
  readonly clock: () => number; // {s}
  /** Told of feeds that gave nothing. */
  readonly onFailure?: (failure: SourceFailure) => void;
}

const KEY = "headlines/seen";
const ASK_EVERY = 3_600; // {s}
const KEPT = 400 * 86_400; // {s} more than any decision looks back

const storedSchema = z.object({
  askedAt: z.number(),
  seen: z.array(z.object({ at: z.number().int(), source: z.string(), text: z.string() })),
});

/**
 * Headlines of all feeds, asked for once an hour and kept. Each counts from when it was first seen here, whatever its own date
 * says: an item that was dated back would else change what was known in the past.
 */
export function createLiveHeadlines({ feeds, cache, clock, onFailure }: LiveHeadlineOptions): HeadlineSource {
  const load = async (): Promise<readonly Headline[]> => {
    const text = await cache.get(KEY);
    const stored = text === undefined ? { askedAt: Number.NEGATIVE_INFINITY, seen: [] } : read(text);
    const now = Math.floor(clock());
    if (now - stored.askedAt < ASK_EVERY) return stored.seen;
    const { headlines, failures } = await collectHeadlines(feeds, now);
    for (const failure of failures) onFailure?.(failure);
    const seen = new Map(stored.seen.filter(({ at }) => now - at < KEPT).map((item) => [keyOf(item), item]));
    for (const item of headlines) if (!seen.has(keyOf(item))) seen.set(keyOf(item), { ...item, at: now });
    await cache.put(KEY, JSON.stringify({ askedAt: now, seen: [...seen.values()] }));
    return [...seen.values()];
  };
  let pending: Promise<readonly Headline[]> | undefined;
  return {
    headlines: async (asOf) => {
      pending ??= load().finally(() => {
        pending = undefined;
      });
      return (await pending).filter(({ at }) => at <= asOf);
    },
  };
}

function keyOf({ source, text }: Headline): string {
  return `${source} ${text}`;
}

function read(text: string): z.output<typeof storedSchema> {
  const parsed = storedSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new DataSourceError("The stored headlines cannot be read. Delete the cache folder of the live source.", {
    key: KEY,
  });
}
