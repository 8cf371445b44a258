import type { IndexHead } from "../../data/index/head.ts";
import type { Sourced } from "../../data/sourced.ts";
import { amount, change, percent, time, UNKNOWN, usd18 } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Figure, Notice, PageTitle } from "../../ui/surfaces.tsx";
import { ChainLink, Fact, Facts } from "./parts.tsx";

const toneOf = (bps: number | null) => (bps === null || bps === 0 ? undefined : bps > 0 ? "gain" : "loss");

/** Name, price, value and risk of an index, and what stops it now. */
export function Header({ head: { data: index, ...from } }: { head: Sourced<IndexHead> }) {
  const { name, symbol, price, change24h, change30d, tvl, supply, holders, risk, fees, createdAt } = index;
  return (
    <header className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0">
          <PageTitle>{name}</PageTitle>
          <p className="text-muted">
            {symbol} · <ChainLink kind="address" id={index.address} />
          </p>
        </div>
        <div className="sm:text-right">
          <p className="text-3xl font-semibold">
            <Figure shown={usd18(price)} />
          </p>
          <p className="text-sm text-muted">
            USD a share · <Figure shown={change(change24h)} tone={toneOf(change24h)} /> in 24 h ·{" "}
            <Figure shown={change(change30d)} tone={toneOf(change30d)} /> in 30 d
          </p>
        </div>
      </div>
      <Stops index={index} />
      <Facts>
        <Fact name="Value held">
          <Figure shown={usd18(tvl)} />
        </Fact>
        <Fact name="Shares">
          <Figure shown={amount(supply, 18, symbol, 2)} />
        </Fact>
        <Fact name="Holders">{holders === null ? UNKNOWN : holders.toLocaleString("en-US")}</Fact>
        <Fact name="Risk">{risk ?? UNKNOWN}</Fact>
        <Fact name="Fee a year">
          <Figure shown={percent(fees.streaming)} />
        </Fact>
        <Fact name="Fee to buy">
          <Figure shown={percent(fees.mint)} />
        </Fact>
        <Fact name="Fee to leave">none</Fact>
        <Fact name="Since">{time(createdAt).short}</Fact>
      </Facts>
      <SourceLine {...from} />
      {from.source === "api" && index.pricedAt !== null && (
        <p className="-mt-3 text-xs text-muted">Price and value from the chain, {time(index.pricedAt).exact}</p>
      )}
    </header>
  );
}

/** What one must know before doing anything. */
function Stops({ index: { paused, isPriceComplete, price } }: { index: IndexHead }) {
  const stopped = [paused.mint && "buying", paused.fill && "trading", paused.propose && "rebalancing"].filter(Boolean);
  return (
    <>
      {stopped.length > 0 && (
        <Notice tone="warn">
          The guardian has paused {stopped.join(", ")} until {time(paused.until).exact}. Leaving cannot be paused.
        </Notice>
      )}
      {price !== null && !isPriceComplete && (
        <Notice tone="warn">A token held has no price now: the true value is higher than what is shown.</Notice>
      )}
    </>
  );
}
