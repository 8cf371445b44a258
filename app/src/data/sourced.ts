import { ApiError } from "./api.ts";

/** Where a figure on the screen comes from. */
export type Source = "api" | "chain";

/** Data with where it comes from and what of it is missing for that reason. */
export interface Sourced<T> {
  readonly data: T;
  readonly source: Source;
  /** {s since 1970} the moment that the data holds for. */
  readonly asOf: number;
  /** What only the API knows and this lacks, in words; empty when nothing is missing. */
  readonly missing: readonly string[];
}

/**
 * Asks the API, and the chain when the API is not there or lacks a part. A refusal (4xx) is an answer and is thrown: the chain
 * would not know better.
 */
export async function fromApiOrChain<T>(parts: {
  api: (() => Promise<Omit<Sourced<T>, "source" | "missing">>) | undefined;
  chain: () => Promise<Omit<Sourced<T>, "source" | "missing">>;
  /** What the chain cannot tell. */
  missing: readonly string[];
}): Promise<Sourced<T>> {
  try {
    if (parts.api !== undefined) return { ...(await parts.api()), source: "api", missing: [] };
  } catch (error) {
    const isDown = error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);
    if (!isDown) throw error;
  }
  return { ...(await parts.chain()), source: "chain", missing: parts.missing };
}
