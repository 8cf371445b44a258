import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { formatUnits } from "viem";
import { ChartFrame, Choices } from "../../charts/ChartFrame.tsx";
import { ALL_DAYS, RANGES, type Range, USUAL_RANGE } from "../../charts/ranges.ts";
import type { Drawn } from "../../charts/TimeChart.tsx";
import { type AccountHistory, withLive } from "../../data/accountDays.ts";
import { useAccountHistory } from "../../data/accountHistory.ts";
import type { ValueDay } from "../../data/accountValue.ts";
import { sumOf } from "../../data/heldIndex.ts";
import { useHeld } from "../../data/portfolio.ts";
import { time, usd, usd18 } from "../../format.ts";
import { Card, Empty, Skeleton } from "../../ui/surfaces.tsx";
import { Loaded } from "../index/parts.tsx";

const TimeChart = lazy(() => import("../../charts/TimeChart.tsx").then((part) => ({ default: part.TimeChart })));

const dollars = (value: number) => usd(value).short;
const plain = (raw: bigint | null) => (raw === null ? null : Number(formatUnits(raw, 18)));

const isKnown = ({ value }: ValueDay) => value !== null;
const knownOf = (days: readonly ValueDay[]) => days.filter(isKnown);

/** What the account's shares were worth, day by day, beside what they cost. */
export function ValueChart() {
  const [chosen, setChosen] = useState<Range>();
  const { data: usual } = useAccountHistory(USUAL_RANGE);
  // Before anybody chose: all there is, where the usual range has nothing to draw.
  const range = chosen ?? (usual !== undefined && knownOf(usual.days).length < 2 ? ALL_DAYS : USUAL_RANGE);
  const asked = useAccountHistory(range);
  const controls = (
    <Choices
      label="Range"
      options={RANGES}
      chosen={range.id}
      onChoose={(id) => setChosen(RANGES.find((each) => each.id === id))}
    />
  );
  return (
    <Card title="Value over time">
      {asked.data === undefined && controls}
      <Loaded asked={asked} height="h-80">
        {(history) => <Chart history={history} range={range} controls={controls} />}
      </Loaded>
    </Card>
  );
}

function Chart({ history, range, controls }: { history: AccountHistory; range: Range; controls: ReactNode }) {
  const { symbols, hasGaps, asOf } = history;
  const { data: held } = useHeld();
  const now = useMemo(() => held && { value: sumOf(held.data, ({ value }) => value), asOf: held.asOf }, [held]);
  const all = useMemo(() => withLive(history, now), [history, now]);
  // What nobody knows any more would be rows of dashes: a sentence says it.
  const days = useMemo(() => all.slice(0, all.findLastIndex(isKnown) + 1), [all]);
  const drawn = useMemo(() => linesOf(days), [days]);
  const known = knownOf(days);
  const [end, newest] = [days.at(-1), all.at(-1)];
  return (
    <ChartFrame
      caption="Value of your indices at the end of each day, USD"
      controls={controls}
      table={{
        file: `portfolio-value-${range.id}`,
        header: ["Day (UTC)", "Value (USD)", "Cost (USD)", ...symbols.map((symbol) => `${symbol} (USD)`)],
        rows: days.map(({ date, value, cost, parts }) => [date, plain(value), plain(cost), ...parts.map(plain)]),
      }}
    >
      {known.length === 0 && all.length > 0 ? (
        <Empty title="No value of those days is known">A token had no price. Choose a longer range.</Empty>
      ) : known.length < 2 ? (
        <Empty title="There is too little to draw yet">
          The chart begins with the day of your first share, and has a point for each day.
        </Empty>
      ) : (
        <Suspense fallback={<Skeleton className="h-72 w-full sm:h-80" />}>
          <TimeChart label={wordsOf(known)} series={drawn} format={dollars} />
        </Suspense>
      )}
      <p className="text-xs text-muted">
        The API keeps no history of accounts: each day counts the shares that you had at its end, by what the API knows
        of your purchases and sales, at the net asset value of that day, or the last one known. Cost is what these
        shares cost.{hasGaps && " Shares whose coming is not known are left out."}
        {days.some((day) => !isKnown(day)) && " Across days without a price the line joins those beside them."}
        {end !== undefined && end !== newest && ` After ${end.date} a price is missing.`} As of {time(asOf).exact}.
      </p>
    </ChartFrame>
  );
}

/** Value and cost from the first known day to the last one. A cost that is not known at the end is left to the table. */
function linesOf(days: readonly ValueDay[]): readonly Drawn[] {
  const first = days.findIndex(isKnown);
  const shown = first < 0 ? [] : days.slice(first);
  const value = shown.map((day) => ({ time: day.time, value: plain(day.value) }));
  const cost = shown.map((day) => ({ time: day.time, value: plain(day.cost) }));
  return [
    ...(cost.at(-1)?.value == null ? [] : [{ kind: "line", name: "Cost", token: "--series-2", points: cost } as const]),
    { kind: "line", name: "Value", token: "--accent", points: value },
  ];
}

function wordsOf(days: readonly ValueDay[]): string {
  const [first, last] = [days[0], days.at(-1)];
  const at = (day: ValueDay | undefined) => `${usd18(day?.value).short} on ${day?.date}`;
  return `Value of your indices: from ${at(first)} to ${at(last)}. The table has every day.`;
}
