import type { ScoreTier } from "@gimbal/sdk";
import type { StakeState } from "../../data/stake.ts";
import { percent, time, usd } from "../../format.ts";
import { Card, Figure } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { gim, scoreWords } from "./words.ts";

interface Rung {
  readonly number: number;
  readonly tier: ScoreTier;
  readonly isOwn: boolean;
}

/** {s} in an hour */
const HOUR = 3_600;

const COLUMNS: readonly Column<Rung>[] = [
  {
    key: "tier",
    title: "Tier",
    cell: ({ number, isOwn }) => (
      <span className={isOwn ? "font-semibold text-accent" : ""}>
        {number}
        {isOwn && " (yours)"}
      </span>
    ),
  },
  {
    key: "score",
    title: "Staking Score from",
    isFigure: true,
    cell: ({ tier }) => <Figure shown={scoreWords(tier.minScore)} />,
  },
  {
    key: "gim",
    title: "With 52 weeks or for good",
    isFigure: true,
    isSecondary: true,
    cell: ({ tier }) => <Figure shown={gim((tier.minScore + 1n) / 2n)} />,
  },
  {
    key: "fee",
    title: "Off platform fees",
    isFigure: true,
    cell: ({ tier }) => <Figure shown={percent(tier.feeDiscountBps, 0)} />,
  },
  {
    key: "api",
    title: "Off API prices",
    isFigure: true,
    cell: ({ tier }) => <Figure shown={percent(tier.apiDiscountBps, 0)} />,
  },
  {
    key: "proposals",
    title: "Proposals a month",
    isFigure: true,
    isSecondary: true,
    cell: ({ tier }) => tier.proposalsPerMonth,
  },
  {
    key: "cap",
    title: "Most in a sale",
    isFigure: true,
    cell: ({ tier }) => <Figure shown={usd((tier.saleCapUsd * tier.launchMultiplierBps) / 10_000)} />,
  },
  {
    key: "opens",
    title: "A sale opens after",
    isFigure: true,
    isSecondary: true,
    cell: ({ tier }) => (tier.saleOpensAfter === 0 ? "at once" : `${tier.saleOpensAfter / HOUR} h`),
  },
];

/** What each tier asks for and brings, by the table in force, and how far the next one is. */
export function TierLadder({ stake: { account, tier } }: { stake: StakeState }) {
  const rungs = tier.tiers.map((rung, i): Rung => ({ number: i + 1, tier: rung, isOwn: i + 1 === tier.tier }));
  return (
    <Card title="Tiers">
      <p className="mb-3 text-sm text-muted">
        The Staking Score is what you locked times one to two, by the time left. It is read once a week:{" "}
        {account === undefined ? (
          <>connect a wallet to see yours.</>
        ) : (
          <>
            yours was <Figure shown={scoreWords(tier.score)} /> on {time(tier.readAt).exact}
            {tier.toNextTier > 0n && (
              <>
                , <Figure shown={scoreWords(tier.toNextTier)} /> short of tier {tier.tier + 1}
              </>
            )}
            .
          </>
        )}
      </p>
      <Table caption="What each tier brings" columns={COLUMNS} rows={rungs} keyOf={({ number }) => `${number}`} />
    </Card>
  );
}
