import { type Day, isoFromDay } from "../data/time.ts";
import { log } from "../math/functions.ts";
import { escapeText, linearScale, logTicks, niceTicks, pointsOf, type Scale } from "./svg.ts";

/** A line of a chart; `tone` names a colour of the sheet's style. */
export interface ChartLine {
  readonly name: string;
  readonly tone: string;
  readonly values: ArrayLike<number>;
  readonly strong?: boolean;
}

/** What all charts of a sheet share. */
export interface ChartFrame {
  readonly firstDay: Day;
  readonly days: number;
  /** By day, such as "bull"; drawn as a strip. */
  readonly regimes: readonly string[];
}

/** How an axis shows its values. */
export interface ValueAxis {
  readonly kind: "linear" | "log";
  readonly format: (value: number) => string;
  readonly low?: number;
  readonly high?: number;
}

interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const WIDE: Box = { width: 960, height: 320, left: 56, right: 12, top: 12, bottom: 40 };
const NARROW: Box = { width: 340, height: 250, left: 44, right: 8, top: 10, bottom: 40 };
const STRIP = 8;

/** Lines over time; drawn twice, for wide and for narrow screens. */
export function lineChart(frame: ChartFrame, lines: readonly ChartLine[], axis: ValueAxis, label: string): string {
  return both(label, (box) => {
    const scales = scalesOf(frame, lines, axis, box);
    const curves = lines.map(({ tone, values, strong }) => {
      const points = pointsOf(values, scales.x, scales.y);
      return `<polyline class="line ${strong ? "strong " : ""}${tone}" points="${points}"/>`;
    });
    return [grid(scales, axis, box), timeAxis(frame, scales.x, box), strip(frame, scales.x, box), ...curves].join("");
  });
}

/** One area from its base line. */
export function areaChart(frame: ChartFrame, line: ChartLine, axis: ValueAxis, label: string): string {
  return both(label, (box) => {
    const scales = scalesOf(frame, [line], axis, box);
    const base = scales.y(0).toFixed(1);
    const last = scales.x(line.values.length - 1).toFixed(1);
    const points = `${scales.x(0).toFixed(1)},${base} ${pointsOf(line.values, scales.x, scales.y)} ${last},${base}`;
    const area = `<polygon class="area ${line.tone}" points="${points}"/>`;
    return [grid(scales, axis, box), area, timeAxis(frame, scales.x, box), strip(frame, scales.x, box)].join("");
  });
}

/** Areas on top of each other, the first one at the bottom; together at most 1. */
export function stackChart(frame: ChartFrame, layers: readonly ChartLine[], label: string): string {
  const axis: ValueAxis = { kind: "linear", format: (value) => `${Math.round(100 * value)}%`, low: 0, high: 1 };
  return both(label, (box) => {
    const scales = scalesOf(frame, layers, axis, box);
    let floor = new Float64Array(frame.days);
    const areas = layers.map(({ tone, values, name }) => {
      const ceiling = floor.map((value, i) => Math.min(1, value + (values[i] ?? 0)));
      const up = pointsOf(ceiling, scales.x, scales.y);
      const down = pointsOf(floor, scales.x, scales.y).split(" ").reverse().join(" ");
      floor = ceiling;
      return `<polygon class="layer ${tone}" points="${up} ${down}"><title>${escapeText(name)}</title></polygon>`;
    });
    return [...areas, grid(scales, axis, box), timeAxis(frame, scales.x, box), strip(frame, scales.x, box)].join("");
  });
}

/** Names and colours. */
export function legend(lines: readonly { readonly name: string; readonly tone: string }[]): string {
  const items = lines.map(({ name, tone }) => `<li><i class="${tone}"></i>${escapeText(name)}</li>`);
  return `<ul class="legend">${items.join("")}</ul>`;
}

function both(label: string, draw: (box: Box) => string): string {
  const one = (box: Box, name: string) =>
    `<svg class="${name}" viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label="${escapeText(label)}">${draw(box)}</svg>`;
  return one(WIDE, "wide") + one(NARROW, "narrow");
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
  readonly low: number;
  readonly high: number;
}

function scalesOf(frame: ChartFrame, lines: readonly ChartLine[], axis: ValueAxis, box: Box): Scales {
  let [low, high] = [axis.low ?? Number.POSITIVE_INFINITY, axis.high ?? Number.NEGATIVE_INFINITY];
  for (const { values } of lines) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (axis.low === undefined) low = Math.min(low, value);
      if (axis.high === undefined) high = Math.max(high, value);
    }
  }
  if (!(high > low))
    [low, high] = [Number.isFinite(low) ? low * 0.9 : 0, Number.isFinite(high) ? high * 1.1 + 1e-6 : 1];
  const x = linearScale(0, Math.max(1, frame.days - 1), box.left, box.width - box.right);
  const floor = box.height - box.bottom;
  if (axis.kind === "linear") return { x, y: linearScale(low, high, floor, box.top), low, high };
  const inLogs = linearScale(log(low), log(high), floor, box.top);
  return { x, y: (value) => inLogs(log(value)), low, high };
}

function grid({ y, low, high }: Scales, axis: ValueAxis, box: Box): string {
  const ticks = axis.kind === "log" ? logTicks(low, high) : niceTicks(low, high, 6);
  let lowest = Number.POSITIVE_INFINITY;
  const lines = ticks.map((tick) => {
    const height = y(tick);
    const line = `<line class="grid" x1="${box.left}" x2="${box.width - box.right}" y1="${height.toFixed(1)}" y2="${height.toFixed(1)}"/>`;
    // Labels that would touch are left out.
    if (lowest - height < 14) return line;
    lowest = height;
    return `${line}<text class="tick" text-anchor="end" x="${box.left - 6}" y="${(height + 4).toFixed(1)}">${axis.format(tick)}</text>`;
  });
  return lines.join("");
}

function timeAxis({ firstDay, days }: ChartFrame, x: Scale, box: Box): string {
  const perLabel = box.width > 500 ? 62 : 54;
  const marks: string[] = [];
  let free = box.left - 1;
  for (let i = 0; i < days; i++) {
    const date = isoFromDay(firstDay + i);
    if (!date.endsWith("-01") || x(i) < free || x(i) > box.width - box.right - 20) continue;
    free = x(i) + perLabel;
    const text = date.slice(5, 7) === "01" || days < 200 ? date.slice(0, 7) : date.slice(0, 7);
    marks.push(`<text class="tick" text-anchor="start" x="${x(i).toFixed(1)}" y="${box.height - 6}">${text}</text>`);
  }
  return marks.join("");
}

/** A thin band below the plot: the regime of each day. */
function strip({ regimes }: ChartFrame, x: Scale, box: Box): string {
  const top = box.height - box.bottom + 8;
  const parts: string[] = [];
  for (let start = 0; start < regimes.length; ) {
    let end = start;
    while (end + 1 < regimes.length && regimes[end + 1] === regimes[start]) end++;
    const width = Math.max(0.5, x(Math.min(end + 1, regimes.length - 1)) - x(start));
    const name = escapeText(regimes[start] ?? "");
    parts.push(
      `<rect class="regime ${name}" x="${x(start).toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${STRIP}"><title>${name}</title></rect>`,
    );
    start = end + 1;
  }
  return parts.join("");
}
