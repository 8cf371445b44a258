import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useNetwork } from "../../data/network.tsx";
import { type SaleSummary, useSales } from "../../data/sales.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { time, UNKNOWN } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../../ui/Table.tsx";
import { STATUS_WORDS, tokenWords } from "./saleForm.ts";

const COLUMNS: readonly Column<SaleSummary>[] = [
  {
    key: "token",
    title: "Sale",
    sortBy: ({ saleToken }) => saleToken.symbol,
    cell: ({ address, saleToken }) => (
      <Link
        to="/sales/$sale"
        params={{ sale: address }}
        className="inline-flex min-h-11 items-center font-medium text-accent underline"
      >
        {saleToken.symbol}
      </Link>
    ),
  },
  { key: "status", title: "State", sortBy: ({ status }) => status, cell: ({ status }) => STATUS_WORDS[status] },
  {
    key: "offered",
    title: "Offered",
    isFigure: true,
    isSecondary: true,
    cell: ({ offered, saleToken }) => <Figure shown={tokenWords(offered, saleToken)} />,
  },
  {
    key: "committed",
    title: "Committed",
    isFigure: true,
    cell: ({ committed, paymentToken }) => <Figure shown={tokenWords(committed, paymentToken)} />,
  },
  {
    key: "cap",
    title: "Hard cap",
    isFigure: true,
    cell: ({ hardCap, paymentToken }) => <Figure shown={tokenWords(hardCap, paymentToken)} />,
  },
  {
    key: "buyers",
    title: "Buyers",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ buyers }) => buyers,
    cell: ({ buyers }) => buyers ?? UNKNOWN,
  },
  {
    key: "start",
    title: "Opens",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ startsAt }) => startsAt,
    cell: ({ startsAt }) => <Figure shown={time(startsAt)} />,
  },
  {
    key: "end",
    title: "Ends",
    isFigure: true,
    sortBy: ({ endsAt }) => endsAt,
    cell: ({ endsAt }) => <Figure shown={time(endsAt)} />,
  },
];

/** Early-access sales: whoever locked GIM buys new tokens first. */
export function SalesPage() {
  const { deployment, name } = useNetwork();
  const { data, error } = useSales();
  const [order, setOrder] = useState<Order>();
  return (
    <div className="flex flex-col gap-4">
      <header>
        <PageTitle>Early-access sales</PageTitle>
        <p className="mt-1 max-w-2xl text-sm text-muted">
          New tokens, sold first to whoever locked GIM. Your tier at a sale's snapshot says how much you may commit and
          from when on.{" "}
          <Link to="/stake" className="underline">
            Stake GIM
          </Link>
        </p>
      </header>
      {data !== undefined && data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {deployment.contracts.SaleRoundFactory === undefined ? (
        <Empty title="There are no sales here">{name} has no DAO that could hold one.</Empty>
      ) : (
        (data !== undefined || !error) && (
          <Card>
            {data === undefined ? (
              <Skeleton className="h-48 w-full" />
            ) : data.data.length === 0 ? (
              <Empty title="No sale has been announced yet">
                The DAO announces each one with its snapshot and caps.
              </Empty>
            ) : (
              <Table
                caption="Early-access sales"
                columns={COLUMNS}
                rows={data.data}
                keyOf={({ address }) => address}
                order={order}
                onOrder={setOrder}
              />
            )}
            {data && <SourceLine source={data.source} asOf={data.asOf} />}
          </Card>
        )
      )}
    </div>
  );
}
