import type { ReactNode } from "react";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Figures stand at the right. */
  readonly isFigure?: boolean;
  /** Left out on narrow screens. */
  readonly isSecondary?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** What the column is sorted by; a column without it cannot be sorted. Rows without a value come last. */
  readonly sortBy?: (row: Row) => number | string | null;
}

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableProps<Row> {
  /** What the table is about, for whoever listens. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  order?: Order | undefined;
  onOrder?: ((order: Order) => void) | undefined;
}

/** A table that scrolls inside itself on narrow screens and is sorted by its headings. */
export function Table<Row>({ caption, columns, rows, keyOf, order, onOrder }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scrolls-sideways -mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0" tabIndex={0} aria-label={caption}>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-muted">
            {columns.map((column) => (
              <Heading key={column.key} column={column} order={order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, columns, order).map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-0">
              {columns.map(({ key, cell, ...column }) => (
                <td key={key} className={`py-3 pr-4 last:pr-0 ${place(column)}`}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Heading<Row>({
  column,
  order,
  onOrder,
}: Pick<TableProps<Row>, "order" | "onOrder"> & { column: Column<Row> }) {
  const { key, title, sortBy } = column;
  const isOrdered = order?.column === key;
  const direction = isOrdered ? (order.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" className={`py-2 pr-4 font-medium last:pr-0 ${place(column)}`} aria-sort={sortBy && direction}>
      {sortBy === undefined || onOrder === undefined ? (
        title
      ) : (
        <button
          type="button"
          className="min-h-11 hover:text-text"
          onClick={() => onOrder({ column: key, descending: isOrdered ? !order.descending : true })}
        >
          {title}
          <span aria-hidden="true">{isOrdered ? (order.descending ? " ↓" : " ↑") : ""}</span>
        </button>
      )}
    </th>
  );
}

function place({ isFigure, isSecondary }: { isFigure?: boolean; isSecondary?: boolean }): string {
  return `${isFigure ? "text-right" : ""} ${isSecondary ? "hidden sm:table-cell" : ""}`;
}

/** Rows in the wanted order; those without a value last, whichever way. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const sortBy = columns.find(({ key }) => key === order?.column)?.sortBy;
  if (sortBy === undefined || order === undefined) return rows;
  return rows.toSorted((a, b) => {
    const [x, y] = [sortBy(a), sortBy(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const way = order.descending ? -1 : 1;
    return way * (typeof x === "string" || typeof y === "string" ? String(x).localeCompare(String(y)) : x - y);
  });
}
