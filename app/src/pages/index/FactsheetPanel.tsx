import type { Address } from "viem";
import { saveFile, toCsv } from "../../charts/csv.ts";
import { ALL_DAYS, dateOf } from "../../charts/ranges.ts";
import { type Horizon, usePrices } from "../../data/index/history.ts";
import { compound, type Month, monthsOf, returnOver } from "../../data/index/months.ts";
import { change, UNKNOWN } from "../../format.ts";
import { Button } from "../../ui/controls.tsx";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { Fact, Facts, Loaded } from "./parts.tsx";

const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** {days} */
const SPANS = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "1 year"],
] as const;

/** One digit: thirteen columns stand side by side. */
const shownOf = (fraction: number | null | undefined) => change(fraction == null ? null : fraction * 10_000, 1);
const toneOf = (fraction: number | null | undefined) =>
  fraction == null || fraction === 0 ? undefined : fraction > 0 ? "gain" : "loss";

function Return({ of, mark = "" }: { of: number | null | undefined; mark?: string }) {
  const { short, exact } = shownOf(of);
  return <Figure shown={{ short: of == null ? UNKNOWN : `${short}${mark}`, exact }} tone={toneOf(of)} />;
}

/** A year with its months. */
interface Year {
  readonly year: number;
  readonly months: readonly (Month | undefined)[];
  readonly whole: number;
}

const COLUMNS: readonly Column<Year>[] = [
  { key: "year", title: "Year", cell: ({ year }) => <span className="font-medium">{year}</span> },
  ...NAMES.map((title, i): Column<Year> => {
    const cell = ({ months }: Year) => <Return of={months[i]?.return} mark={months[i]?.isPartial ? "*" : ""} />;
    return { key: title, title, isFigure: true, cell };
  }),
  { key: "whole", title: "All", isFigure: true, cell: ({ whole }) => <Return of={whole} /> },
];

/** What the index did by month and by year, fees taken off. */
export function FactsheetPanel({ vault, symbol, horizon }: { vault: Address; symbol: string; horizon: Horizon }) {
  const asked = usePrices(vault, ALL_DAYS, horizon);
  const months = monthsOf(asked.data?.told ?? []);
  const header = ["Month", "Return (%)", "Whole month"];
  const save = () => {
    const rows = months.map(({ year, month, return: gained, isPartial }) => {
      return [`${year}-${String(month).padStart(2, "0")}`, gained * 100, isPartial ? "no" : "yes"] as const;
    });
    saveFile(`${symbol}-months.csv`, toCsv(header, rows));
  };
  return (
    <Card
      title="Returns by month"
      aside={
        months.length > 0 && (
          <Button variant="quiet" onClick={save}>
            CSV
          </Button>
        )
      }
    >
      <Loaded asked={asked} height="h-32">
        {({ told, asOf }) =>
          months.length === 0 ? (
            <Empty title="No month is known yet">Prices are written down at the end of each day.</Empty>
          ) : (
            <>
              <Facts>
                {SPANS.map(([length, name]) => (
                  <Fact key={name} name={name}>
                    <Return of={returnOver(told, length)} />
                  </Fact>
                ))}
                <Fact name="Since the beginning">
                  <Return of={compound(months)} />
                </Fact>
                <Fact name="Best month">
                  <Return of={Math.max(...months.map((month) => month.return))} />
                </Fact>
                <Fact name="Worst month">
                  <Return of={Math.min(...months.map((month) => month.return))} />
                </Fact>
                <Fact name="Months that rose">
                  {months.filter((month) => month.return > 0).length} of {months.length}
                </Fact>
              </Facts>
              <div className="mt-4">
                <Table
                  caption={`Returns of ${symbol} by month, percent`}
                  columns={COLUMNS}
                  rows={yearsOf(months)}
                  keyOf={({ year }) => String(year)}
                />
              </div>
              <p className="mt-2 text-xs text-muted">
                To the end of {dateOf(told.at(-1)?.time ?? 0)}. Of the price of a share at the end of each day, all fees
                of the index taken off. * A part of the month.
              </p>
              <SourceLine source="api" asOf={asOf} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

/** The newest year first. */
function yearsOf(months: readonly Month[]): readonly Year[] {
  const years = [...new Set(months.map(({ year }) => year))].toReversed();
  return years.map((year) => {
    const own = months.filter((month) => month.year === year);
    return { year, months: NAMES.map((_, i) => own.find(({ month }) => month === i + 1)), whole: compound(own) };
  });
}
