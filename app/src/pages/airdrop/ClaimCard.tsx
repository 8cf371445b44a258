import {
  type Airdrop,
  type AirdropEntry,
  type AirdropStatus,
  BPS,
  claimAirdrop,
  mulDiv,
  WEEK,
  weekStart,
} from "@gimbal/sdk";
import { useId, useState } from "react";
import { useConnection } from "wagmi";
import { type AirdropState, useAirdropBonus, useAirdropClaim, type Wave } from "../../data/airdrop.ts";
import { useGovernance, useStake } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import type { ActionParameters } from "../../flow/useAction.ts";
import { percent, time } from "../../format.ts";
import { Card, Empty, Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { gim } from "../stake/words.ts";

export interface ClaimCardProps {
  state: AirdropState;
  list: Airdrop;
  wave: Wave;
}

/** The account's entry with its proof, and the choice between a claim that vests and one that is locked. */
export function ClaimCard({ state, list, wave }: ClaimCardProps) {
  const { address: account } = useConnection();
  const { data, error } = useAirdropClaim(wave, list);
  if (account === undefined) {
    return (
      <Card title="Your entry">
        <Empty title="No wallet is connected">Connect the one that the list may name.</Empty>
      </Card>
    );
  }
  return (
    <Card title="Your entry">
      {error && data === undefined ? (
        <Notice tone="warn">{sentenceOf(error)}</Notice>
      ) : data === undefined ? (
        <Skeleton className="h-48 w-full" />
      ) : data.entry === undefined ? (
        <Empty title="The list does not name you">
          <span className="font-mono break-all">{account}</span> is not in it. Try another wallet or another wave.
        </Empty>
      ) : (
        <Entry state={state} wave={wave} entry={data.entry} status={data.status} />
      )}
    </Card>
  );
}

/** Words for the button of a claim that cannot be made; undefined: it can. */
function faultOf(status: AirdropStatus, wave: Wave): string | undefined {
  if (status === "claimed") return "Claimed already";
  if (status === "waiting") return `Opens on ${time(wave.start).exact}`;
  if (status === "ended") return `Closed on ${time(wave.deadline).exact}`;
  return status === "none" ? "The list does not name you" : undefined;
}

function Entry({
  state,
  wave,
  entry,
  status,
}: {
  state: AirdropState;
  wave: Wave;
  entry: AirdropEntry;
  status: AirdropStatus;
}) {
  const [isLocking, setLocking] = useState(true);
  const [weeks, setWeeks] = useState(state.maxLockWeeks);
  const governance = useGovernance();
  const { data: stake } = useStake();
  const { data: bonus } = useAirdropBonus(entry.amount, weeks);
  const locked = bonus === undefined ? undefined : entry.amount + bonus;
  const closed = faultOf(status, wave);
  const expired = isLocking && stake?.lock.status === "expired" ? "Withdraw the lock that has ended first" : undefined;
  const fault = closed ?? expired;
  const action: ActionParameters = {
    key: ["claimAirdrop", wave.root, entry.index, isLocking ? weeks : "liquid"],
    verb: isLocking ? "Claim and lock" : "Claim",
    title: isLocking ? `Claim ${gim(entry.amount).short} and lock it` : `Claim ${gim(entry.amount).short}`,
    fault,
    symbolOf: () => "GIM",
    prepare: ({ client, account }) =>
      claimAirdrop(client, {
        airdrop: governance?.MerkleAirdrop ?? account,
        ...{ entry, lockWeeks: isLocking ? weeks : undefined, minBonus: isLocking ? bonus : undefined, account },
      }),
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">
        Line {entry.index + 1} of the list gives you <Figure shown={gim(entry.amount)} />.
      </p>
      {closed === undefined && (
        <Choice state={state} isLocking={isLocking} onChoose={setLocking} entry={entry} wave={wave} locked={locked} />
      )}
      {closed === undefined && isLocking && (
        <LockTerm state={state} weeks={weeks} onChoose={setWeeks} entry={entry} bonus={bonus} />
      )}
      <ActionButton action={action} />
      <details className="text-sm">
        <summary className="inline-flex min-h-11 cursor-pointer items-center text-muted">
          Your proof, {entry.proof.length} hashes
        </summary>
        <ol className="flex flex-col gap-1 font-mono text-xs break-all">
          {entry.proof.map((hash) => (
            <li key={hash}>{hash}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}

function Choice({
  state: { liquidBps },
  isLocking,
  onChoose,
  entry,
  wave,
  locked,
}: {
  state: AirdropState;
  isLocking: boolean;
  onChoose: (isLocking: boolean) => void;
  entry: AirdropEntry;
  wave: Wave;
  locked: bigint | undefined;
}) {
  const name = useId();
  const liquid = mulDiv(entry.amount, liquidBps, BPS);
  const options = [
    {
      locks: true,
      label: "Lock all of it, with a bonus",
      about: (
        <>
          <Figure shown={gim(locked)} /> in your lock; none of it can be moved until its end.
        </>
      ),
    },
    {
      locks: false,
      label: `${percent(Number(liquidBps), 0).short} now, the rest over time`,
      about: (
        <>
          <Figure shown={gim(liquid)} /> at once, <Figure shown={gim(entry.amount - liquid)} /> by{" "}
          {time(wave.vestEnd).short}, a little each second.
        </>
      ),
    },
  ];
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">How to take it; this cannot be changed later</legend>
      {options.map(({ locks, label, about }) => (
        <label key={label} htmlFor={`${name}-${locks}`} className="flex min-h-11 items-center gap-3 text-sm">
          <input
            id={`${name}-${locks}`}
            type="radio"
            name={name}
            className="size-5 shrink-0 accent-accent"
            checked={isLocking === locks}
            onChange={() => onChoose(locks)}
          />
          <span>
            <span className="font-medium">{label}.</span> <span className="text-muted">{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function LockTerm({
  state: { minLockWeeks, maxLockWeeks, now },
  weeks,
  onChoose,
  entry,
  bonus,
}: {
  state: AirdropState;
  weeks: number;
  onChoose: (weeks: number) => void;
  entry: AirdropEntry;
  bonus: bigint | undefined;
}) {
  const id = useId();
  const { data: stake } = useStake();
  const asked = weekStart(BigInt(now) + BigInt(weeks) * WEEK);
  const held = stake?.lock;
  const keeps = held !== undefined && (held.permanent || held.end >= asked);
  const rate = bonus === undefined ? null : Number((bonus * 10_000n) / entry.amount);
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        Locked for {weeks} weeks
      </label>
      <input
        id={id}
        type="range"
        className="min-h-11 accent-accent"
        min={minLockWeeks}
        max={maxLockWeeks}
        value={weeks}
        aria-describedby={`${id}-note`}
        aria-valuetext={`${weeks} weeks`}
        onChange={(event) => onChoose(Number(event.target.value))}
      />
      <p id={`${id}-note`} className="text-sm text-muted" aria-live="polite">
        Bonus: <Figure shown={gim(bonus)} /> ({percent(rate).short}), as the pool is now; fewer, and nothing is claimed.{" "}
        {keeps
          ? held.permanent
            ? "Your lock is permanent and stays so."
            : `Your lock ends later already, on ${time(held.end).exact}, and keeps that end.`
          : `The lock ends on ${time(asked).exact}.`}
      </p>
    </div>
  );
}
