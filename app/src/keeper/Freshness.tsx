import { useState } from "react";
import type { KeeperStatus } from "../data/answers.d.ts";
import { type FeedFreshness, feedsOf, type IndexSafety, recordedData, useDecision } from "../data/keeper.ts";
import { useNetwork } from "../data/network.tsx";
import { UNKNOWN } from "../format.ts";
import { duration, nameOf } from "../govern/words.ts";
import { Button } from "../ui/controls.tsx";
import { Card, Empty, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";

/** Feeds shown before somebody asks for all. */
const FEW = 8;

/** How fresh what is decided from is: price feeds on chain, and what the newest decision found in its data. */
export function Freshness({
  status,
  safety,
  isPending,
}: {
  status: KeeperStatus | undefined;
  safety: { readonly indices: readonly IndexSafety[] } | undefined;
  isPending: boolean;
}) {
  const { deployment } = useNetwork();
  const feeds = feedsOf(safety?.indices ?? []).toSorted((a, b) => Number(a.isPriced) - Number(b.isPriced));
  const late = feeds.filter(({ isPriced }) => !isPriced);
  // Late ones stand first: none of them is left out.
  const few = feeds.slice(0, Math.max(late.length, FEW));
  const [isAll, setAll] = useState(false);
  const columns: readonly Column<FeedFreshness>[] = [
    { key: "token", title: "Price feed of", cell: ({ token }) => nameOf(deployment, token) },
    { key: "age", title: "Age", isFigure: true, cell: ({ age }) => (age === null ? UNKNOWN : duration(age)) },
    { key: "most", title: "Accepted until", isFigure: true, cell: ({ heartbeat }) => duration(heartbeat) },
    {
      key: "state",
      title: "State",
      cell: ({ age, heartbeat, isPriced }) => {
        if (isPriced) return <span className="text-gain">Fresh</span>;
        return <span className="text-loss">{age !== null && age > heartbeat ? "Stale" : "No price"}</span>;
      },
    },
  ];
  return (
    <Card title="Freshness of the sources">
      {isPending ? (
        <Skeleton className="h-32 w-full" />
      ) : feeds.length === 0 ? (
        <Empty title="No token is held yet" />
      ) : (
        <>
          <p className="mb-2 text-sm">
            {late.length === 0
              ? `All ${feeds.length} price feeds are fresh.`
              : `${late.length} of ${feeds.length} price feeds are late: their tokens are not traded until they report again.`}
          </p>
          <Table caption="Price feeds" columns={columns} rows={isAll ? feeds : few} keyOf={({ token }) => token} />
          {few.length < feeds.length && (
            <Button className="mt-3" onClick={() => setAll(!isAll)}>
              {isAll ? "Show fewer" : `Show all ${feeds.length}`}
            </Button>
          )}
        </>
      )}
      <NewestData status={status} />
    </Card>
  );
}

/** Hash of the newest decision of all. */
export function newestHash(status: KeeperStatus | undefined): string | undefined {
  const decisions = status?.indices.map(({ lastDecision }) => lastDecision) ?? [];
  return decisions.toSorted((a, b) => Date.parse(b.decidedAt) - Date.parse(a.decidedAt))[0]?.hash;
}

function NewestData({ status }: { status: KeeperStatus | undefined }) {
  const { data } = useDecision(newestHash(status));
  if (data === undefined) return null;
  const { source, findings } = recordedData(data.data.record);
  return (
    <div className="mt-4 text-sm">
      <h3 className="font-medium">Data of the newest decision</h3>
      <p className="text-muted">
        Source: {source ?? UNKNOWN}. {findings.length === 0 ? "Nothing wrong was found in it." : "Found in it:"}
      </p>
      {findings.length > 0 && (
        <ul className="mt-1 list-disc pl-5">
          {findings.map(({ about, words, action }) => (
            <li key={`${about}${words}`}>
              {about}: {words} {action && <span className="text-muted">({action})</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
