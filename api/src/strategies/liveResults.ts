import type { Address } from "viem";
import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import type { AdoptionRow, StrategyRow } from "../history/serviceRows.ts";
import { everyRow } from "../routes/holdings.ts";
import { coinSeries, navSeries } from "../routes/performance.ts";
import type { DailySeries } from "../routes/performanceMaths.ts";
import { followingsOf } from "./adoptions.ts";
import { type LiveResult, rankStrategies } from "./ranking.ts";

const DAY = 86_400; // {s}
const NO_CLOSES: DailySeries = { firstDay: 0, values: [] };

/** What returns are compared with. */
export const BENCHMARKS = ["BTC", "ETH", "cash"] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

/** A strategy with its place. */
export type RankedStrategy = { readonly row: StrategyRow; readonly result: LiveResult };

/** From the day `from` to the day `to`, as far as it is known. */
async function benchmarkOf(
  context: ApiContext,
  name: Benchmark,
  { from, to }: { readonly from: number; readonly to: number },
  at: At,
): Promise<DailySeries> {
  if (name === "cash") return { firstDay: 0, values: new Array<number>(to + 1).fill(1) };
  return (await coinSeries(context, name, from, at)) ?? NO_CLOSES;
}

/** All strategies by what the indices that adopted them did since then: value per share, net of every fee. */
export async function liveResults(
  context: ApiContext,
  benchmark: Benchmark,
  at: At,
): Promise<readonly RankedStrategy[]> {
  const { history } = context;
  const rows = await everyRow<StrategyRow>((page) => history.strategies({ kind: "STRATEGY", ...at, ...page }));
  const adoptions = await everyRow<AdoptionRow>((page) => history.adoptions({ ...at, ...page }));
  const byStrategy = Map.groupBy(adoptions, ({ strategy }) => strategy);
  const now = at.asOf ?? (await history.head()).time;
  const today = Math.floor(now / DAY);
  // An index that went back to a strategy has one value a day all the same.
  const known = new Map<Address, Promise<DailySeries | null>>();
  const navOf = (vault: Address) => {
    const series = known.get(vault) ?? navSeries(context, vault, { from: 0, to: today }, at).then((nav) => nav.series);
    known.set(vault, series);
    return series;
  };
  const followed = await Promise.all(
    rows.map(async ({ id }) => {
      const own = followingsOf(byStrategy.get(id) ?? []);
      return { id, adoptions: await Promise.all(own.map(async (each) => ({ ...each, nav: await navOf(each.vault) }))) };
    }),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const from = Math.min(today, ...adoptions.map(({ time }) => Math.floor(time / DAY)));
  return rankStrategies(followed, await benchmarkOf(context, benchmark, { from, to: today }, at)).flatMap((result) => {
    const row = byId.get(result.id);
    return row === undefined ? [] : [{ row, result }];
  });
}
