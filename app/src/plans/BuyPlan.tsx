import {
  compareWithPlan,
  createBatchDepositor,
  type PlanDepositReturnType,
  type PortfolioPlan,
  type PositionAmount,
  type PositionDrift,
  planDeposit,
  requestDeposits,
  suggestRebalance,
} from "@gimbal/sdk";
import { useState } from "react";
import type { Address } from "viem";
import { parseAmount } from "../amounts.ts";
import { useNetwork } from "../data/network.tsx";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, change, percent, shortAddress } from "../format.ts";
import { Field } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice } from "../ui/surfaces.tsx";
import { Table } from "../ui/Table.tsx";
import type { Cash, PlanHoldings } from "./data.ts";

const PLACE = "gimbal.plan.amount";

/** Puts a sum into the plan: what is lacking first, all of it in one transaction. */
export function BuyPlan({ plan, holdings }: { plan: PortfolioPlan; holdings: PlanHoldings }) {
  const { deployment } = useNetwork();
  const [text, setText] = useState(() => sessionStorage.getItem(PLACE) ?? "");
  const { cash, depositors } = holdings;
  const symbolOf = (token: Address) => (token === cash.token ? cash.symbol : shortAddress(token));
  const typed = parseAmount(text, cash.decimals);
  const one = 10n ** BigInt(cash.decimals);
  const split = typed.raw === undefined || typed.raw < one ? undefined : splitOf(plan, holdings, typed.raw, one);
  const nameOf = new Map(plan.indices.map(({ vault, name }) => [vault, name]));
  const used = new Set(split?.deposits.map(({ batchDepositor }) => batchDepositor));
  const [absent] = depositors.filter(({ isMissing, batchDepositor }) => isMissing && used.has(batchDepositor));
  const fault =
    typed.fault ??
    (typed.raw === undefined
      ? "Type an amount"
      : typed.raw < one
        ? `At least 1 ${cash.symbol}`
        : cash.balance !== null && cash.balance < typed.raw
          ? `You hold ${amount(cash.balance, cash.decimals, cash.symbol).short}`
          : undefined);
  return (
    <Card title="Put money into it">
      <Field
        label="Amount"
        inputMode="decimal"
        value={text}
        end={cash.symbol}
        fault={typed.fault}
        hint={cash.balance === null ? undefined : `You hold ${amount(cash.balance, cash.decimals, cash.symbol).short}.`}
        onChange={(event) => {
          sessionStorage.setItem(PLACE, event.target.value);
          setText(event.target.value);
        }}
      />
      {split && <Amounts amounts={split.amounts} nameOf={nameOf} cash={cash} />}
      <p className="my-3 text-sm text-muted">
        Each index gets a request in its next daily batch: you get shares at the net asset value, within 1%, or your
        money back. The price is that of the batch, not of now. A plan is no advice: even a conservative index can lose
        more than half.
      </p>
      {absent !== undefined ? (
        <>
          <p className="mb-2 text-sm">
            {nameOf.get(absent.vault)} has no batches yet. Anyone may set them up, once; it costs only gas.
          </p>
          <ActionButton
            action={{
              ...{
                key: ["depositor", absent.vault],
                verb: "Set up its batches",
                title: `Set up batches of ${nameOf.get(absent.vault)}`,
              },
              ...{ fault, symbolOf },
              prepare: ({ client, account }) =>
                createBatchDepositor(client, {
                  batchFactory: deployment.contracts.BatchFactory as Address,
                  vault: absent.vault,
                  account,
                }),
            }}
          />
        </>
      ) : (
        <ActionButton
          action={{
            key: [
              "plan",
              split?.deposits.map(({ batchDepositor, assets }) => [batchDepositor, String(assets)]) ?? null,
            ],
            verb: `Request ${split?.deposits.length ?? 0} deposits in one transaction`,
            title: `Put ${amount(typed.raw, cash.decimals, cash.symbol).short} into a ${plan.kind} plan`,
            ...{ fault, symbolOf },
            prepare: ({ client, account, authorization }) =>
              requestDeposits(client, {
                recurringOrders: deployment.contracts.RecurringOrders as Address,
                ...{ deposits: split?.deposits ?? [], account, authorization },
              }),
          }}
        />
      )}
    </Card>
  );
}

