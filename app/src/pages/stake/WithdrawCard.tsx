import { withdrawLock } from "@gimbal/sdk";
import { type StakeState, useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { time } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { gim } from "./words.ts";

/** Pays a lock out that has ended. Nothing else can be done with one. */
export function WithdrawCard({ stake: { lock } }: { stake: StakeState }) {
  const governance = useGovernance();
  return (
    <Card title="Your lock has ended">
      <p className="mb-4 text-sm text-muted">
        It ended on {time(lock.end).exact}, and gives no votes, no score and no revenue. Withdraw{" "}
        <Figure shown={gim(lock.amount)} /> in full; afterwards you can lock anew.
      </p>
      <ActionButton
        action={{
          key: ["withdrawLock", lock.end.toString()],
          verb: `Withdraw ${gim(lock.amount).short}`,
          title: `Withdraw ${gim(lock.amount).short}`,
          fault: undefined,
          symbolOf: () => "GIM",
          prepare: ({ client, account }) =>
            withdrawLock(client, { escrow: governance?.VotingEscrow ?? account, account }),
        }}
      />
    </Card>
  );
}
