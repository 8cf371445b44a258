import { ZAP_LIFETIME } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useConnection } from "wagmi";
import { atLeast, atMost, parseAmount } from "../../amounts.ts";
import { type ChainClient, useChainClient, useNetwork } from "../../data/network.tsx";
import { ETHER, type PayToken } from "../../data/payToken.ts";
import { gasReserve, quoteBuy, quoteSell, type TokenQuote, tokenTrade } from "../../data/quotes.ts";
import { useBalances, useTokens } from "../../data/tokens.ts";
import type { TradedIndex } from "../../data/tradedIndex.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { percent } from "../../format.ts";
import { Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { useSettled } from "../../ui/useNow.ts";
import { AmountField, TokenSelect } from "./AmountField.tsx";
import { ConfirmDialog, type Review } from "./ConfirmDialog.tsx";
import { impactWords } from "./impact.ts";
import { QUOTE_LIFE, QuoteAge } from "./QuoteAge.tsx";
import { ReviewButton } from "./ReviewButton.tsx";
import { SlippageField } from "./SlippageField.tsx";
import { DEFAULT_SLIPPAGE } from "./slippage.ts";

/** Buying with one token or Ether, or selling for one. */
export function OneTokenForm({ index, side }: { index: TradedIndex; side: "buy" | "sell" }) {
  const { tokens, symbolOf } = useTokens([index.share]);
  const [token, setToken] = useState<PayToken>(tokens[0] ?? ETHER);
  const [text, setText] = useState("");
  const [slippage, setSlippage] = useState<number | undefined>(DEFAULT_SLIPPAGE);
  const [review, setReview] = useState<Review>();
  const paid = side === "buy" ? token : index.share;
  const got = side === "buy" ? index.share : token;
  const [held] = useBalances([paid.address]) ?? [];
  const reserve = useReserve(side === "buy" && paid.address === ETHER.address, index.holdings.length);
  const most = held === undefined ? undefined : held > reserve ? held - reserve : 0n;
  const { raw, fault: misread } = parseAmount(text, paid.decimals, paid.symbol);
  const tooMuch = raw !== undefined && held !== undefined && raw > held;
  const quote = useTokenQuote({ index, side, token, raw, slippage });

  const fault =
    misread ??
    (raw === undefined || raw === 0n ? "Type an amount" : undefined) ??
    (tooMuch ? `You hold only ${atLeast(held, paid.decimals, paid.symbol).short}` : undefined) ??
    (slippage === undefined ? "Choose a slippage" : undefined) ??
    (side === "buy" && index.pausedUntil !== null ? "Buying is paused" : undefined) ??
    (quote.data === undefined ? (quote.error ? "No quote" : "Waiting for a quote") : undefined);

  return (
    <div className="flex flex-col gap-3">
      <AmountField
        label={side === "buy" ? "You pay at most" : "You sell"}
        token={paid}
        text={text}
        fault={misread}
        held={held}
        most={most}
        onText={setText}
        end={
          side === "buy" ? (
            <TokenSelect label="Token to pay with" tokens={tokens} value={token} onChange={setToken} />
          ) : undefined
        }
      />
      {side === "sell" && (
        <div className="flex min-h-11 items-center justify-between gap-2 text-sm">
          You receive
          <TokenSelect label="Token to receive" tokens={tokens} value={token} onChange={setToken} />
        </div>
      )}
      <SlippageField value={slippage} onChange={setSlippage} />
      {quote.error && raw !== undefined && <Notice tone="warn">{sentenceOf(quote.error)}</Notice>}
      {quote.isLoading && <Skeleton className="h-16 w-full" />}
      {quote.data !== undefined && (
        <>
          <Summary quote={quote.data} side={side} paid={paid} got={got} />
          <QuoteAge readAt={quote.dataUpdatedAt} isFetching={quote.isFetching} onRefresh={() => void quote.refetch()} />
        </>
      )}
      <ReviewButton
        fault={fault}
        symbolOf={symbolOf}
        onReview={() => quote.data && setReview(quote.review(quote.data))}
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

/** {wei} of Ether that stays in the wallet for the gas. */
function useReserve(isWanted: boolean, legs: number): bigint {
  const { chainId } = useNetwork();
  const client = useChainClient();
  const { data } = useQuery({
    queryKey: ["gasReserve", chainId, legs],
    enabled: isWanted && client !== undefined,
    queryFn: () => gasReserve(client as ChainClient, legs),
  });
  return isWanted ? (data ?? 0n) : 0n;
}

/** {s} for which the terms of a quote may be agreed to. Whoever trades by older ones gives the difference to the first who sees it. */
const TERMS_LIFE = 300;

interface Order {
  readonly index: TradedIndex;
  readonly side: "buy" | "sell";
  readonly token: PayToken;
  readonly raw: bigint | undefined;
  readonly slippage: number | undefined;
}

/** What the pools say, asked again every 12 seconds; and what a person would agree to by it. */
function useTokenQuote({ index, side, token, raw, slippage }: Order) {
  const { chainId, deployment } = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  const { vault, share } = index;
  const last = useRef<{ mark: string; shares: bigint }>(undefined);
  const key = ["quote", chainId, vault, side, token.address, String(raw), slippage];
  const mark = JSON.stringify(key);
  const isSettled = useSettled(String(raw)) === String(raw);
  const query = useQuery({
    queryKey: key,
    enabled: isSettled && client !== undefined && raw !== undefined && raw > 0n && slippage !== undefined,
    staleTime: QUOTE_LIFE,
    refetchInterval: QUOTE_LIFE,
    retry: false,
    queryFn: async () => {
      const place = { client: client as ChainClient, deployment, vault, account };
      const [amount, slippageBps] = [raw as bigint, slippage as number];
      if (side === "sell") return quoteSell(place, { token, shares: amount, slippageBps });
      const lastShares = last.current?.mark === mark ? last.current.shares : undefined;
      const found = await quoteBuy(place, { token, budget: amount, slippageBps, lastShares });
      last.current = { mark, shares: found.shares };
      return found;
    },
  });

  /** The terms as they stand at this moment; what the pools say later changes the routes, not the terms. */
  const review = (quote: TokenQuote): Review => {
    const [sharesShown, limitShown] = [
      atLeast(quote.shares, 18, share.symbol),
      (side === "buy" ? atMost : atLeast)(quote.limit, token.decimals, token.symbol),
    ];
    const quoted = (side === "buy" ? atMost : atLeast)(quote.quoted, token.decimals, token.symbol);
    return {
      side,
      key: ["trade", vault, side, token.address, String(quote.shares), String(quote.limit)],
      verb: side === "buy" ? "Buy" : "Sell",
      title: `${side === "buy" ? "Buy" : "Sell"} ${sharesShown.short}`,
      impact: quote.impact,
      goodUntil: Math.floor(query.dataUpdatedAt / 1_000) + TERMS_LIFE,
      fee: quote.feeShares === null ? undefined : atMost(quote.feeShares, 18, share.symbol),
      lines:
        side === "buy"
          ? [
              { label: "You pay about", shown: quoted },
              { label: "Maximum paid", shown: limitShown, isPromise: true },
              { label: "Minimum received", shown: sharesShown, isPromise: true },
            ]
          : [
              { label: "You sell", shown: sharesShown },
              { label: "You receive about", shown: quoted },
              { label: "Minimum received", shown: limitShown, isPromise: true },
            ],
      notes: [
        side === "buy"
          ? "You receive exactly these shares. What they do not cost comes back in the same transaction."
          : "A token of the index that no pool buys reaches you as it is, in the same transaction.",
        ...(quote.skip.length > 0
          ? ["A token of the index does not answer. Your part of it becomes a claim, on your portfolio page."]
          : []),
        `It counts for ${ZAP_LIFETIME / 60} minutes: a block after that refuses it, and only the gas is lost.`,
        "Fees of the pools are in the quote. Your wallet shows the fee of the network.",
      ],
      prepare: async ({ client: at, account: who, authorization }) =>
        tokenTrade({ client: at, deployment, vault, account: who, authorization }, side, token, quote),
    };
  };
  return { ...query, review };
}

function Summary(props: { quote: TokenQuote; side: "buy" | "sell"; paid: PayToken; got: PayToken }) {
  const { quote, side, paid, got } = props;
  const isBuy = side === "buy";
  const impact = impactWords(quote.impact, side);
  const rows = isBuy
    ? [
        { label: "You receive", shown: atLeast(quote.shares, got.decimals, got.symbol) },
        { label: "Costs about", shown: atMost(quote.quoted, paid.decimals, paid.symbol) },
        { label: "Maximum paid", shown: atMost(quote.limit, paid.decimals, paid.symbol) },
      ]
    : [
        { label: "You receive about", shown: atLeast(quote.quoted, got.decimals, got.symbol) },
        { label: "Minimum received", shown: atLeast(quote.limit, got.decimals, got.symbol) },
      ];
  return (
    <dl className="flex flex-col gap-1 rounded-lg bg-raised p-3 text-sm">
      {rows.map(({ label, shown }) => (
        <div key={label} className="flex justify-between gap-4">
          <dt className="text-muted">{label}</dt>
          <dd>
            <Figure shown={shown} />
          </dd>
        </div>
      ))}
      <div className="flex justify-between gap-4">
        <dt className="text-muted">Price impact</dt>
        <dd className={impact.tone === "calm" ? "" : "font-medium text-warn"} title={impact.sentence}>
          {percent(quote.impact).short}
        </dd>
      </div>
      {impact.tone !== "calm" && <p className="text-warn">{impact.sentence}</p>}
    </dl>
  );
}
