import { latestEnd, setPermanent } from "@gimbal/sdk";
import { type StakeState, useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { time } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { veGim } from "./words.ts";

/** Makes a lock permanent, or lets it decay again. */
export function PermanentCard({ stake: { lock } }: { stake: StakeState }) {
  const governance = useGovernance();
  const on = !lock.permanent;
  return (
    <Card title={on ? "Make it permanent" : "Let it end"}>
      <p className="mb-4 text-sm text-muted">
        {on ? (
          <>
            A permanent lock does not end, and its power stays at <Figure shown={veGim(lock.amount)} />. You can let it
            decay again at any time; it then ends 52 weeks later. An early exit opens again after 7 days.
          </>
        ) : (
          <>
            The lock decays from today on and ends on {time(latestEnd(lock.timestamp + 1n)).exact}. Until then its GIM
            stays locked.
          </>
        )}
      </p>
      <ActionButton
        variant="secondary"
        action={{
          key: ["setPermanent", on],
          verb: on ? "Make it permanent" : "Let it decay again",
          title: on ? "Make the lock permanent" : "Let the lock decay again",
          fault: undefined,
          symbolOf: () => "GIM",
          prepare: ({ client, account }) =>
            setPermanent(client, { escrow: governance?.VotingEscrow ?? account, on, account }),
        }}
      />
    </Card>
  );
}
