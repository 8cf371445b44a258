import { availability, computeMatrix, type FeatureRows } from "../src/features/dataPoints.ts";
import type { MarketPanel } from "../src/features/marketPanel.ts";
import { syntheticPanel } from "../src/features/panel.fixture.ts";
import { slicePanel } from "../src/features/pointInTime.ts";
import { rankRows, toBins } from "../src/features/ranks.ts";
import { type Benchmark, type Duration, seconds } from "./types.ts";

/** Every asset on each of the days. */
function rowsOf(days: readonly number[], assets: number): FeatureRows {
  return {
    day: Int32Array.from(days.flatMap((day) => Array.from({ length: assets }, () => day))),
    asset: Int32Array.from(days.flatMap(() => Array.from({ length: assets }, (_, i) => i))),
  };
}

/** Seconds from the panel to bins. Throws unless the last row has every data point. */
function computing(panel: MarketPanel, rows: FeatureRows): Duration {
  let known = 0;
  const time = seconds(() => {
    const matrix = computeMatrix(panel, rows);
    toBins(rankRows(matrix), matrix.rows, matrix.features.length);
    const last = availability(matrix, matrix.rows - 1);
    known = last.known / last.possible;
  });
  if (known < 1) throw new Error(`Only ${known} of the data points are known.`);
  return time;
}

/** What is measured of the data points. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "data points of 6,000 tokens for one day, with ranks",
    target: "<= 2 s",
    unit: "s",
    limit: 2,
    run: () => {
      const panel = syntheticPanel({ assets: 6_000, days: 560, seed: 1 });
      // A panel of its own, so that nothing is remembered from before.
      return computing(slicePanel(panel, 10, 560), rowsOf([549], 6_000));
    },
  },
  {
    name: "data points of 40,000 rows: 120 tokens, weekly for 6 years",
    target: "<= 10 s",
    unit: "s",
    limit: 10,
    run: () => {
      const panel = syntheticPanel({ assets: 120, days: 560 + 7 * 334, seed: 1 });
      const weeks = Array.from({ length: 334 }, (_, i) => 560 + 7 * i);
      return computing(panel, rowsOf(weeks, 120));
    },
  },
];
