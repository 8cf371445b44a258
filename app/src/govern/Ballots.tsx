import { type Ballot, type ProposalView, useBallots } from "../data/governance.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { amount } from "../format.ts";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import { AddressLine, TransactionLine } from "./parts.tsx";

const WORDS = { for: "For", against: "Against", abstain: "Abstain", veto: "Veto" } as const;

const COLUMNS: readonly Column<Ballot>[] = [
  { key: "voter", title: "Voter", cell: ({ voter }) => <AddressLine address={voter} /> },
  { key: "side", title: "Vote", cell: ({ side }) => WORDS[side] },
  {
    key: "weight",
    title: "Votes",
    isFigure: true,
    cell: ({ weight }) => <Figure shown={amount(weight, 18, "veGIM", 2)} />,
  },
  {
    key: "reason",
    title: "Reason",
    cell: ({ reason }) => <span className="block min-w-40 break-words">{reason || "none given"}</span>,
  },
  {
    key: "transaction",
    title: "Transaction",
    isSecondary: true,
    cell: ({ transaction }) => <TransactionLine hash={transaction} />,
  },
];

/** Everybody who voted, from the chain's events. */
export function Ballots({ proposal: { path, id } }: { proposal: ProposalView }) {
  const { data, error, isPending } = useBallots(path, id);
  return (
    <Card title={path === "optimistic" ? "Who vetoed" : "Who voted"}>
      {error && <Notice tone="warn">The votes cannot be read now. {sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-24 w-full" />
      ) : data === undefined ? null : data.length === 0 ? (
        <Empty title="Nobody yet" />
      ) : (
        <Table caption="Votes" columns={COLUMNS} rows={data} keyOf={({ voter }) => voter} />
      )}
    </Card>
  );
}
