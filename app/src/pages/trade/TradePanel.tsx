import { Tabs } from "radix-ui";
import { useState } from "react";
import type { Address } from "viem";
import { type TradedIndex, useTradedIndex } from "../../data/tradedIndex.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { time } from "../../format.ts";
import { Card, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { BatchForm } from "./BatchForm.tsx";
import { InKindForm } from "./InKindForm.tsx";
import { OneTokenForm } from "./OneTokenForm.tsx";

const SIDES = [
  { side: "buy", label: "Buy" },
  { side: "sell", label: "Sell" },
] as const;

type Way = "token" | "batch" | "kind";

const WAYS: readonly { way: Way; label: string; hint: string }[] = [
  { way: "token", label: "One token", hint: "At once, by the pools. Any listed token, or Ether." },
  { way: "batch", label: "Daily batch", hint: "Once a day, at the net asset value. Best for small sums." },
  { way: "kind", label: "In kind", hint: "Advanced: every token of the index itself. No pool is needed." },
];

/** Buying and selling one index, in every way that its contracts know; `isBare` where what it stands in names and frames it. */
export function TradePanel({ vault, isBare = false }: { vault: Address; isBare?: boolean }) {
  const { data: index, error } = useTradedIndex(vault);
  const content = (
    <>
      {error && index === undefined && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {index === undefined ? !error && <Skeleton className="h-64 w-full" /> : <Sides index={index} />}
    </>
  );
  if (isBare) return content;
  return <Card title={index === undefined ? "Buy or sell" : `Buy or sell ${index.share.symbol}`}>{content}</Card>;
}

function Sides({ index }: { index: TradedIndex }) {
  const [way, setWay] = useState<Way>("token");
  return (
    <Tabs.Root defaultValue="buy" className="flex flex-col gap-4">
      <Tabs.List aria-label="Buy or sell" className="grid grid-cols-2 rounded-lg bg-raised p-1">
        {SIDES.map(({ side, label }) => (
          <Tabs.Trigger
            key={side}
            value={side}
            className="min-h-11 rounded-md text-sm font-medium text-muted data-[state=active]:bg-surface data-[state=active]:text-text"
          >
            {label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <WayChoice way={way} onChange={setWay} />
      {SIDES.map(({ side }) => (
        <Tabs.Content key={side} value={side}>
          {side === "buy" && index.pausedUntil !== null && (
            <div className="mb-3">
              <Notice tone="warn">
                The guardian has paused buying until {time(index.pausedUntil).exact}. Selling cannot be paused.
              </Notice>
            </div>
          )}
          {way === "token" && <OneTokenForm index={index} side={side} />}
          {way === "batch" && <BatchForm index={index} side={side} />}
          {way === "kind" && <InKindForm index={index} side={side} />}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function WayChoice({ way, onChange }: { way: Way; onChange: (way: Way) => void }) {
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">How</legend>
      <div className="grid grid-cols-3 gap-2">
        {WAYS.map((choice) => (
          <label
            key={choice.way}
            className="flex min-h-11 cursor-pointer items-center justify-center rounded-lg border border-control-line px-2 text-center text-sm has-checked:border-accent has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="way"
              className="sr-only"
              checked={way === choice.way}
              onChange={() => onChange(choice.way)}
            />
            {choice.label}
          </label>
        ))}
      </div>
      <p className="mt-2 text-sm text-muted">{WAYS.find((choice) => choice.way === way)?.hint}</p>
    </fieldset>
  );
}
