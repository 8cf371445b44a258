import { delegate, governanceOf } from "@gimbal/sdk";
import { useConnection } from "wagmi";
import { useRights } from "../data/governance.ts";
import { useNetwork } from "../data/network.tsx";
import { ActionButton } from "../flow/ActionButton.tsx";
import { amount } from "../format.ts";
import { Card } from "../ui/surfaces.tsx";
import { AddressLine } from "./parts.tsx";
import { rightsWords } from "./standing.ts";

/** What the connected account votes with, and what to do when that is nothing. */
export function DelegateHint() {
  const { address: account } = useConnection();
  const { deployment } = useNetwork();
  const { data } = useRights();
  if (account === undefined) {
    return <p className="text-sm text-muted">Connect a wallet to see your votes. Reading needs none.</p>;
  }
  if (data === undefined) return null;
  const { lock, rights } = data;
  const isOwn = lock.delegatee.toLowerCase() === account.toLowerCase();
  return (
    <Card title="Your votes">
      <p className="text-sm">
        You vote with <strong>{amount(lock.votes, 18, "veGIM").short}</strong>. {rightsWords(rights, lock.votes)}
      </p>
      {lock.power === 0n && (
        <p className="mt-2 text-sm text-muted">
          Votes come from locked GIM, or from others who delegate to you. Lock before a vote begins: votes are counted
          as they are at its beginning.
        </p>
      )}
      {lock.power > 0n && !isOwn && (
        <div className="mt-3 flex flex-col items-start gap-2 text-sm">
          <p>
            Your lock of {amount(lock.power, 18, "veGIM").short} votes through <AddressLine address={lock.delegatee} />.
          </p>
          <ActionButton
            variant="secondary"
            action={{
              ...{ key: ["undelegate"], verb: "Take your votes back", title: "Take votes back", fault: undefined },
              symbolOf: () => "",
              prepare: ({ client }) =>
                delegate(client, { escrow: governanceOf(deployment).VotingEscrow, delegatee: account, account }),
            }}
          />
        </div>
      )}
    </Card>
  );
}
