import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type ProposalView, useParameters, useProposals } from "../data/governance.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, UNKNOWN } from "../format.ts";
import { DelegateHint } from "../govern/DelegateHint.tsx";
import { StateBadge, VotesBar } from "../govern/parts.tsx";
import { nextOf, quorumWords } from "../govern/standing.ts";
import { duration } from "../govern/words.ts";
import { Select } from "../ui/controls.tsx";
import { SourceLine } from "../ui/SourceLine.tsx";
import { Card, Empty, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";

type Shown = "all" | "running" | "over";

const RUNNING = ["pending", "active", "succeeded", "queued", "open", "passed"];

/** What the DAO decides: proposals, rules of voting, and the way to a proposal of one's own. */
export function GovernPage() {
  const { data, error, isPending } = useProposals();
  const [shown, setShown] = useState<Shown>("all");
  const rows =
    data?.data.filter(({ state }) => shown === "all" || RUNNING.includes(state) === (shown === "running")) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <PageTitle>Govern</PageTitle>
        <Link
          to="/govern/new"
          className="inline-flex min-h-11 items-center rounded-lg bg-accent px-4 text-sm font-medium text-accent-text hover:opacity-90"
        >
          New proposal
        </Link>
      </header>
      <DelegateHint />
      {data !== undefined && data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <Card title="Proposals">
        <Select
          label="Show"
          className="mb-2 max-w-60"
          value={shown}
          onChange={(event) => setShown(event.target.value as Shown)}
          options={[
            ["all", "All proposals"],
            ["running", "Under way"],
            ["over", "Over"],
          ]}
        />
        {isPending ? (
          <Skeleton className="h-48 w-full" />
        ) : error ? null : rows.length === 0 ? (
          <Empty title={shown === "all" ? "Nothing was proposed yet" : "No proposal is in this list"}>
            {shown === "all" ? "Who has votes enough may make the first proposal." : "Choose another list above."}
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {rows.map((proposal) => (
              <Row key={`${proposal.path}${proposal.id}`} proposal={proposal} now={data?.asOf ?? 0} />
            ))}
          </ul>
        )}
        {data && <SourceLine source={data.source} asOf={data.asOf} />}
      </Card>
      <Rules />
    </div>
  );
}

function Row({ proposal, now }: { proposal: ProposalView; now: number }) {
  return (
    <li className="py-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <Link
          to="/govern/$id"
          params={{ id: String(proposal.id) }}
          search={proposal.path === "optimistic" ? { path: "optimistic" } : {}}
          className="min-w-0 flex-1 basis-64 font-medium break-words underline-offset-4 hover:underline"
        >
          {proposal.title || "A proposal without a title"}
        </Link>
        <StateBadge state={proposal.state} />
      </div>
      <p className="mt-1 text-sm text-muted">{nextOf(proposal, now)}</p>
      <div className="mt-3 grid gap-2 sm:grid-cols-2">
        {proposal.votes && <VotesBar votes={proposal.votes} />}
        <p className="text-sm">
          <span className="text-muted">Quorum: </span>
          {quorumWords(proposal)}
        </p>
      </div>
    </li>
  );
}

/** The rules as the contracts have them now. */
function Rules() {
  const { data, error, isPending } = useParameters();
  const votes = (raw: bigint | undefined) => amount(raw, 18, "veGIM").short;
  const rows: readonly (readonly [string, string, string])[] = [
    [
      "Vote begins",
      data ? duration(data.votingDelay) : UNKNOWN,
      "after a proposal; votes are counted as they are then",
    ],
    ["Vote lasts", data ? duration(data.votingPeriod) : UNKNOWN, ""],
    [
      "Late quorum",
      data ? duration(data.lateExtension) : UNKNOWN,
      "that a vote goes on at least once its quorum is reached",
    ],
    [
      "Timelock",
      data ? duration(data.timelockDelay) : UNKNOWN,
      "between queue and execution, in which whoever disagrees can leave",
    ],
    ["To propose", votes(data?.threshold), "of votes, own and delegated, and a tier with proposals left this month"],
    [
      "Quorum",
      data ? `${data.quorumPercent}% of all votes` : UNKNOWN,
      data ? `for and abstain together; at least ${votes(data.quorumFloor)}, at most ${votes(data.quorumCap)}` : "",
    ],
    [
      "To pass",
      data ? `${data.passBps / 10_000} times` : UNKNOWN,
      "as many votes for it as against it, and one more; abstaining counts for neither",
    ],
  ];
  return (
    <Card title="Rules of voting">
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-40 w-full" />
      ) : (
        <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          {rows.map(([name, value, more]) => (
            <div key={name}>
              <dt className="text-sm text-muted">{name}</dt>
              <dd>
                <span className="font-medium">{value}</span> <span className="text-sm text-muted">{more}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
