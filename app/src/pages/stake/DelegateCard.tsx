import { delegate } from "@gimbal/sdk";
import { useState } from "react";
import { type Address, getAddress, isAddress, isAddressEqual, zeroAddress } from "viem";
import { type StakeState, useGovernance } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import type { ActionParameters } from "../../flow/useAction.ts";
import { shortAddress } from "../../format.ts";
import { Field } from "../../ui/controls.tsx";
import { Card, Figure, Notice } from "../../ui/surfaces.tsx";
import { veGim } from "./words.ts";

/** Who votes with the lock: the account, or whom it chooses. */
export function DelegateCard({ stake: { lock }, account }: { stake: StakeState; account: Address }) {
  const governance = useGovernance();
  const [text, setText] = useState("");
  const typed = text.trim();
  const to = isAddress(typed) ? getAddress(typed) : undefined;
  const isOwn = isAddressEqual(lock.delegatee, account);
  const own = isOwn ? lock.power : 0n;
  // Both decay between two reads of the chain, so that their difference can fall below nothing.
  const received = lock.votes > own ? lock.votes - own : 0n;
  const fieldFault =
    typed === ""
      ? undefined
      : to === undefined || to === zeroAddress
        ? "This is no address, or its capitals say that a character is wrong."
        : undefined;
  const fault =
    typed === ""
      ? "Type an address"
      : to === undefined || fieldFault !== undefined
        ? "Correct the address"
        : isAddressEqual(to, lock.delegatee)
          ? "This is who votes already"
          : undefined;
  const actionTo = (delegatee: Address, verb: string, why: string | undefined): ActionParameters => ({
    key: ["delegate", delegatee],
    verb,
    title: isAddressEqual(delegatee, account) ? "Take the votes back" : `Delegate to ${shortAddress(delegatee)}`,
    fault: why,
    symbolOf: () => "GIM",
    onDone: () => setText(""),
    prepare: ({ client }) => delegate(client, { escrow: governance?.VotingEscrow ?? account, delegatee, account }),
  });
  return (
    <Card title="Votes">
      <p className="mb-3 text-sm">
        {isOwn ? (
          <>
            You vote with your own lock: <Figure shown={veGim(lock.power)} />.
          </>
        ) : (
          <>
            <span className="font-mono break-all">{lock.delegatee}</span> votes with your{" "}
            <Figure shown={veGim(lock.power)} />.
          </>
        )}{" "}
        Others delegated <Figure shown={veGim(received)} /> to you.
      </p>
      <div className="flex flex-col gap-3">
        <Field
          label="Delegate to"
          placeholder="0x…"
          spellCheck={false}
          value={text}
          fault={fieldFault}
          hint="The whole lock, with what you add later. GIM, score and revenue stay yours."
          onChange={(event) => setText(event.target.value)}
        />
        <Notice>Votes count for proposals whose snapshot is still to come; running ones keep who voted then.</Notice>
        <ActionButton action={actionTo(to ?? account, "Delegate", fault)} />
        {!isOwn && <ActionButton variant="secondary" action={actionTo(account, "Take the votes back", undefined)} />}
      </div>
    </Card>
  );
}
