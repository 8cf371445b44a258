import { earliestEnd, latestEnd, lock as prepareLock } from "@gimbal/sdk";
import { useState } from "react";
import { type StakeState, useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { withoutPermit2 } from "../../flow/useAction.ts";
import { exactAmount, percent, time } from "../../format.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Card, Figure, Notice } from "../../ui/surfaces.tsx";
import { LockChange } from "./LockChange.tsx";
import { endOf, type LockPlan, nextWeek, planLock, QUICK_MONTHS, type Term } from "./lockForm.ts";
import { PowerCurve } from "./PowerCurve.tsx";
import { gim } from "./words.ts";

/** Locks GIM, adds to a lock or moves its end away, and shows what comes of it before anything is signed. */
export function LockCard({ stake }: { stake: StakeState }) {
  const { account, lock, balance, maxPenaltyBps } = stake;
  const governance = useGovernance();
  const [amountText, setAmountText] = useState("");
  const [chosen, setChosen] = useState<Term>();
  const term = chosen ?? (lock.status === "none" ? { kind: "longest" } : { kind: "keep" });
  const plan = planLock({ amountText, term, lock, balance: account && balance });
  const { amount, newEnd, next, amountFault, fault } = plan;
  const clear = () => {
    setAmountText("");
    setChosen(undefined);
  };

  return (
    <Card
      title={lock.status === "none" ? "Lock GIM" : lock.permanent ? "Add to your lock" : "Add to or extend your lock"}
    >
      <div className="flex flex-col gap-4">
        <Field
          label={lock.status === "none" ? "Amount" : "Amount to add"}
          inputMode="decimal"
          placeholder="0"
          value={amountText}
          fault={amountFault}
          hint={
            account && (
              <>
                In your wallet: <Figure shown={gim(balance)} />
              </>
            )
          }
          end={
            <span className="flex items-center gap-2 text-sm text-muted">
              GIM
              {account && (
                <Button
                  variant="quiet"
                  className="px-2"
                  disabled={balance === 0n}
                  aria-label="Max: all the GIM of your wallet"
                  onClick={() => setAmountText(exactAmount(balance, 18).replaceAll(",", ""))}
                >
                  Max
                </Button>
              )}
            </span>
          }
          onChange={(event) => setAmountText(event.target.value)}
        />
        {!lock.permanent && <TermChoice stake={stake} term={term} onChoose={setChosen} />}
        <LockChange stake={stake} next={next} />
        <PowerCurve now={lock.timestamp} before={lock.amount === 0n ? undefined : lock} after={next} />
        <Notice>
          Locked GIM cannot be moved until the end. An early exit opens 7 days after the last time that something was
          added or extended, and keeps up to {percent(maxPenaltyBps).short} of the lock. Tier and revenue follow the
          change from {time(nextWeek(lock.timestamp)).exact} on; votes count at once, for proposals whose snapshot is
          still to come.
        </Notice>
        <ActionButton
          action={{
            key: ["lock", amount.toString(), newEnd?.toString()],
            verb:
              amount === 0n
                ? "Extend"
                : lock.status === "none"
                  ? "Lock"
                  : newEnd === undefined
                    ? "Add"
                    : "Add and extend",
            title: titleOf(plan),
            fault,
            symbolOf: () => "GIM",
            onDone: clear,
            prepare: ({ client, account: owner, authorization: asked }) =>
              prepareLock(client, {
                ...{
                  escrow: governance?.VotingEscrow ?? owner,
                  amount,
                  newEnd,
                  account: owner,
                  authorization: withoutPermit2(asked),
                },
              }),
          }}
        />
      </div>
    </Card>
  );
}

function titleOf({ amount, newEnd }: LockPlan): string {
  const until = newEnd === undefined ? "" : ` until ${time(newEnd).short}`;
  return amount === 0n ? `Extend the lock${until}` : `Lock ${exactAmount(amount, 18, 4)} GIM${until}`;
}

function TermChoice({
  stake: { lock },
  term,
  onChoose,
}: {
  stake: StakeState;
  term: Term;
  onChoose: (term: Term) => void;
}) {
  const now = lock.timestamp + 1n;
  const end = endOf(term, lock, now);
  const day = (seconds: bigint) => new Date(Number(seconds) * 1_000).toISOString().slice(0, 10);
  const first = lock.end > earliestEnd(now) ? lock.end : earliestEnd(now);
  const choices: readonly { term: Term; label: string }[] = [
    ...(lock.status === "none" ? [] : [{ term: { kind: "keep" } as const, label: "As it ends" }]),
    ...QUICK_MONTHS.map((months) => ({
      term: { kind: "months", months } as const,
      label: `${months} month${months === 1 ? "" : "s"}`,
    })),
    { term: { kind: "longest" }, label: "Max" },
  ];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Locked until</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map(({ term: choice, label }) => {
          const isChosen = JSON.stringify(choice) === JSON.stringify(term);
          const isTooEarly = choice.kind !== "keep" && (endOf(choice, lock, now) ?? 0n) <= lock.end;
          return (
            <Button
              key={label}
              variant={isChosen ? "primary" : "secondary"}
              className="px-3"
              aria-pressed={isChosen}
              disabled={isTooEarly}
              title={isTooEarly ? "Your lock ends later already" : undefined}
              onClick={() => onChoose(choice)}
            >
              {label}
            </Button>
          );
        })}
      </div>
      <Field
        label="Or until a day"
        type="date"
        min={day(first)}
        max={day(latestEnd(now))}
        value={term.kind === "day" ? term.day : ""}
        hint={
          end === undefined || end === 0n ? (
            "Locks end on a Thursday, 00:00 UTC."
          ) : (
            <>
              Ends on {time(end).exact}, a Thursday
              {term.kind === "day" && day(end) !== term.day && ": the last one before the day that you chose"}.
            </>
          )
        }
        onChange={(event) => onChoose({ kind: "day", day: event.target.value })}
      />
    </fieldset>
  );
}
