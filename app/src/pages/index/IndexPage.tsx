import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type Address, formatUnits, getAddress, isAddress } from "viem";
import { ALL_DAYS, USUAL_RANGE } from "../../charts/ranges.ts";
import { ApiError } from "../../data/api.ts";
import { type IndexHead, useIndexHead } from "../../data/index/head.ts";
import { type Horizon, useFirstRange } from "../../data/index/history.ts";
import { NotAnIndexError } from "../../data/index/known.ts";
import type { Moment } from "../../data/index/live.ts";
import type { Sourced } from "../../data/sourced.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { Button } from "../../ui/controls.tsx";
import { Empty, Notice, PageTitle, Skeleton } from "../../ui/surfaces.tsx";
import type { Choice } from "./choice.ts";
import { FactsheetPanel } from "./FactsheetPanel.tsx";
import { FeesPanel } from "./FeesPanel.tsx";
import { GuardRails } from "./GuardRails.tsx";
import { Header } from "./Header.tsx";
import { HoldingsPanel } from "./HoldingsPanel.tsx";
import { MethodologyPanel } from "./MethodologyPanel.tsx";
import { PowersPanel } from "./PowersPanel.tsx";
import { PricePanel } from "./PricePanel.tsx";
import { RebalanceLog } from "./RebalanceLog.tsx";
import { RiskPanel } from "./RiskPanel.tsx";
import { TradeSlot } from "./TradeSlot.tsx";
import { WeightsPanel } from "./WeightsPanel.tsx";

/** Everything about one index. */
export function IndexPage() {
  const { address } = useParams({ from: "/index/$address" });
  // Links from elsewhere may have the letters in any case.
  return isAddress(address, { strict: false }) ? <Found key={address} vault={getAddress(address)} /> : <NoIndex />;
}

function NoIndex() {
  return (
    <Empty isPage title="There is no index with this address">
      <Link to="/" className="underline">
        All indices
      </Link>
    </Empty>
  );
}

function Found({ vault }: { vault: Address }) {
  const { data: head, error, refetch } = useIndexHead(vault);
  if (error instanceof NotAnIndexError) return <NoIndex />;
  if (head === undefined && error instanceof ApiError && error.status === 404) return <NoIndex />;
  if (head === undefined && error !== null) {
    return (
      <div className="flex flex-col items-start gap-3">
        <PageTitle>Index</PageTitle>
        <Notice tone="warn">{sentenceOf(error)}</Notice>
        <Button onClick={() => void refetch()}>Ask again</Button>
        <Link to="/" className="underline">
          All indices
        </Link>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-5" aria-busy={head === undefined}>
      {head === undefined ? <HeaderToCome /> : <Header head={head} />}
      {head?.source === "chain" && (
        <Notice>
          The API does not answer. Prices, holdings, limits and the last rebalance come from the chain; past prices,
          reasons and measures of risk are missing until it answers again.
        </Notice>
      )}
      <div className="grid grid-cols-1 items-start gap-5 pb-20 lg:grid-cols-[minmax(0,1fr)_24rem] lg:pb-0">
        <div className="flex min-w-0 flex-col gap-5">
          {head === undefined ? <Skeleton className="h-96 w-full" /> : <Panels vault={vault} head={head} />}
        </div>
        {/* It reads what it needs by itself, and does not wait for the head. */}
        <TradeSlot vault={vault} symbol={head?.data.symbol} />
      </div>
    </div>
  );
}

function HeaderToCome() {
  return (
    <>
      <PageTitle>Index</PageTitle>
      <Skeleton className="h-32 w-full" />
    </>
  );
}

/** {s since 1970} Before it there was no index: history is not asked for. */
const FIRST = Date.UTC(2015, 6, 30) / 1_000;

/** What the index is worth now; undefined while nobody can tell, or a token has no price. */
function momentOf({ data: { price, tvl, isPriceComplete, pricedAt } }: Sourced<IndexHead>): Moment | undefined {
  if (!isPriceComplete || price === null || tvl === null || pricedAt === null) return undefined;
  return { time: pricedAt, price: Number(formatUnits(price, 18)), tvl: Number(formatUnits(tvl, 18)) };
}

function Panels({ vault, head }: { vault: Address; head: Sourced<IndexHead> }) {
  const { data: index, asOf } = head;
  const { symbol, createdAt } = index;
  const horizon: Horizon = { asOf, since: createdAt ?? FIRST };
  const first = useFirstRange(vault, USUAL_RANGE, ALL_DAYS, horizon);
  const [chosen, setChosen] = useState<Choice>();
  const now = useMemo(() => momentOf(head), [head]);
  const choice = chosen ?? { vault, range: first, benchmark: undefined };
  return (
    <>
      <PricePanel choice={choice} onChoose={setChosen} symbol={symbol} horizon={horizon} now={now} />
      <HoldingsPanel vault={vault} symbol={symbol} />
      <RebalanceLog vault={vault} symbol={symbol} />
      <WeightsPanel vault={vault} symbol={symbol} horizon={horizon} first={first} />
      <RiskPanel choice={choice} horizon={horizon} />
      <FactsheetPanel vault={vault} symbol={symbol} horizon={horizon} />
      <GuardRails vault={vault} />
      <FeesPanel vault={vault} index={index} />
      <MethodologyPanel vault={vault} index={index} />
      <PowersPanel vault={vault} />
    </>
  );
}
