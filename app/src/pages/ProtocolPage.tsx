import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Address } from "viem";
import { getAddress } from "viem";
import { ChartFrame, Choices } from "../charts/ChartFrame.tsx";
import { saveFile, toCsv } from "../charts/csv.ts";
import { dateOf } from "../charts/ranges.ts";
import type { Drawn } from "../charts/TimeChart.tsx";
import { type IndexSummary, useIndices, useLivePrices } from "../data/indices.ts";
import { useNetwork } from "../data/network.tsx";
import { MOST_INDICES, type Revenue, type SharedWeek, useRevenue, useValueHistory } from "../data/protocol.ts";
import type { TokenRevenue } from "../data/protocolSums.ts";
import { useStake } from "../data/stake.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, exactAmount, percent, shortAddress, time, UNKNOWN, usd, usd18 } from "../format.ts";
import { Button } from "../ui/controls.tsx";
import { SourceLine } from "../ui/SourceLine.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { type Column, type Order, Table } from "../ui/Table.tsx";
import { Fact, Facts, Loaded } from "./index/parts.tsx";

const TimeChart = lazy(() => import("../charts/TimeChart.tsx").then((part) => ({ default: part.TimeChart })));

/** What the whole protocol holds and earns, with how each figure is made. */
export function ProtocolPage() {
  const { apiUrl } = useNetwork();
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Protocol</PageTitle>
      <p className="max-w-prose text-sm text-muted">
        All indices together, what they earn, and where it goes. Every figure can be taken along as a file.
      </p>
      <Now />
      <Past />
      <RevenueCard />
      <Card title="For other programs">
        <ul className="flex flex-wrap gap-x-6 text-sm">
          <li>
            <a
              className="inline-flex min-h-11 items-center underline"
              href={`${import.meta.env.BASE_URL}tokenlist.json`}
            >
              Token list
            </a>
          </li>
          {apiUrl !== null && (
            <>
              <li>
                <a className="inline-flex min-h-11 items-center underline" href={new URL("/openapi.json", apiUrl).href}>
                  Description of the API
                </a>
              </li>
              <li>
                <a className="inline-flex min-h-11 items-center underline" href={new URL("/llms.txt", apiUrl).href}>
                  For language models
                </a>
              </li>
            </>
          )}
        </ul>
      </Card>
    </div>
  );
}

/** A sum of what is known; null when a part is not. */
function sumOf<T>(rows: readonly T[], pick: (row: T) => bigint | null): bigint | null {
  return rows.reduce<bigint | null>((sum, row) => {
    const value = pick(row);
    return sum === null || value === null ? null : sum + value;
  }, 0n);
}

const plain = (raw: bigint | null, decimals = 18) =>
  raw === null ? null : exactAmount(raw, decimals).replaceAll(",", "");

const COLUMNS: readonly Column<IndexSummary>[] = [
  {
    key: "name",
    title: "Index",
    sortBy: ({ name }) => name,
    cell: ({ address, name }) => (
      <Link to="/index/$address" params={{ address }} className="inline-flex min-h-11 items-center hover:underline">
        {name}
      </Link>
    ),
  },
  {
    key: "tvl",
    title: "Value held",
    isFigure: true,
    sortBy: ({ tvl }) => (tvl === null ? null : Number(tvl)),
    cell: ({ tvl }) => <Figure shown={usd18(tvl)} />,
  },
  {
    key: "holders",
    title: "Holders",
    isFigure: true,
    sortBy: ({ holders }) => holders,
    cell: ({ holders }) => holders?.toLocaleString("en-US") ?? UNKNOWN,
  },
  {
    key: "fee",
    title: "Fee a year",
    isFigure: true,
    isSecondary: true,
    sortBy: ({ yearlyFee }) => yearlyFee,
    cell: ({ yearlyFee }) => <Figure shown={percent(yearlyFee)} />,
  },
  {
    key: "earned",
    title: "Fees a year at this value",
    isFigure: true,
    isSecondary: true,
    sortBy: (row) => Number(yearly(row)),
    cell: (row) => <Figure shown={usd18(yearly(row))} />,
  },
];

/** D18{USD} that a year's fee comes to at the value of now; null: the value is not known. */
function yearly({ tvl, yearlyFee }: IndexSummary): bigint | null {
  return tvl === null ? null : (tvl * BigInt(Math.round(yearlyFee * 100))) / 1_000_000n;
}

