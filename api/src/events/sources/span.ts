/** How many places are read at a time: fewer where much happened, more where little did. */
export class Span {
  readonly #most: number;
  #size: number;

  constructor(first: number, most: number) {
    this.#size = first;
    this.#most = most;
  }

  /** The last place to read from `from` on. */
  end(from: number, newest: number): number {
    return Math.min(from + this.#size - 1, newest);
  }

  /** Learns from how many events there were. */
  learn(events: number): void {
    if (events > MANY) this.#size = Math.max(1, Math.floor(this.#size / 4));
    else if (events < FEW) this.#size = Math.min(this.#most, this.#size * 2);
  }
}

const FEW = 200;
const MANY = 1_000;
