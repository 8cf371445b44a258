import type { Address } from "viem";
import { type NextWeight, nextWeights } from "../../data/index/decision.ts";
import { useHoldings } from "../../data/index/holdings.ts";
import { useDecision } from "../../data/keeper.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { change, percent } from "../../format.ts";
import { Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";

const COLUMNS: readonly Column<NextWeight>[] = [
  { key: "token", title: "Token", cell: ({ symbol }) => <span className="font-medium">{symbol}</span> },
  { key: "now", title: "Now", isFigure: true, cell: ({ now }) => <Figure shown={percent(now)} /> },
  {
    key: "proposed",
    title: "After the next trades",
    isFigure: true,
    isSecondary: true,
    cell: ({ proposed }) => <Figure shown={percent(proposed)} />,
  },
  { key: "wanted", title: "Wanted", isFigure: true, cell: ({ wanted }) => <Figure shown={percent(wanted)} /> },
  { key: "gap", title: "To go", isFigure: true, cell: ({ gap }) => <Figure shown={change(gap)} /> },
];

/** Where the newest decision wants every token, beside where it is now: what comes next if nothing changes. */
export function NextWeights({ vault, hash }: { vault: Address; hash: string }) {
  const { data, error } = useDecision(hash);
  const { data: holdings } = useHoldings(vault);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined) return <Skeleton className="h-40 w-full" />;
  const held = new Map(holdings?.data.holdings.map(({ token, weight }) => [token.toLowerCase(), weight]));
  const rows = nextWeights(data.data.assets, (token) => held.get(token.toLowerCase()));
  return (
    <div className="flex flex-col gap-2">
      <Table
        caption="Weights now and as the newest decision wants them, in percent of the value"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ token }) => token}
      />
      <p className="text-xs text-muted">
        Guard rails may cut a change into several rebalances. The next run begins anew from the prices and data of its
        day: this is no promise.
      </p>
    </div>
  );
}
