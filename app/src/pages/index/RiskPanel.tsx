import { type Horizon, usePerformance } from "../../data/index/history.ts";
import { useIndices } from "../../data/indices.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty } from "../../ui/surfaces.tsx";
import type { Choice } from "./choice.ts";
import { Fact, Facts, Loaded } from "./parts.tsx";
import { riskFigures, unknownBenchmark } from "./riskWords.ts";

const NAMES: Readonly<Record<string, string>> = { BTC: "Bitcoin", ETH: "Ether", cash: "a dollar" };

/** How risky it was, in words. */
export function RiskPanel({ choice, horizon }: { choice: Choice; horizon: Horizon }) {
  const { vault, range } = choice;
  // Without a choice, Bitcoin is what most people measure by.
  const benchmark = choice.benchmark ?? "BTC";
  const asked = usePerformance(vault, benchmark, range, horizon);
  const { data: indices } = useIndices();
  const other =
    NAMES[benchmark] ?? indices?.data.find(({ address }) => address === benchmark)?.symbol ?? "the benchmark";
  return (
    <Card title="Risk">
      <Loaded asked={asked}>
        {({ told: performance, asOf }) => {
          if (performance === null) return <Empty title="There is nothing to measure yet" />;
          const { metrics, reason, series } = performance;
          if (metrics.totalReturn === null) return <Empty title="There is too little to measure">{reason}</Empty>;
          const hasOther = performance.benchmarkMetrics !== null;
          return (
            <>
              <p className="mb-4 text-sm text-muted">
                From {series[0]?.date} to {series.at(-1)?.date}, {metrics.days} days{hasOther && `, beside ${other}`}.
                The past says little about the future. {hasOther ? reason : unknownBenchmark(capital(other), series)}
              </p>
              <Facts>
                {riskFigures(performance, hasOther ? other : undefined).map(({ key, name, figure, beside, words }) => (
                  <Fact key={key} name={name} hint={beside === null ? words : `${words} ${capital(other)}: ${beside}.`}>
                    <span className="tabular-nums">{figure}</span>
                  </Fact>
                ))}
              </Facts>
              <SourceLine source="api" asOf={asOf} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