function Now() {
  const { data, error, isPending } = useIndices();
  const { data: live } = useLivePrices(data?.data);
  const { deployment } = useNetwork();
  const { data: stake } = useStake();
  const [order, setOrder] = useState<Order>({ column: "tvl", descending: true });
  const rows = (data?.data ?? []).map((row) => {
    const now = live?.get(row.address);
    return now === undefined || now.total === 0n ? row : { ...row, tvl: now.total };
  });
  const save = () => {
    const header = ["Index", "Symbol", "Address", "Value held (USD)", "Holders", "Fee a year (%)"];
    const cells = rows.map(({ name, symbol, address, tvl, holders, yearlyFee }) => {
      return [name, symbol, address, plain(tvl), holders, yearlyFee / 100] as const;
    });
    saveFile("indices.csv", toCsv(header, cells));
  };
  return (
    <Card
      title="Now"
      aside={
        rows.length > 0 && (
          <Button variant="quiet" onClick={save}>
            CSV
          </Button>
        )
      }
    >
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {isPending ? (
        <Skeleton className="h-48 w-full" />
      ) : data === undefined ? null : rows.length === 0 ? (
        <Empty title="There is no index yet" />
      ) : (
        <>
          <Facts>
            <Fact name="Value held" hint="every token of every index, at the registry's prices of now">
              <Figure shown={usd18(sumOf(rows, ({ tvl }) => tvl))} />
            </Fact>
            <Fact name="Indices">{rows.length.toLocaleString("en-US")}</Fact>
            <Fact
              name="Fees a year at this value"
              hint="value times the fee a year of each; fees of purchases are not in it"
            >
              <Figure shown={usd18(sumOf(rows, yearly))} />
            </Fact>
            {deployment.contracts.VotingEscrow !== undefined && (
              <Fact name="GIM locked" hint="by everybody, for votes and revenue">
                <Figure shown={amount(stake?.totalLocked, 18, "GIM", 2)} />
              </Fact>
            )}
          </Facts>
          <div className="mt-4">
            <Table
              caption="Indices by what they hold"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ address }) => address}
              order={order}
              onOrder={setOrder}
            />
          </div>
          <SourceLine {...data} />
        </>
      )}
    </Card>
  );
}

/** {days}; the last one is the most that the API tells at once. */
const SPANS = [
  { id: "30", label: "30 days" },
  { id: "90", label: "90 days" },
  { id: "365", label: "1 year" },
  { id: "999", label: "All" },
] as const;

type Span = (typeof SPANS)[number]["id"];

const dollars = (value: number) => usd(value).short;

