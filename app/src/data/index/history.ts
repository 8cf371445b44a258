import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Range } from "../../charts/ranges.ts";
import { dateOf, type Span, spansOf } from "../../charts/ranges.ts";
import type { WeightDay } from "../../charts/stack.ts";
import type { Answers } from "../answers.d.ts";
import { type Api, ApiError } from "../api.ts";
import type { IndexBar } from "./live.ts";
import { type Place, usePlace } from "./place.ts";
import { momentOf, numberOf } from "./wire.ts";

/** The moment up to which history is asked for, and the first one of which there can be any. {s since 1970} */
export interface Horizon {
  readonly asOf: number;
  readonly since: number;
}

/** What the API told, and the moment {s since 1970} that it holds for. */
export interface Told<T> {
  readonly told: T;
  readonly asOf: number;
}

/** What only the API has: bars, weights and measures of past days. */
function useHistory<T>(
  key: readonly unknown[],
  read: (api: Api, signal: AbortSignal) => Promise<Told<T>>,
  isWanted: boolean,
) {
  const place = usePlace();
  return useQuery({
    queryKey: ["history", place?.network.chainId, ...key],
    enabled: place !== undefined && isWanted,
    queryFn: ({ signal }) => {
      const { api } = place as Place;
      if (api === undefined)
        throw new ApiError(0, "UNREACHABLE", "This network has no API, and the chain has no past.");
      return read(api, signal);
    },
  });
}

/** Prices of an index as bars {USD/share}: of an hour for a week, of a day for longer. */
export function usePrices(vault: Address, range: Range, horizon: Horizon | undefined) {
  const isHourly = range.days !== null && range.days <= 7;
  return useHistory(
    ["prices", vault, range.id, dayOf(horizon)],
    async (api, signal) => {
      const bars: IndexBar[] = [];
      let asOf = 0;
      for (const span of spansOf(range, horizon?.asOf ?? 0, horizon?.since ?? 0)) {
        const interval = isHourly ? "1h" : "1d";
        const answer = await api.get("/v1/indices/{address}/nav", { address: vault, interval, ...span }, signal);
        bars.push(...answer.data.bars.map(toBar).filter((bar) => bar !== undefined));
        asOf = momentOf(answer.asOf);
      }
      return { told: bars, asOf };
    },
    horizon !== undefined,
  );
}

/**
 * The range that shows something before anybody chose: the usual one, or all where there is too little in it. It asks nothing
 * that the chart of the price does not ask.
 */
export function useFirstRange(vault: Address, usual: Range, all: Range, horizon: Horizon): Range {
  const { data } = usePrices(vault, usual, horizon);
  return data !== undefined && data.told.length < 2 ? all : usual;
}

function toBar(bar: Answers["/v1/indices/{address}/nav"]["data"]["bars"][number]): IndexBar | undefined {
  const [open, high, low, close, tvl] = [bar.open, bar.high, bar.low, bar.close, bar.tvl].map(numberOf);
  // A bar in which a token had no price would look like a fall.
  if (!bar.isComplete || open == null || high == null || low == null || close == null || close === 0 || tvl == null)
    return undefined;
  return { time: momentOf(bar.from), open, high, low, close, tvl };
}

/** How an index did. */
export type Performance = Answers["/v1/indices/{address}/performance"]["data"];

/** What an index is measured against. */
export type Benchmark = "BTC" | "ETH" | "cash" | Address;

/** How an index did in a range beside a benchmark: values of each day, and measures of both. */
export function usePerformance(
  vault: Address,
  benchmark: Benchmark | undefined,
  range: Range,
  horizon: Horizon | undefined,
) {
  return useHistory(
    ["performance", vault, benchmark, range.id, dayOf(horizon)],
    async (api, signal): Promise<Told<Performance | null>> => {
      const spans = spansOf(range, horizon?.asOf ?? 0, horizon?.since ?? 0).toReversed();
      const measure = async ({ from, to }: Span) => {
        const path = "/v1/indices/{address}/performance";
        const { data, asOf } = await api.get(path, { address: vault, benchmark, from, to }, signal);
        return { told: data, asOf: momentOf(asOf) };
      };
      // One answer is one measure. Of days that are too many for one: the newest that can be measured.
      let newest: Told<Performance> | undefined;
      for (const span of spans) {
        const measured = await measure(span);
        newest ??= measured;
        if (measured.told.metrics.totalReturn !== null) return measured;
      }
      return newest ?? { told: null, asOf: horizon?.asOf ?? 0 };
    },
    horizon !== undefined,
  );
}

/** The weights at the end of each day, all that are known, and the symbols of the tokens. */
export function useWeights(vault: Address, range: Range, horizon: Horizon | undefined) {
  return useHistory(
    ["weights", vault, range.id, dayOf(horizon)],
    async (api, signal) => {
      const days: WeightDay[] = [];
      const symbols = new Map<string, string>();
      let asOf = 0;
      for (const span of spansOf(range, horizon?.asOf ?? 0, horizon?.since ?? 0)) {
        const answer = await api.get("/v1/indices/{address}/weights", { address: vault, ...span }, signal);
        asOf = momentOf(answer.asOf);
        for (const { date, weights } of answer.data.days) {
          days.push({ date, weights: new Map(weights.map(({ token, weightBps }) => [token, weightBps])) });
          for (const { token, symbol } of weights) if (symbol !== null) symbols.set(token, symbol);
        }
      }
      return { told: { days, symbols }, asOf };
    },
    horizon !== undefined,
  );
}

/** Fees as they were charged and handed out, newest first. */
export function useFees(vault: Address) {
  return useHistory(
    ["fees", vault],
    async (api, signal) => {
      const { data, asOf } = await api.get("/v1/indices/{address}/fees", { address: vault, limit: 10 }, signal);
      return { told: data, asOf: momentOf(asOf) };
    },
    true,
  );
}

/** What the keeper does for an index: its last decision and its next run; null: no keeper of this API serves it. */
export function useKeeperOf(vault: Address) {
  return useHistory(
    ["keeper", vault],
    async (api, signal) => {
      const { data, asOf } = await api.get("/v1/keeper/status", {}, signal);
      const own = data.indices.find(({ index }) => index.toLowerCase() === vault.toLowerCase()) ?? null;
      return { told: own, asOf: momentOf(asOf) };
    },
    true,
  );
}

function dayOf(horizon: Horizon | undefined): string | null {
  return horizon === undefined ? null : dateOf(horizon.asOf);
}
