import { Link } from "@tanstack/react-router";
import { type ProposalView, useProposals, useRights, useStanding } from "../../data/governance.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { amount, time } from "../../format.ts";
import { StateBadge } from "../../govern/parts.tsx";
import { nextOf, rightsWords } from "../../govern/standing.ts";
import { Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";

/** Proposals that take votes or vetoes, or are about to. */
const OPEN: readonly ProposalView["state"][] = ["active", "open", "pending"];

/** What the account votes with, and what it can vote on now. */
export function Votes() {
  const rights = useRights();
  const proposals = useProposals();
  const error = rights.error ?? proposals.error;
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (rights.data === undefined || proposals.data === undefined) return <Skeleton className="h-16 w-full" />;
  const { data, source, asOf } = proposals.data;
  const { lock, rights: own } = rights.data;
  const open = data.filter(({ state }) => OPEN.includes(state));
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        You vote with <Figure shown={amount(lock.votes, 18, "veGIM")} />. {rightsWords(own, lock.votes)}
      </p>
      {open.length === 0 ? (
        <p className="text-muted">Nothing can be voted on now.</p>
      ) : (
        <ul aria-label="Proposals to vote on" className="flex flex-col divide-y divide-line">
          {open.map((proposal) => (
            <Open key={`${proposal.path}${proposal.id}`} proposal={proposal} now={asOf} />
          ))}
        </ul>
      )}
      <p className="text-xs text-muted">
        From the {source === "api" ? "API" : "chain"}, {time(asOf).exact}
      </p>
      <Link to="/govern" className="inline-flex min-h-11 items-center underline">
        All proposals
      </Link>
    </div>
  );
}

function Open({ proposal, now }: { proposal: ProposalView; now: number }) {
  const { id, path, title, state } = proposal;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 py-2">
      <Link
        to="/govern/$id"
        params={{ id: String(id) }}
        search={path === "optimistic" ? { path: "optimistic" } : {}}
        className="inline-flex min-h-11 min-w-0 flex-1 basis-48 items-center break-words underline-offset-4 hover:underline"
      >
        {title || "A proposal without a title"}
      </Link>
      <StateBadge state={state} />
      <span className="w-full text-muted">
        {nextOf(proposal, now)}
        {path === "governor" && state === "active" && <OwnVote id={id} />}
      </span>
    </li>
  );
}

/** Whether the account has voted, and with how much it can. */
function OwnVote({ id }: { id: bigint }) {
  const { data } = useStanding(id);
  if (data === undefined) return null;
  if (data.hasVoted) return <>. You have voted.</>;
  if (data.votes === undefined) return null;
  return data.votes === 0n ? (
    <>. You had no votes when it began.</>
  ) : (
    <>
      . You have not voted: <Figure shown={amount(data.votes, 18, "veGIM")} /> count.
    </>
  );
}