function Past() {
  const { data } = useIndices();
  const [chosen, setSpan] = useState<Span>();
  const usual = useValueHistory(data?.data, data?.asOf, 90);
  // Before anybody chose: all there is, where the usual span has nothing to draw.
  const span = chosen ?? (usual.data !== undefined && usual.data.days.length < 2 ? "999" : "90");
  const asked = useValueHistory(data?.data, data?.asOf, Number(span));
  const days = asked.data?.days;
  const drawn = useMemo((): readonly Drawn[] => {
    const points = days?.map(({ time: at, tvl }) => ({ time: at, value: tvl })) ?? [];
    return [{ kind: "line", name: "Value held", token: "--accent", points }];
  }, [days]);
  const controls = <Choices label="Range" options={SPANS} chosen={span} onChoose={setSpan} />;
  const isPart = (data?.data.length ?? 0) > MOST_INDICES;
  return (
    <Card title="Value held over time">
      {days === undefined && controls}
      <Loaded asked={asked} height="h-80">
        {(history) => (
          <>
            <ChartFrame
              caption="Value held by all indices at the end of each day, USD"
              controls={controls}
              table={{
                file: `value-held-${span}d`,
                header: ["Day", "Value held (USD)"],
                rows: history.days.map(({ time: at, tvl }) => [dateOf(at), tvl]),
              }}
            >
              {history.days.length < 2 ? (
                <Empty title="There is too little to draw yet">Values are written down at the end of each day.</Empty>
              ) : (
                <Suspense fallback={<Skeleton className="h-72 w-full sm:h-80" />}>
                  <TimeChart
                    label="Value held by all indices, day by day. The table has every value."
                    series={drawn}
                    format={dollars}
                    view={span}
                  />
                </Suspense>
              )}
            </ChartFrame>
            <p className="mt-2 text-xs text-muted">
              {isPart ? `The ${MOST_INDICES} largest indices together. ` : "All indices together. "}A day on which
              nobody looked at one counts what it held before.
            </p>
            <SourceLine source="api" asOf={history.asOf} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

function RevenueCard() {
  const { deployment } = useNetwork();
  const asked = useRevenue();
  if (deployment.contracts.FeeSplitter === undefined) return null;
  return (
    <Card title="Revenue">
      <Loaded asked={asked}>{(revenue) => <Shown revenue={revenue} />}</Loaded>
    </Card>
  );
}

const PARTS = [
  { key: "all", title: "All" },
  { key: "stakers", title: "To those who lock" },
  { key: "buyback", title: "Buyback" },
  { key: "burned", title: "Burned" },
  { key: "treasury", title: "Treasury" },
  { key: "keepers", title: "Keepers" },
] as const;

/** {rows} shown before the rest is asked for. */
const FEW = 12;

function Shown({ revenue: { tokens, weeks, book, protocolFee, asOf } }: { revenue: Revenue }) {
  const [isWhole, setWhole] = useState(false);
  const wordsOf = (token: Address) => book.get(getAddress(token));
  const symbolOf = (token: Address) => wordsOf(token)?.symbol ?? shortAddress(token);
  const shown = (token: Address, raw: bigint) => (
    <Figure shown={amount(wordsOf(token) && raw, wordsOf(token)?.decimals ?? 18, symbolOf(token))} />
  );
  const save = () => {
    const header = ["Token", "Address", ...PARTS.map(({ title }) => title)];
    const cells = tokens.map((row) => {
      const decimals = wordsOf(row.token)?.decimals ?? 18;
      return [symbolOf(row.token), row.token, ...PARTS.map(({ key }) => plain(row[key], decimals))];
    });
    saveFile("revenue.csv", toCsv(header, cells));
  };
  const saveWeeks = () => {
    const header = ["Week from", "Token", "Address", "Shared out", "Power (veGIM)"];
    const cells = weeks.map(({ start, token, pot, supply }) => {
      const decimals = wordsOf(token)?.decimals ?? 18;
      return [dateOf(start), symbolOf(token), token, plain(pot, decimals), plain(supply)] as const;
    });
    saveFile("revenue-weeks.csv", toCsv(header, cells));
  };
  const columns: readonly Column<TokenRevenue>[] = [
    { key: "token", title: "Token", cell: ({ token }) => <span className="font-medium">{symbolOf(token)}</span> },
    ...PARTS.map(({ key, title }): Column<TokenRevenue> => {
      const isSecondary = key !== "all" && key !== "stakers";
      return { key, title, isFigure: true, isSecondary, cell: (row) => shown(row.token, row[key]) };
    }),
  ];
  const weekColumns: readonly Column<SharedWeek>[] = [
    { key: "week", title: "Week from", cell: ({ start }) => time(start).short },
    { key: "token", title: "Token", cell: ({ token }) => symbolOf(token) },
    { key: "pot", title: "Shared out", isFigure: true, cell: ({ token, pot }) => shown(token, pot) },
    {
      key: "each",
      title: "For 1,000 veGIM",
      isFigure: true,
      isSecondary: true,
      cell: ({ token, pot, supply }) => shown(token, (pot * 10n ** 21n) / supply),
    },
  ];
  return (
    <div className="flex flex-col gap-5">
      <Facts>
        <Fact name="Protocol's part of all fees" hint="as the DAO decides, within the cap of the contract">
          <Figure shown={percent(protocolFee)} />
        </Fact>
      </Facts>
      {tokens.length === 0 ? (
        <Empty title="Nothing was handed out yet">Fees wait in the indices until anybody hands them out.</Empty>
      ) : (
        <div>
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 className="text-sm font-semibold">Handed out since the beginning</h3>
            <Button variant="quiet" onClick={save}>
              CSV
            </Button>
          </div>
          <Table
            caption="Revenue by token and where it went"
            columns={columns}
            rows={tokens}
            keyOf={({ token }) => token}
          />
        </div>
      )}
      {weeks.length > 0 && (
        <div>
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 className="text-sm font-semibold">Weeks shared out among those who lock</h3>
            <Button variant="quiet" onClick={saveWeeks}>
              CSV
            </Button>
          </div>
          <Table
            caption="Revenue by week"
            columns={weekColumns}
            rows={isWhole ? weeks : weeks.slice(0, FEW)}
            keyOf={({ start, token }) => `${start}${token}`}
          />
          {weeks.length > FEW && (
            <Button variant="quiet" onClick={() => setWhole(!isWhole)}>
              {isWhole ? "The newest only" : `All ${weeks.length} rows`}
            </Button>
          )}
        </div>
      )}
      <p className="text-xs text-muted">
        The sums of all splits that the contract has told, token by token; shares of an index count as what they are. A
        week's pot is shared out by the power at the start of that week.
      </p>
      <SourceLine source="chain" asOf={asOf} />
    </div>
  );
}
