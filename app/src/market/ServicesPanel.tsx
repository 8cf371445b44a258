import {
  buyCredits,
  buyPlan,
  type CreditBalance,
  loadCredits,
  MAX_PLAN_PERIODS,
  type PlanBalance,
  requestUnload,
  setSessionKey,
  startTrial,
  unloadCredits,
} from "@gimbal/sdk";
import { useState } from "react";
import { type Address, isAddress } from "viem";
import { useConnection } from "wagmi";
import { QuoteError } from "../data/quotes.ts";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, shortAddress, time } from "../format.ts";
import { Field, Select } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import { type Currency, type Services, useCredits, useCurrencies, useServiceWords, useSymbolOf } from "./data.ts";
import { wholeUnits } from "./Listings.tsx";

const DAY = 86_400;
const MOST_KEY_DAYS = 365;

/** A price of the pass; 0 there means: not sold for it. */
function price(raw: bigint, currency: Currency | undefined) {
  return (
    <Figure shown={amount(raw === 0n || !currency ? null : raw, currency?.decimals ?? 0, currency?.symbol ?? "")} />
  );
}

/** What the API sells, and what one has of it. */
export function ServicesPanel({ services }: { services: Services }) {
  const { address } = useConnection();
  const { data, error, isPending } = useCredits();
  const { data: currencies } = useCurrencies();
  const words = useServiceWords();
  const [usdc, gim] = currencies ?? [];
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (isPending) return <Skeleton className="h-64 w-full" />;
  const wordsOf = new Map(words.data?.credits.map((credit) => [credit.service.toLowerCase(), credit]));
  const own = (units: bigint) => (address === undefined ? "–" : String(units));
  const columns: readonly Column<CreditBalance>[] = [
    {
      key: "service",
      title: "Credits",
      cell: ({ service }) => (
        <span className="flex flex-col">
          <span className="font-medium">{service.toUpperCase()}</span>
          <span className="text-muted">{wordsOf.get(service)?.words}</span>
        </span>
      ),
    },
    { key: "usdc", title: "One in USDC", isFigure: true, cell: ({ usdcPrice }) => price(usdcPrice, usdc) },
    {
      key: "gim",
      title: "One in GIM",
      isFigure: true,
      isSecondary: true,
      cell: ({ gimPrice }) => price(gimPrice, gim),
    },
    { key: "wallet", title: "In your wallet", isFigure: true, cell: ({ wallet }) => own(wallet) },
    { key: "meter", title: "In your meter", isFigure: true, cell: ({ meter }) => own(meter) },
  ];
  const planColumns: readonly Column<PlanBalance>[] = [
    {
      key: "plan",
      title: "Plan",
      cell: ({ plan, services: names, creditsPerDay }) => (
        <span className="flex flex-col">
          <span className="font-medium">Plan {plan}</span>
          <span className="text-muted">
            {creditsPerDay.toLocaleString("en-US")} credits a day for{" "}
            {names.map((name) => name.toUpperCase()).join(", ")}
          </span>
        </span>
      ),
    },
    { key: "usdc", title: "30 days in USDC", isFigure: true, cell: ({ usdcPrice }) => price(usdcPrice, usdc) },
    {
      key: "gim",
      title: "30 days in GIM",
      isFigure: true,
      isSecondary: true,
      cell: ({ gimPrice }) => price(gimPrice, gim),
    },
    {
      key: "ends",
      title: "Yours",
      cell: ({ endsAt, isRunning }) =>
        endsAt === undefined ? "–" : `${isRunning ? "until" : "ended"} ${time(endsAt).short}`,
    },
  ];
  return (
    <>
      {words.error && (
        <Notice>What each credit pays for is missing until the API answers again. Prices come from the chain.</Notice>
      )}
      <Card title="Credits">
        <p className="mb-3 text-sm text-muted">
          Reading the API is free within a quota. Beyond it a request costs credits, or a plan pays. Credits pay once
          they are in your meter.
        </p>
        <Table caption="Credits" columns={columns} rows={data.credits} keyOf={({ service }) => service} />
      </Card>
      <CreditForms services={services} credits={data.credits} currencies={currencies ?? []} />
      <Card title="Plans">
        {data.plans.length === 0 ? (
          <Empty title="No plan is sold on this network" />
        ) : (
          <>
            <Table caption="Plans" columns={planColumns} rows={data.plans} keyOf={({ plan }) => String(plan)} />
            <BuyPlan services={services} plans={data.plans} currencies={currencies ?? []} />
          </>
        )}
      </Card>
      <Card title="Trial">
        <Trial services={services} state={data.trial.state} units={data.trial.units} endsAt={data.trial.endsAt} />
      </Card>
      <SessionKey services={services} current={data.key} now={data.timestamp} />
    </>
  );
}

