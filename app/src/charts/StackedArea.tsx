import { area, curveLinear } from "d3-shape";
import { type PointerEvent, useId, useMemo, useState } from "react";
import { REST, SERIES } from "./palette.ts";
import type { Stack } from "./stack.ts";
import { useWidth } from "./useWidth.ts";

/** {px} */
const HEIGHT = 260;
const FOOT = 22;
const SIDE = 40;
const WHOLE = 10_000;

/** Weights over time, one above the other, with what they were on the day that is pointed at. */
export function StackedArea({ label, stack, nameOf }: { label: string; stack: Stack; nameOf: (id: string) => string }) {
  const { parts, rest, days } = stack;
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const slider = useId();
  const inner = Math.max(1, width - SIDE);
  const paths = useMemo(() => pathsOf(stack, inner), [stack, inner]);
  const shown = Math.min(at ?? days.length - 1, days.length - 1);
  const day = days[shown];
  const colours = coloursOf(stack);
  const names = [...parts.map(nameOf), ...(rest > 0 ? [`${rest} other tokens`] : [])];

  const point = ({ nativeEvent: { offsetX } }: PointerEvent<SVGSVGElement>) => {
    const part = Math.min(1, Math.max(0, (offsetX - SIDE) / inner));
    setAt(Math.round(part * (days.length - 1)));
  };
  const x = SIDE + (days.length < 2 ? inner : (shown / (days.length - 1)) * inner);
  return (
    <div ref={ref} className="flex flex-col gap-3">
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT + FOOT}
          role="img"
          aria-label={label}
          onPointerMove={point}
          className="touch-pan-y"
        >
          <title>{label}</title>
          <g transform={`translate(${SIDE} 0)`}>
            {paths.map((path, i) => (
              <path key={names[i]} d={path} fill={colours[i]} fillOpacity={0.85} />
            ))}
          </g>
          {[0, 0.5, 1].map((part) => (
            <text
              key={part}
              x={SIDE - 6}
              y={HEIGHT * (1 - part) + (part === 1 ? 11 : part === 0 ? 0 : 4)}
              textAnchor="end"
              fontSize={11}
              fill="var(--muted)"
            >
              {part * 100}%
            </text>
          ))}
          <line x1={x} x2={x} y1={0} y2={HEIGHT} stroke="var(--text)" strokeDasharray="3 3" />
          <text x={SIDE} y={HEIGHT + 16} fontSize={11} fill="var(--muted)">
            {days[0]?.date}
          </text>
          <text x={width} y={HEIGHT + 16} textAnchor="end" fontSize={11} fill="var(--muted)">
            {days.at(-1)?.date}
          </text>
        </svg>
      )}
      <label htmlFor={slider} className="flex flex-wrap items-center gap-3 text-sm">
        <span className="tabular-nums">Weights on {day?.date}</span>
        <input
          id={slider}
          type="range"
          min={0}
          max={days.length - 1}
          value={shown}
          aria-valuetext={day?.date}
          onChange={(event) => setAt(Number(event.target.value))}
          className="h-11 min-w-40 flex-1 accent-accent"
        />
      </label>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-1 text-sm sm:grid-cols-3 lg:grid-cols-4">
        {names.map((name, i) => (
          <li key={name} className="flex items-center gap-2">
            <span aria-hidden="true" className="size-3 shrink-0 rounded-sm" style={{ background: colours[i] }} />
            <span className="truncate">{name}</span>
            <span className="ml-auto text-muted tabular-nums">{((day?.weights[i] ?? 0) / 100).toFixed(2)}%</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function coloursOf({ parts, rest }: Stack): readonly string[] {
  const own = parts.map((_, i) => SERIES[i % SERIES.length] ?? REST);
  return rest > 0 ? [...own, REST] : own;
}

/** One path a part, from the bottom up. A single day is drawn as wide as the chart. */
function pathsOf({ days }: Stack, width: number): readonly string[] {
  const wide = days.length === 1 ? [...days, ...days] : days;
  const count = wide[0]?.weights.length ?? 0;
  const step = width / Math.max(1, wide.length - 1);
  const height = (bps: number) => HEIGHT * (1 - Math.min(bps, WHOLE) / WHOLE);
  const below = wide.map(() => 0);
  return Array.from({ length: count }, (_, part) => {
    const base = [...below];
    const draw = area<(typeof wide)[number]>()
      .x((_day, i) => i * step)
      .y0((_day, i) => height(base[i] ?? 0))
      .y1((day, i) => height((base[i] ?? 0) + (day.weights[part] ?? 0)))
      .curve(curveLinear);
    const path = draw([...wide]) ?? "";
    wide.forEach((day, i) => {
      below[i] = (below[i] ?? 0) + (day.weights[part] ?? 0);
    });
    return path;
  });
}
