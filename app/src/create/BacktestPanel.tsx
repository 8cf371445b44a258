import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../data/api.ts";
import {
  BACKTEST_RULES,
  type Backtest,
  type BacktestLine,
  type BacktestRule,
  backtestProblem,
  OWN_BASKET,
  periodFault,
} from "../data/backtest.ts";
import { useApi } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { change, percent, UNKNOWN } from "../format.ts";
import { Button, Field, Select } from "../ui/controls.tsx";
import { Card, Figure, Notice } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import type { Draft } from "./draft.ts";
import { useTokenWords } from "./PreviewStep.tsx";
import { documentOf } from "./preview.ts";

const bps = (fraction: number | null): number | null => (fraction === null ? null : fraction * 10_000);
const COLUMNS: readonly Column<BacktestLine>[] = [
  { key: "name", title: "", cell: ({ name }) => name },
  { key: "return", title: "Return", isFigure: true, cell: (line) => <Figure shown={change(bps(line.totalReturn))} /> },
  {
    key: "fall",
    title: "Deepest fall",
    isFigure: true,
    cell: (line) => <Figure shown={percent(bps(line.maxDrawdown))} />,
  },
  {
    key: "volatility",
    title: "Volatility a year",
    isFigure: true,
    isSecondary: true,
    cell: (line) => <Figure shown={percent(bps(line.volatility))} />,
  },
  {
    key: "sharpe",
    title: "Sharpe ratio",
    isFigure: true,
    isSecondary: true,
    cell: ({ sharpe }) => (sharpe === null ? UNKNOWN : sharpe.toFixed(2)),
  },
];

const MONTHS = 6;

/** The last half year, as two days. */
function lastMonths(now: Date): readonly [from: string, to: string] {
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS, 1));
  return [from.toISOString().slice(0, 10), now.toISOString().slice(0, 10)];
}

/** How the basket by its own rules, or a rule of the API's, would have done, from the API. */
export function BacktestPanel({ draft, fault: draftFault }: { draft: Draft; fault: string | undefined }) {
  const api = useApi();
  const words = useTokenWords();
  // The AI's choices need models that are trained first; everything else is run as it was typed.
  const isRule = draft.template !== "ai";
  const [begin, end] = lastMonths(new Date());
  const [asked, setAsked] = useState({
    ...{ tested: isRule ? OWN_BASKET : ("global100" satisfies BacktestRule), from: begin, to: end, market: "recorded" },
  });
  const isOwn = asked.tested === OWN_BASKET;
  const fault = periodFault(asked.from, asked.to) ?? (isOwn ? draftFault : undefined);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async ({ tested, ...period }: typeof asked): Promise<Backtest> => {
      if (api === undefined) throw new ApiError(0, "UNREACHABLE", "This network has no API.");
      const what = tested === OWN_BASKET ? { methodology: documentOf(draft, words) } : { strategy: tested };
      return api.post<Backtest>("/v1/simulations/backtest", { ...what, ...period });
    },
  });
  const set = (key: keyof typeof asked) => (event: { target: { value: string } }) =>
    setAsked({ ...asked, [key]: event.target.value });
  return (
    <Card title="Backtest">
      <p className="mb-3 text-sm text-muted">
        {isOwn
          ? "The API runs your tokens by your rules over past prices, with this protocol's costs and the usual limits. You know today which tokens did well: nobody did then."
          : "The API runs a rule over past prices in its own universe of tokens, not your list: read it as how such a rule behaves, not as what your index would have earned."}
        {!isRule && " What the AI would have chosen cannot be run here: its models would have to be trained first."}
      </p>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Select
          label="What to test"
          value={asked.tested}
          options={isRule ? [[OWN_BASKET, "This basket, by its rules"], ...BACKTEST_RULES] : BACKTEST_RULES}
          onChange={set("tested")}
        />
        <Select
          label="Prices"
          value={asked.market}
          options={[
            ["recorded", "Recorded prices"],
            ["simulated", "An invented market, to try it out"],
          ]}
          onChange={set("market")}
        />
        <Field label="From" type="date" value={asked.from} onChange={set("from")} />
        <Field label="To" type="date" value={asked.to} fault={periodFault(asked.from, asked.to)} onChange={set("to")} />
      </div>
      <Button disabled={isPending || fault !== undefined} onClick={() => mutate(asked)}>
        {isPending ? "Running, up to two minutes …" : (fault ?? "Run the backtest")}
      </Button>
      <div className="mt-3 flex flex-col gap-3" aria-live="polite">
        {error && <Notice tone="warn">{error instanceof ApiError ? backtestProblem(error) : sentenceOf(error)}</Notice>}
        {data && (
          <>
            <Table
              caption={`Backtest of ${data.data.days} days`}
              columns={COLUMNS}
              rows={[data.data.result, ...data.data.benchmarks]}
              keyOf={({ name }) => name}
            />
            <p className="text-sm text-muted">
              {data.data.days} days. Prices: {data.data.source}. Sold in a week:{" "}
              {percent(bps(data.data.turnoverWeekly)).short} of the value.
            </p>
            {data.data.notes.map((note) => (
              <Notice key={note}>{note}</Notice>
            ))}
            <details className="text-sm text-muted">
              <summary className="flex min-h-11 cursor-pointer items-center">
                What makes such figures look better than they are
              </summary>
              <ul className="list-disc pl-5">
                {data.data.biases.map((bias) => (
                  <li key={bias}>{bias}</li>
                ))}
              </ul>
            </details>
          </>
        )}
      </div>
    </Card>
  );
}
