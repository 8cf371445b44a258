import { createBatchDepositor, getBatch, getPlans, requestDeposit, requestDeposits, requestRedeem } from "@gimbal/sdk";
import { useState } from "react";
import { atLeast, atMost, parseAmount } from "../../amounts.ts";
import { type BatchPlace, useBatchEstimate, useBatchHoldings, useBatchPlace } from "../../data/batches.ts";
import { useNetwork } from "../../data/network.tsx";
import { QuoteError } from "../../data/quotes.ts";
import { useBalances, useTokens } from "../../data/tokens.ts";
import type { TradedIndex } from "../../data/tradedIndex.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import type { ActionParameters } from "../../flow/useAction.ts";
import { ago, time, UNKNOWN } from "../../format.ts";
import { Empty, Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { AmountField } from "./AmountField.tsx";
import { BatchRequests } from "./BatchRequests.tsx";
import { ConfirmDialog, type Review } from "./ConfirmDialog.tsx";
import { ReviewButton } from "./ReviewButton.tsx";

/** Once a day deposits and withdrawals meet at the net asset value: the cheapest way for small sums, not the fastest. */
export function BatchForm({ index, side }: { index: TradedIndex; side: "buy" | "sell" }) {
  const { deployment } = useNetwork();
  const place = useBatchPlace(index.vault);
  const holdings = useBatchHoldings([index.vault]).data;
  if (deployment.contracts.BatchFactory === undefined) {
    return <Empty title="There are no daily batches on this network">Buy and sell with one token instead.</Empty>;
  }
  if (place.error) return <Notice tone="warn">{sentenceOf(place.error)}</Notice>;
  if (place.data === undefined) return <Skeleton className="h-32 w-full" />;
  if (place.data === null) return <NoBatch index={index} />;
  return (
    <div className="flex flex-col gap-4">
      <RequestForm index={index} side={side} place={place.data} />
      {holdings?.map((held) => (
        <BatchRequests key={held.depositor} share={index.share} holdings={held} />
      ))}
    </div>
  );
}

function NoBatch({ index }: { index: TradedIndex }) {
  const { deployment } = useNetwork();
  const { symbolOf } = useTokens([index.share]);
  const batchFactory = deployment.contracts.BatchFactory;
  const action: ActionParameters = {
    key: ["createBatchDepositor", index.vault],
    verb: "Begin daily batches",
    title: `Begin daily batches of ${index.share.symbol}`,
    fault: batchFactory === undefined ? "Not on this network" : undefined,
    symbolOf,
    prepare: ({ client, account }) =>
      createBatchDepositor(client, { batchFactory: batchFactory as `0x${string}`, vault: index.vault, account }),
  };
  return (
    <Empty title="This index has no daily batch yet">
      <p className="mb-3">Anyone can begin it, once, for the fee of the network.</p>
      <ActionButton action={action} variant="secondary" />
    </Empty>
  );
}

function RequestForm({ index, side, place }: { index: TradedIndex; side: "buy" | "sell"; place: BatchPlace }) {
  const { cash } = place;
  const { symbolOf } = useTokens([index.share, cash]);
  const [text, setText] = useState("");
  const [review, setReview] = useState<Review>();
  const { deployment } = useNetwork();
  const [paid, got] = side === "buy" ? [cash, index.share] : [index.share, cash];
  const [held] = useBalances([paid.address]) ?? [];
  const { raw, fault: misread } = parseAmount(text, paid.decimals, paid.symbol);
  const estimate = useBatchEstimate(place.depositor, side, raw).data;
  const least = side === "buy" ? place.minAssets : place.minShares;
  const fault =
    misread ??
    (raw === undefined || raw === 0n ? "Type an amount" : undefined) ??
    (side === "buy" && index.pausedUntil !== null ? "Buying is paused" : undefined) ??
    (raw !== undefined && raw < least ? `At least ${atMost(least, paid.decimals, paid.symbol).short}` : undefined) ??
    (raw !== undefined && held !== undefined && raw > held
      ? `You hold only ${atLeast(held, paid.decimals, paid.symbol).short}`
      : undefined);

  const about = estimate === null || estimate === undefined ? undefined : atLeast(estimate, got.decimals, got.symbol);
  const make = (amount: bigint): Review => {
    const orders = deployment.contracts.RecurringOrders;
    const { depositor } = place;
    const shown = atMost(amount, paid.decimals, paid.symbol);
    return {
      side,
      key: ["batch", depositor, side, String(amount), String(place.next.batch)],
      verb: side === "buy" ? "Request the deposit" : "Request the withdrawal",
      title: side === "buy" ? `Deposit ${shown.short} in the daily batch` : `Sell ${shown.short} in the daily batch`,
      lines: [
        { label: "You hand over", shown, isPromise: true },
        { label: "You receive about", shown: about ?? { short: UNKNOWN, exact: "not known: a price is missing" } },
        { label: "Exchanged from", shown: { short: time(place.next.opensAt).exact, exact: "" } },
        { label: "At the latest by", shown: { short: time(place.next.closesAt).exact, exact: "" } },
      ],
      notes: [
        "The price is the net asset value of the moment, or up to 1% worse for what market makers deliver. No other minimum is promised.",
        "What is not exchanged comes back whole. Collect either on this page or in your portfolio.",
        `You can take the request back until ${time(place.next.lockedAt).exact}.`,
      ],
      prepare: async ({ client, account, authorization }) => {
        // A batch that is locked takes nothing more: the request would go to the next one, with other times and another price.
        const { batch } = await getBatch(client, { depositor });
        if (batch !== place.next.batch) {
          throw new QuoteError("This batch takes no more requests. Close this and review it again, for the next one.");
        }
        if (side === "sell") return requestRedeem(client, { depositor, shares: amount, account });
        const plans =
          orders === undefined ? [] : (await getPlans(client, { recurringOrders: orders, owner: account })).plans;
        // What the orders' contract may take is one sum for all: a request through it would use up what recurring orders need.
        if (orders === undefined || plans.some(({ kind }) => kind === "deposit")) {
          return requestDeposit(client, { depositor, assets: amount, account });
        }
        // Through the orders' contract a signature is enough, where the batch itself needs an approval before.
        const deposits = [{ batchDepositor: depositor, assets: amount }];
        return requestDeposits(client, { recurringOrders: orders, deposits, account, authorization });
      },
    };
  };

  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">
        Requests until {time(place.next.lockedAt).exact} ({ago(Number(place.next.lockedAt), place.now)}) are exchanged
        together within four hours of {time(place.next.opensAt).exact}.
      </p>
      <AmountField
        label={side === "buy" ? "You deposit" : "You sell"}
        token={paid}
        text={text}
        fault={misread}
        held={held}
        onText={setText}
      />
      {raw !== undefined && raw > 0n && (
        <p className="flex justify-between rounded-lg bg-raised p-3 text-sm">
          <span className="text-muted">About, at today's value</span>
          <Figure shown={about ?? { short: UNKNOWN, exact: "not known: a price is missing" }} />
        </p>
      )}
      <ReviewButton fault={fault} symbolOf={symbolOf} onReview={() => raw !== undefined && setReview(make(raw))} />
      {review !== undefined && (
        <ConfirmDialog
          index={index}
          review={review}
          symbolOf={symbolOf}
          onClose={() => setReview(undefined)}
          onDone={() => {
            setReview(undefined);
            setText("");
          }}
        />
      )}
    </div>
  );
}
