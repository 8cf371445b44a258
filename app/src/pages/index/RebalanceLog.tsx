import { useState } from "react";
import type { Address } from "viem";
import { type Rebalance, type RebalancedToken, useRebalanceCost, useRebalances } from "../../data/index/rebalances.ts";
import { change, percent, shortAddress, time, UNKNOWN, usd } from "../../format.ts";
import { plainReason } from "../../keeper/plainReason.ts";
import { Copy } from "../../ui/Copy.tsx";
import { Button } from "../../ui/controls.tsx";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { DecisionMore } from "./DecisionMore.tsx";
import { ChainLink, Fact, Facts, Loaded } from "./parts.tsx";
import { VerifyButton } from "./VerifyButton.tsx";

const LANES = { RISK: "Rebalance", DERISK: "Move to safety" } as const;
const STATES = {
  waiting: "waiting, can still be vetoed",
  open: "trading",
  closed: "done",
  cancelled: "cancelled",
  ended: "done",
} as const;

/** Every rebalance with its reasons, what it changed, what it cost, and a way to verify it. */
export function RebalanceLog({ vault, symbol }: { vault: Address; symbol: string }) {
  const asked = useRebalances(vault);
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = asked;
  return (
    <Card title="Rebalances">
      <Loaded asked={asked}>
        {({ pages }) => {
          const all = pages.flatMap(({ data }) => data.rebalances);
          const [first] = pages;
          if (all.length === 0) {
            return <Empty title="There was no rebalance yet">The first one will stand here with its reasons.</Empty>;
          }
          return (
            <>
              <ol className="flex flex-col">
                {all.map((rebalance, i) => (
                  <li key={rebalance.epoch} className="border-b border-line last:border-0">
                    <Entry vault={vault} symbol={symbol} rebalance={rebalance} isFirst={i === 0} />
                  </li>
                ))}
              </ol>
              {hasNextPage && (
                <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {isFetchingNextPage ? "Reading" : "Show older ones"}
                </Button>
              )}
              {first && <SourceLine {...first} />}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

interface EntryProps {
  vault: Address;
  symbol: string;
  rebalance: Rebalance;
  isFirst: boolean;
}

function Entry({ vault, symbol, rebalance, isFirst }: EntryProps) {
  const [isOpen, setOpen] = useState(isFirst);
  const { epoch, lane, status, proposedAt, reasons } = rebalance;
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} className="py-3">
      <summary className="flex min-h-11 cursor-pointer flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-medium">
          <span aria-hidden="true" className="text-muted">
            {isOpen ? "▾ " : "▸ "}
          </span>
          {LANES[lane]} {epoch}
        </span>
        <span className="text-sm text-muted" title={time(proposedAt).exact}>
          {time(proposedAt).short}
          {status !== null && ` · ${STATES[status]}`}
        </span>
        {!isOpen && reasons?.[0] !== undefined && (
          <span className="w-full truncate text-sm text-muted">{plainReason(reasons[0])}</span>
        )}
      </summary>
      {isOpen && <Detail vault={vault} symbol={symbol} rebalance={rebalance} />}
    </details>
  );
}

function Detail({ vault, symbol, rebalance }: Omit<EntryProps, "isFirst">) {
  const { reasons, weights, tx, opensAt, closesAt, fills, traded, epoch, decision } = rebalance;
  return (
    <div className="flex flex-col gap-4 pt-2">
      <Reasons reasons={reasons} />
      {weights.length > 0 && <Changes symbol={symbol} epoch={epoch} weights={weights} />}
      <Facts>
        <Fact name="Trades">{fills === null ? UNKNOWN : fills.toLocaleString("en-US")}</Fact>
        <Fact name="Sold" hint="at oracle prices">
          <Figure shown={usd(traded)} />
        </Fact>
        <Fact name="Trading from">{time(opensAt).exact}</Fact>
        <Fact name="Trading until">{time(closesAt).exact}</Fact>
        <Fact name="Proposed in">{tx === null ? UNKNOWN : <ChainLink kind="tx" id={tx} />}</Fact>
        <Fact name="Hash of the decision" hint="as the vault carries it">
          <span className="font-mono text-sm" title={decision}>
            {shortAddress(decision)}
          </span>
          <Copy text={decision} what="the hash of the decision" />
        </Fact>
      </Facts>
      <Cost vault={vault} epoch={epoch} />
      {reasons !== null && <DecisionMore hash={decision} />}
      <VerifyButton vault={vault} rebalance={rebalance} />
    </div>
  );
}

function Reasons({ reasons }: Pick<Rebalance, "reasons">) {
  if (reasons === null) {
    return <p className="text-sm text-muted">The reasons are in the decision, which is not known here now.</p>;
  }
  return (
    <ul className="list-disc pl-5 text-sm">
      {reasons.map((reason) => (
        <li key={reason}>{plainReason(reason)}</li>
      ))}
    </ul>
  );
}

const nameOf = ({ symbol, token }: RebalancedToken) => symbol ?? shortAddress(token);
const moved = ({ before, target }: RebalancedToken) => (before === null || target === null ? null : target - before);

const COLUMNS: readonly Column<RebalancedToken>[] = [
  { key: "token", title: "Token", cell: (row) => <span className="font-medium">{nameOf(row)}</span> },
  { key: "before", title: "Before", isFigure: true, cell: ({ before }) => <Figure shown={percent(before)} /> },
  { key: "target", title: "Wanted", isFigure: true, cell: ({ target }) => <Figure shown={percent(target)} /> },
  { key: "after", title: "After", isFigure: true, cell: ({ after }) => <Figure shown={percent(after)} /> },
  { key: "change", title: "Change", isFigure: true, cell: (row) => <Figure shown={change(moved(row))} /> },
  {
    key: "reasons",
    title: "Why",
    isSecondary: true,
    cell: ({ reasons: [first, ...more] }) =>
      first === undefined ? (
        UNKNOWN
      ) : (
        <details className="group max-w-md text-muted">
          <summary className="line-clamp-2 min-h-11 cursor-pointer group-open:line-clamp-none">
            {plainReason(first)}
          </summary>
          {more.map((reason) => (
            <p key={reason}>{plainReason(reason)}</p>
          ))}
        </details>
      ),
  },
];

/** {tokens} shown before the rest is asked for. */
const FEW = 8;

function Changes({ symbol, epoch, weights }: { symbol: string; epoch: number; weights: readonly RebalancedToken[] }) {
  const [isWhole, setWhole] = useState(false);
  // What was not held and is not wanted has no part in it; without a change, the largest parts come first.
  const touched = weights.filter(({ before, target, after }) => [before, target, after].some((bps) => (bps ?? 0) > 0));
  const size = (row: RebalancedToken) => Math.abs(moved(row) ?? row.target ?? 0);
  const ranked = touched.toSorted((a, b) => size(b) - size(a));
  return (
    <div>
      <Table
        caption={`Weights of ${symbol} before and after rebalance ${epoch}, percent of the value`}
        columns={COLUMNS}
        rows={isWhole ? ranked : ranked.slice(0, FEW)}
        keyOf={({ token }) => token}
      />
      {touched.length > FEW && (
        <Button variant="quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? "The largest changes only" : `All ${touched.length} tokens`}
        </Button>
      )}
    </div>
  );
}

function Cost({ vault, epoch }: { vault: Address; epoch: number }) {
  const asked = useRebalanceCost(vault, epoch);
  if (asked.error !== null) return <p className="text-sm text-muted">What it cost is not known without the API.</p>;
  return (
    <Loaded asked={asked} height="h-16">
      {({ expected, given, turnover }) => (
        <Facts>
          <Fact name="Turnover" hint="of the value, decided">
            <Figure shown={percent(turnover)} />
          </Fact>
          <Fact
            name="Cost expected"
            hint={
              expected
                ? `gas ${percent(expected.gas).short}, fees and spread ${percent(expected.fees).short}, impact ${percent(expected.impact).short}`
                : "the decision is not known here"
            }
          >
            <Figure shown={percent(expected?.all, 4)} />
          </Fact>
          <Fact name="Given to traders" hint="sold less received, at oracle prices">
            <Figure shown={usd(given)} />
          </Fact>
        </Facts>
      )}
    </Loaded>
  );
}
