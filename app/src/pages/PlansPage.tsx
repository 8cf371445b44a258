import {
  PLAN_KINDS,
  type PlanKind,
  type PlannedIndex,
  type PortfolioLimits,
  type PortfolioPlan,
  planPortfolio,
  RISK_TIERS,
  type RiskTier,
} from "@gimbal/sdk";
import { useEffect, useMemo, useState } from "react";
import { useIndices } from "../data/indices.ts";
import { useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, UNKNOWN } from "../format.ts";
import { BuyPlan, PlanDrift, planProblem } from "../plans/BuyPlan.tsx";
import {
  DEFAULT_CHOICE,
  indicesOf,
  LIMIT_KEYS,
  limitsOf,
  loadChoice,
  type PlanCandidate,
  type PlanChoice,
  saveChoice,
} from "../plans/choice.ts";
import { useCandidates, usePlanHoldings } from "../plans/data.ts";
import { Button, Field, Select } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { Table } from "../ui/Table.tsx";

const KINDS: Readonly<Record<PlanKind, string>> = {
  "three-tier": "Three tiers: 40 to 50% conservative, 30 to 40% balanced, 20 to 30% aggressive",
  "core-satellite": "Core and satellites: 70% in what is not aggressive, 30% around it",
  barbell: "Barbell: 60% conservative, 40% in the boldest that the limits allow",
  "risk-parity": "Risk parity: a calmer index gets more",
};

const LIMITS: Readonly<Record<keyof PortfolioLimits, string>> = {
  indexMaxBps: "No index over",
  sectorMaxBps: "No sector over",
  aggressiveMaxBps: "Aggressive at most",
  conservativeMinBps: "Conservative at least",
};

/** A sum split over several indices by a plan, bought at once, compared with what one holds. */
export function PlansPage() {
  const { chainId } = useNetwork();
  return <Plans key={chainId} chainId={chainId} />;
}

function Plans({ chainId }: { chainId: number }) {
  const indices = useIndices();
  const candidates = useCandidates(indices.data?.data);
  const [choice, setChoice] = useState(() => loadChoice(localStorage, chainId));
  useEffect(() => saveChoice(localStorage, chainId, choice), [chainId, choice]);
  const change = (part: Partial<PlanChoice>) => setChoice((now) => ({ ...now, ...part }));
  const error = indices.error ?? candidates.error;
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-col gap-1">
        <PageTitle>Plans across indices</PageTitle>
        <p className="max-w-prose text-sm text-muted">
          One sum, split over several indices by their risk and put into their daily batches in one transaction. Choose
          how, and see what goes where before anything is sent.
        </p>
      </header>
      {indices.data !== undefined && indices.data.missing.length > 0 && (
        <Notice>
          Read from the chain alone: risk, sectors and volatility are missing until the API answers again. You can name
          the risk of each index yourself.
        </Notice>
      )}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <Card title="Plan" aside={<Button onClick={() => setChoice(DEFAULT_CHOICE)}>Back to usual</Button>}>
        <Select
          label="Kind"
          value={choice.kind}
          options={PLAN_KINDS.map((kind) => [kind, KINDS[kind]])}
          onChange={(event) => change({ kind: event.target.value as PlanKind })}
        />
        <div className="mt-2 grid gap-x-4 gap-y-2 sm:grid-cols-4">
          {LIMIT_KEYS.map((key) => (
            <Field
              key={key}
              label={LIMITS[key]}
              inputMode="decimal"
              end="%"
              value={choice.limits[key]}
              onChange={(event) => change({ limits: { ...choice.limits, [key]: event.target.value } })}
            />
          ))}
        </div>
      </Card>
      {candidates.data === undefined ? (
        !error && <Skeleton className="h-48 w-full" />
      ) : candidates.data.length === 0 ? (
        <Empty title="There is no index yet">A plan needs at least one.</Empty>
      ) : (
        <>
          <Candidates candidates={candidates.data} choice={choice} change={change} />
          <Outcome candidates={candidates.data} choice={choice} />
        </>
      )}
    </div>
  );
}

interface CandidatesProps {
  candidates: readonly PlanCandidate[];
  choice: PlanChoice;
  change: (part: Partial<PlanChoice>) => void;
}