/** A purchase that costs no more than what was shown {raw currency}: governance may change a price meanwhile. */
async function notAbove<T extends { readonly quote: { readonly cost: bigint } }>(asked: Promise<T>, shown: bigint) {
  const action = await asked;
  if (action.quote.cost > shown) throw new QuoteError("The price has risen. Look at it again before you buy.");
  return action;
}

type Forms = { services: Services; currencies: readonly Currency[] };

function CurrencySelect({
  currencies,
  value,
  set,
}: {
  currencies: readonly Currency[];
  value: string;
  set: (value: string) => void;
}) {
  return (
    <Select
      label="Pay in"
      value={value}
      options={currencies.map(({ symbol }, i) => [String(i), symbol])}
      onChange={(event) => set(event.target.value)}
    />
  );
}

const MOVES = [
  ["buy", "Buy into the wallet"],
  ["load", "Load into the meter"],
  ["notice", "Announce that they leave the meter"],
  ["unload", "Take out what was announced a day ago"],
] as const;
type Move = (typeof MOVES)[number][0];

function CreditForms({ services, credits, currencies }: Forms & { credits: readonly CreditBalance[] }) {
  const symbolOf = useSymbolOf();
  const [move, setMove] = useState<Move>("buy");
  const [service, setService] = useState<string>(credits[0]?.service ?? "signals");
  const [text, setText] = useState("100");
  const [paid, setPaid] = useState("0");
  const own = credits.find((credit) => credit.service === service);
  const currency = currencies[Number(paid)];
  const units = wholeUnits(text);
  const unitPrice = currency?.symbol === currencies[0]?.symbol ? own?.usdcPrice : own?.gimPrice;
  const faults: Readonly<Record<Move, string | undefined>> = {
    buy: units === undefined ? "Type whole units" : !unitPrice ? `Not sold for ${currency?.symbol ?? "it"}` : undefined,
    load:
      units === undefined
        ? "Type whole units"
        : units > (own?.wallet ?? 0n)
          ? "You hold fewer in the wallet"
          : undefined,
    notice: units === undefined ? "Type whole units" : units > (own?.meter ?? 0n) ? "The meter holds fewer" : undefined,
    unload: (own?.noticeUnits ?? 0n) === 0n ? "Nothing was announced" : undefined,
  };
  const name = service.toUpperCase();
  const pass = services.AccessPass;
  const of = own?.service ?? "signals";
  const words = { buy: "Buy", load: "Load", notice: "Announce", unload: "Take out" }[move];
  return (
    <Card title="Use credits">
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Select
          label="What to do"
          value={move}
          options={MOVES}
          onChange={(event) => setMove(event.target.value as Move)}
        />
        <Select
          label="Service"
          value={service}
          options={credits.map((credit) => [credit.service, credit.service.toUpperCase()])}
          onChange={(event) => setService(event.target.value)}
        />
        {move !== "unload" && (
          <Field
            label="Units"
            inputMode="numeric"
            value={text}
            hint={
              move === "buy" && currency && unitPrice && units
                ? `${amount(unitPrice * units, currency.decimals, currency.symbol).short} before the discount of your tier`
                : undefined
            }
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {move === "buy" && <CurrencySelect currencies={currencies} value={paid} set={setPaid} />}
      </div>
      {own?.noticeEndsAt !== undefined && (
        <p className="mb-2 text-sm text-muted">
          {String(own.noticeUnits)} {name} may leave the meter from {time(own.noticeEndsAt).exact} on.
        </p>
      )}
      <ActionButton
        action={{
          ...{
            key: ["credits", move, service, text, paid, String(unitPrice)],
            verb: words,
            title: `${words} ${name} credits`,
            symbolOf,
          },
          fault: faults[move],
          prepare: ({ client, account }) => {
            const at = { pass, service: of, account };
            if (move === "load") return loadCredits(client, { ...at, units: units ?? 0n });
            if (move === "notice") return requestUnload(client, { ...at, units: units ?? 0n });
            if (move === "unload") return unloadCredits(client, at);
            const order = { units: units ?? 0n, currency: currency?.address ?? "0x" } as const;
            return notAbove(buyCredits(client, { ...at, ...order }), (unitPrice ?? 0n) * order.units);
          },
        }}
      />
    </Card>
  );
}

function BuyPlan({ services, plans, currencies }: Forms & { plans: readonly PlanBalance[] }) {
  const symbolOf = useSymbolOf();
  const [plan, setPlan] = useState("0");
  const [periods, setPeriods] = useState("1");
  const [paid, setPaid] = useState("0");
  const count = wholeUnits(periods);
  const chosen = plans.find((item) => String(item.plan) === plan);
  const currency = currencies[Number(paid)];
  const unitPrice = paid === "0" ? chosen?.usdcPrice : chosen?.gimPrice;
  const fault =
    count === undefined || count > MAX_PLAN_PERIODS
      ? `1 to ${MAX_PLAN_PERIODS} periods`
      : !unitPrice
        ? `Not sold for ${currency?.symbol ?? "it"}`
        : undefined;
  return (
    <div className="mt-4">
      <div className="grid gap-x-4 sm:grid-cols-3">
        <Select
          label="Plan"
          value={plan}
          options={plans.map((item) => [String(item.plan), `Plan ${item.plan}`])}
          onChange={(event) => setPlan(event.target.value)}
        />
        <Field
          label="Periods of 30 days"
          inputMode="numeric"
          value={periods}
          hint={
            currency && unitPrice && count
              ? `${amount(unitPrice * count, currency.decimals, currency.symbol).short} before the discount of your tier`
              : undefined
          }
          onChange={(event) => setPeriods(event.target.value)}
        />
        <CurrencySelect currencies={currencies} value={paid} set={setPaid} />
      </div>
      <ActionButton
        action={{
          ...{
            key: ["plan", plan, periods, paid, String(unitPrice)],
            verb: "Buy the plan",
            title: `Buy plan ${plan}`,
            fault,
            symbolOf,
          },
          prepare: ({ client, account }) =>
            notAbove(
              buyPlan(client, {
                ...{ pass: services.AccessPass, plan: Number(plan), periods: count ?? 1n, account },
                currency: currency?.address ?? "0x",
              }),
              (unitPrice ?? 0n) * (count ?? 1n),
            ),
        }}
      />
    </div>
  );
}

interface TrialProps {
  services: Services;
  state: "available" | "closed" | "running" | "over";
  units: bigint;
  endsAt: bigint | undefined;
}

function Trial({ services, state, units, endsAt }: TrialProps) {
  const symbolOf = useSymbolOf();
  if (state === "closed") return <p className="text-sm">No trials are given now.</p>;
  if (state === "over") return <p className="text-sm">Your trial ended on {time(endsAt).exact}.</p>;
  if (state === "running") {
    return (
      <p className="text-sm">
        It runs until {time(endsAt).exact}, with {String(units)} credits left for any service.
      </p>
    );
  }
  return (
    <>
      <p className="mb-2 text-sm">{String(units)} credits for any service, once an address. It costs only gas.</p>
      <ActionButton
        action={{
          ...{ key: ["trial"], verb: "Start the trial", title: "Start the trial", fault: undefined, symbolOf },
          prepare: ({ client, account }) => startTrial(client, { pass: services.AccessPass, account }),
        }}
      />
    </>
  );
}

function SessionKey({
  services,
  current,
  now,
}: {
  services: Services;
  current: { address: Address; until: bigint } | undefined;
  now: bigint;
}) {
  const symbolOf = useSymbolOf();
  const [text, setText] = useState("");
  const [days, setDays] = useState("30");
  const key = isAddress(text.trim()) ? (text.trim() as Address) : undefined;
  const term = /^\d{1,3}$/.test(days) ? Number(days) : 0;
  const fault =
    key === undefined
      ? "Type the key's address"
      : term < 1 || term > MOST_KEY_DAYS
        ? `1 to ${MOST_KEY_DAYS} days`
        : undefined;
  const pass = services.AccessPass;
  return (
    <Card title="Session key">
      <p className="mb-3 text-sm text-muted">
        One key, such as that of a server, may sign receipts in your place. It can spend credits of your meter and do
        nothing else.
      </p>
      {current && (
        <div className="mb-3 flex flex-wrap items-center gap-3">
          <p className="mr-auto text-sm">
            {shortAddress(current.address)} may sign until {time(current.until).exact}.
          </p>
          <ActionButton
            variant="secondary"
            action={{
              ...{ key: ["no-key"], verb: "End it", title: "End the session key", fault: undefined, symbolOf },
              prepare: ({ client, account }) => setSessionKey(client, { pass, account }),
            }}
          />
        </div>
      )}
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Field
          label="Address of the key"
          value={text}
          placeholder="0x…"
          onChange={(event) => setText(event.target.value)}
        />
        <Field
          label="For how many days"
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.target.value)}
        />
      </div>
      <ActionButton
        action={{
          ...{ key: ["key", text, days], verb: "Name the key", title: "Name a session key", fault, symbolOf },
          prepare: ({ client, account }) =>
            setSessionKey(client, { pass, key, until: Number(now) + term * DAY, account }),
        }}
      />
    </Card>
  );
}
