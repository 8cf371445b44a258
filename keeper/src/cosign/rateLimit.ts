/** Lets everybody in so many times a minute, in bursts of at most that many. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #clock: () => number; // {ms}
  readonly #left = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(perMinute: number, clock: () => number) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Counts a request of `who`. False when there were too many. */
  admit(who: string): boolean {
    const now = this.#clock();
    const tokens = this.#tokens(who, now);
    this.#forget(now);
    this.#left.set(who, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens >= 1;
  }

  /** Whether a request of `who` would be let in; counts none. */
  isOpen(who: string): boolean {
    return this.#tokens(who, this.#clock()) >= 1;
  }

  #tokens(who: string, now: number): number {
    const known = this.#left.get(who) ?? { tokens: this.#perMinute, at: now };
    return Math.min(this.#perMinute, known.tokens + ((now - known.at) / 60_000) * this.#perMinute);
  }

  /** Whoever has been quiet for a minute has a full measure again: nothing needs to be known of him. */
  #forget(now: number): void {
    for (const [who, { at }] of this.#left) if (now - at >= 60_000) this.#left.delete(who);
  }
}

/** Remembers requests for as long as they could be sent again. */
export class ReplayGuard {
  readonly #window: number; // {s}
  readonly #seen = new Map<string, number>(); // nonce to when {s} it may be forgotten

  constructor(window: number) {
    this.#window = window;
  }

  /** `stale`: sent too long ago, or in the future. `replayed`: it was here before. */
  admit(nonce: string, sentAt: number, now: number): "fresh" | "stale" | "replayed" {
    for (const [known, until] of this.#seen) if (until < now) this.#seen.delete(known);
    if (Math.abs(now - sentAt) > this.#window) return "stale";
    if (this.#seen.has(nonce)) return "replayed";
    this.#seen.set(nonce, now + 2 * this.#window);
    return "fresh";
  }
}
