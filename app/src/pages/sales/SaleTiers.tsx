import type { SaleState } from "../../data/sales.ts";
import { time } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { capsOf, tokenWords } from "./saleForm.ts";

interface TierRow {
  readonly tier: number;
  /** {raw payment tokens} */
  readonly cap: bigint;
  /** {s} */
  readonly opensAt: number;
}

/** How much each tier may commit, and from when on. */
export function SaleTiers({ state }: { state: SaleState }) {
  const { sale, paymentToken, tiers, tierNow, now } = state;
  const { snapshot, start } = sale.terms;
  const isTaken = now > snapshot;
  const own = isTaken ? sale.access?.tier : tierNow;
  const caps = capsOf(state);
  const rows = tiers.map(
    (tier, i): TierRow => ({ tier: i + 1, cap: caps[i] ?? 0n, opensAt: start + tier.saleOpensAfter }),
  );
  const columns: readonly Column<TierRow>[] = [
    {
      key: "tier",
      title: "Tier",
      cell: ({ tier }) => (
        <span className={tier === own ? "font-semibold text-accent" : ""}>
          {tier}
          {tier === own && " (yours)"}
        </span>
      ),
    },
    { key: "cap", title: "Cap", isFigure: true, cell: ({ cap }) => <Figure shown={tokenWords(cap, paymentToken)} /> },
    { key: "opens", title: "Opens", isFigure: true, cell: ({ opensAt }) => time(opensAt).exact },
  ];
  return (
    <Card title="Caps by tier">
      <p className="mb-3 text-sm text-muted">
        {isTaken
          ? `Tiers were read on ${time(snapshot).exact}; locking more now changes nothing in this sale.`
          : `Tiers are read on ${time(snapshot).exact}. What is marked is your tier of this week; the DAO may still change the table.`}
      </p>
      <Table caption="Caps by tier" columns={columns} rows={rows} keyOf={({ tier }) => `${tier}`} />
    </Card>
  );
}
