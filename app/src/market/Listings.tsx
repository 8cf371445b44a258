import {
  buyListed,
  cancelListing,
  creditId,
  type ListingState,
  listForSale,
  type MarketListing,
  SERVICE_NAMES,
  type ServiceName,
} from "@gimbal/sdk";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import { parseAmount } from "../amounts.ts";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, percent, shortAddress, time } from "../format.ts";
import { Field, Select } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import { currencyAt, type Services, useChainTime, useCurrencies, useListings, useSymbolOf } from "./data.ts";

const STATES: Readonly<Record<ListingState, string>> = {
  open: "can be bought",
  ended: "its time is over",
  unavailable: "the seller no longer has it",
};
const DAY = 86_400n;
const MOST_DAYS = 365;

/** What an offer is of, in words. */
function subjectOf({ kind, id }: Pick<MarketListing, "kind" | "id">): string {
  return kind === "strategy" ? `Strategy ${id}` : `${SERVICE_NAMES[Number(id) - 1]?.toUpperCase() ?? id} credits`;
}

/** Whole units as typed; undefined: they are none. */
export function wholeUnits(text: string): bigint | undefined {
  return /^[1-9]\d{0,17}$/.test(text.trim()) ? BigInt(text.trim()) : undefined;
}

/** Offers that stand, and one's own. */
export function Listings({ services }: { services: Services }) {
  const { data, error, isPending } = useListings();
  const rows = data?.listings ?? [];
  return (
    <>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <Card title="Offers">
        <p className="mb-3 text-sm text-muted">
          What is offered stays with its seller until somebody buys. The price already holds the market's fee and the
          author's royalty.
        </p>
        {isPending ? (
          <Skeleton className="h-32 w-full" />
        ) : rows.length === 0 ? (
          <Empty title="Nothing is offered now">Offer a strategy or credits of yours below.</Empty>
        ) : (
          <Offers rows={rows} services={services} />
        )}
      </Card>
      <Offer services={services} />
    </>
  );
}

/** Offers of one strategy: to buy it on its own page, or to take them back. Its owner may make one where none stands. */
export function OffersOf({ services, id, isOwn }: { services: Services; id: bigint; isOwn: boolean }) {
  const { data } = useListings();
  const rows = (data?.listings ?? []).filter((row) => row.kind === "strategy" && row.id === id);
  if (rows.length === 0) return isOwn && data !== undefined ? <Offer services={services} id={id} /> : null;
  return (
    <Card title="On sale">
      <Offers rows={rows} services={services} />
    </Card>
  );
}

function Offers({ rows, services }: { rows: readonly MarketListing[]; services: Services }) {
  const { data: currencies } = useCurrencies();
  const columns: readonly Column<MarketListing>[] = [
    {
      key: "what",
      title: "What",
      cell: (row) => (
        <span className="flex flex-col">
          {row.kind === "strategy" ? (
            <Link
              to="/market/$id"
              params={{ id: String(row.id) }}
              className="inline-flex min-h-11 items-center underline"
            >
              {subjectOf(row)}
            </Link>
          ) : (
            <span className="font-medium">{subjectOf(row)}</span>
          )}
          <span className="text-muted">of {shortAddress(row.seller)}</span>
        </span>
      ),
    },
    { key: "left", title: "Units", isFigure: true, cell: ({ available }) => String(available) },
    {
      key: "price",
      title: "Price of one",
      isFigure: true,
      cell: ({ unitPrice, currency }) => {
        const paidIn = currencyAt(currencies, currency);
        return <Figure shown={amount(paidIn && unitPrice, paidIn?.decimals ?? 0, paidIn?.symbol ?? "")} />;
      },
    },
    { key: "until", title: "Until", isSecondary: true, cell: ({ until }) => <Figure shown={time(until)} /> },
    { key: "state", title: "State", isSecondary: true, cell: ({ state }) => STATES[state] },
    { key: "act", title: "", cell: (row) => <Act row={row} services={services} /> },
  ];
  return <Table caption="Offers" columns={columns} rows={rows} keyOf={({ listingId }) => String(listingId)} />;
}

