/** {s} Seconds since 1970, of the machine. */
export type Clock = () => number;

/** The machine's clock. */
export const machineClock: Clock = () => Date.now() / 1000;

/**
 * The chain's time between two blocks: the newest head's, and what has passed here since it was seen. A chain of a test or of
 * a demonstration may live in another year than the machine; ages are measured in its own time.
 */
export class ChainClock {
  readonly #clock: Clock;
  #newest: { readonly timestamp: number; readonly seen: number } | null = null;

  constructor(clock: Clock = machineClock) {
    this.#clock = clock;
  }

  /** Takes note of a head's time {s}. An older one than known is left out. */
  see(timestamp: number): void {
    if (this.#newest === null || timestamp >= this.#newest.timestamp) this.#newest = { timestamp, seen: this.#clock() };
  }

  /** {s} The chain's time now; the machine's while no head was seen. */
  now(): number {
    const now = this.#clock();
    return this.#newest === null ? now : this.#newest.timestamp + Math.max(0, now - this.#newest.seen);
  }
}
