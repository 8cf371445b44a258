import { Link } from "@tanstack/react-router";
import type { Address } from "viem";
import { atLeast } from "../../amounts.ts";
import type { PayToken } from "../../data/payToken.ts";
import { useStakeSummary } from "../../data/portfolio.ts";
import { useTokens } from "../../data/tokens.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { time } from "../../format.ts";
import { Empty, Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";

/** The lock and what it earned, with the way to the page where both are dealt with. */
export function StakeSummary({ vaults }: { vaults: readonly PayToken[] | undefined }) {
  const { data, error } = useStakeSummary(vaults);
  const { find, symbolOf } = useTokens(vaults);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined) return <Skeleton className="h-16 w-full" />;
  if (data === null) return <Empty title="This network has no token to lock" />;
  const { lock, token, rewards } = data;
  if (lock.status === "none" && rewards.length === 0) {
    return (
      <Empty title="You have locked nothing">
        <Link to="/stake" className="underline">
          Lock tokens to vote and to earn a part of the fees
        </Link>
      </Empty>
    );
  }
  const shownOf = (of: Address, amount: bigint) =>
    of === token
      ? atLeast(amount, 18, "GIM")
      : atLeast(amount, find(of)?.decimals ?? 18, find(of)?.symbol ?? symbolOf(of));
  const until = lock.unlocksAt === undefined ? undefined : time(lock.unlocksAt).exact;
  const state = {
    ...{ none: "Nothing is locked.", permanent: "Locked for as long as you do not say otherwise." },
    ...{ running: `Locked until ${until}.`, expired: `Free since ${until}: withdraw it, then you can lock anew.` },
  }[lock.status];
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        {lock.status !== "none" && (
          <>
            <Figure shown={atLeast(lock.amount, 18, "GIM")} />.{" "}
          </>
        )}
        <span className="text-muted">{state}</span>
      </p>
      {rewards.length > 0 && (
        <ul aria-label="Rewards to claim" className="flex flex-col gap-1">
          {rewards.map(({ token: of, amount }) => (
            <li key={of} className="flex justify-between gap-4">
              <span className="text-muted">Reward</span>
              <Figure shown={shownOf(of, amount)} />
            </li>
          ))}
        </ul>
      )}
      <Link to="/stake" className="inline-flex min-h-11 items-center underline">
        {rewards.length > 0 ? "Claim or reinvest" : "Manage the lock"}
      </Link>
    </div>
  );
}
