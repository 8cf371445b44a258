import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type IndexSummary, useIndices } from "../data/indices.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { change, percent, time, UNKNOWN, usd18 } from "../format.ts";
import { Field } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../ui/Table.tsx";

const tone = (bps: number | null) => (bps === null || bps === 0 ? undefined : bps > 0 ? "gain" : "loss");
const orNull = (raw: bigint | null) => (raw === null ? null : Number(raw));

const COLUMNS: readonly Column<IndexSummary>[] = [
  {
    key: "name",
    title: "Index",
    sortBy: ({ name }) => name,
    cell: ({ address, name, symbol }) => (
      <Link to="/index/$address" params={{ address }} className="flex min-h-11 flex-col justify-center">
        <span className="font-medium underline-offset-4 hover:underline">{name}</span>
        <span className="text-muted">{symbol}</span>
      </Link>
    ),
  },
  {
    key: "price",
    title: "Price",
    isFigure: true,
    sortBy: (i) => orNull(i.price),
    cell: (i) => <Figure shown={usd18(i.price)} />,
  },
  {
    key: "24h",
    title: "24 h",
    isFigure: true,
    sortBy: (i) => i.change24h,
    cell: (i) => <Figure shown={change(i.change24h)} tone={tone(i.change24h)} />,
  },
  {
    key: "30d",
    title: "30 d",
    isFigure: true,
    isSecondary: true,
    sortBy: (i) => i.change30d,
    cell: (i) => <Figure shown={change(i.change30d)} tone={tone(i.change30d)} />,
  },
  {
    key: "tvl",
    title: "Value",
    isFigure: true,
    sortBy: (i) => orNull(i.tvl),
    cell: (i) => <Figure shown={usd18(i.tvl)} />,
  },
  {
    key: "fee",
    title: "Fee a year",
    isFigure: true,
    isSecondary: true,
    sortBy: (i) => i.yearlyFee,
    cell: (i) => <Figure shown={percent(i.yearlyFee)} />,
  },
  { key: "risk", title: "Risk", isSecondary: true, sortBy: (i) => i.risk, cell: (i) => i.risk ?? UNKNOWN },
];

/** All indices: search, sort, what they cost and how they did. */
export function IndicesPage() {
  const { data, error, isPending } = useIndices();
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<Order>({ column: "tvl", descending: true });
  const wanted = search.trim().toLowerCase();
  const rows = data?.data.filter(({ name, symbol }) => `${name} ${symbol}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Indices</PageTitle>
      {data !== undefined && data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <Card>
        <Field label="Search" type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        {isPending ? (
          <Skeleton className="h-48 w-full" />
        ) : rows.length === 0 ? (
          <Empty title={wanted ? `No index is called “${search}”` : "There is no index yet"}>
            {wanted ? "Try a part of its name or its symbol." : "Anyone can make one, without code."}
          </Empty>
        ) : (
          <Table
            caption="Indices"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ address }) => address}
            order={order}
            onOrder={setOrder}
          />
        )}
        {data && (
          <p className="mt-3 text-xs text-muted">
            From the {data.source === "api" ? "API" : "chain"}, {time(data.asOf).exact}
          </p>
        )}
      </Card>
    </div>
  );
}
