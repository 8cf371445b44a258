/** {blocks} of the smallest question for logs: what public nodes answer. */
const SMALLEST_RANGE = 5_000n;

/** A question for the logs of these blocks, both included. */
export type ReadLogs<T> = (range: { readonly fromBlock: bigint; readonly toBlock: bigint }) => Promise<readonly T[]>;

/** Asks one node for logs of many blocks: all at once where the node answers that, else in parts. */
export class LogRanges {
  /** {blocks} of a question that the node answers; undefined: it has refused none yet. */
  #blocks: bigint | undefined;

  /** In the order of blocks. Throws what the node answers to the smallest question. */
  async read<T>(first: bigint, last: bigint, read: ReadLogs<T>): Promise<readonly T[]> {
    const parts: (readonly T[])[] = [];
    let fromBlock = first;
    while (fromBlock <= last) {
      const blocks = this.#blocks ?? last - fromBlock + 1n;
      const end = fromBlock + blocks - 1n;
      const toBlock = end < last ? end : last;
      try {
        parts.push(await read({ fromBlock, toBlock }));
        fromBlock = toBlock + 1n;
      } catch (error) {
        if (blocks <= SMALLEST_RANGE) throw error;
        const fewer = blocks / 4n;
        this.#blocks = fewer > SMALLEST_RANGE ? fewer : SMALLEST_RANGE;
      }
    }
    return parts.flat();
  }
}
