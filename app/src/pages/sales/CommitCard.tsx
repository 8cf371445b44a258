import { commitToSale, mulDiv, saleResult } from "@gimbal/sdk";
import { useState } from "react";
import type { SaleState } from "../../data/sales.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { exactAmount, time } from "../../format.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Card, Figure, Notice } from "../../ui/surfaces.tsx";
import { mostToCommit, planCommit, tokenWords } from "./saleForm.ts";

/** Commits to a sale, within the cap of the account's tier. */
export function CommitCard({ state }: { state: SaleState }) {
  const { address, sale, saleToken, paymentToken, account, balance } = state;
  const { access, terms, totalCommitted, status } = sale;
  const [text, setText] = useState("");
  const { amount, amountFault, fault } = planCommit(text, state);
  const most = mostToCommit(state);
  const committed = (access?.committed ?? 0n) + amount;
  const total = totalCommitted + amount;
  const result = saleResult({ committed, totalCommitted: total, ...terms });
  const least = mulDiv(committed, terms.saleAmount, total > terms.hardCap ? total : terms.hardCap);
  const paid = (raw: bigint | undefined) => <Figure shown={tokenWords(raw, paymentToken)} />;
  return (
    <Card title="Commit">
      <div className="flex flex-col gap-4">
        <Access state={state} />
        {status === "open" && (
          <>
            <Field
              label="Amount"
              inputMode="decimal"
              placeholder="0"
              value={text}
              fault={amountFault}
              hint={account && <>In your wallet: {paid(balance)}</>}
              end={
                <span className="flex items-center gap-2 text-sm text-muted">
                  {paymentToken.symbol}
                  {most !== undefined && most > 0n && (
                    <Button
                      variant="quiet"
                      className="px-2"
                      aria-label="As much as your cap and your wallet allow"
                      onClick={() => setText(exactAmount(most, paymentToken.decimals).replaceAll(",", ""))}
                    >
                      Max
                    </Button>
                  )}
                </span>
              }
              onChange={(event) => setText(event.target.value)}
            />
            {committed > 0n && (
              <Notice>
                With {paid(committed)} in all, and if it ended now, {paid(result.accepted)} would be accepted for{" "}
                <Figure shown={tokenWords(result.bought, saleToken)} /> and {paid(result.refund)} come back
                {total < terms.softCap && ", because the soft cap is not met yet"}. The more others commit beyond the
                hard cap, the less you get. When the soft cap is met you get at most{" "}
                <Figure shown={tokenWords(least, saleToken)} />. Nothing can be taken back before the end,{" "}
                {time(terms.end).exact}.
              </Notice>
            )}
          </>
        )}
        <ActionButton
          action={{
            key: ["commitToSale", address, amount.toString()],
            verb: "Commit",
            title: `Commit ${tokenWords(amount, paymentToken).short} to the sale of ${saleToken.symbol}`,
            fault,
            symbolOf: () => paymentToken.symbol,
            onDone: () => setText(""),
            prepare: ({ client, account: owner }) => commitToSale(client, { sale: address, amount, account: owner }),
          }}
        />
      </div>
    </Card>
  );
}

function Access({ state }: { state: SaleState }) {
  const { sale, account, paymentToken, tierNow } = state;
  const { access, terms } = sale;
  if (account === undefined) return <p className="text-sm text-muted">Connect a wallet to see your cap.</p>;
  if (access === undefined) {
    return (
      <p className="text-sm text-muted">
        Your tier is read on {time(terms.snapshot).exact}.{" "}
        {tierNow === undefined || tierNow === 0
          ? "You have none this week: lock GIM before then to take part."
          : `This week you have tier ${tierNow}.`}
      </p>
    );
  }
  if (access.tier === 0) {
    return (
      <Notice tone="warn">You had no tier at the snapshot, {time(terms.snapshot).exact}, and cannot take part.</Notice>
    );
  }
  return (
    <dl className="grid grid-cols-2 gap-4 text-sm">
      <div>
        <dt className="text-muted">Your cap, tier {access.tier}</dt>
        <dd className="text-base font-semibold">
          <Figure shown={tokenWords(access.cap, paymentToken)} />
        </dd>
      </div>
      <div>
        <dt className="text-muted">You committed</dt>
        <dd className="text-base font-semibold">
          <Figure shown={tokenWords(access.committed, paymentToken)} />
        </dd>
      </div>
    </dl>
  );
}
