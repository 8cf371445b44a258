import { type ComponentProps, lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { ChartFrame, Choices } from "../../charts/ChartFrame.tsx";
import { dateOf, RANGES } from "../../charts/ranges.ts";
import type { Drawn } from "../../charts/TimeChart.tsx";
import { type Benchmark, type Horizon, usePerformance, usePrices } from "../../data/index/history.ts";
import { type IndexBar, type Moment, withMoment } from "../../data/index/live.ts";
import { useIndices } from "../../data/indices.ts";
import { usd } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Skeleton } from "../../ui/surfaces.tsx";
import type { Choice } from "./choice.ts";
import { Loaded } from "./parts.tsx";
import { unknownBenchmark } from "./riskWords.ts";

const TimeChart = lazy(() => import("../../charts/TimeChart.tsx").then((part) => ({ default: part.TimeChart })));

/** What an index can stand beside, without other indices. */
const MARKETS = [
  { id: "BTC", label: "Bitcoin" },
  { id: "ETH", label: "Ether" },
  { id: "cash", label: "Dollars" },
] as const;

const dollars = (value: number) => usd(value).short;
const percents = (value: number) => `${value.toFixed(2)}%`;

/** {s} */
const HOUR = 3_600;
const DAY = 86_400;

type Look = "line" | "candles" | "tvl";

const LOOKS: readonly { id: Look; label: string }[] = [
  { id: "line", label: "Line" },
  { id: "candles", label: "Candles" },
  { id: "tvl", label: "Value held" },
];

interface PanelProps {
  choice: Choice;
  onChoose: (choice: Choice) => void;
  symbol: string;
  horizon: Horizon;
  /** What it is worth at this moment; undefined: a price is missing. */
  now: Moment | undefined;
}

/** The price over time: alone in dollars, as a line or candles, or what the index held; beside a benchmark in percent of the first day. */
export function PricePanel(props: PanelProps) {
  const { choice, onChoose } = props;
  const [look, setLook] = useState<Look>("line");
  const controls = (
    <>
      <Choices
        label="Range"
        options={RANGES}
        chosen={choice.range.id}
        onChoose={(id) => onChoose({ ...choice, range: RANGES.find((range) => range.id === id) ?? choice.range })}
      />
      {choice.benchmark === undefined && (
        <Choices label="Kind of chart" options={LOOKS} chosen={look} onChoose={setLook} />
      )}
    </>
  );
  return (
    <Card title="Price" aside={<BenchmarkSelect {...props} />}>
      {choice.benchmark === undefined ? (
        <Prices {...props} look={look} controls={controls} />
      ) : (
        <Beside {...props} benchmark={choice.benchmark} controls={controls} />
      )}
    </Card>
  );
}

function BenchmarkSelect({ choice, onChoose }: PanelProps) {
  const { data } = useIndices();
  const others = data?.data.filter(({ address }) => address !== choice.vault) ?? [];
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="text-muted">Compare with</span>
      <select
        className="min-h-11 rounded-lg border border-control-line bg-surface px-2"
        value={choice.benchmark ?? ""}
        onChange={({ target }) => onChoose({ ...choice, benchmark: (target.value || undefined) as Benchmark })}
      >
        <option value="">nothing</option>
        {MARKETS.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
        {others.map(({ address, symbol }) => (
          <option key={address} value={address}>
            {symbol}
          </option>
        ))}
      </select>
    </label>
  );
}

type DrawingProps = PanelProps & { controls: ReactNode };

function Prices({ choice, symbol, horizon, now, look, controls }: DrawingProps & { look: Look }) {
  const asked = usePrices(choice.vault, choice.range, horizon);
  const known = asked.data?.told;
  const hasHours = choice.range.days === 7;
  const bars = useMemo(() => withMoment(known ?? [], now, hasHours ? HOUR : DAY), [known, now, hasHours]);
  const drawn = useMemo((): readonly Drawn[] => drawnOf(bars, look, symbol), [bars, look, symbol]);
  const stamp = (time: number) => new Date(time * 1_000).toISOString();
  return (
    <>
      {known === undefined && controls}
      <Loaded asked={asked} height="h-80">
        {({ asOf }) => (
          <>
            <ChartFrame
              caption={`Price of ${symbol}, USD a share, and what it held`}
              controls={controls}
              table={{
                file: `${symbol}-price-${choice.range.id}`,
                header: ["From (UTC)", "Open (USD)", "High (USD)", "Low (USD)", "Close (USD)", "Value held (USD)"],
                rows: bars.map(({ time, open, high, low, close, tvl }) => [stamp(time), open, high, low, close, tvl]),
              }}
            >
              {bars.length === 0 ? (
                <Empty title="No price of those days is known">Choose a longer range, or come back tomorrow.</Empty>
              ) : (
                <Drawing
                  label={wordsOf(symbol, bars, look)}
                  series={drawn}
                  format={dollars}
                  hasHours={hasHours}
                  view={`${choice.vault} ${choice.range.id} ${look}`}
                />
              )}
            </ChartFrame>
            <SourceLine source="api" asOf={Math.max(asOf, now?.time ?? 0)} />
          </>
        )}
      </Loaded>
    </>
  );
}

