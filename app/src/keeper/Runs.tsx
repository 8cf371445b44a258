import { Link } from "@tanstack/react-router";
import { formatUnits } from "viem";
import type { KeeperStatus } from "../data/answers.d.ts";
import type { IndexSafety } from "../data/keeper.ts";
import { ago, amount, percent, shortAddress, time, UNKNOWN } from "../format.ts";
import { Card, Empty, Figure, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import { plainReason } from "./plainReason.ts";

interface Row {
  readonly address: string;
  readonly name: string;
  readonly run: KeeperStatus["indices"][number] | undefined;
  readonly safety: IndexSafety | undefined;
}

/** {s} A keeper that looks every hour is late after two. */
const LATE = 7_200;

const seconds = (iso: string) => Date.parse(iso) / 1_000;

/** The newest decision of each index, and when the next one is due. */
export function Runs({
  status,
  safety,
  isPending,
}: {
  status: KeeperStatus | undefined;
  safety: { readonly indices: readonly IndexSafety[]; readonly asOf: number } | undefined;
  isPending: boolean;
}) {
  const now = safety?.asOf ?? 0;
  const rows = rowsOf(status, safety?.indices ?? []);
  return (
    <Card
      title="Last and next run"
      aside={
        status && (
          <span className={`text-sm ${status.live.isUp ? "text-gain" : "text-loss"}`}>
            {status.live.isUp ? "The keeper runs" : "The keeper does not answer"}
          </span>
        )
      }
    >
      {isPending ? (
        <Skeleton className="h-32 w-full" />
      ) : rows.length === 0 ? (
        <Empty title="There is no index yet" />
      ) : (
        <Table caption="Runs of the keeper" columns={columns(now)} rows={rows} keyOf={({ address }) => address} />
      )}
      {status?.live.isUp === false && (
        <p className="mt-3 text-sm text-muted">
          Nobody heard from the keeper itself: {status.live.detail} Last runs are those of its journal.
        </p>
      )}
      {status && <Unfinished status={status} />}
    </Card>
  );
}

function rowsOf(status: KeeperStatus | undefined, indices: readonly IndexSafety[]): readonly Row[] {
  const runs = new Map(status?.indices.map((run) => [run.index.toLowerCase(), run]));
  const known = new Set(indices.map(({ address }) => address.toLowerCase()));
  const rest = [...runs].filter(([address]) => !known.has(address));
  return [
    ...indices.map((safety) => {
      const { address, name } = safety;
      return { address, name, safety, run: runs.get(address.toLowerCase()) };
    }),
    ...rest.map(([address, run]) => ({ address, name: shortAddress(address), run, safety: undefined })),
  ];
}

function columns(now: number): readonly Column<Row>[] {
  return [
    {
      key: "index",
      title: "Index",
      cell: ({ address, name }) => (
        <Link to="/index/$address" params={{ address: address }} className="underline">
          {name}
        </Link>
      ),
    },
    {
      key: "last",
      title: "Last run",
      cell: ({ run, safety }) => {
        const at = run ? seconds(run.lastDecision.decidedAt) : (safety?.epoch.proposedAt ?? 0);
        if (at === 0) return UNKNOWN;
        return <span title={time(at).exact}>{now === 0 ? time(at).short : ago(at, now)}</span>;
      },
    },
    {
      key: "next",
      title: "Next run",
      cell: ({ run }) => {
        if (run === undefined || run.nextRun === null) return UNKNOWN;
        const at = seconds(run.nextRun);
        if (now > at + LATE)
          return <span className="text-warn" title={time(at).exact}>{`Late: due ${ago(at, now)}`}</span>;
        return <span title={time(at).exact}>{now === 0 ? time(at).short : ago(at, now)}</span>;
      },
    },
    {
      key: "room",
      title: "May be sold now",
      isFigure: true,
      isSecondary: true,
      cell: ({ safety }) => <Figure shown={percent(safety && Number(formatUnits(safety.health.turnover.left, 14)))} />,
    },
    {
      key: "decision",
      title: "Last decision",
      cell: ({ run, safety }) => <Decision run={run} safety={safety} />,
    },
    {
      key: "model",
      title: "Spoke",
      isSecondary: true,
      cell: ({ run }) =>
        run ? `${run.model.spoke}${run.model.fittedOn ? `, trained ${run.model.fittedOn}` : ""}` : UNKNOWN,
    },
  ];
}

function Decision({ run, safety }: Pick<Row, "run" | "safety">) {
  if (run === undefined) {
    const words = safety === undefined || safety.epoch.id === 0 ? "none on chain" : `on chain: ${safety.epoch.phase}`;
    return <span className="text-muted">{words}</span>;
  }
  const { action, reasons } = run.lastDecision;
  return (
    <span className="block min-w-48">
      <strong>{action === "propose" ? "Acted" : "Skipped"}</strong>
      {reasons.length > 0 && <span className="text-muted">: {plainReason(reasons[0] ?? "")}</span>}
    </span>
  );
}

/** Work that was begun and not ended, and the gas for what comes. */
function Unfinished({ status: { unfinished, accounts } }: { status: KeeperStatus }) {
  return (
    <dl className="mt-4 grid gap-3 text-sm sm:grid-cols-2">
      <div>
        <dt className="text-muted">Begun and not ended</dt>
        <dd>
          {unfinished.length === 0
            ? "nothing"
            : unfinished.map(({ intent, state }) => `${intent} (${state})`).join(", ")}
        </dd>
      </div>
      {accounts.map(({ account, gas }) => (
        <div key={account}>
          <dt className="text-muted">Gas of {shortAddress(account)}</dt>
          <dd>
            <Figure shown={amount(gas === null ? null : BigInt(gas.raw), 18, "ETH")} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
