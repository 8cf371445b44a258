import { releaseSale, settleSale } from "@gimbal/sdk";
import type { SaleState } from "../../data/sales.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { time } from "../../format.ts";
import { Card, Empty, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { STATUS_WORDS, tokenWords, type VestingStep, vestingSteps } from "./saleForm.ts";

/** After the end: what was accepted, what comes back, and the bought tokens as they come out. */
export function OutcomeCard({ state }: { state: SaleState }) {
  const { address, sale, saleToken, paymentToken, account } = state;
  const { access, status, terms } = sale;
  if (account === undefined) {
    return (
      <Card title="Your part">
        <Empty title="No wallet is connected">Connect the one that you committed with.</Empty>
      </Card>
    );
  }
  if (access === undefined || access.committed === 0n) {
    return (
      <Card title="Your part">
        <Empty title="You committed nothing">{STATUS_WORDS[status]}.</Empty>
      </Card>
    );
  }
  const { committed, accepted, refund, bought, releasable, settled } = access;
  const steps = vestingSteps({
    ...{ bought, end: BigInt(terms.end), cliff: BigInt(terms.cliff), vesting: BigInt(terms.vesting) },
  });
  const columns: readonly Column<VestingStep>[] = [
    { key: "label", title: "", cell: ({ label }) => label },
    { key: "at", title: "When", cell: ({ at }) => time(at).exact },
    {
      key: "vested",
      title: "Out by then",
      isFigure: true,
      cell: (s) => <Figure shown={tokenWords(s.vested, saleToken)} />,
    },
  ];
  const symbolOf = () => paymentToken.symbol;
  return (
    <Card title="Your part">
      <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-4 text-sm">
        {(
          [
            ["Committed", committed, paymentToken],
            ["Accepted", accepted, paymentToken],
            [settled ? "Refund, settled" : "Refund", refund, paymentToken],
            ["Bought", bought, saleToken],
          ] as const
        ).map(([label, raw, token]) => (
          <div key={label}>
            <dt className="text-muted">{label}</dt>
            <dd className="text-base font-semibold">
              <Figure shown={tokenWords(raw, token)} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-col gap-4">
        {refund > 0n && !settled && (
          <ActionButton
            action={{
              ...{ key: ["settleSale", address], verb: `Get ${tokenWords(refund, paymentToken).short} back` },
              ...{ title: `Refund of ${tokenWords(refund, paymentToken).short}`, fault: undefined, symbolOf },
              prepare: ({ client, account: owner }) => settleSale(client, { sale: address, account: owner }),
            }}
          />
        )}
        {bought > 0n && (
          <>
            <Table caption="When your tokens come out" columns={columns} rows={steps} keyOf={({ label }) => label} />
            <ActionButton
              action={{
                ...{ key: ["releaseSale", address], verb: `Release ${tokenWords(releasable, saleToken).short}` },
                title: `Release ${tokenWords(releasable, saleToken).short}`,
                fault: releasable === 0n ? "Nothing to release now" : undefined,
                symbolOf,
                prepare: ({ client, account: owner }) => releaseSale(client, { sale: address, account: owner }),
              }}
            />
          </>
        )}
      </div>
    </Card>
  );
}
