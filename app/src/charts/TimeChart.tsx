import {
  CandlestickSeries,
  ColorType,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type LogicalRange,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef } from "react";
import { colourOf, usePageTheme } from "./palette.ts";

/** One moment of a line. */
export interface Point {
  /** {s since 1970} */
  readonly time: number;
  /** null: not known, which takes its place on the axis all the same. */
  readonly value: number | null;
}

/** One bar of candles. */
export interface Bar {
  /** {s since 1970} its start */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What is drawn, oldest first, each moment once. */
export type Drawn =
  | { readonly kind: "line"; readonly name: string; readonly token: `--${string}`; readonly points: readonly Point[] }
  | { readonly kind: "candles"; readonly name: string; readonly points: readonly Bar[] };

export interface TimeChartProps {
  /** What it shows, for whoever listens. */
  label: string;
  series: readonly Drawn[];
  /** How a value is written at the axis, with its unit. */
  format: (value: number) => string;
  /** Bars shorter than a day: the axis shows hours. */
  hasHours?: boolean;
  /** What is looked at: newer figures of the same view leave the part that somebody has moved to where it is. */
  view?: string;
}

/** Prices over time on a canvas. Dragging and the wheel move it; the mark of its library stays, as its licence wants. */
export function TimeChart({ label, series, format, hasHours = false, view }: TimeChartProps) {
  const place = useRef<HTMLElement>(null);
  const chart = useRef<IChartApi>(null);
  const seen = useRef<string>(undefined);
  const range = useRef<LogicalRange | null>(null);
  const theme = usePageTheme();

  useEffect(() => {
    if (place.current === null) return;
    const made = createChart(place.current, { autoSize: true, layout: { attributionLogo: true } });
    chart.current = made;
    return () => {
      chart.current = null;
      made.remove();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the tokens stand for
  useEffect(() => {
    const line = colourOf("--line");
    chart.current?.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: colourOf("--surface") },
        textColor: colourOf("--muted"),
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line, timeVisible: hasHours, secondsVisible: false },
      localization: { priceFormatter: format, locale: "en-GB" },
    });
  }, [theme, hasHours, format]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the tokens stand for
  useEffect(() => {
    const made = chart.current;
    if (made === null) return;
    const drawn = series.map((one) => draw(made, one));
    const moved = view !== undefined && seen.current === view ? range.current : null;
    seen.current = view;
    if (moved === null) made.timeScale().fitContent();
    else made.timeScale().setVisibleLogicalRange(moved);
    return () => {
      // React takes effects down from above: the chart may be gone with all that was drawn.
      if (chart.current !== made) return;
      range.current = made.timeScale().getVisibleLogicalRange();
      for (const one of drawn) made.removeSeries(one);
    };
  }, [series, theme, view]);

  return <figure ref={place} aria-label={label} className="h-72 w-full sm:h-80" />;
}

function draw(chart: IChartApi, one: Drawn): ISeriesApi<"Line"> | ISeriesApi<"Candlestick"> {
  if (one.kind === "candles") {
    const [up, down] = [colourOf("--gain"), colourOf("--loss")];
    const colours = { upColor: up, downColor: down, borderVisible: false, wickUpColor: up, wickDownColor: down };
    const candles = chart.addSeries(CandlestickSeries, { ...colours, title: one.name });
    candles.setData(one.points.map(({ time, ...bar }) => ({ time: time as UTCTimestamp, ...bar })));
    return candles;
  }
  const line = chart.addSeries(LineSeries, { color: colourOf(one.token), lineWidth: 2, title: one.name });
  line.setData(
    one.points.map(({ time, value }) => ({ time: time as UTCTimestamp, ...(value === null ? {} : { value }) })),
  );
  return line;
}
