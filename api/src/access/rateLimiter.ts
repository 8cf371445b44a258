import type { AccessLimit } from "./limits.ts";

/** What became of a request. */
export type Allowance = {
  /** Whether the request may go on. */
  readonly isAllowed: boolean;
  readonly limit: AccessLimit;
  /** {requests} left now, rounded down */
  readonly remaining: number;
  /** {s} until there is more: of a refused request, until it would be let through */
  readonly wait: number;
};

type Bucket = { tokens: number; at: number };

/** {requests} that a clock of so many digits may lose: what is missing by less than that is there. */
const ROUNDING = 1e-5;
/** Buckets kept at once: some 10 MB. */
const MOST_BUCKETS = 100_000;

/**
 * Token buckets by key. The table cannot grow without end: a bucket that has filled up again says nothing and goes first,
 * then the one that was asked for longest ago. Who fills the table with new keys gets nothing that the new keys did not bring.
 */
export class RateLimiter {
  /** In the order of their last use, the oldest first. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #most: number;

  constructor(most: number = MOST_BUCKETS) {
    this.#most = most;
  }

  /** Buckets that are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes `cost` {requests} out of a bucket at `now` {s}, or nothing when they are not there. A cost above the quota counts as
   * the quota: such a request waits for a full bucket. A clock that runs backwards fills nothing.
   */
  take(key: string, limit: AccessLimit, cost: number, now: number): Allowance {
    const rate = limit.quota / limit.window;
    const wanted = Math.min(cost, limit.quota);
    const tokens = this.#tokens(key, limit, now);
    const isAllowed = tokens >= wanted - ROUNDING;
    const left = isAllowed ? Math.max(0, tokens - wanted) : tokens;
    this.#keep(key, { tokens: left, at: now });
    const remaining = Math.floor(left + ROUNDING);
    const missing = isAllowed ? Math.min(limit.quota, remaining + 1) - left : wanted - left;
    return { isAllowed, limit, remaining, wait: Math.max(missing <= 0 ? 0 : 1, Math.ceil(missing / rate)) };
  }

  #tokens(key: string, { quota, window }: AccessLimit, now: number): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return quota;
    const elapsed = Math.max(0, now - bucket.at);
    return Math.min(quota, bucket.tokens + (elapsed * quota) / window);
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    const oldest = this.#buckets.size >= this.#most ? this.#buckets.keys().next() : undefined;
    if (oldest?.value !== undefined) this.#buckets.delete(oldest.value);
    this.#buckets.set(key, bucket);
  }
}

/** The RateLimit and RateLimit-Policy fields of draft-ietf-httpapi-ratelimit-headers-11, and Retry-After when refused. */
export function rateLimitHeaders({ isAllowed, limit, remaining, wait }: Allowance): Record<string, string> {
  const { name, quota, window } = limit;
  return {
    "RateLimit-Policy": `"${name}";q=${quota};w=${window}`,
    RateLimit: `"${name}";r=${remaining};t=${wait}`,
    ...(isAllowed ? {} : { "Retry-After": String(wait) }),
  };
}
