import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sentenceOf } from "../flow/sentence.ts";
import { change, percent, shortAddress, UNKNOWN } from "../format.ts";
import { RegisterForm } from "../market/AuthorForms.tsx";
import { type StrategyRow, useDatasets, useServiceContracts, useStrategies } from "../market/data.ts";
import { Listings } from "../market/Listings.tsx";
import { ServicesPanel } from "../market/ServicesPanel.tsx";
import { Button } from "../ui/controls.tsx";
import { SourceLine } from "../ui/SourceLine.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../ui/Table.tsx";

const VIEWS = ["Strategies", "Offers", "Credits and plans"] as const;
type View = (typeof VIEWS)[number];

const bps = (fraction: number | null): number | null => (fraction === null ? null : fraction * 10_000);

const COLUMNS: readonly Column<StrategyRow>[] = [
  { key: "rank", title: "Place", sortBy: ({ rank }) => rank, cell: ({ rank }) => rank ?? UNKNOWN },
  {
    key: "id",
    title: "Strategy",
    sortBy: ({ id }) => Number(id),
    cell: ({ id, owner, reason }) => (
      <span className="flex min-w-40 flex-col">
        <Link to="/market/$id" params={{ id }} className="inline-flex min-h-11 items-center font-medium underline">
          Strategy {id}
        </Link>
        <span className="text-muted">of {shortAddress(owner)}</span>
        {reason && <span className="text-muted">{reason}</span>}
      </span>
    ),
  },
  {
    key: "excess",
    title: "Ahead of BTC a year",
    isFigure: true,
    sortBy: ({ excessAYear }) => excessAYear,
    cell: ({ excessAYear }) => <Figure shown={change(bps(excessAYear))} />,
  },
  {
    key: "return",
    title: "Return",
    isFigure: true,
    sortBy: ({ totalReturn }) => totalReturn,
    cell: ({ totalReturn }) => <Figure shown={change(bps(totalReturn))} />,
  },
  {
    key: "fall",
    title: "Worst fall",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ worstFall }) => worstFall,
    cell: ({ worstFall }) => <Figure shown={percent(bps(worstFall))} />,
  },
  {
    key: "days",
    title: "Days",
    isFigure: true,
    isSecondary: true,
    sortBy: (row) => row.days,
    cell: ({ days }) => days ?? UNKNOWN,
  },
  {
    key: "indices",
    title: "Indices",
    isFigure: true,
    isSecondary: true,
    sortBy: (row) => row.indices,
    cell: (row) => row.indices ?? UNKNOWN,
  },
  {
    key: "royalty",
    title: "Royalty",
    isFigure: true,
    sortBy: (row) => row.royaltyBps,
    cell: (row) => <Figure shown={percent(row.royaltyBps)} />,
  },
];

/** Strategies by live results, what is offered, and what the API sells. */
export function MarketPage() {
  const [view, setView] = useState<View>("Strategies");
  const services = useServiceContracts();
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Marketplace</PageTitle>
      {services === undefined ? (
        <Card>
          <Empty title="Nothing is sold on this network">Its deployment has no marketplace.</Empty>
        </Card>
      ) : (
        <>
          <div className="flex flex-wrap gap-1">
            {VIEWS.map((name) => (
              <Button
                key={name}
                variant={name === view ? "secondary" : "quiet"}
                aria-pressed={name === view}
                onClick={() => setView(name)}
              >
                {name}
              </Button>
            ))}
          </div>
          {view === "Strategies" && (
            <>
              <Strategies />
              <Datasets />
              <RegisterForm services={services} />
            </>
          )}
          {view === "Offers" && <Listings services={services} />}
          {view === "Credits and plans" && <ServicesPanel services={services} />}
        </>
      )}
    </div>
  );
}

function Strategies() {
  const { data, error, isPending } = useStrategies();
  const [order, setOrder] = useState<Order>({ column: "rank", descending: false });
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  return (
    <>
      {data !== undefined && data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      <Card title="Strategies by live results">
        <p className="mb-3 text-sm text-muted">
          By what the indices that follow them did since they began, after all fees. Backtests do not count. A place
          needs 30 days.
        </p>
        {isPending ? (
          <Skeleton className="h-48 w-full" />
        ) : data.data.length === 0 ? (
          <Empty title="No strategy is registered yet">Register the first one below.</Empty>
        ) : (
          <Table
            caption="Strategies"
            columns={COLUMNS}
            rows={data.data}
            keyOf={({ id }) => id}
            order={order}
            onOrder={setOrder}
          />
        )}
        {data && <SourceLine source={data.source} asOf={data.asOf} />}
      </Card>
    </>
  );
}

/** What decisions are made from, by its authors. Nothing is shown while nobody has registered any. */
function Datasets() {
  const { data, error } = useDatasets();
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined || data.length === 0) return null;
  return (
    <Card title="Data sets">
      <Table
        caption="Data sets"
        rows={data}
        keyOf={({ id }) => String(id)}
        columns={[
          {
            key: "id",
            title: "Data set",
            cell: ({ id, owner }) => (
              <span className="flex flex-col">
                <Link
                  to="/market/$id"
                  params={{ id: String(id) }}
                  className="inline-flex min-h-11 items-center font-medium underline"
                >
                  Data set {String(id)}
                </Link>
                <span className="text-muted">of {shortAddress(owner)}</span>
              </span>
            ),
          },
          { key: "versions", title: "Versions", isFigure: true, cell: ({ versions }) => versions },
        ]}
      />
    </Card>
  );
}
