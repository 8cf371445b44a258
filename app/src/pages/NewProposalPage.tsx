import { governanceOf, hashProposal, type ProposalAction, propose } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { hashMessage } from "viem";
import { useConnection } from "wagmi";
import { useParameters, useRights } from "../data/governance.ts";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount } from "../format.ts";
import { ActionsList } from "../govern/ActionsList.tsx";
import { AddCall } from "../govern/AddCall.tsx";
import { decodeCall } from "../govern/decodeCall.ts";
import { type Draft, descriptionOf, draftFault, EMPTY_DRAFT, keepDraft, readDraft } from "../govern/draft.ts";
import { type Rehearsal, rehearse } from "../govern/rehearse.ts";
import { rightsWords } from "../govern/standing.ts";
import { sentenceOfAction } from "../govern/words.ts";
import { Button, Field, TextArea } from "../ui/controls.tsx";
import { Card, Empty, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";

/** Writes a proposal: calls by forms, a text, a rehearsal, and the one button. */
export function NewProposalPage() {
  const network = useNetwork();
  return <Writing key={network.chainId} />;
}

function Writing() {
  const { chainId, deployment } = useNetwork();
  const [draft, setDraft] = useState(() => readDraft(localStorage, chainId));
  const change = (over: Partial<Draft>) => {
    const next = { ...draft, ...over };
    keepDraft(localStorage, chainId, next);
    setDraft(next);
  };
  if (deployment.contracts.IndexGovernor === undefined) {
    return (
      <Empty isPage title="This network has no DAO">
        Choose a network that has one.
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <Link to="/govern" className="inline-flex min-h-11 items-center self-start text-sm underline">
        All proposals
      </Link>
      <PageTitle>New proposal</PageTitle>
      <MayPropose />
      <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Calls">
            {draft.actions.length === 0 ? (
              <Empty title="No call yet">Add what the DAO shall do with the form below.</Empty>
            ) : (
              <ActionsList
                actions={draft.actions.map(decodeCall)}
                onRemove={(index) => change({ actions: draft.actions.filter((_, i) => i !== index) })}
              />
            )}
          </Card>
          <AddCall onAdd={(action) => change({ actions: [...draft.actions, action] })} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Text">
            <div className="flex flex-col gap-3">
              <Field
                label="Title"
                hint="One line that says what changes."
                value={draft.title}
                maxLength={200}
                onChange={(event) => change({ title: event.target.value.replace(/\n/g, " ") })}
              />
              <TextArea
                label="Why"
                hint="Markdown: headings, lists and tables. It is published for ever and kept in this browser until then."
                rows={8}
                value={draft.body}
                onChange={(event) => change({ body: event.target.value })}
              />
            </div>
          </Card>
          <Rehearsals actions={draft.actions} />
          <Submit draft={draft} onDone={() => change(EMPTY_DRAFT)} />
        </div>
      </div>
    </div>
  );
}

/** The threshold and what is left of the month, as a sentence. */
function MayPropose() {
  const { address } = useConnection();
  const { data, error } = useRights();
  const { data: rules } = useParameters();
  if (error) return <Notice tone="warn">Your rights cannot be read now. {sentenceOf(error)}</Notice>;
  if (address === undefined) {
    const needed =
      rules === undefined ? "" : ` Proposing needs ${amount(rules.threshold, 18, "veGIM").short} of votes.`;
    return <Notice>Connect a wallet to see whether you may propose.{needed} You can write without one.</Notice>;
  }
  if (data === undefined) return <Skeleton className="h-12 w-full" />;
  return <Notice tone={data.rights.mayPropose ? "info" : "warn"}>{rightsWords(data.rights, data.lock.votes)}</Notice>;
}

const TONES: Readonly<Record<Rehearsal["outcome"], string>> = {
  fine: "text-gain",
  fails: "text-loss",
  unknown: "text-muted",
};

/** What each call would do now. */
function Rehearsals({ actions }: { actions: readonly ProposalAction[] }) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  const mark = actions.map(({ target, value, data }) => `${target}${value}${data}`).join();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["rehearsal", chainId, mark],
    enabled: client !== undefined && actions.length > 0,
    retry: false,
    queryFn: () => rehearse(client as ChainClient, deployment, actions),
  });
  return (
    <Card
      title="Rehearsal"
      aside={
        actions.length > 0 && (
          <Button disabled={isFetching} onClick={() => void refetch()}>
            {isFetching ? "Trying" : "Try again"}
          </Button>
        )
      }
    >
      <p className="text-sm text-muted">
        Each call is tried as the timelock, on the chain as it is now. One that relies on an earlier one may fail here.
      </p>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {data && (
        <ol className="mt-3 flex list-decimal flex-col gap-2 pl-5 text-sm" aria-live="polite">
          {data.map(({ outcome, words }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a call is its place
            <li key={index} className={TONES[outcome]}>
              <span className="text-text">
                {sentenceOfAction(decodeCall(actions[index] as ProposalAction), deployment).split("\n")[0]}
              </span>{" "}
              {words}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Submit({ draft, onDone }: { draft: Draft; onDone: () => void }) {
  const { deployment } = useNetwork();
  const navigate = useNavigate();
  const { data } = useRights();
  const { IndexGovernor: governor } = governanceOf(deployment);
  const content = { actions: draft.actions, description: descriptionOf(draft) };
  const mayNot = data !== undefined && !data.rights.mayPropose ? "You may not propose yet" : undefined;
  const mark = hashMessage(
    JSON.stringify({ ...content, actions: draft.actions.map((a) => [a.target, String(a.value), a.data]) }),
  );
  return (
    <Card title="Propose">
      <p className="mb-3 text-sm text-muted">The text and the calls cannot be changed afterwards.</p>
      <ActionButton
        action={{
          ...{ key: ["propose", mark], verb: "Propose", title: `Propose “${draft.title.trim()}”` },
          ...{ fault: draftFault(draft) ?? mayNot, symbolOf: () => "" },
          prepare: ({ client, account }) => propose(client, { governor, ...content, account }),
          onDone: () => {
            onDone();
            void navigate({ to: "/govern/$id", params: { id: String(hashProposal(content)) } });
          },
        }}
      />
    </Card>
  );
}
