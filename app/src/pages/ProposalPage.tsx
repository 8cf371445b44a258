import { Link, useParams, useSearch } from "@tanstack/react-router";
import { type ProposalView, useParameters, useProposal } from "../data/governance.ts";
import { useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, time, UNKNOWN } from "../format.ts";
import { ActionsList } from "../govern/ActionsList.tsx";
import { Ballots } from "../govern/Ballots.tsx";
import { ProposalSteps } from "../govern/ProposalSteps.tsx";
import { AddressLine, StateBadge, VotesBar } from "../govern/parts.tsx";
import { isOver, nextOf, quorumReached, quorumWords } from "../govern/standing.ts";
import { Markdown } from "../safety/Markdown.tsx";
import { parseMarkdown } from "../safety/markdown.ts";
import { Card, Empty, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";

/** One proposal: what it would do, where it stands, and what can be done about it. */
export function ProposalPage() {
  const { id } = useParams({ strict: false });
  const { path } = useSearch({ strict: false });
  if (id === undefined || !/^\d+$/.test(id)) return <None title="This is not the number of a proposal" />;
  return <Found id={BigInt(id)} path={path === "optimistic" ? "optimistic" : "governor"} />;
}

function None({ title }: { title: string }) {
  return (
    <Empty isPage title={title}>
      <Link to="/govern" className="inline-flex min-h-11 items-center underline">
        All proposals
      </Link>
    </Empty>
  );
}

function Found({ id, path }: { id: bigint; path: "governor" | "optimistic" }) {
  const { data, error, isPending } = useProposal(path, id);
  if (data === undefined) {
    return (
      <div className="flex flex-col gap-4">
        <BackLink />
        <PageTitle>Proposal</PageTitle>
        {isPending ? (
          <Skeleton className="h-96 w-full" />
        ) : (
          <Notice tone="warn">{error ? sentenceOf(error) : "This proposal cannot be read now."}</Notice>
        )}
      </div>
    );
  }
  const { data: proposal, asOf, missing, source } = data;
  if (proposal === null) return <None title="There is no such proposal on this network" />;
  return (
    <div className="flex flex-col gap-4">
      <BackLink />
      {missing.length > 0 && (
        <Notice>Read from the chain alone: {missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      <header className="flex flex-col gap-2">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0 flex-1 basis-64">
            <PageTitle>{proposal.title || "A proposal without a title"}</PageTitle>
          </div>
          <StateBadge state={proposal.state} />
        </div>
        <p className="text-sm text-muted">
          {nextOf(proposal, asOf)}. Proposed by <AddressLine address={proposal.proposer} />
        </p>
      </header>
      <div className="grid items-start gap-4 lg:grid-cols-[2fr_1fr] lg:grid-rows-[auto_1fr]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="What it would do">
            <ActionsList actions={proposal.actions} />
          </Card>
          <Card title="Why">
            <Description text={proposal.description} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4 lg:row-span-2">
          <ProposalSteps proposal={proposal} now={asOf} />
          <Tally proposal={proposal} />
          <Card title="Timeline">
            <Timeline proposal={proposal} now={asOf} />
          </Card>
          <p className="text-xs text-muted">
            From the {source === "api" ? "API" : "chain"}, {time(asOf).exact}. Number{" "}
            <span className="font-mono" title={String(id)}>
              {shortNumber(id)}
            </span>
          </p>
        </div>
        <Ballots proposal={proposal} isOver={isOver(proposal)} />
      </div>
    </div>
  );
}

function BackLink() {
  return (
    <Link to="/govern" className="inline-flex min-h-11 items-center self-start text-sm underline">
      All proposals
    </Link>
  );
}

/** The text without its title, which stands above already. */
function Description({ text }: { text: string }) {
  const blocks = parseMarkdown(text);
  const [first, ...rest] = blocks;
  const body = first?.kind === "heading" ? rest : blocks;
  return body.length === 0 ? (
    <p className="text-sm text-muted">The proposer wrote no more than the title.</p>
  ) : (
    <div className="break-words">
      <Markdown blocks={body} />
    </div>
  );
}

function Tally({ proposal }: { proposal: ProposalView }) {
  const { votes, vetoes, quorum, isMajority } = proposal;
  const { data: rules } = useParameters();
  if (vetoes !== null) return <Vetoes {...vetoes} />;
  if (votes === null) return null;
  const reached = quorumReached(proposal);
  const times = rules === undefined ? UNKNOWN : `${rules.passBps / 10_000} times`;
  return (
    <Card title="Votes">
      <VotesBar votes={votes} hasAmounts />
      <h3 className="mt-4 text-sm text-muted">Quorum, for and abstain together</h3>
      <Meter bps={reached} />
      <p className="text-sm" title={quorum === null ? undefined : amount(quorum, 18, "veGIM").exact}>
        {quorumWords(proposal)}
      </p>
      <p className="mt-3 text-sm">
        {isMajority === null
          ? `Majority: ${UNKNOWN}`
          : isMajority
            ? `More than ${times} as many votes for it as against it: enough to pass.`
            : `${isOver(proposal) ? "Not" : "Not yet"} more than ${times} as many votes for it as against it.`}
      </p>
    </Card>
  );
}

function Vetoes({ cast, threshold }: { cast: bigint; threshold: bigint }) {
  const bps = threshold === 0n ? null : Number((cast * 10_000n) / threshold);
  return (
    <Card title="Vetoes">
      <Meter bps={bps === null ? null : Math.min(bps, 10_000)} />
      <p className="text-sm">
        {amount(cast, 18, "veGIM").short} of {amount(threshold, 18, "veGIM").short} that reject it
      </p>
    </Card>
  );
}

/** How far something is; the sentence below it says the same. */
function Meter({ bps }: { bps: number | null }) {
  return (
    <div aria-hidden="true" className="my-1 h-2.5 overflow-hidden rounded-full bg-raised">
      <div className="h-full bg-accent" style={{ width: `${(bps ?? 0) / 100}%` }} />
    </div>
  );
}

/** Steps of a proposal's life. A time that is not known, or not there yet, is a dash. */
function Timeline({ proposal, now }: { proposal: ProposalView; now: number }) {
  const { proposedAt, votesFrom, votesUntil, executableAt, endedAt, state, path } = proposal;
  const network = useNetwork();
  const ended = { executed: "Executed", canceled: "Cancelled", rejected: "Vetoed" }[state as string];
  const isVeto = path === "optimistic";
  const steps: readonly (readonly [string, number | null])[] = [
    ["Proposed", proposedAt],
    [isVeto ? "Votes counted for vetoes" : "Vote begins", votesFrom],
    [isVeto ? "Vetoes end" : "Vote ends", votesUntil],
    ["Can be executed", executableAt],
    ...(ended === undefined ? [] : [[ended, endedAt] as const]),
  ];
  return (
    <ol className="flex flex-col gap-3 border-l border-line pl-4" aria-label={`Timeline on ${network.name}`}>
      {steps.map(([name, at]) => (
        <li key={name}>
          <p className={`text-sm font-medium ${at !== null && at <= now ? "" : "text-muted"}`}>{name}</p>
          <p className="text-sm text-muted">{time(at).exact === "not known" ? UNKNOWN : time(at).exact}</p>
        </li>
      ))}
    </ol>
  );
}

/** The governor's numbers are hashes of 77 digits: their ends tell them apart. */
function shortNumber(id: bigint): string {
  const digits = String(id);
  return digits.length <= 12 ? digits : `${digits.slice(0, 6)}…${digits.slice(-6)}`;
}