function Candidates({ candidates, choice, change }: CandidatesProps) {
  const { without, tiers } = choice;
  return (
    <Card title="Made of">
      <Table
        caption="Indices of the plan"
        rows={candidates}
        keyOf={({ vault }) => vault}
        columns={[
          {
            key: "in",
            title: "In",
            cell: ({ vault, name }) => (
              <label className="grid size-11 place-items-center">
                <span className="sr-only">{name} is part of the plan</span>
                <input
                  type="checkbox"
                  className="size-5"
                  checked={!without.includes(vault)}
                  onChange={({ target }) =>
                    change({
                      without: target.checked ? without.filter((other) => other !== vault) : [...without, vault],
                    })
                  }
                />
              </label>
            ),
          },
          {
            key: "name",
            title: "Index",
            cell: ({ name, symbol }) => (
              <span className="flex flex-col">
                <span className="font-medium">{name}</span>
                <span className="text-muted">{symbol}</span>
              </span>
            ),
          },
          {
            key: "tier",
            title: "Risk",
            cell: ({ vault, name, tier }) =>
              tier ?? (
                <select
                  aria-label={`Risk of ${name}`}
                  className="min-h-11 rounded-lg border border-control-line bg-surface px-2"
                  value={tiers[vault] ?? ""}
                  onChange={({ target }) => change({ tiers: { ...tiers, [vault]: target.value as RiskTier } })}
                >
                  <option value="" disabled>
                    not known: name it
                  </option>
                  {RISK_TIERS.map((known) => (
                    <option key={known}>{known}</option>
                  ))}
                </select>
              ),
          },
          {
            key: "sectors",
            title: "Sectors",
            isSecondary: true,
            cell: ({ sectors }) =>
              sectors === null
                ? UNKNOWN
                : Object.entries(sectors)
                    .map(([sector, bps]) => `${sector} ${percent(bps, 0).short}`)
                    .join(", "),
          },
          {
            key: "volatility",
            title: "Volatility a year",
            isFigure: true,
            isSecondary: true,
            cell: ({ volatility }) => <Figure shown={percent(volatility === null ? null : volatility * 10_000)} />,
          },
        ]}
      />
    </Card>
  );
}

function Outcome({ candidates, choice }: Omit<CandidatesProps, "change">) {
  const { deployment } = useNetwork();
  const found = useMemo((): { plan: PortfolioPlan } | { problem: string } => {
    const limits = limitsOf(choice);
    if (limits === undefined) return { problem: "Each limit must be a percentage from 0 to 100." };
    const indices = indicesOf(candidates, choice);
    if (indices.length === 0) {
      return choice.kind === "risk-parity"
        ? { problem: "Risk parity needs the volatility of each index, and none is known." }
        : { problem: "Name the risk of at least one index." };
    }
    try {
      return { plan: planPortfolio({ kind: choice.kind, indices, limits }) };
    } catch (error) {
      return { problem: planProblem(error) };
    }
  }, [candidates, choice]);
  const plan = "plan" in found ? found.plan : undefined;
  const holdings = usePlanHoldings(plan?.indices);
  if ("problem" in found) return <Notice tone="warn">{found.problem}</Notice>;
  const noSectors = candidates.filter(({ vault, sectors }) => sectors === null && !choice.without.includes(vault));
  return (
    <>
      <Card title="What goes where">
        <Parts indices={found.plan.indices} />
        <p className="mt-3 text-sm text-muted">
          Conservative {percent(found.plan.tiers.conservative).short}, balanced{" "}
          {percent(found.plan.tiers.balanced).short}, aggressive {percent(found.plan.tiers.aggressive).short}. All
          limits are kept exactly.
        </p>
        {noSectors.length > 0 && (
          <p className="mt-1 text-sm text-muted">
            Sectors are not known of {noSectors.map(({ name }) => name).join(", ")}: the limit of sectors cannot be
            checked there.
          </p>
        )}
      </Card>
      {deployment.contracts.RecurringOrders === undefined ? (
        <Notice>This network has no batches: buy each index on its own page.</Notice>
      ) : holdings.error ? (
        <Notice tone="warn">{sentenceOf(holdings.error)}</Notice>
      ) : holdings.data === undefined ? (
        <Skeleton className="h-32 w-full" />
      ) : (
        <>
          <BuyPlan plan={found.plan} holdings={holdings.data} />
          <PlanDrift plan={found.plan} holdings={holdings.data} />
        </>
      )}
    </>
  );
}

function Parts({ indices }: { indices: readonly PlannedIndex[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {indices.map(({ vault, name, weightBps }) => (
        <li key={vault} className="text-sm">
          <div className="flex justify-between gap-4">
            <span className="truncate">{name}</span>
            <Figure shown={percent(weightBps)} />
          </div>
          <div className="h-2 rounded bg-raised" aria-hidden="true">
            <div className="h-2 rounded bg-accent" style={{ width: `${weightBps / 100}%` }} />
          </div>
        </li>
      ))}
    </ul>
  );
}
