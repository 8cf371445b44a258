import type { ReactNode } from "react";
import type { StakeState } from "../../data/stake.ts";
import { percent, UNKNOWN } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { nextWeek, tierAt } from "./lockForm.ts";
import { dayWords, gimBrief, scoreWords, tierWords, veGim } from "./words.ts";

/** {bps} of everybody's power; null while nobody has any. */
function shareOf(power: bigint, total: bigint): number | null {
  return total === 0n ? null : Number((power * 10_000n) / total);
}

/** What the account has, locked and not, and what the lock gives. */
export function StakeSummary({ stake }: { stake: StakeState }) {
  const { account, lock, tier, balance, totalLocked, totalPower } = stake;
  const own = <T,>(value: T): T | null => (account === undefined ? null : value);
  const from = nextWeek(lock.timestamp);
  const upcoming = tierAt(lock, from, tier.tiers);
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-5 md:grid-cols-4">
        <Item label="In your wallet">
          <Figure shown={gimBrief(own(balance))} />
        </Item>
        <Item label="Locked" note={lock.amount === 0n ? undefined : endWords(stake)}>
          <Figure shown={gimBrief(own(lock.amount))} />
        </Item>
        <Item label="Power" note={<Share shown={percent(own(shareOf(lock.power, totalPower))).short} />}>
          <Figure shown={veGim(own(lock.power))} />
        </Item>
        <Item
          label="Tier this week"
          note={
            account !== undefined && upcoming !== tier.tier
              ? `${tierWords(upcoming)} from ${dayWords(from).short}`
              : undefined
          }
        >
          {account === undefined ? UNKNOWN : tierWords(tier.tier)}
        </Item>
        <Item label="Staking Score now">
          <Figure shown={scoreWords(own(lock.score))} />
        </Item>
        <Item label="Votes, with what others delegated">
          <Figure shown={veGim(own(lock.votes))} />
        </Item>
        <Item label="Locked by everybody">
          <Figure shown={gimBrief(totalLocked)} />
        </Item>
        <Item label="Power of everybody">
          <Figure shown={veGim(totalPower)} />
        </Item>
      </dl>
    </Card>
  );
}

function Share({ shown }: { shown: string }) {
  return shown === UNKNOWN ? null : <>{shown} of all power</>;
}

function endWords({ lock }: StakeState): string {
  if (lock.status === "permanent") return "permanent";
  const { short } = dayWords(lock.end);
  return lock.status === "expired" ? `ended ${short}` : `until ${short}`;
}

function Item({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="font-semibold sm:text-lg">{children}</dd>
      {note !== undefined && <dd className="text-sm text-muted">{note}</dd>}
    </div>
  );
}
