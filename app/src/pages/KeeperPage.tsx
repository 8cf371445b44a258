import { useKeeperStatus, useSafety } from "../data/keeper.ts";
import { useApi } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { time } from "../format.ts";
import { Freshness } from "../keeper/Freshness.tsx";
import { Journal } from "../keeper/Journal.tsx";
import { PausedBanner } from "../keeper/PausedBanner.tsx";
import { Runs } from "../keeper/Runs.tsx";
import { Scorecard } from "../keeper/Scorecard.tsx";
import { Notice, PageTitle } from "../ui/surfaces.tsx";

/** What the keeper did, does next, and knows: runs, data, models, and every decision with its reasons. */
export function KeeperPage() {
  const hasApi = useApi() !== undefined;
  const status = useKeeperStatus();
  const safety = useSafety();
  const isDown = !hasApi || status.error !== null;
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Keeper</PageTitle>
      <p className="max-w-prose text-sm text-muted">
        A program decides the weights of indices and signs its decisions. It moves no tokens: what its decisions may
        cost is bounded by each index.
      </p>
      {isDown && (
        <Notice>
          {hasApi
            ? `The API is down: ${sentenceOf(status.error ?? new Error("It does not answer."))}`
            : "This network has no API."}{" "}
          Reasons, next runs and the journal are missing; what stands here comes from the chain.
        </Notice>
      )}
      {safety.error && <Notice tone="warn">The chain cannot be read now. {sentenceOf(safety.error)}</Notice>}
      <PausedBanner
        indices={safety.data?.indices ?? []}
        halts={status.data?.data.halts ?? []}
        now={safety.data?.asOf ?? 0}
      />
      <Runs
        status={status.data?.data}
        safety={safety.data}
        isPending={(hasApi && status.isPending) || safety.isPending}
      />
      <Freshness status={status.data?.data} safety={safety.data} isPending={safety.isPending} />
      <Scorecard status={status.data?.data} />
      {hasApi && (
        <Journal names={new Map(safety.data?.indices.map(({ address, name }) => [address.toLowerCase(), name]))} />
      )}
      {status.data && (
        <p className="text-xs text-muted">From the API, {time(Date.parse(status.data.asOf) / 1_000).exact}</p>
      )}
    </div>
  );
}
