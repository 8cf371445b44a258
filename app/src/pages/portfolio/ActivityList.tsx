import { useState, useSyncExternalStore } from "react";
import { isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import { atLeast } from "../../amounts.ts";
import { useApi, useNetwork } from "../../data/network.tsx";
import type { PayToken } from "../../data/payToken.ts";
import { type ChainActivity, useChainActivity } from "../../data/portfolio.ts";
import { useTokens } from "../../data/tokens.ts";
import { explorerLink } from "../../explorer.ts";
import { activityLog } from "../../flow/delivery.ts";
import { shortAddress, time } from "../../format.ts";
import { Button } from "../../ui/controls.tsx";
import { Empty, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { type ActivityLine, kindWords, mergeActivity } from "./activityWords.ts";

/** Lines that are shown before somebody asks for all. */
const FIRST = 12;

const STATES = { pending: "Under way", confirmed: "Done", failed: "Failed", dropped: "Dropped" } as const;

const TONES = { pending: "text-warn", confirmed: "", failed: "text-loss", dropped: "text-loss" } as const;

/** What the account did: from this browser at once, from the chain as far as the API tells. */
export function ActivityList({ vaults }: { vaults: readonly PayToken[] | undefined }) {
  const { chainId, explorerUrl } = useNetwork();
  const api = useApi();
  const { address: account } = useConnection();
  const { find } = useTokens(vaults);
  const all = useSyncExternalStore(activityLog.subscribe, activityLog.entries);
  const { data, error, isLoading } = useChainActivity();
  const own = all.filter(
    (entry) => account !== undefined && entry.chainId === chainId && isAddressEqual(entry.account, account),
  );
  const titleOf = ({ kind, index, shares }: ChainActivity) => {
    const symbol = index === null ? undefined : (find(index)?.symbol ?? shortAddress(index));
    const what = kindWords(kind);
    if (symbol === undefined) return what;
    return shares === null ? `${what} ${symbol}` : `${what} ${atLeast(shares, 18, symbol).short}`;
  };
  const lines = mergeActivity(own, data ?? [], titleOf);
  const [isWhole, setWhole] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      {(api === undefined || error) && (
        <Notice>Only what this browser sent is listed: the API, which knows the rest, is not there.</Notice>
      )}
      {isLoading && <Skeleton className="h-24 w-full" />}
      {lines.length === 0 && !isLoading && <Empty title="Nothing yet">What you send shows up here at once.</Empty>}
      <ul className="flex flex-col">
        {(isWhole ? lines : lines.slice(0, FIRST)).map((line) => (
          <Line key={line.id} line={line} explorerUrl={explorerUrl} />
        ))}
      </ul>
      {lines.length > FIRST && !isWhole && (
        <Button onClick={() => setWhole(true)}>Show {lines.length - FIRST} more</Button>
      )}
    </div>
  );
}

function Line({ line, explorerUrl }: { line: ActivityLine; explorerUrl: string | null }) {
  const { hash, title, at, state, reason } = line;
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line py-2 text-sm last:border-0">
      <span className="min-w-0 break-words">
        {title}
        {reason !== undefined && <span className="block text-loss">{reason}</span>}
      </span>
      <span className="flex flex-wrap items-baseline gap-x-3 text-muted">
        <span className={TONES[state]}>{STATES[state]}</span>
        <time dateTime={new Date(at * 1_000).toISOString()}>{time(at).exact}</time>
        {hash === null ? null : explorerUrl === null ? (
          <span className="font-mono text-xs" title={hash}>
            {shortAddress(hash)}
          </span>
        ) : (
          <a
            className="inline-flex min-h-11 items-center font-mono text-xs underline"
            href={explorerLink(explorerUrl, "tx", hash)}
            target="_blank"
            rel="noreferrer"
          >
            {shortAddress(hash)}
          </a>
        )}
      </span>
    </li>
  );
}
