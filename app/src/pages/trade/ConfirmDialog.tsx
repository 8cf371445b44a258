import type { QueryKey } from "@tanstack/react-query";
import { useState } from "react";
import type { Address } from "viem";
import type { TradedIndex } from "../../data/tradedIndex.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import type { ActionParameters } from "../../flow/useAction.ts";
import { percent, type Shown } from "../../format.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Figure, Notice } from "../../ui/surfaces.tsx";
import { useNow } from "../../ui/useNow.ts";
import { type ImpactWords, impactWords } from "./impact.ts";
import { hasReadRisks, RISKS, rememberRisks } from "./riskNotice.ts";

/** One line of what is agreed to. */
export interface ReviewLine {
  readonly label: string;
  readonly shown: Shown;
  /** The figures that the contract enforces. */
  readonly isPromise?: boolean;
}

/** Everything about a trade that a person agrees to. It does not change while the dialog is open. */
export interface Review {
  readonly side: "buy" | "sell";
  readonly key: QueryKey;
  readonly verb: string;
  readonly title: string;
  readonly prepare: ActionParameters["prepare"];
  readonly lines: readonly ReviewLine[];
  /** {bps}; undefined: nothing is traded. */
  readonly impact?: number | null | undefined;
  /** What else to know, each a sentence. */
  readonly notes: readonly string[];
  /** {s} by the clock of this machine, after which the terms are too far from the market; undefined: no market is part of them. */
  readonly goodUntil?: number | undefined;
  /** {share wei} of the mint fee, shown; undefined: none is taken here. */
  readonly fee?: Shown | undefined;
}

/** The last look: what goes, what comes, what it costs, what the index holds. */
export function ConfirmDialog({
  index,
  review,
  symbolOf,
  onClose,
  onDone,
}: {
  index: TradedIndex;
  review: Review;
  symbolOf: (token: Address) => string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [mustRead] = useState(() => review.side === "buy" && !hasReadRisks(localStorage));
  const [hasRead, setRead] = useState(false);
  const [agrees, setAgrees] = useState(false);
  const now = useNow();
  const impact = review.impact === undefined ? undefined : impactWords(review.impact, review.side);
  const fault =
    review.goodUntil !== undefined && now > review.goodUntil
      ? "This quote is too old: close it and review again"
      : mustRead && !hasRead
        ? "Read the risks first"
        : impact?.tone === "agree" && !agrees
          ? "Accept the price first"
          : undefined;
  const action: ActionParameters = {
    ...{ key: review.key, verb: review.verb, title: review.title, prepare: review.prepare, fault, symbolOf },
    onDone: () => {
      if (mustRead) rememberRisks(localStorage);
      onDone();
    },
  };
  return (
    <Dialog title={review.title} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <dl className="flex flex-col gap-2 text-sm">
          {review.lines.map(({ label, shown, isPromise }) => (
            <div key={label} className={`flex justify-between gap-4 ${isPromise ? "font-semibold" : ""}`}>
              <dt className={isPromise ? "" : "text-muted"}>{label}</dt>
              <dd className="text-right">
                <Figure shown={shown} />
              </dd>
            </div>
          ))}
        </dl>
        <Fees index={index} review={review} />
        <Holdings index={index} symbolOf={symbolOf} />
        {review.notes.map((note) => (
          <p key={note} className="text-sm text-muted">
            {note}
          </p>
        ))}
        {impact !== undefined && <Impact impact={impact} agrees={agrees} onAgree={setAgrees} />}
        {mustRead && (
          <Notice tone="warn">
            <p className="font-medium">Before your first deposit</p>
            <ul className="my-2 list-disc pl-5">
              {RISKS.map((risk) => (
                <li key={risk}>{risk}</li>
              ))}
            </ul>
            <Check label="I have read this" checked={hasRead} onChange={setRead} />
          </Notice>
        )}
        <ActionButton action={action} />
      </div>
    </Dialog>
  );
}

function Impact({
  impact,
  agrees,
  onAgree,
}: {
  impact: ImpactWords;
  agrees: boolean;
  onAgree: (agrees: boolean) => void;
}) {
  if (impact.tone === "calm") return <p className="text-sm text-muted">{impact.sentence}</p>;
  return (
    <Notice tone="warn">
      <p>{impact.sentence}</p>
      {impact.tone === "agree" && <Check label="I want this price all the same" checked={agrees} onChange={onAgree} />}
    </Notice>
  );
}

/** A box to tick, of 44 px. */
export function Check(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 text-sm">
      <input
        type="checkbox"
        className="size-5 accent-accent"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.label}
    </label>
  );
}

function Fees({ index, review }: { index: TradedIndex; review: Review }) {
  const rows: readonly [string, string, string][] = [
    ...(review.side === "buy"
      ? ([["Buying", percent(index.mintFee).short, review.fee?.short ?? "in the price"]] as [string, string, string][])
      : []),
    ["Holding", `${percent(index.yearlyFee).short} a year`, "taken bit by bit from the value of a share"],
    ["Leaving", "free", "no contract can charge it"],
  ];
  return (
    <table className="w-full text-left text-sm">
      <caption className="mb-1 text-left font-medium">Fees of the index</caption>
      <tbody>
        {rows.map(([what, rate, how]) => (
          <tr key={what}>
            <th scope="row" className="py-1 pr-3 font-normal text-muted">
              {what}
            </th>
            <td className="py-1 pr-3 tabular-nums">{rate}</td>
            <td className="py-1 text-right text-muted">{how}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Holdings({ index, symbolOf }: { index: TradedIndex; symbolOf: (token: Address) => string }) {
  return (
    <section aria-label="What a share holds">
      <h3 className="mb-1 text-sm font-medium">What a share holds</h3>
      <ul className="flex max-h-32 flex-wrap gap-x-4 gap-y-1 overflow-auto text-sm">
        {index.holdings.map(({ token, weight }) => (
          <li key={token} className="tabular-nums">
            {symbolOf(token)} <span className="text-muted">{percent(weight).short}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
