import { valuesOf } from "../features/matrixColumns.ts";
import { centredRanks } from "../math/ranks.ts";
import type { DetailedEra } from "./examples.ts";

/**
 * What speaks while no model may: calm assets in an upward trend first. Learns nothing, so that nothing in it can be stale.
 */
export function fallbackScores(era: DetailedEra): Float64Array {
  const calm = centredRanks(era.exposures.volatility).map((rank) => -rank);
  const trend = centredRanks(valuesOf(era.matrix, "averageGap50"));
  return centredRanks(calm.map((rank, i) => rank + (trend[i] ?? Number.NaN)));
}
