import type { ReactNode } from "react";
import { formatUnits } from "viem";
import { type IndexSafety, pausedParts, useSafety } from "../data/keeper.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, time, UNKNOWN } from "../format.ts";
import { AddressLine } from "../govern/parts.tsx";
import { duration } from "../govern/words.ts";
import { Card, Empty, Notice, Skeleton } from "../ui/surfaces.tsx";

/** D18{1} as a percentage. */
const part = (raw: bigint) => percent(Number(formatUnits(raw, 14))).short;

/** What the chain says of every index now. */
export function OnChain() {
  const { data, error, isPending } = useSafety();
  return (
    <Card title="On chain now">
      {error && <Notice tone="warn">The chain cannot be read now. {sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-40 w-full" />
      ) : data === undefined ? null : data.indices.length === 0 ? (
        <Empty title="There is no index yet" />
      ) : (
        <ul className="divide-y divide-line">
          {data.indices.map((index) => (
            <li key={index.address}>
              <details>
                <summary className="flex min-h-11 cursor-pointer flex-wrap items-center justify-between gap-2 py-2.5">
                  <span className="font-medium">{index.name}</span>
                  <span className="text-sm text-muted">{verdict(index, data.asOf)}</span>
                </summary>
                <Details index={index} now={data.asOf} />
              </details>
            </li>
          ))}
        </ul>
      )}
      {data && <p className="mt-3 text-xs text-muted">From the chain, {time(data.asOf).exact}</p>}
    </Card>
  );
}

/** One line about an index. */
function verdict(index: IndexSafety, now: number): string {
  const { health } = index;
  const paused = pausedParts(index, now);
  const troubled = Number(health.troubled);
  const worries = [
    paused.length > 0 && `${paused.join(", ")} paused`,
    troubled > 0 && `${troubled} token${troubled === 1 ? "" : "s"} in trouble`,
    !health.sequencerUp && "the chain's sequencer is down",
    health.signers === 0n && "its signers were revoked",
  ].filter((worry) => worry !== false);
  return worries.length === 0 ? "Nothing stands out" : worries.join("; ");
}

function Details({ index, now }: { index: IndexSafety; now: number }) {
  const { health, promises, pausedBy } = index;
  const { limits, fees } = promises;
  const paused = pausedParts(index, now);
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      "Sold in 7 days at most (P5)",
      `${percent(limits.turnoverBps).short} of NAV; left now ${part(health.turnover.left)}`,
    ],
    [
      "Lost to fills in 7 days at most (P5)",
      `${percent(limits.lossBps).short} of NAV; left now ${part(health.loss.left)}`,
    ],
    [
      "More on the way to safety",
      `${percent(limits.deriskLossBps).short} of NAV, once in ${duration(limits.deriskPeriod)}`,
    ],
    ["A weight changes at most", `${percent(limits.maxWeightChangeBps).short} a proposal`],
    [
      "Time to leave before trades",
      `${duration(limits.riskDelay)}; before a new token ${duration(limits.basketDelay)}`,
    ],
    ["Fees", `${percent(fees.mintFeeBps).short} of a purchase, ${part(promises.streamingPerYear)} of the value a year`],
    [
      "Signers",
      `${health.threshold} of ${health.signers} must sign${health.signersMatch ? "" : "; changed since the last proposal"}`,
    ],
    [
      "Curator",
      /^0x0+$/.test(promises.curator) ? "nobody, for ever" : <AddressLine key="curator" address={promises.curator} />,
    ],
    ["Guardian", <AddressLine key="guardian" address={promises.guardian} />],
    [
      "Paused",
      paused.length === 0 ? (
        "nothing; redeeming and claiming cannot be (P4)"
      ) : (
        <span key="paused">
          {paused.join(", ")} until {time(health.pausedUntil).exact}, by{" "}
          {pausedBy === undefined ? UNKNOWN : <AddressLine address={pausedBy} />}
        </span>
      ),
    ],
    ["Trades", `${health.open ? "open now" : "not open now"}; ${index.epoch.phase}`],
    [
      "Decision committed (P6)",
      <code key="hash" className="text-xs break-all">
        {index.epoch.decisionHash}
      </code>,
    ],
    ["Tokens short", shortages(index)],
  ];
  return (
    <dl className="grid gap-x-6 gap-y-3 pb-4 text-sm sm:grid-cols-2">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** INV-01: what the vault lacks of what it owes. */
function shortages({ health }: IndexSafety): string {
  const short = health.tokens.filter(({ shortfall }) => shortfall > 0n).length;
  return short === 0 ? "none: everything owed is there (INV-01)" : `${short}: the next call lowers what they count for`;
}
