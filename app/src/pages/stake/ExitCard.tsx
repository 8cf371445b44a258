import { earlyExit } from "@gimbal/sdk";
import { useId, useState } from "react";
import { type StakeState, useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { percent, time } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { gim } from "./words.ts";

/** Leaves a running lock for a penalty that is spelled out and agreed to first. */
export function ExitCard({ stake: { lock } }: { stake: StakeState }) {
  const governance = useGovernance();
  const [agreed, setAgreed] = useState<bigint>();
  const box = useId();
  const { amount, penalty, exitOpensAt, timestamp } = lock;
  const paid = amount - penalty;
  const rate = percent(amount === 0n ? null : Number((penalty * 10_000n) / amount));
  const isOpen = timestamp >= exitOpensAt;
  // It falls while time passes; a larger one was not agreed to.
  const isAgreed = agreed !== undefined && penalty <= agreed;
  return (
    <Card title="Leave early">
      <dl className="mb-3 grid grid-cols-2 gap-4 text-sm">
        <div>
          <dt className="text-muted">You would get</dt>
          <dd className="text-base font-semibold">
            <Figure shown={gim(paid)} />
          </dd>
        </div>
        <div>
          <dt className="text-muted">Penalty, kept by the protocol</dt>
          <dd className="text-base font-semibold text-loss">
            <Figure shown={gim(penalty)} /> ({rate.short})
          </dd>
        </div>
      </dl>
      <p className="mb-3 text-sm text-muted">
        {lock.permanent
          ? "A permanent lock counts as one with 52 weeks to go, so that the penalty does not fall. Let it decay first."
          : `The penalty falls with the time left, and is nothing from ${time(lock.end).exact} on.`}{" "}
        {!isOpen && `Leaving early opens on ${time(exitOpensAt).exact}.`}
      </p>
      <label htmlFor={box} className="mb-3 flex min-h-11 items-center gap-3 text-sm">
        <input
          id={box}
          type="checkbox"
          className="size-5 shrink-0 accent-accent"
          checked={isAgreed}
          disabled={!isOpen}
          onChange={(event) => setAgreed(event.target.checked ? penalty : undefined)}
        />
        <span>I give up {gim(penalty).short} for good, and votes, score and revenue of the lock end at once.</span>
      </label>
      <ActionButton
        variant="secondary"
        action={{
          key: ["earlyExit", amount.toString(), lock.end.toString(), String(agreed)],
          verb: `Leave with ${gim(paid).short}`,
          title: `Leave the lock early with ${gim(paid).short}`,
          fault: isOpen ? (isAgreed ? undefined : "Agree to the penalty first") : "Not open yet",
          symbolOf: () => "GIM",
          onDone: () => setAgreed(undefined),
          prepare: ({ client, account }) =>
            earlyExit(client, { escrow: governance?.VotingEscrow ?? account, maxPenalty: penalty, account }),
        }}
      />
    </Card>
  );
}
