import type { KeeperStatus } from "../data/answers.d.ts";
import { type IndexSafety, pausedParts } from "../data/keeper.ts";
import { time } from "../format.ts";
import { AddressLine } from "../govern/parts.tsx";
import { Notice } from "../ui/surfaces.tsx";

/** What stands still, since when, and who stopped it. */
export function PausedBanner({
  indices,
  halts,
  now,
}: {
  indices: readonly IndexSafety[];
  halts: KeeperStatus["halts"];
  now: number;
}) {
  const paused = indices.filter((index) => pausedParts(index, now).length > 0);
  if (paused.length === 0 && halts.length === 0) return null;
  return (
    <Notice tone="warn">
      <ul className="flex flex-col gap-1">
        {paused.map((index) => (
          <li key={index.address}>
            <strong>{index.name}</strong>: {pausedParts(index, now).join(", ")} paused until{" "}
            {time(index.health.pausedUntil).exact} by{" "}
            {index.pausedBy === undefined ? (
              "an account that the chain's history does not show"
            ) : (
              <AddressLine address={index.pausedBy} />
            )}
            . Redeeming goes on.
          </li>
        ))}
        {halts.map(({ scope, kind, since, reason }) => (
          <li key={`${scope}${kind}`}>
            <strong>The keeper stands still</strong> for {scope} ({kind}) since {time(Date.parse(since) / 1_000).exact}:{" "}
            {reason}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
