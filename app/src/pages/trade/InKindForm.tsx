import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Address, isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import { atLeast, atMost, parseAmount } from "../../amounts.ts";
import { type ChainClient, useChainClient, useNetwork } from "../../data/network.tsx";
import type { PayToken } from "../../data/payToken.ts";
import { type KindQuote, QuoteError, quoteKind, silentOf } from "../../data/quotes.ts";
import { useBalances, useTokens } from "../../data/tokens.ts";
import type { TradedIndex } from "../../data/tradedIndex.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { useSettled } from "../../ui/useNow.ts";
import { AmountField } from "./AmountField.tsx";
import { Check, ConfirmDialog, type Review } from "./ConfirmDialog.tsx";
import { QUOTE_LIFE, QuoteAge } from "./QuoteAge.tsx";
import { ReviewButton } from "./ReviewButton.tsx";
import { SlippageField } from "./SlippageField.tsx";
import { DEFAULT_SLIPPAGE } from "./slippage.ts";

/** Paying with every token of the index, or being paid in them: no pool, no price, and nobody can stop the way out. */
export function InKindForm({ index, side }: { index: TradedIndex; side: "buy" | "sell" }) {
  const legs = index.holdings.map(({ token }) => token);
  const { find, symbolOf } = useTokens([index.share]);
  const [text, setText] = useState("");
  const [slippage, setSlippage] = useState<number | undefined>(DEFAULT_SLIPPAGE);
  const [chosen, setChosen] = useState<readonly Address[]>();
  const [review, setReview] = useState<Review>();
  const balances = useBalances([index.vault, ...legs]);
  const [held, ...ofLegs] = balances ?? [];
  const { raw, fault: misread } = parseAmount(text, 18, index.share.symbol);
  const silent = useSilent(index.vault, side === "sell").data;
  const skip = chosen ?? silent ?? [];
  const quote = useKindQuote(index, side, { raw, slippage, skip });
  const lack =
    side === "buy" && balances !== undefined
      ? quote.data?.amounts.find(({ amount }, i) => amount > (ofLegs[i] ?? 0n))
      : undefined;
  const decimalsOf = (token: Address) =>
    index.holdings.find((holding) => isAddressEqual(holding.token, token))?.decimals ?? find(token)?.decimals;
  // A basket that has changed since: an amount without its decimals cannot be shown, and must not be agreed to.
  const strange = quote.data?.amounts.find(({ token }) => decimalsOf(token) === undefined);

  const fault =
    misread ??
    (raw === undefined || raw === 0n ? "Type a number of shares" : undefined) ??
    (side === "sell" && raw !== undefined && held !== undefined && raw > held
      ? `You hold only ${atLeast(held, 18, index.share.symbol).short}`
      : undefined) ??
    (slippage === undefined ? "Choose a slippage" : undefined) ??
    (side === "buy" && index.pausedUntil !== null ? "Buying is paused" : undefined) ??
    (lack === undefined ? undefined : `You hold too little ${symbolOf(lack.token)}`) ??
    (strange === undefined ? undefined : "The index has changed: one moment") ??
    (quote.data === undefined ? (quote.error ? "No preview" : "Waiting for the preview") : undefined);

  return (
    <div className="flex flex-col gap-3">
      <AmountField
        label={side === "buy" ? "Shares to make" : "Shares to give back"}
        token={index.share}
        text={text}
        fault={misread}
        held={held}
        most={side === "sell" ? held : undefined}
        onText={setText}
      />
      <SlippageField value={slippage} onChange={setSlippage} />
      {quote.error && raw !== undefined && <Notice tone="warn">{sentenceOf(quote.error)}</Notice>}
      {quote.isLoading && <Skeleton className="h-32 w-full" />}
      {quote.data !== undefined && strange === undefined && (
        <>
          <Legs
            quote={quote.data}
            side={side}
            skip={skip}
            tokenOf={(token) => ({ address: token, symbol: symbolOf(token), decimals: decimalsOf(token) ?? 0 })}
            onSkip={setChosen}
          />
          <QuoteAge readAt={quote.dataUpdatedAt} isFetching={quote.isFetching} onRefresh={() => void quote.refetch()} />
        </>
      )}
      <ReviewButton
        fault={fault}
        symbolOf={symbolOf}
        onReview={() =>
          quote.data && setReview(reviewOf({ index, side, quote: quote.data, skip, symbolOf, decimalsOf }))
        }
      />
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

/** Tokens that do not answer: they are left out from the start. */
function useSilent(vault: Address, isWanted: boolean) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["silent", chainId, vault],
    enabled: isWanted && client !== undefined,
    queryFn: () => silentOf({ client: client as ChainClient, deployment, vault }),
  });
}

