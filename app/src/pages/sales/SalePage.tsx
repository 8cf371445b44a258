import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { getAddress, isAddress } from "viem";
import { useNetwork } from "../../data/network.tsx";
import { type SaleState, useSale } from "../../data/sales.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { percent, shortAddress, time } from "../../format.ts";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../../ui/surfaces.tsx";
import { CommitCard } from "./CommitCard.tsx";
import { IssuerCard } from "./IssuerCard.tsx";
import { OutcomeCard } from "./OutcomeCard.tsx";
import { SaleTiers } from "./SaleTiers.tsx";
import { isOver, priceOf, STATUS_WORDS, tokenWords } from "./saleForm.ts";

/** One sale: its terms, caps by tier, and what the account may do in it. */
export function SalePage() {
  const { sale: given } = useParams({ from: "/sales/$sale" });
  const { name } = useNetwork();
  const { data, error } = useSale(isAddress(given) ? getAddress(given) : undefined);
  return (
    <div className="flex flex-col gap-4">
      <Link to="/sales" className="inline-flex min-h-11 items-center text-sm text-muted underline">
        All sales
      </Link>
      {data === undefined ? (
        <>
          <PageTitle>Sale</PageTitle>
          {error ? <Notice tone="warn">{sentenceOf(error)}</Notice> : <Skeleton className="h-96 w-full" />}
        </>
      ) : data === null ? (
        <Empty isPage title="There is no such sale">
          {name} knows none at this address.
        </Empty>
      ) : (
        <Loaded state={data} isStale={error !== null} />
      )}
    </div>
  );
}

function Loaded({ state, isStale }: { state: SaleState; isStale: boolean }) {
  const { sale, saleToken, now } = state;
  return (
    <>
      <header>
        <PageTitle>Sale of {saleToken.symbol}</PageTitle>
        <p className="mt-1 text-sm text-muted">{STATUS_WORDS[sale.status]}</p>
      </header>
      {isStale && <Notice tone="warn">The chain does not answer. Figures are those of {time(now).exact}.</Notice>}
      <Notice>
        A new token can lose all of its worth, and what is bought comes out over time. What you commit stays in the sale
        until its end.
      </Notice>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          {isOver(sale.status) ? <OutcomeCard state={state} /> : <CommitCard state={state} />}
          <IssuerCard state={state} />
        </div>
        <Terms state={state} />
      </div>
      <SaleTiers state={state} />
      <p className="text-xs text-muted">From the chain, {time(now).exact}</p>
    </>
  );
}

function Terms({ state }: { state: SaleState }) {
  const { sale, saleToken, paymentToken } = state;
  const { terms, totalCommitted } = sale;
  const paid = (raw: bigint) => <Figure shown={tokenWords(raw, paymentToken)} />;
  const overBps = totalCommitted > terms.hardCap ? Number((totalCommitted * 10_000n) / terms.hardCap) : undefined;
  return (
    <Card title="Terms">
      <dl className="flex flex-col text-sm">
        <Row label="Offered">
          <Figure shown={tokenWords(terms.saleAmount, saleToken)} />
        </Row>
        <Row label={`Price of one ${saleToken.symbol}`}>{paid(priceOf(state))}</Row>
        <Row label="Hard cap">{paid(terms.hardCap)}</Row>
        <Row label="Soft cap, below which all is refunded">{paid(terms.softCap)}</Row>
        <Row label="Committed by everybody">
          {paid(totalCommitted)}
          {overBps !== undefined && ` (${percent(overBps, 0).short} of the cap)`}
        </Row>
        <Row label="Fee to the protocol, from the issuer">{percent(terms.feeBps).short}</Row>
        <Row label="Tiers read">{time(terms.snapshot).exact}</Row>
        <Row label="Opens">{time(terms.start).exact}</Row>
        <Row label="Ends">{time(terms.end).exact}</Row>
        <Row label="First tokens">{time(terms.end + terms.cliff).exact}</Row>
        <Row label="All tokens">{time(terms.end + terms.vesting).exact}</Row>
        <Row label="Issuer">
          <span className="font-mono" title={terms.issuer}>
            {shortAddress(terms.issuer)}
          </span>
        </Row>
        <Row label="Token">
          <span className="font-mono" title={terms.saleToken}>
            {shortAddress(terms.saleToken)}
          </span>
        </Row>
      </dl>
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4 border-b border-line py-2 last:border-0">
      <dt className="text-muted">{label}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
