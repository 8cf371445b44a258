import {
  cancelOptimistic,
  cancelProposal,
  castVote,
  executeOptimistic,
  executeProposal,
  governanceOf,
  queueOptimistic,
  queueProposal,
  vetoOptimistic,
} from "@gimbal/sdk";
import { useId, useState } from "react";
import { useConnection } from "wagmi";
import { type ProposalView, useParameters, useStanding } from "../data/governance.ts";
import { useNetwork } from "../data/network.tsx";
import { ActionButton } from "../flow/ActionButton.tsx";
import type { ActionParameters } from "../flow/useAction.ts";
import { amount } from "../format.ts";
import { Field } from "../ui/controls.tsx";
import { Card } from "../ui/surfaces.tsx";
import { mayCancel, stepsOf } from "./standing.ts";

/** What can be done with a proposal now, by whom it can be done. */
export function ProposalSteps({ proposal, now }: { proposal: ProposalView; now: number }) {
  const { address } = useConnection();
  const { data: rules } = useParameters();
  const steps = stepsOf(proposal, now);
  const canCancel = mayCancel(proposal, address, rules?.guardian);
  const isDoable = steps.vote || steps.queue || steps.execute;
  return (
    <Card title="What you can do">
      <div className="flex flex-col gap-4">
        {steps.vote && (proposal.path === "governor" ? <Vote proposal={proposal} /> : <Veto proposal={proposal} />)}
        {steps.queue && <Step proposal={proposal} name="queue" />}
        {steps.execute && <Step proposal={proposal} name="execute" />}
        {!isDoable && <p className="text-sm text-muted">{waitWords(proposal)}</p>}
        {canCancel && <Step proposal={proposal} name="cancel" />}
      </div>
    </Card>
  );
}

/** Why nobody can do anything with it now. */
function waitWords({ state }: ProposalView): string {
  if (state === "pending") return "Nothing yet: the vote has not begun. Votes that you hold at its beginning count.";
  if (state === "queued") {
    return "Nothing yet: its calls wait in the timelock. Whoever disagrees can leave meanwhile.";
  }
  return "Nothing: it is over.";
}

const SIDES = [
  ["for", "For"],
  ["against", "Against"],
  ["abstain", "Abstain"],
] as const;

function Vote({ proposal: { id, title } }: { proposal: ProposalView }) {
  const { deployment } = useNetwork();
  const group = useId();
  const { address } = useConnection();
  const { data: standing } = useStanding(id);
  const [side, setSide] = useState<(typeof SIDES)[number][0]>();
  const [reason, setReason] = useState("");
  if (standing?.hasVoted) return <p className="text-sm">You have voted on this proposal. A vote is final.</p>;
  const hasNone = standing?.votes === 0n;
  const fault = hasNone ? "No votes at the beginning" : side === undefined ? "Choose a side" : undefined;
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
      {address !== undefined && standing?.votes !== undefined && (
        <p className="text-sm">
          {hasNone
            ? "You held no votes when this vote began, so you cannot vote on it."
            : `You vote with ${amount(standing.votes, 18, "veGIM").short}: what you held when the vote began.`}
        </p>
      )}
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1 text-sm font-medium">Your vote</legend>
        {SIDES.map(([value, words]) => (
          <label
            key={value}
            className="flex min-h-11 flex-1 cursor-pointer items-center justify-center gap-2 rounded-lg border border-control-line px-3 text-sm has-checked:border-accent has-checked:bg-raised"
          >
            <input type="radio" name={group} value={value} checked={side === value} onChange={() => setSide(value)} />
            {words}
          </label>
        ))}
      </fieldset>
      <Field
        label="Reason"
        hint="Optional. It is published with your vote, for ever."
        value={reason}
        maxLength={1_000}
        onChange={(event) => setReason(event.target.value)}
      />
      <ActionButton
        action={{
          ...{ key: ["vote", String(id), side, reason], verb: "Vote", title: `Vote ${side} “${title}”`, fault },
          symbolOf: () => "",
          prepare: ({ client, account }) =>
            castVote(client, {
              ...{ governor: governanceOf(deployment).IndexGovernor, proposalId: id, account },
              ...{ support: side ?? "abstain", reason: reason.trim() },
            }),
        }}
      />
    </form>
  );
}

function Veto({ proposal: { id, title } }: { proposal: ProposalView }) {
  const { deployment } = useNetwork();
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">It passes unless enough votes veto it. A veto is final.</p>
      <ActionButton
        action={{
          ...{ key: ["veto", String(id)], verb: "Veto", title: `Veto “${title}”`, fault: undefined },
          symbolOf: () => "",
          prepare: ({ client, account }) =>
            vetoOptimistic(client, { module: governanceOf(deployment).OptimisticModule, id, account }),
        }}
      />
    </div>
  );
}

const STEP_WORDS = {
  queue: { verb: "Queue", about: "It has passed. Anyone can hand its calls to the timelock, where they wait." },
  execute: { verb: "Execute", about: "It has waited long enough. Anyone can make its calls." },
  cancel: { verb: "Cancel the proposal", about: "You may stop it for good." },
} as const;

function Step({ proposal, name }: { proposal: ProposalView; name: keyof typeof STEP_WORDS }) {
  const { deployment } = useNetwork();
  const { verb, about } = STEP_WORDS[name];
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">{about}</p>
      <ActionButton
        variant={name === "cancel" ? "secondary" : "primary"}
        action={{
          ...{ key: [name, proposal.path, String(proposal.id)], verb, title: `${verb}: “${proposal.title}”` },
          ...{ fault: undefined, symbolOf: () => "", prepare: prepareStep(proposal, name, deployment) },
        }}
      />
    </div>
  );
}

type Deployment = Parameters<typeof governanceOf>[0];

function prepareStep(proposal: ProposalView, name: keyof typeof STEP_WORDS, deployment: Deployment) {
  const { id, path, description } = proposal;
  const actions = proposal.actions.map(({ target, value, data }) => ({ target, value, data }));
  const { IndexGovernor: governor, OptimisticModule: module } = governanceOf(deployment);
  const prepare: ActionParameters["prepare"] = ({ client, account }) => {
    if (path === "optimistic") {
      if (name === "cancel") return cancelOptimistic(client, { module, id, account });
      return (name === "queue" ? queueOptimistic : executeOptimistic)(client, { module, id, actions, account });
    }
    const act = { queue: queueProposal, execute: executeProposal, cancel: cancelProposal }[name];
    return act(client, { governor, actions, description, account });
  };
  return prepare;
}
