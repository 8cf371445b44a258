import { type ReactNode, useState } from "react";
import { Button } from "../ui/controls.tsx";
import { type Cell, saveFile, toCsv } from "./csv.ts";

/** The figures behind a chart: what the table shows and the file holds. */
export interface ChartTable {
  /** Name of the file, without its ending. */
  readonly file: string;
  /** Each with its unit. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface ChartFrameProps {
  /** What the table is about, for whoever listens. */
  caption: string;
  /** Figures as they were given, for the file. */
  table: ChartTable;
  /** The table as it is read; the rows of the file unless told. */
  readable?: ReactNode;
  /** Choices of the chart: ranges, benchmarks. */
  controls?: ReactNode;
  children: ReactNode;
}

/** A chart with its choices, its figures as a table for whoever cannot see it, and as a file. */
export function ChartFrame({ caption, table, readable, controls, children }: ChartFrameProps) {
  const [isTable, setTable] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap items-center gap-2">{controls}</div>
        <div className="flex gap-2">
          <Button variant="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Chart" : "Table"}
          </Button>
          <Button variant="quiet" onClick={() => saveFile(`${table.file}.csv`, toCsv(table.header, table.rows))}>
            CSV
          </Button>
        </div>
      </div>
      {isTable ? (readable ?? <PlainTable caption={caption} table={table} />) : children}
    </div>
  );
}

/** Rows of a table that a screen shows at once: the file has all. */
const MOST_ROWS = 400;

function PlainTable({ caption, table: { header, rows } }: { caption: string; table: ChartTable }) {
  const shown = rows.slice(-MOST_ROWS).toReversed();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="max-h-80 overflow-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-surface text-left text-muted">
          <tr>
            {header.map((title) => (
              <th key={title} scope="col" className="py-2 pr-4 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={String(row[0])} className="border-t border-line">
              {row.map((cell, i) => (
                <td key={header[i]} className="py-2 pr-4 whitespace-nowrap">
                  {cell ?? "–"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p className="py-2 text-xs text-muted">
          The newest {MOST_ROWS} of {rows.length} rows. The CSV has all.
        </p>
      )}
    </section>
  );
}

export interface ChoicesProps<T extends string> {
  /** What is chosen, for whoever listens. */
  label: string;
  options: readonly { readonly id: T; readonly label: string; readonly disabled?: boolean }[];
  chosen: T;
  onChoose: (id: T) => void;
}

/** One of a few, side by side. */
export function Choices<T extends string>({ label, options, chosen, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">{label}</legend>
      {options.map(({ id, label: words, disabled }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          disabled={disabled}
          onClick={() => onChoose(id)}
          className="min-h-11 rounded-lg px-3 text-sm text-muted hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-text disabled:opacity-50"
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