function useKindQuote(
  { vault }: TradedIndex,
  side: "buy" | "sell",
  order: { raw: bigint | undefined; slippage: number | undefined; skip: readonly Address[] },
) {
  const { chainId, deployment } = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  const { raw, slippage, skip } = order;
  const isSettled = useSettled(String(raw)) === String(raw);
  return useQuery({
    queryKey: ["kindQuote", chainId, vault, side, String(raw), slippage, skip, account],
    enabled: isSettled && client !== undefined && raw !== undefined && raw > 0n && slippage !== undefined,
    staleTime: QUOTE_LIFE,
    refetchInterval: QUOTE_LIFE,
    retry: false,
    queryFn: () =>
      quoteKind(
        { client: client as ChainClient, deployment, vault, account },
        { side, shares: raw as bigint, slippageBps: slippage as number, skip },
      ),
  });
}

function reviewOf(parts: {
  index: TradedIndex;
  side: "buy" | "sell";
  quote: KindQuote;
  skip: readonly Address[];
  symbolOf: (token: Address) => string;
  decimalsOf: (token: Address) => number | undefined;
}): Review {
  const { index, side, quote, skip, symbolOf, decimalsOf } = parts;
  const isBuy = side === "buy";
  const shares = atLeast(quote.shares, 18, index.share.symbol);
  const limits = quote.limits.map(({ token, amount }) => ({
    label: isBuy ? `At most ${symbolOf(token)}` : `At least ${symbolOf(token)}`,
    shown: (isBuy ? atMost : atLeast)(amount, decimalsOf(token) ?? 0, symbolOf(token)),
    isPromise: true,
  }));
  return {
    side,
    key: ["kind", index.vault, side, String(quote.shares), quote.limits.map(({ amount }) => String(amount)), skip],
    verb: isBuy ? "Buy in kind" : "Sell in kind",
    title: `${isBuy ? "Buy" : "Sell"} ${shares.short} in kind`,
    fee: quote.feeShares === null ? undefined : atMost(quote.feeShares, 18, index.share.symbol),
    lines: [{ label: isBuy ? "You receive exactly" : "You give back", shown: shares, isPromise: isBuy }, ...limits],
    notes: [
      isBuy
        ? "Every token is approved for its own maximum, one after another, and nothing beyond."
        : "A token that refuses to move does not stop the others: your part of it becomes a claim, on your portfolio page.",
      ...(skip.length > 0 ? [`Left out at once, as claims: ${skip.map(symbolOf).join(", ")}.`] : []),
    ],
    prepare: ({ account }) => {
      if (isAddressEqual(account, quote.account)) return quote.action;
      throw new QuoteError("The wallet changed its account. Close this and review it again.");
    },
  };
}

function Legs(props: {
  quote: KindQuote;
  side: "buy" | "sell";
  skip: readonly Address[];
  tokenOf: (token: Address) => PayToken;
  onSkip: (skip: readonly Address[]) => void;
}) {
  const { quote, side, skip, tokenOf, onSkip } = props;
  return (
    <fieldset className="min-w-0 rounded-lg bg-raised p-3 text-sm">
      <legend className="sr-only">{side === "buy" ? "What you pay" : "What you receive"}</legend>
      <ul className="flex flex-col gap-1">
        {quote.amounts.map(({ token, amount }) => {
          const { symbol, decimals } = tokenOf(token);
          const isSkipped = skip.includes(token);
          const shown = (side === "buy" ? atMost : atLeast)(amount, decimals, symbol);
          return (
            <li key={token} className="flex flex-wrap items-center justify-between gap-x-4">
              <span className={isSkipped ? "line-through" : ""}>
                <Figure shown={shown} />
              </span>
              {side === "sell" && (
                <Check
                  label={`Leave out ${symbol}`}
                  checked={isSkipped}
                  onChange={(out) => onSkip(out ? [...skip, token] : skip.filter((other) => other !== token))}
                />
              )}
            </li>
          );
        })}
      </ul>
      {side === "sell" && (
        <p className="mt-2 text-muted">
          Leave a token out only when it is broken: you get a claim instead, to be collected when it works again.
        </p>
      )}
    </fieldset>
  );
}
