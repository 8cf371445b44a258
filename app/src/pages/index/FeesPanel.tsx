import type { Address } from "viem";
import { zeroAddress } from "viem";
import type { Answers } from "../../data/answers.d.ts";
import { splitOf } from "../../data/index/feeSplit.ts";
import type { IndexHead } from "../../data/index/head.ts";
import { useFees } from "../../data/index/history.ts";
import { type Terms, useTerms } from "../../data/index/terms.ts";
import { rawOf } from "../../data/index/wire.ts";
import { amount, percent, time } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { ChainLink, Fact, Facts, Loaded } from "./parts.tsx";

type Fee = Answers["/v1/indices/{address}/fees"]["data"][number];

/** All fees in one place: what one pays, who gets it, and what was handed out. */
export function FeesPanel({ vault, index }: { vault: Address; index: IndexHead }) {
  const { fees } = index;
  const terms = useTerms(vault);
  return (
    <Card title="Fees">
      <Facts>
        <Fact name="To buy" hint="of the shares bought, paid on top in kind">
          <Figure shown={percent(fees.mint)} />
        </Fact>
        <Fact name="To leave" hint="the contract knows no such fee">
          none
        </Fact>
        <Fact name="A year" hint="of the value, taken a little every second">
          <Figure shown={percent(fees.streaming)} />
        </Fact>
        <Fact name="On gains" hint="the contract knows no such fee">
          none
        </Fact>
      </Facts>
      <h3 className="mt-5 mb-2 text-sm font-semibold">Who gets them</h3>
      <Loaded asked={terms} height="h-16">
        {(found) => (
          <>
            <Split terms={found} index={index} />
            <SourceLine source="chain" asOf={found.asOf} />
          </>
        )}
      </Loaded>
      <h3 className="mt-5 mb-2 text-sm font-semibold">Charged and handed out lately</h3>
      <Handed vault={vault} symbol={index.symbol} />
    </Card>
  );
}

function Split({ terms: { protocolFee, stakers, state }, index }: { terms: Terms; index: IndexHead }) {
  const { recipient } = state.fees;
  const { protocol, author, creator } = splitOf(protocolFee, state.strategy.royaltyBps, recipient !== zeroAddress);
  return (
    <Facts>
      <Fact
        name="Protocol"
        hint={stakers === null ? "as the DAO decides" : `of which ${percent(stakers).short} to those who lock GIM`}
      >
        <Figure shown={percent(protocol)} />
      </Fact>
      <Fact name="Creator" hint={creator > 0 ? <ChainLink kind="address" id={recipient} /> : "nobody is named"}>
        <Figure shown={percent(creator)} />
      </Fact>
      <Fact
        name="Author of the methodology"
        hint={index.royaltyRecipient ? <ChainLink kind="address" id={index.royaltyRecipient} /> : "no royalty"}
      >
        <Figure shown={percent(author)} />
      </Fact>
    </Facts>
  );
}

const shares = (sum: Parameters<typeof rawOf>[0], symbol: string) => <Figure shown={amount(rawOf(sum), 18, symbol)} />;

const columnsOf = (symbol: string): readonly Column<Fee>[] => [
  {
    key: "at",
    title: "When",
    cell: ({ at }) => (
      <span className="whitespace-nowrap" title={at}>
        {time(Date.parse(at) / 1_000).short}
      </span>
    ),
  },
  { key: "kind", title: "What", cell: ({ kind }) => (kind === "mint" ? "charged with a purchase" : "handed out") },
  { key: "shares", title: "Shares", isFigure: true, cell: (fee) => shares(fee.shares, symbol) },
  { key: "dao", title: "Protocol", isFigure: true, isSecondary: true, cell: (fee) => shares(fee.toDao, symbol) },
  { key: "creator", title: "Creator", isFigure: true, isSecondary: true, cell: (fee) => shares(fee.toCreator, symbol) },
  { key: "author", title: "Author", isFigure: true, isSecondary: true, cell: (fee) => shares(fee.toRoyalty, symbol) },
  { key: "tx", title: "Transaction", isFigure: true, cell: ({ tx }) => <ChainLink kind="tx" id={tx as Address} /> },
];

function Handed({ vault, symbol }: { vault: Address; symbol: string }) {
  const asked = useFees(vault);
  return (
    <Loaded asked={asked} height="h-24">
      {({ told: fees, asOf }) =>
        fees.length === 0 ? (
          <p className="text-sm text-muted">None yet.</p>
        ) : (
          <>
            <Table
              caption={`Fees of ${symbol}`}
              columns={columnsOf(symbol)}
              rows={fees}
              keyOf={({ id, kind }) => `${kind}${id}`}
            />
            <SourceLine source="api" asOf={asOf} />
          </>
        )
      }
    </Loaded>
  );
}
