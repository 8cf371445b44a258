import { escapeText } from "../../../keeper/src/backtest/svg.ts";

/** One line of a chart; `values` are {USD} of $100 put in at the start. */
export interface Line {
  name: string;
  color: string;
  values: readonly number[];
  dashed?: boolean;
}

/** A chart of lines over a band that shows how much of the index was in coins. */
export interface Chart {
  title: string;
  /** Where the figures come from: stands in the picture, so that it cannot be lost. */
  label: string;
  timestamps: readonly number[];
  lines: readonly Line[];
  /** {1} part in coins, drawn as an area. */
  exposure: readonly number[];
}

const WIDTH = 900;
const PANEL = 340;
const LEFT = 60;
const RIGHT = 20;
const TOP = 50;
const PLOT = 230;
const FONT = "font-family='sans-serif' font-size='12'";

/** All charts, one below the other, as an SVG document. */
export function drawCharts(charts: readonly Chart[]): string {
  const panels = charts.map((chart, index) => `<g transform='translate(0 ${index * PANEL})'>${drawPanel(chart)}</g>`);
  const height = charts.length * PANEL;
  return `<svg xmlns='http://www.w3.org/2000/svg' width='${WIDTH}' height='${height}' viewBox='0 0 ${WIDTH} ${height}'>
<rect width='${WIDTH}' height='${height}' fill='white'/>
${panels.join("\n")}
</svg>
`;
}

function drawPanel({ title, label, timestamps, lines, exposure }: Chart): string {
  const all = lines.flatMap(({ values }) => values);
  const top = Math.ceil(Math.max(...all) / 20) * 20;
  const x = (index: number): number => LEFT + (index / Math.max(1, timestamps.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + PLOT - (value / top) * PLOT;
  const points = (values: readonly number[]): string =>
    values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");

  const area = exposure.map((part, index) => `${x(index).toFixed(1)},${y(part * top).toFixed(1)}`).join(" ");
  const base = y(0).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const height = y(part * top).toFixed(1);
    const text = `<text x='${LEFT - 8}' y='${height}' ${FONT} text-anchor='end'>$${(part * top).toFixed(0)}</text>`;
    return `<line x1='${LEFT}' x2='${WIDTH - RIGHT}' y1='${height}' y2='${height}' stroke='#ddd'/>${text}`;
  });
  const curves = lines.map(({ color, values, dashed }) => {
    const dash = dashed ? " stroke-dasharray='5 4'" : "";
    return `<polyline fill='none' stroke='${color}' stroke-width='2'${dash} points='${points(values)}'/>`;
  });
  return [
    `<text x='${LEFT}' y='20' font-family='sans-serif' font-size='15' font-weight='bold'>${escapeText(title)}</text>`,
    `<text x='${LEFT}' y='38' ${FONT} fill='#666'>${escapeText(label)}</text>`,
    `<polygon points='${x(0)},${base} ${area} ${x(exposure.length - 1)},${base}' fill='#e8eef7'/>`,
    ...grid,
    ...curves,
    drawMonths(timestamps, x),
    drawLegend(lines),
  ].join("\n");
}

function drawMonths(timestamps: readonly number[], x: (index: number) => number): string {
  let month = "";
  return timestamps
    .map((timestamp, index) => {
      const date = new Date(timestamp * 1_000).toISOString().slice(0, 7);
      if (date === month) return "";
      month = date;
      return `<text x='${x(index).toFixed(1)}' y='${TOP + PLOT + 16}' ${FONT}>${date.slice(2)}</text>`;
    })
    .join("");
}

function drawLegend(lines: readonly Line[]): string {
  const entries = [...lines, { name: "part in coins (area)", color: "#b9cbe6" }];
  return entries
    .map(({ name, color }, index) => {
      const left = LEFT + index * 210;
      const mark = `<rect x='${left}' y='${TOP + PLOT + 28}' width='14' height='10' fill='${color}'/>`;
      return `${mark}<text x='${left + 20}' y='${TOP + PLOT + 37}' ${FONT}>${escapeText(name)}</text>`;
    })
    .join("");
}