/** Where a deposit goes. Without a wallet nothing is held, and the parts are those of the plan. */
function splitOf(
  plan: PortfolioPlan,
  { positions, depositors }: PlanHoldings,
  deposit: bigint,
  least: bigint,
): PlanDepositReturnType {
  const held =
    positions.length > 0
      ? positions
      : plan.indices.map(({ vault, weightBps }) => ({ vault, targetBps: weightBps, value: 0n }));
  return planDeposit({ positions: held, deposit, batchDepositors: depositors, least });
}

interface AmountsProps {
  amounts: readonly PositionAmount[];
  nameOf: ReadonlyMap<Address, string>;
  cash: Cash;
}

function Amounts({ amounts, nameOf, cash }: AmountsProps) {
  return (
    <Table
      caption="Where the deposit goes"
      rows={amounts}
      keyOf={({ vault }) => vault}
      columns={[
        { key: "index", title: "Index", cell: ({ vault }) => nameOf.get(vault) },
        {
          key: "amount",
          title: "Gets",
          isFigure: true,
          cell: (row) => <Figure shown={amount(row.amount, cash.decimals, cash.symbol, 2)} />,
        },
      ]}
    />
  );
}

/** How far what one holds is from the plan. */
export function PlanDrift({ plan, holdings }: { plan: PortfolioPlan; holdings: PlanHoldings }) {
  const { cash, positions } = holdings;
  const nameOf = new Map(plan.indices.map(({ vault, name }) => [vault, name]));
  if (positions.every(({ value }) => value === 0n)) {
    return (
      <Card title="Your holdings against it">
        <Empty title={cash.balance === null ? "Connect a wallet to compare" : "You hold none of these indices yet"}>
          The plan is then compared with what you hold, index by index.
        </Empty>
      </Card>
    );
  }
  const report = compareWithPlan(positions);
  const { sells, buys } = suggestRebalance(positions);
  const money = (raw: bigint) => amount(raw, cash.decimals, cash.symbol, 2);
  const unpriced = positions.filter((position) => position.unpriced.length > 0 && position.shares > 0n);
  const say = (verb: string) => (move: PositionAmount) =>
    `${verb} ${money(move.amount).short} of ${nameOf.get(move.vault)}`;
  return (
    <Card title="Your holdings against it">
      <Table<PositionDrift>
        caption="Differences to the plan"
        rows={report.positions}
        keyOf={({ vault }) => vault}
        columns={[
          { key: "index", title: "Index", cell: ({ vault }) => nameOf.get(vault) },
          {
            key: "plan",
            title: "Plan",
            isFigure: true,
            cell: ({ targetBps }) => <Figure shown={percent(targetBps)} />,
          },
          {
            key: "part",
            title: "Yours",
            isFigure: true,
            cell: ({ weightBps }) => <Figure shown={percent(weightBps)} />,
          },
          {
            key: "difference",
            title: "Differs",
            isFigure: true,
            cell: ({ differenceBps, beyond }) => (
              <Figure shown={change(differenceBps)} tone={beyond.length > 0 ? "loss" : undefined} />
            ),
          },
          {
            key: "value",
            title: "Value",
            isFigure: true,
            isSecondary: true,
            cell: ({ value }) => <Figure shown={money(value)} />,
          },
        ]}
      />
      <p className="mt-3 text-sm">
        You hold {money(report.total).short}; {percent(report.driftBps).short} of it would have to move to be as
        planned.
      </p>
      <p className="mt-1 text-sm text-muted">
        {sells.length + buys.length === 0
          ? "Nothing is past a threshold: leave it."
          : `Past 5 points of the whole, or a quarter of the plan: ${[...sells.map(say("sell")), ...buys.map(say("buy"))].join(", ")}.`}
      </p>
      {unpriced.map(({ vault }) => (
        <Notice key={vault}>
          {nameOf.get(vault)} holds tokens without a price now: it is worth more than is shown.
        </Notice>
      ))}
    </Card>
  );
}

/** Why there is no plan, as a sentence. */
export const planProblem = (error: unknown): string => sentenceOf(error as Error);
