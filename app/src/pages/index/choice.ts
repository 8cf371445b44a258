import type { Address } from "viem";
import type { Range } from "../../charts/ranges.ts";
import type { Benchmark } from "../../data/index/history.ts";

/** What somebody has chosen to look at: the same for all charts and measures of the page. */
export interface Choice {
  readonly vault: Address;
  readonly range: Range;
  /** undefined: the price alone. */
  readonly benchmark: Benchmark | undefined;
}
