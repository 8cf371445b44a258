import { lazy, Suspense, useState } from "react";
import type { Address } from "viem";
import { ChartFrame } from "../../charts/ChartFrame.tsx";
import { type Holding, useHoldings } from "../../data/index/holdings.ts";
import { amount, change, exactAmount, percent, shortAddress, usd, usd18 } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Figure, Skeleton } from "../../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../../ui/Table.tsx";
import { Loaded } from "./parts.tsx";

const Treemap = lazy(() => import("../../charts/Treemap.tsx").then((part) => ({ default: part.Treemap })));

const nameOf = ({ symbol, token }: Holding) => symbol ?? shortAddress(token);
const toneOf = (bps: number | null) => (bps === null || bps === 0 ? undefined : bps > 0 ? "gain" : "loss");

const COLUMNS: readonly Column<Holding>[] = [
  {
    key: "token",
    title: "Token",
    sortBy: nameOf,
    cell: (row) => (
      <span className="font-medium" title={row.token}>
        {nameOf(row)}
      </span>
    ),
  },
  {
    key: "weight",
    title: "Now",
    isFigure: true,
    sortBy: ({ weight }) => weight,
    cell: ({ weight }) => <Figure shown={percent(weight)} />,
  },
  {
    key: "target",
    title: "Target",
    isFigure: true,
    sortBy: ({ target }) => target,
    cell: ({ target }) => <Figure shown={percent(target)} />,
  },
  {
    key: "drift",
    title: "Drift",
    isFigure: true,
    sortBy: ({ drift }) => drift,
    cell: ({ drift }) => <Figure shown={change(drift)} />,
  },
  {
    key: "value",
    title: "Value",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ value }) => (value === null ? null : Number(value)),
    cell: ({ value }) => <Figure shown={usd18(value)} />,
  },
  {
    key: "amount",
    title: "Amount",
    isFigure: true,
    isSecondary: true,
    cell: (row) => <Figure shown={amount(row.amount, row.decimals, nameOf(row))} />,
  },
  {
    key: "price",
    title: "Price",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ price }) => price,
    cell: ({ price }) => <Figure shown={usd(price)} />,
  },
  {
    key: "24h",
    title: "24 h",
    isFigure: true,
    sortBy: ({ change24h }) => change24h,
    cell: ({ change24h }) => <Figure shown={change(change24h)} tone={toneOf(change24h)} />,
  },
];

/** What the index holds, wants to hold, and the difference; as tiles and as a table. */
export function HoldingsPanel({ vault, symbol }: { vault: Address; symbol: string }) {
  const asked = useHoldings(vault);
  const [order, setOrder] = useState<Order>({ column: "weight", descending: true });
  return (
    <Card title="Holdings">
      <Loaded asked={asked} height="h-80">
        {({ data: { holdings, drift }, ...from }) => {
          const held = holdings.filter(({ amount: raw, target }) => raw > 0n || (target ?? 0) > 0);
          if (held.length === 0) return <Empty title="The index holds nothing">Nobody has bought of it yet.</Empty>;
          const table = (
            <Table
              caption={`Holdings of ${symbol}: weights now, targets and drift, in percent of the value`}
              columns={COLUMNS}
              rows={held}
              keyOf={({ token }) => token}
              order={order}
              onOrder={setOrder}
            />
          );
          return (
            <>
              <ChartFrame
                caption={`Holdings of ${symbol}`}
                table={{ file: `${symbol}-holdings`, header: HEADER, rows: held.map(cellsOf) }}
                readable={table}
              >
                <Suspense fallback={<Skeleton className="h-72 w-full" />}>
                  <Treemap label={wordsOf(symbol, held)} parts={held.map(toPart)} />
                </Suspense>
                <p className="text-xs text-muted">
                  A tile is as large as its part of the value. Green: its price rose in 24 hours; red: it fell.
                </p>
                {table}
              </ChartFrame>
              <p className="mt-3 text-sm">
                {drift === null
                  ? "No drift can be told: there was no rebalance yet, or a token has no price."
                  : `${percent(drift).short} of the value would have to be sold to reach the targets.`}
              </p>
              <SourceLine {...from} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

const HEADER = [
  "Token",
  "Address",
  "Now (%)",
  "Target (%)",
  "Drift (%)",
  "Value (USD)",
  "Amount",
  "Price (USD)",
  "24 h (%)",
];

function cellsOf(row: Holding) {
  const part = (bps: number | null) => (bps === null ? null : bps / 100);
  const { token, weight, target, drift, value, price, change24h, decimals } = row;
  const worth = value === null ? null : exactAmount(value, 18).replaceAll(",", "");
  const held = exactAmount(row.amount, decimals).replaceAll(",", "");
  return [nameOf(row), token, part(weight), part(target), part(drift), worth, held, price, part(change24h)];
}

function toPart(row: Holding) {
  const { token, weight, change24h } = row;
  return { id: token, name: nameOf(row), size: weight ?? 0, words: percent(weight).short, change: change24h };
}

function wordsOf(symbol: string, held: readonly Holding[]): string {
  const largest = held.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0)).slice(0, 3);
  const words = largest.map((row) => `${nameOf(row)} ${percent(row.weight).short}`).join(", ");
  return `${symbol} holds ${held.length} tokens, the largest: ${words}. The table has all.`;
}
