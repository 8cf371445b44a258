/** Work that is done one piece after the other where it has the same key, and at the same time where it has not. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Waits for what was asked before under `key`, however it ended, then works. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
