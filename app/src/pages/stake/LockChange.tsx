import { type LockState, lockPower, lockScore } from "@gimbal/sdk";
import type { ReactNode } from "react";
import type { StakeState } from "../../data/stake.ts";
import { UNKNOWN } from "../../format.ts";
import { Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { nextWeek, tierAt } from "./lockForm.ts";
import { dayWords, gimBrief, scoreWords, tierWords, veGim } from "./words.ts";

interface Line {
  readonly label: string;
  readonly before: ReactNode;
  readonly after: ReactNode;
}

const COLUMNS: readonly Column<Line>[] = [
  { key: "label", title: "", cell: ({ label }) => <span className="text-muted">{label}</span> },
  { key: "before", title: "Now", isFigure: true, cell: ({ before }) => before },
  { key: "after", title: "After", isFigure: true, cell: ({ after }) => after },
];

/** A lock before and after a change: amount, end, power, score and tier. */
export function LockChange({ stake, next }: { stake: StakeState; next: LockState | undefined }) {
  const { account, lock, tier } = stake;
  const held = account === undefined ? undefined : lock;
  const now = lock.timestamp;
  const from = nextWeek(now);
  const end = (of: LockState | undefined) =>
    of === undefined || of.amount === 0n ? UNKNOWN : of.permanent ? "Never" : <Figure shown={dayWords(of.end)} />;
  const line = (label: string, cell: (of: LockState | undefined) => ReactNode): Line => ({
    ...{ label, before: cell(held), after: cell(next) },
  });
  const lines = [
    line("Locked", (of) => <Figure shown={gimBrief(of?.amount)} />),
    line("Ends", end),
    line("Power", (of) => <Figure shown={veGim(of && lockPower(of, now))} />),
    line("Staking Score", (of) => <Figure shown={scoreWords(of && lockScore(of, now))} />),
    line(`Tier from ${dayWords(from).short}`, (of) => tierWords(of && tierAt(of, from, tier.tiers))),
  ];
  return <Table caption="The lock now and after" columns={COLUMNS} rows={lines} keyOf={({ label }) => label} />;
}
