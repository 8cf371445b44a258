import { lazy, Suspense, useMemo, useState } from "react";
import type { Address } from "viem";
import { ChartFrame, Choices } from "../../charts/ChartFrame.tsx";
import { SERIES } from "../../charts/palette.ts";
import { RANGES, type Range } from "../../charts/ranges.ts";
import { stackOf } from "../../charts/stack.ts";
import { type Horizon, useWeights } from "../../data/index/history.ts";
import { shortAddress } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Empty, Skeleton } from "../../ui/surfaces.tsx";
import { Loaded } from "./parts.tsx";

const StackedArea = lazy(() => import("../../charts/StackedArea.tsx").then((part) => ({ default: part.StackedArea })));

const LONG = RANGES.filter(({ days }) => days === null || days > 7);

interface WeightsPanelProps {
  vault: Address;
  symbol: string;
  horizon: Horizon;
  /** What is shown before anybody chose. */
  first: Range;
}

/** How the weights changed over time. */
export function WeightsPanel({ vault, symbol, horizon, first }: WeightsPanelProps) {
  const [chosen, setRange] = useState<Range>();
  const range = chosen ?? first;
  const asked = useWeights(vault, range, horizon);
  const stack = useMemo(() => stackOf(asked.data?.told.days ?? [], SERIES.length), [asked.data]);
  const controls = (
    <Choices
      label="Range of the weights"
      options={LONG}
      chosen={range.id}
      onChoose={(id) => setRange(LONG.find((one) => one.id === id) ?? range)}
    />
  );
  return (
    <Card title="Weights over time">
      {asked.data === undefined && controls}
      <Loaded asked={asked} height="h-72">
        {({ told: { days, symbols }, asOf }) => {
          const tokens = [...new Set(days.flatMap(({ weights }) => [...weights.keys()]))];
          const nameOf = (token: string) => symbols.get(token) ?? shortAddress(token);
          return (
            <>
              <ChartFrame
                caption={`Weights of ${symbol}, percent of the value`}
                controls={controls}
                table={{
                  file: `${symbol}-weights-${range.id}`,
                  header: ["Day", ...tokens.map((token) => `${nameOf(token)} (%)`)],
                  rows: days.map(({ date, weights }) => [date, ...tokens.map((token) => part(weights.get(token)))]),
                }}
              >
                {stack.days.length === 0 ? (
                  <Empty title="No weights of those days are known">
                    They are written down at the end of each day.
                  </Empty>
                ) : (
                  <Suspense fallback={<Skeleton className="h-72 w-full" />}>
                    <StackedArea
                      label={`Weights of ${symbol} from ${stack.days[0]?.date} to ${stack.days.at(-1)?.date}. The table has every value.`}
                      stack={stack}
                      nameOf={nameOf}
                    />
                  </Suspense>
                )}
              </ChartFrame>
              <SourceLine source="api" asOf={asOf} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** A token that is absent on a day had no part in it. */
function part(bps: number | null | undefined): number | null {
  return bps === undefined ? 0 : bps === null ? null : bps / 100;
}
