import {
  createPlan,
  dayOfMonth,
  ORDER_PERIODS,
  type OrderPeriod,
  type RecurringPlan,
  upcomingOrders,
} from "@gimbal/sdk";
import { useState } from "react";
import { atMost, parseAmount } from "../../amounts.ts";
import { type BatchPlace, useBatchPlace } from "../../data/batches.ts";
import { useNetwork } from "../../data/network.tsx";
import type { PayToken } from "../../data/payToken.ts";
import { usePlans } from "../../data/portfolio.ts";
import { useBalances, useTokens } from "../../data/tokens.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import { type ActionParameters, withoutPermit2 } from "../../flow/useAction.ts";
import { time } from "../../format.ts";
import { Field, Select } from "../../ui/controls.tsx";
import { Notice, Skeleton } from "../../ui/surfaces.tsx";
import { AmountField } from "../trade/AmountField.tsx";
import { PERIOD_WORDS } from "./planWords.ts";

/** Most orders that a plan can count. */
const MOST_ORDERS = 65_535n;
/** Orders of a plan that names no number, as far as its approval reaches. */
const DEFAULT_ORDERS = 12n;

/** {raw cash} that deposit plans in force may still take: the allowance is one for all of them. */
function neededBy(plans: readonly RecurringPlan[]): bigint {
  return plans
    .filter(({ kind }) => kind === "deposit")
    .reduce(
      (sum, plan) =>
        sum + (plan.amount + plan.tipCap) * (plan.ordersLeft === 0 ? DEFAULT_ORDERS : BigInt(plan.ordersLeft)),
      0n,
    );
}

/** A deposit every week or month, until it is cancelled. */
export function PlanForm({ vaults, onDone }: { vaults: readonly PayToken[]; onDone: () => void }) {
  const [vault, setVault] = useState(vaults[0]);
  if (vault === undefined) return null;
  return (
    <div className="flex flex-col gap-3">
      <Select
        label="Index"
        value={vault.address}
        options={vaults.map(({ address, symbol }) => [address, symbol] as const)}
        onChange={(event) => setVault(vaults.find(({ address }) => address === event.target.value))}
      />
      <Terms key={vault.address} vault={vault} onDone={onDone} />
    </div>
  );
}

function Terms({ vault, onDone }: { vault: PayToken; onDone: () => void }) {
  const { data: place, error } = useBatchPlace(vault.address);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (place === undefined) return <Skeleton className="h-64 w-full" />;
  if (place === null) return <Notice>This index has no daily batch yet. Anyone can begin it on its page.</Notice>;
  return <PlacedTerms vault={vault} place={place} onDone={onDone} />;
}

function PlacedTerms({ vault, place, onDone }: { vault: PayToken; place: BatchPlace; onDone: () => void }) {
  const { deployment } = useNetwork();
  const recurringOrders = deployment.contracts.RecurringOrders;
  const { cash } = place;
  const { symbolOf } = useTokens([vault, cash]);
  const [held] = useBalances([cash.address]) ?? [];
  const [text, setText] = useState("");
  const [tipText, setTipText] = useState("0");
  const [ordersText, setOrdersText] = useState("");
  const [period, setPeriod] = useState<OrderPeriod>("month");
  const amount = parseAmount(text, cash.decimals, cash.symbol);
  const tip = parseAmount(tipText, cash.decimals, cash.symbol);
  const orders = parseAmount(ordersText, 0, "A number of orders");
  const count = orders.raw ?? 0n;
  const { data: others } = usePlans();
  const fault =
    amount.fault ??
    tip.fault ??
    orders.fault ??
    (amount.raw === undefined || amount.raw === 0n ? "Type an amount" : undefined) ??
    (amount.raw !== undefined && amount.raw < place.minAssets
      ? `At least ${atMost(place.minAssets, cash.decimals, cash.symbol).short}`
      : undefined) ??
    (count > MOST_ORDERS ? "At most 65,535 orders" : undefined) ??
    // The allowance is one for all plans: without the others' part it would be taken away from them.
    (others === undefined ? "Reading your other plans" : undefined);
  const [sum, cap] = [amount.raw ?? 0n, tip.raw ?? 0n];
  const allowance = (sum + cap) * (count === 0n ? DEFAULT_ORDERS : count) + neededBy(others ?? []);
  const shown = atMost(sum, cash.decimals, cash.symbol).short;
  // By the clock of the chain: that is whom the first order waits for.
  const next = place.now;
  const dates = upcomingOrders(
    { period, next, day: dayOfMonth(next), lastDay: 0, ordersLeft: Number(count > MOST_ORDERS ? 0n : count) },
    3,
  );
  const action: ActionParameters = {
    key: ["createPlan", vault.address, period, String(sum), String(cap), String(count), String(allowance)],
    verb: "Begin the plan",
    title: `Deposit ${shown} into ${vault.symbol}, ${PERIOD_WORDS[period]}`,
    fault,
    symbolOf,
    onDone,
    prepare: ({ client, account, authorization: asked }) =>
      createPlan(client, {
        ...{ recurringOrders: recurringOrders as `0x${string}`, kind: "deposit", period, account },
        ...{
          authorization: withoutPermit2(asked),
          batchDepositor: place.depositor,
          amount: sum,
          tipCap: cap,
          allowance,
        },
        orders: Number(count),
      }),
  };
  return (
    <>
      <AmountField
        label="Deposit each time"
        token={cash}
        text={text}
        fault={amount.fault}
        held={held}
        most={undefined}
        onText={setText}
      />
      <Select
        label="How often"
        value={period}
        options={ORDER_PERIODS.map((value) => [value, PERIOD_WORDS[value]] as const)}
        onChange={(event) => setPeriod(event.target.value as OrderPeriod)}
      />
      <Field
        label="Number of orders"
        inputMode="numeric"
        placeholder="no end"
        value={ordersText}
        fault={orders.fault}
        hint="Empty: until you cancel. You can cancel at any time."
        onChange={(event) => setOrdersText(event.target.value)}
      />
      <Field
        label="Tip for whoever files an order, at most"
        inputMode="decimal"
        value={tipText}
        fault={tip.fault}
        hint="The keepers of the protocol file orders for nothing. A tip lets others do it when they do not."
        end={<span className="text-muted">{cash.symbol}</span>}
        onChange={(event) => setTipText(event.target.value)}
      />
      {fault === undefined && (
        <p className="text-sm text-muted">
          First orders: {dates.map((date) => time(date).short).join(", ")}. Each joins the next daily batch. You allow{" "}
          {atMost(allowance, cash.decimals, cash.symbol).short} for this and your other plans together; nothing is taken
          before an order is due.
        </p>
      )}
      <ActionButton action={action} />
    </>
  );
}
