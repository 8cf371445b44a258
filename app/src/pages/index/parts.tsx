import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Hash } from "viem";
import { ApiError } from "../../data/api.ts";
import { useNetwork } from "../../data/network.tsx";
import { explorerLink } from "../../explorer.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { shortAddress } from "../../format.ts";
import { Copy } from "../../ui/Copy.tsx";
import { Button } from "../../ui/controls.tsx";
import { Empty, Notice, Skeleton } from "../../ui/surfaces.tsx";

/** What one may be told of the parts of an index's page. */
type Asked<T> = Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch">;

/** What was asked for; while it is on its way, a place for it; when it failed, why, and a way to try again. */
export function Loaded<T>({
  asked,
  height = "h-40",
  children,
}: {
  asked: Asked<T>;
  height?: string;
  children: (data: T) => ReactNode;
}) {
  const { data, error, isPending, refetch } = asked;
  if (data !== undefined) return children(data);
  if (isPending || error === null) return <Skeleton className={`w-full ${height}`} />;
  if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) {
    return (
      <Empty title="Only the API knows this">
        <p>{error.message}</p>
        <Button className="mt-3" onClick={() => void refetch()}>
          Ask again
        </Button>
      </Empty>
    );
  }
  return (
    <div className="flex flex-col items-start gap-3">
      <Notice tone="warn">{sentenceOf(error)}</Notice>
      <Button onClick={() => void refetch()}>Ask again</Button>
    </div>
  );
}

/** An account or a transaction: its short form, a button that copies it, and a link where the network has an explorer. */
export function ChainLink({ kind, id }: { kind: "address" | "tx"; id: Hash | `0x${string}` }) {
  const { explorerUrl } = useNetwork();
  const words = (
    <span className="font-mono text-sm" title={id}>
      {shortAddress(id)}
    </span>
  );
  const copy = <Copy text={id} what={kind === "tx" ? "the hash of the transaction" : "the address"} />;
  if (explorerUrl === null) {
    return (
      <span className="whitespace-nowrap">
        {words}
        {copy}
      </span>
    );
  }
  return (
    <span className="whitespace-nowrap">
      <a href={explorerLink(explorerUrl, kind, id)} target="_blank" rel="noreferrer" className="text-accent underline">
        {words}
      </a>
      {copy}
    </span>
  );
}

/** Figures with their names, side by side. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3 lg:grid-cols-4">{children}</dl>;
}

/** One figure with its name and, in words, what it means. */
export function Fact({ name, hint, children }: { name: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="font-medium">{children}</dd>
      {hint !== undefined && <dd className="text-xs text-muted">{hint}</dd>}
    </div>
  );
}
