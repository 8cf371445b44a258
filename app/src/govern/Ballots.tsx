import { type Ballot, type ProposalView, useBallots } from "../data/governance.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { amount } from "../format.ts";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { AddressLine, TransactionLine } from "./parts.tsx";

const WORDS = { for: "For", against: "Against", abstain: "Abstain", veto: "Veto" } as const;
const TONES = { for: "text-gain", against: "text-loss", abstain: "text-muted", veto: "text-loss" } as const;

/** Everybody who voted, from the chain's events: on a phone, too, with the reasons. */
export function Ballots({ proposal: { path, id }, isOver }: { proposal: ProposalView; isOver: boolean }) {
  const { data, error, isPending } = useBallots(path, id);
  return (
    <Card title={path === "optimistic" ? "Who vetoed" : "Who voted"}>
      {error && <Notice tone="warn">The votes cannot be read now. {sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-24 w-full" />
      ) : data === undefined ? null : data.length === 0 ? (
        <Empty title={isOver ? "Nobody" : "Nobody yet"} />
      ) : (
        <ul className="divide-y divide-line">
          {data.map((ballot) => (
            <Vote key={ballot.voter} ballot={ballot} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Vote({ ballot: { voter, side, weight, reason, transaction } }: { ballot: Ballot }) {
  return (
    <li className="py-3 text-sm first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <AddressLine address={voter} />
        <span className={`font-medium ${TONES[side]}`}>{WORDS[side]}</span>
        <Figure shown={amount(weight, 18, "veGIM", 2)} />
        <span className="text-muted">
          <span className="sr-only">Transaction </span>
          <TransactionLine hash={transaction} />
        </span>
      </div>
      {reason !== "" && <p className="mt-1 max-w-prose break-words">{reason}</p>}
    </li>
  );
}
