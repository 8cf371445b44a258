import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { atLeast } from "../../amounts.ts";
import { type HeldIndex, sumOf } from "../../data/heldIndex.ts";
import { usd18 } from "../../format.ts";
import { Figure } from "../../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../../ui/Table.tsx";

const toneOf = (raw: bigint | null) => (raw === null || raw === 0n ? undefined : raw > 0n ? "gain" : "loss");
const orNull = (raw: bigint | null) => (raw === null ? null : Number(raw));

const COLUMNS: readonly Column<HeldIndex>[] = [
  {
    key: "index",
    title: "Index",
    sortBy: ({ name }) => name,
    cell: ({ vault, name, symbol }) => (
      <Link
        to="/index/$address"
        params={{ address: vault }}
        className="flex min-h-11 flex-col justify-center hover:underline"
      >
        <span className="font-medium break-words">{name}</span>
        <span className="text-muted">{symbol}</span>
      </Link>
    ),
  },
  {
    key: "shares",
    title: "Shares",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ shares }) => Number(shares),
    cell: ({ shares, symbol }) => <Figure shown={atLeast(shares, 18, symbol)} />,
  },
  {
    key: "price",
    title: "Price",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ price }) => orNull(price),
    cell: ({ price }) => <Figure shown={usd18(price)} />,
  },
  {
    key: "value",
    title: "Value",
    isFigure: true,
    sortBy: ({ value }) => orNull(value),
    cell: ({ value }) => <Figure shown={usd18(value)} />,
  },
  {
    key: "cost",
    title: "Cost",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ cost }) => orNull(cost),
    cell: ({ cost }) => <Figure shown={usd18(cost)} />,
  },
  {
    key: "unrealised",
    title: "Gain",
    isFigure: true,
    sortBy: ({ unrealised }) => orNull(unrealised),
    cell: ({ unrealised }) => <Figure shown={usd18(unrealised)} tone={toneOf(unrealised)} />,
  },
  {
    key: "realised",
    title: "Realised",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ realised }) => orNull(realised),
    cell: ({ realised }) => <Figure shown={usd18(realised)} tone={toneOf(realised)} />,
  },
];

/** What the account holds, and what came of it. */
export function Positions({ rows }: { rows: readonly HeldIndex[] }) {
  const [order, setOrder] = useState<Order>({ column: "value", descending: true });
  const gain = sumOf(rows, ({ unrealised }) => unrealised);
  const realised = sumOf(rows, (row) => row.realised);
  return (
    <>
      <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-3">
        <Sum label="Value" raw={sumOf(rows, ({ value }) => value)} />
        <Sum label="Gain of what you hold" raw={gain} tone={toneOf(gain)} />
        <Sum label="Gain of what you sold" raw={realised} tone={toneOf(realised)} />
      </dl>
      <Table
        caption="Your indices"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ vault }) => vault}
        order={order}
        onOrder={setOrder}
      />
      <p className="mt-3 text-xs text-muted">
        In US dollars at the net asset value. Gains: what was bought first counts as sold first.
      </p>
    </>
  );
}

function Sum({ label, raw, tone }: { label: string; raw: bigint | null; tone?: "gain" | "loss" | undefined }) {
  return (
    <div>
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="text-xl font-semibold">
        <Figure shown={usd18(raw)} tone={tone} />
      </dd>
    </div>
  );
}
