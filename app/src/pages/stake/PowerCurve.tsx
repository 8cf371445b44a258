import type { LockState } from "@gimbal/sdk";
import { area, line } from "d3-shape";
import { formatUnits } from "viem";
import { Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { curveEnd, type PowerPoint, powerCurve } from "./curve.ts";
import { dayWords, veGim } from "./words.ts";

/** {px} of the drawing; it is stretched to its place, and its lines keep their width. */
const [WIDTH, HEIGHT] = [600, 200];

interface Row {
  readonly at: bigint;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

/** {weeks} between two rows of the table. */
const ROW_WEEKS = 4;

export interface PowerCurveProps {
  /** {s} */
  now: bigint;
  /** undefined: nothing is locked. */
  before: LockState | undefined;
  /** undefined: the form does not say yet. */
  after: LockState | undefined;
}

/** Power over time, as the lock is and as it would be; beside the drawing, the same as a table. */
export function PowerCurve({ now, before, after }: PowerCurveProps) {
  const locks = [before, after].filter((lock) => lock !== undefined);
  if (locks.length === 0) return null;
  const to = curveEnd(locks, now);
  const old = before && powerCurve(before, now, to);
  const next = after && powerCurve(after, now, to);
  const highest = [...(old ?? []), ...(next ?? [])].reduce((most, { power }) => (power > most ? power : most), 0n);
  const x = ({ at }: PowerPoint) => (Number(at - now) / Number(to - now)) * WIDTH;
  const y = ({ power }: PowerPoint) =>
    highest === 0n ? HEIGHT : HEIGHT * (1 - Number(formatUnits(power, 18)) / Number(formatUnits(highest, 18)));
  const drawLine = line<PowerPoint>().x(x).y(y);
  const drawArea = area<PowerPoint>().x(x).y0(HEIGHT).y1(y);
  const columns: readonly Column<Row>[] = [
    { key: "at", title: "Day", cell: ({ at }) => <Figure shown={dayWords(at)} /> },
    ...(old ? [{ key: "before", title: "Now", isFigure: true, cell: figureOf("before") }] : []),
    ...(next ? [{ key: "after", title: "After", isFigure: true, cell: figureOf("after") }] : []),
  ];
  const rows = (next ?? old ?? [])
    .map(({ at }, i): Row => ({ at, before: old?.[i]?.power, after: next?.[i]?.power }))
    .filter((_, i, { length }) => i % ROW_WEEKS === 0 || i === length - 1);

  return (
    <figure>
      <figcaption className="mb-2 flex flex-wrap items-center justify-between gap-2 text-sm">
        <span className="font-medium">Power over time</span>
        <span className="flex gap-4 text-muted">
          {old && <Key className="border-dashed border-muted">as it is</Key>}
          {next && <Key className="border-accent">after</Key>}
        </span>
      </figcaption>
      <p className="text-xs text-muted">
        <Figure shown={veGim(highest)} />
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-40 w-full border-b border-l border-line"
        role="img"
        aria-label={`Power falls from ${veGim((next ?? old)?.[0]?.power).short} today; the table below has the figures.`}
      >
        {next && <path d={drawArea([...next]) ?? ""} className="fill-accent opacity-15" />}
        {old && (
          <path
            d={drawLine([...old]) ?? ""}
            className="fill-none stroke-muted stroke-2"
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {next && (
          <path
            d={drawLine([...next]) ?? ""}
            className="fill-none stroke-accent stroke-2"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <p className="mt-1 flex justify-between text-xs text-muted">
        <span>{dayWords(now).short}</span>
        <span>{dayWords(to).short}</span>
      </p>
      <details className="mt-2 text-sm">
        <summary className="inline-flex min-h-11 cursor-pointer items-center text-muted">The same as a table</summary>
        <Table caption="Power over time, every 4 weeks" columns={columns} rows={rows} keyOf={({ at }) => `${at}`} />
      </details>
    </figure>
  );
}

function figureOf(which: "before" | "after") {
  return (row: Row) => <Figure shown={veGim(row[which])} />;
}

function Key({ className, children }: { className: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className={`w-6 border-t-2 ${className}`} />
      {children}
    </span>
  );
}
