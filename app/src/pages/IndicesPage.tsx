import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ALL_DAYS, dateOf, downSample, USUAL_RANGE } from "../charts/ranges.ts";
import { Sparkline } from "../charts/Sparkline.tsx";
import { useFirstRange, usePrices } from "../data/index/history.ts";
import { type IndexSummary, useIndices, useLivePrices } from "../data/indices.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { change, percent, time, UNKNOWN, usd, usd18 } from "../format.ts";
import { Field } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../ui/Table.tsx";

const tone = (bps: number | null) => (bps === null || bps === 0 ? undefined : bps > 0 ? "gain" : "loss");
const orNull = (raw: bigint | null) => (raw === null ? null : Number(raw));
/** Points of a small curve: more are not seen. */
const POINTS = 48;
/** {s since 1970} Before it there was no index. */
const FIRST = Date.UTC(2015, 6, 30) / 1_000;

const columns = (asOf: number): readonly Column<IndexSummary>[] => [
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
    title: "24\u00a0h",
    isFigure: true,
    sortBy: (i) => i.change24h,
    cell: (i) => <Figure shown={change(i.change24h)} tone={tone(i.change24h)} />,
  },
  {
    key: "30d",
    title: "30\u00a0d",
    isFigure: true,
    isSecondary: true,
    sortBy: (i) => i.change30d,
    cell: (i) => <Figure shown={change(i.change30d)} tone={tone(i.change30d)} />,
  },
  { key: "curve", title: "Trend", isFigure: true, isSecondary: true, cell: (i) => <Curve index={i} asOf={asOf} /> },
  {
    key: "tvl",
    title: "Value held",
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
  {
    key: "risk",
    title: "Risk",
    isFigure: true,
    isSecondary: true,
    sortBy: (i) => i.risk,
    cell: (i) => i.risk ?? UNKNOWN,
  },
];

/** Its price of the usual days, or of all where these have too few. */
function Curve({ index: { address, symbol }, asOf }: { index: IndexSummary; asOf: number }) {
  const horizon = { asOf, since: FIRST };
  const range = useFirstRange(address, USUAL_RANGE, ALL_DAYS, horizon);
  const { data } = usePrices(address, range, horizon);
  const bars = downSample(data?.told ?? [], POINTS);
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined || bars.length < 2) return UNKNOWN;
  const words = `${symbol}: from ${usd(first.close).short} on ${dateOf(first.time)} to ${usd(last.close).short} on ${dateOf(last.time)}`;
  return <Sparkline values={bars.map(({ close }) => close)} label={words} />;
}

/** All indices: search, sort, what they cost and how they did. */
export function IndicesPage() {
  const { data, error, isPending } = useIndices();
  const { data: live } = useLivePrices(data?.data);
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<Order>({ column: "tvl", descending: true });
  const wanted = search.trim().toLowerCase();
  const rows = (data?.data ?? [])
    .filter(({ name, symbol }) => `${name} ${symbol}`.toLowerCase().includes(wanted))
    .map((row): IndexSummary => {
      const nav = live?.get(row.address);
      return nav === undefined || nav.total === 0n ? row : { ...row, price: nav.perShare, tvl: nav.total };
    });
  // The day matters, not the second: else every answer asks for all curves anew.
  const today = data === undefined ? undefined : Math.floor(data.asOf / 86_400) * 86_400;
  const shown = useMemo(() => columns(today ?? 0), [today]);
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-col gap-1">
        <PageTitle>Indices</PageTitle>
        <p className="max-w-prose text-sm text-muted">
          One share holds a bit of every token of an index, which a keeper keeps in balance within fixed limits. Buy
          with any listed token; leave at any time, in kind and free of charge.
        </p>
        <p className="flex flex-wrap gap-x-5 text-sm">
          <Link to="/safety" className="inline-flex min-h-11 items-center underline">
            What protects you, and who can do what
          </Link>
          <Link to="/learn" className="inline-flex min-h-11 items-center underline">
            How an index works
          </Link>
          <Link to="/create" className="inline-flex min-h-11 items-center underline">
            Make one without code
          </Link>
        </p>
      </header>
      {data !== undefined && data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <Card>
        <Field
          label="Search"
          type="search"
          placeholder="Name or symbol"
          className="mb-2 sm:max-w-xs"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {isPending ? (
          <Skeleton className="h-48 w-full" />
        ) : data === undefined ? (
          <Empty title="The indices cannot be read now">They are asked for again when you come back.</Empty>
        ) : rows.length === 0 ? (
          <Empty title={wanted ? `No index is called “${search}”` : "There is no index yet"}>
            {wanted ? "Try a part of its name or its symbol." : "Anyone can make one, without code."}
          </Empty>
        ) : (
          <Table
            caption="Indices"
            columns={shown}
            rows={rows}
            keyOf={({ address }) => address}
            order={order}
            onOrder={setOrder}
          />
        )}
        {data && (
          <p className="mt-3 text-xs text-muted">
            {data.source === "api" ? "Prices from the chain, the rest from the API" : "From the chain"},{" "}
            {time(data.asOf).exact}
          </p>
        )}
      </Card>
    </div>
  );
}
