import { useState } from "react";
import { estimateOf, moversOf } from "../../data/index/decision.ts";
import { recordedData, useDecision } from "../../data/keeper.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { percent, shortAddress, UNKNOWN } from "../../format.ts";
import { Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { Fact, Facts } from "./parts.tsx";

/** Things that moved the grades, shown at once. */
const MOVERS = 6;

/** What stands behind a decision, read when somebody wants it: the market, what moved the grades, models, worth and cost. */
export function DecisionMore({ hash }: { hash: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-11 cursor-pointer py-2.5 text-muted">What moved this decision</summary>
      {isOpen && <Record hash={hash} />}
    </details>
  );
}

function Record({ hash }: { hash: string }) {
  const { data, error } = useDecision(hash);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined) return <Skeleton className="h-32 w-full" />;
  const { assets, model, record, regime, regimeReasons, events, exposureBps } = data.data;
  const estimate = estimateOf(record);
  const { members } = recordedData(record);
  const movers = moversOf(assets, MOVERS);
  return (
    <div className="flex flex-col gap-4 py-2">
      <Facts>
        <Fact name="Market" hint={`at most ${percent(exposureBps).short} in risky tokens`}>
          {regime}
        </Fact>
        <Fact name="Benefit expected" hint="of the value">
          <Figure shown={percent(estimate?.benefit, 4)} />
        </Fact>
        <Fact name="Cost expected" hint="gas, fees, spread and impact">
          <Figure shown={percent(estimate?.cost, 4)} />
        </Fact>
        <Fact
          name="Spoke"
          hint={members.map(([name, bps]) => `${name} ${percent(bps, 1).short}`).join(", ") || undefined}
        >
          {model.spoke === "ensemble" ? "the trained models" : "the rules for when models are missing"}
        </Fact>
        <Fact name="Model" hint="hash of its state">
          <span className="font-mono" title={model.hash ?? undefined}>
            {model.hash === null ? UNKNOWN : shortAddress(model.hash)}
          </span>
        </Fact>
      </Facts>
      <Sentences title="The market, and what happened in it" lines={[...regimeReasons, ...events]} />
      {movers.length > 0 && (
        <div>
          <h4 className="mb-1 font-medium">What moved the grades most, of 100 points</h4>
          <ul className="flex flex-col gap-1">
            {movers.map(({ symbol, words, effect }) => (
              <li key={`${symbol}${words}`} className="flex justify-between gap-4">
                <span>
                  <strong>{symbol}</strong>: {words}
                </span>
                <span className="tabular-nums whitespace-nowrap">{pointsOf(effect)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Sentences title="The models' own notes" lines={model.notes} />
    </div>
  );
}

/** {bps} of a grade, which has 100 points. */
function pointsOf(effect: number): string {
  return `${effect > 0 ? "+" : ""}${(effect / 100).toFixed(1)} points`;
}

function Sentences({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <h4 className="mb-1 font-medium">{title}</h4>
      <ul className="list-disc pl-5">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
