import { releaseVesting } from "@gimbal/sdk";
import type { Wave } from "../../data/airdrop.ts";
import { useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { time } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { gim } from "../stake/words.ts";

/** What vests of a claim for the account, and what of it can be paid now. Needs no list. */
export function VestingCard({ wave, now }: { wave: Wave; now: number }) {
  const governance = useGovernance();
  const { number, vesting, released, releasable, vestEnd } = wave;
  return (
    <Card title={`What vests of wave ${number}`}>
      <dl className="mb-4 grid grid-cols-1 gap-4 text-sm sm:grid-cols-3">
        {(
          [
            ["In all", vesting],
            ["Paid", released],
            ["Can be paid now", releasable],
          ] as const
        ).map(([label, raw]) => (
          <div key={label}>
            <dt className="text-muted">{label}</dt>
            <dd className="text-base font-semibold">
              <Figure shown={gim(raw)} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="mb-3 text-sm text-muted">
        {now < vestEnd ? `All of it has vested on ${time(vestEnd).exact}.` : "All of it has vested."}
      </p>
      <ActionButton
        action={{
          key: ["releaseVesting", number.toString()],
          verb: `Release ${gim(releasable).short}`,
          title: `Release ${gim(releasable).short} of the airdrop`,
          fault: (releasable ?? 0n) === 0n ? "Nothing to release now" : undefined,
          symbolOf: () => "GIM",
          prepare: ({ client, account }) =>
            releaseVesting(client, { airdrop: governance?.MerkleAirdrop ?? account, wave: number, account }),
        }}
      />
    </Card>
  );
}