function Act({ row, services }: { row: MarketListing; services: Services }) {
  const { address } = useConnection();
  const symbolOf = useSymbolOf();
  const [text, setText] = useState("1");
  const market = services.StrategyMarket;
  const { listingId, seller, state, available, feeBps } = row;
  const what = subjectOf(row);
  if (address !== undefined && isAddressEqual(seller, address)) {
    return (
      <ActionButton
        variant="secondary"
        about={what}
        action={{
          ...{ key: ["cancel", String(listingId)], verb: "Take back", title: `Take back the offer of ${what}` },
          ...{
            fault: undefined,
            symbolOf,
            prepare: ({ client, account }) => cancelListing(client, { market, listingId, account }),
          },
        }}
      />
    );
  }
  if (state !== "open") return null;
  const units = row.kind === "strategy" ? 1n : wholeUnits(text);
  const fault = units === undefined ? "Type whole units" : units > available ? `Only ${available} are left` : undefined;
  return (
    <div className="flex flex-col items-start gap-1">
      {row.kind === "credits" && (
        <label className="flex items-center gap-2">
          <span className="sr-only">Units of {what}</span>
          <input
            className="min-h-11 w-20 rounded-lg border border-control-line bg-surface px-3 text-right tabular-nums"
            inputMode="numeric"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      )}
      <ActionButton
        about={what}
        action={{
          ...{ key: ["buy", String(listingId), String(units)], verb: "Buy", title: `Buy ${what}`, fault, symbolOf },
          prepare: ({ client, account }) => buyListed(client, { market, listingId, units, account }),
        }}
      />
      <span className="text-xs text-muted">fee {percent(feeBps).short} at most, inside the price</span>
    </div>
  );
}

/** The form of an offer. A strategy can be fixed by its page. */
export function Offer({ services, id }: { services: Services; id?: bigint }) {
  const { data: currencies } = useCurrencies();
  const { data: now } = useChainTime();
  const symbolOf = useSymbolOf();
  const [asked, setAsked] = useState({ what: "strategy", id: "", units: "1", price: "", currency: "0", days: "30" });
  const set = (key: keyof typeof asked) => (event: { target: { value: string } }) =>
    setAsked({ ...asked, [key]: event.target.value });
  const isStrategy = id !== undefined || asked.what === "strategy";
  const currency = currencies?.[Number(asked.currency)];
  const price = parseAmount(asked.price, currency?.decimals ?? 0);
  const token = id ?? (isStrategy ? wholeUnits(asked.id) : creditId(asked.what as ServiceName));
  const units = isStrategy ? 1n : wholeUnits(asked.units);
  const days = /^\d{1,3}$/.test(asked.days) ? Number(asked.days) : 0;
  const fault =
    token === undefined
      ? "Name the strategy"
      : units === undefined
        ? "Type whole units"
        : (price.fault ??
          (price.raw === undefined || price.raw === 0n ? "Type a price" : undefined) ??
          (days < 1 || days > MOST_DAYS ? `1 to ${MOST_DAYS} days` : undefined));
  return (
    <Card title={id === undefined ? "Offer something" : "Offer it for sale"}>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {id === undefined && (
          <Select
            label="What"
            value={asked.what}
            options={[
              ["strategy", "A strategy or data set"],
              ...SERVICE_NAMES.map((name) => [name, `${name.toUpperCase()} credits`] as const),
            ]}
            onChange={set("what")}
          />
        )}
        {id === undefined && isStrategy && (
          <Field label="Number of the strategy" inputMode="numeric" value={asked.id} onChange={set("id")} />
        )}
        {!isStrategy && <Field label="Units" inputMode="numeric" value={asked.units} onChange={set("units")} />}
        <Field
          label="Price of one"
          inputMode="decimal"
          value={asked.price}
          fault={price.fault}
          end={currency?.symbol}
          onChange={set("price")}
        />
        <Select
          label="Paid in"
          value={asked.currency}
          options={(currencies ?? []).map(({ symbol }, i) => [String(i), symbol])}
          onChange={set("currency")}
        />
        <Field label="For how many days" inputMode="numeric" value={asked.days} onChange={set("days")} />
      </div>
      {!isStrategy && (
        <p className="mb-2 text-sm text-muted">
          Credits know no smaller approval than one for all that you hold in the wallet.
        </p>
      )}
      <ActionButton
        action={{
          ...{ key: ["offer", asked, String(token)], verb: "Offer", title: "Offer for sale", symbolOf },
          fault: fault ?? (currency === undefined || now === undefined ? "Reading the market" : undefined),
          prepare: ({ client, account }) =>
            listForSale(client, {
              ...{ market: services.StrategyMarket, kind: isStrategy ? "strategy" : "credits", account },
              ...{ id: token ?? 0n, units: units ?? 1n, unitPrice: price.raw ?? 0n },
              ...{ currency: currency?.address ?? "0x", until: (now ?? 0n) + BigInt(days) * DAY },
            }),
        }}
      />
    </Card>
  );
}