function drawnOf(bars: readonly IndexBar[], look: Look, symbol: string): readonly Drawn[] {
  if (look === "candles") {
    const points = bars.map(({ time, open, high, low, close }) => ({ time, open, high, low, close }));
    return [{ kind: "candles", name: symbol, points }];
  }
  const points = bars.map(({ time, close, tvl }) => ({ time, value: look === "tvl" ? tvl : close }));
  return [{ kind: "line", name: symbol, token: "--accent", points }];
}

function wordsOf(symbol: string, bars: readonly IndexBar[], look: Look): string {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return `Price of ${symbol}`;
  if (look === "tvl") {
    const from = `${dollars(first.tvl)} on ${dateOf(first.time)}`;
    return `Value held by ${symbol}: from ${from} to ${dollars(last.tvl)} on ${dateOf(last.time)}. The table has every value.`;
  }
  const from = `${dollars(first.close)} on ${dateOf(first.time)}`;
  return `Price of ${symbol}: from ${from} to ${dollars(last.close)} on ${dateOf(last.time)}. The table has every value.`;
}

function Beside({ choice, symbol, horizon, benchmark, controls }: DrawingProps & { benchmark: Benchmark }) {
  const { data: indices } = useIndices();
  const other =
    MARKETS.find(({ id }) => id === benchmark)?.label ??
    indices?.data.find(({ address }) => address === benchmark)?.symbol ??
    benchmark;
  const asked = usePerformance(choice.vault, benchmark, choice.range, horizon);
  const days = asked.data?.told?.series;
  const drawn = useMemo((): readonly Drawn[] => {
    const gain = (value: number) => (value - 1) * 100;
    const at = (date: string) => Date.parse(date) / 1_000;
    const own = days?.map(({ date, value }) => ({ time: at(date), value: gain(value) })) ?? [];
    const theirs = days?.flatMap(({ date, benchmark: value }) =>
      value === null ? [] : [{ time: at(date), value: gain(value) }],
    );
    return [
      { kind: "line", name: symbol, token: "--accent", points: own },
      { kind: "line", name: other, token: "--series-2", points: theirs ?? [] },
    ];
  }, [days, symbol, other]);
  return (
    <>
      {days === undefined && controls}
      <Loaded asked={asked} height="h-80">
        {({ told: performance, asOf }) => {
          const { series, reason } = performance ?? { series: [], reason: null };
          // What cannot be compared is no failure: one's own line is there.
          const isAlone = performance !== null && performance.benchmarkMetrics === null && series.length > 1;
          const note = isAlone ? unknownBenchmark(other, series) : reason;
          return (
            <ChartFrame
              caption={`${symbol} beside ${other}, both begin at 1`}
              controls={controls}
              table={{
                file: `${symbol}-${other}-${choice.range.id}`,
                header: ["Day", `${symbol} (first day = 1)`, `${other} (first day = 1)`],
                rows: series.map(({ date, value, benchmark: theirs }) => [date, value, theirs]),
              }}
            >
              {series.length < 2 ? (
                <Empty title="There is too little to compare">{reason}</Empty>
              ) : (
                <>
                  <Drawing
                    label={`${symbol} beside ${other}, change since ${series[0]?.date} in percent. The table has every value.`}
                    series={drawn}
                    format={percents}
                  />
                  <p className="text-xs text-muted">
                    Change since {series[0]?.date}, in percent. {note}
                  </p>
                  <SourceLine source="api" asOf={asOf} />
                </>
              )}
            </ChartFrame>
          );
        }}
      </Loaded>
    </>
  );
}

function Drawing(props: ComponentProps<typeof TimeChart>) {
  return (
    <Suspense fallback={<Skeleton className="h-72 w-full sm:h-80" />}>
      <TimeChart {...props} />
    </Suspense>
  );
}
