import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { DecisionSummary } from "../data/answers.d.ts";
import { useDecision, useDecisions } from "../data/keeper.ts";
import { useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, shortAddress, time } from "../format.ts";
import { Button } from "../ui/controls.tsx";
import { Card, Empty, Notice, Skeleton } from "../ui/surfaces.tsx";
import { plainReason } from "./plainReason.ts";

/** Every decision, the newest first: acted or skipped, why, and the way to its record. */
export function Journal({ names }: { names: ReadonlyMap<string, string> }) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useDecisions();
  const decisions = data?.pages.flatMap((page) => page?.data ?? []) ?? [];
  return (
    <Card title="Journal of decisions">
      {error && <Notice tone="warn">The journal cannot be read now. {sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-48 w-full" />
      ) : error ? null : decisions.length === 0 ? (
        <Empty title="No decision yet">The keeper writes each one down, also those in which it does nothing.</Empty>
      ) : (
        <ol className="divide-y divide-line">
          {decisions.map((decision) => (
            <Entry key={decision.hash} decision={decision} name={names.get(decision.vault.toLowerCase())} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? "Reading" : "Older decisions"}
        </Button>
      )}
    </Card>
  );
}

function Entry({ decision, name }: { decision: DecisionSummary; name: string | undefined }) {
  const { hash, vault, epoch, action, lane, decidedAt, reasons, regime } = decision;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-2">
        <span>
          <strong>{action === "propose" ? `Acted${lane === "DERISK" ? " to lower risk" : ""}` : "Skipped"}</strong>{" "}
          <Link to="/index/$address" params={{ address: vault }} className="underline">
            {name ?? shortAddress(vault)}
          </Link>
          <span className="text-muted">, epoch {epoch}</span>
        </span>
        <span className="text-sm text-muted">{time(Date.parse(decidedAt) / 1_000).exact}</span>
      </p>
      <p className="mt-1 text-sm break-words">
        {reasons[0] === undefined ? "No reason was written down." : plainReason(reasons[0])}
      </p>
      <details className="mt-1 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="min-h-8 cursor-pointer text-muted">More about this decision</summary>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 py-2">
          <dt className="text-muted">Market</dt>
          <dd>{regime}</dd>
          <dt className="text-muted">In risk assets, at most</dt>
          <dd>{percent(decision.exposureBps).short}</dd>
          <dt className="text-muted">Away from what is wanted</dt>
          <dd>{percent(decision.oneWayDriftBps).short}</dd>
          <dt className="text-muted">To be sold</dt>
          <dd>{percent(decision.turnoverBps).short} of NAV</dd>
          <dt className="text-muted">Due because</dt>
          <dd>{decision.dueBecause ?? "somebody asked for it"}</dd>
          <dt className="text-muted">Hash</dt>
          <dd className="font-mono break-all">{hash}</dd>
        </dl>
        {isOpen && <Record hash={hash} />}
      </details>
    </li>
  );
}

/** Reasons of a decision and its assets, read when somebody wants them. */
function Record({ hash }: { hash: string }) {
  const { apiUrl } = useNetwork();
  const { data, error } = useDecision(hash);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined) return <Skeleton className="h-24 w-full" />;
  const { reasons, regimeReasons, assets, model } = data.data;
  return (
    <div className="flex flex-col gap-2">
      <ul className="list-disc pl-5">
        {[...reasons, ...regimeReasons].map((reason) => (
          <li key={reason}>{plainReason(reason)}</li>
        ))}
      </ul>
      <p className="text-muted">
        {model.spoke === "ensemble" ? "The models spoke." : "The fallback spoke, not the models."}{" "}
        {model.notes.join(" ")}
      </p>
      <ul className="flex flex-col gap-1">
        {assets.map(({ token, symbol, currentBps, proposedBps, reasons: why }) => (
          <li key={token}>
            <strong>{symbol}</strong>: {percent(currentBps).short} to {percent(proposedBps).short}
            {why.length > 0 && <span className="text-muted">. {why.join(" ")}</span>}
          </li>
        ))}
      </ul>
      {apiUrl !== null && (
        <a className="underline" href={new URL(`/v1/decisions/${hash}/bundle`, apiUrl).href}>
          Everything that it takes to recompute this decision
        </a>
      )}
    </div>
  );
}
