import {
  bid,
  cashOut,
  claimRoyalties,
  harvestRoyalties,
  lockStrategy,
  redeemStrategy,
  type SharesStatus,
  settleBuyout,
  withdrawBid,
} from "@gimbal/sdk";
import { useState } from "react";
import { type Address, parseEther } from "viem";
import { parseAmount } from "../amounts.ts";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import type { ActionParameters } from "../flow/useAction.ts";
import { amount, shortAddress, time } from "../format.ts";
import { Field, Select } from "../ui/controls.tsx";
import { Card, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { Table } from "../ui/Table.tsx";
import { type Services, useCurrencies, useLater, useShares, useSymbolOf } from "./data.ts";

const STATES: Readonly<Record<SharesStatus, string>> = {
  locked: "Locked: holders of the shares get its royalties.",
  auction: "Somebody wants to buy it out: an auction runs.",
  sold: "It was bought out: shares are worth their part of the price.",
  redeemed: "It is out of the lock, and no shares are left.",
};

/** Shares of a locked strategy: royalties, auction, way out. `tokens` are what royalties come in. */
export function SharesPanel({ shares, tokens }: { shares: Address; tokens: readonly Token[] }) {
  const { data, error, isPending } = useShares(
    shares,
    tokens.map(({ address }) => address),
  );
  const symbolOf = useSymbolOf();
  const [text, setText] = useState("");
  const now = useLater(data?.now) ?? 0n;
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (isPending) return <Skeleton className="h-48 w-full" />;
  const { status, buyout, minBid, balance, refund, paidIn, supply, symbol, name, reservePrice, royalties } = data;
  const { decimals, symbol: unit } = paidIn;
  const offered = parseAmount(text, decimals);
  const isOver = buyout !== undefined && now >= BigInt(buyout.endsAt);
  const bidFault =
    offered.fault ??
    (offered.raw === undefined
      ? "Type a bid"
      : minBid !== undefined && offered.raw < minBid
        ? `At least ${amount(minBid, decimals, unit).exact}`
        : undefined);
  const simple = (verb: string, prepare: ActionParameters["prepare"], key: string): ActionParameters => {
    return { key: [key, shares], verb, title: `${verb}: ${symbol}`, fault: undefined, symbolOf, prepare };
  };
  const tokenOf = new Map(tokens.map((token) => [token.address, token]));
  return (
    <Card title={`Shares: ${name} (${symbol})`}>
      <p className="mb-2 text-sm">{STATES[status]}</p>
      <dl className="mb-4 grid grid-cols-2 gap-2 text-sm sm:grid-cols-4">
        <Fact name="All shares" value={amount(supply, 18, symbol).short} />
        <Fact name="You hold" value={amount(balance, 18, symbol).short} />
        <Fact name="Least first bid" value={amount(reservePrice, decimals, unit).short} />
        {buyout && (
          <Fact
            name={`Highest bid, of ${shortAddress(buyout.bidder)}`}
            value={amount(buyout.bid, decimals, unit).short}
          />
        )}
        {buyout && <Fact name="Bids until" value={time(buyout.endsAt).exact} />}
      </dl>
      {minBid !== undefined && !isOver && (
        <div className="mb-4">
          <Field
            label="Your bid"
            inputMode="decimal"
            value={text}
            end={unit}
            fault={offered.fault}
            hint={`At least ${amount(minBid, decimals, unit).short}. It is paid at once; a beaten bid comes back. An auction lasts seven days.`}
            onChange={(event) => setText(event.target.value)}
          />
          <ActionButton
            action={{
              ...{ key: ["bid", shares, text], verb: "Bid", title: `Bid for ${symbol}`, fault: bidFault, symbolOf },
              prepare: ({ client, account }) => bid(client, { shares, amount: offered.raw ?? 0n, account }),
            }}
          />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {refund > 0n && (
          <ActionButton
            action={simple(
              `Take back ${amount(refund, decimals, unit).short}`,
              ({ client, account }) => withdrawBid(client, { shares, account }),
              "refund",
            )}
          />
        )}
        {status === "auction" && isOver && (
          <ActionButton
            action={simple(
              "End the auction",
              ({ client, account }) =>
                settleBuyout(client, { shares, tokens: tokens.map(({ address }) => address), account }),
              "settle",
            )}
          />
        )}
        {status === "sold" && balance > 0n && (
          <ActionButton
            action={simple(
              "Get your part",
              ({ client, account }) => cashOut(client, { shares, amount: balance, account }),
              "cash",
            )}
          />
        )}
        {status === "locked" && balance === supply && (
          <ActionButton
            variant="secondary"
            action={simple(
              "Unlock with all shares",
              ({ client, account }) => redeemStrategy(client, { shares, account }),
              "redeem",
            )}
          />
        )}
      </div>
      <h3 className="mt-4 mb-2 font-medium">Royalties</h3>
      <Table
        caption="Royalties of the shares"
        rows={royalties}
        keyOf={({ token }) => token}
        columns={[
          { key: "token", title: "In", cell: ({ token }) => tokenOf.get(token)?.symbol ?? shortAddress(token) },
          { key: "rounds", title: "Rounds", isFigure: true, isSecondary: true, cell: ({ rounds }) => rounds },
          {
            key: "claimable",
            title: "Yours",
            isFigure: true,
            cell: ({ token, claimable }) => {
              const known = tokenOf.get(token);
              return <Figure shown={amount(known && claimable, known?.decimals ?? 0, known?.symbol ?? "")} />;
            },
          },
          {
            key: "act",
            title: "",
            cell: ({ token, claimable, nextRoundAt }) => (
              <span className="flex flex-wrap justify-end gap-2">
                {claimable > 0n && (
                  <ActionButton
                    about={tokenOf.get(token)?.symbol ?? token}
                    action={simple(
                      "Claim",
                      ({ client, account }) => claimRoyalties(client, { shares, token, account }),
                      `claim-${token}`,
                    )}
                  />
                )}
                {nextRoundAt <= now && status !== "redeemed" ? (
                  <ActionButton
                    variant="secondary"
                    about={tokenOf.get(token)?.symbol ?? token}
                    action={simple(
                      "Harvest",
                      ({ client, account }) => harvestRoyalties(client, { shares, token, account }),
                      `harvest-${token}`,
                    )}
                  />
                ) : (
                  <span className="text-muted">next round {time(nextRoundAt).exact}</span>
                )}
              </span>
            ),
          },
        ]}
      />
      <p className="mt-2 text-sm text-muted">
        Harvesting brings what waits to the shares and shares it out, once a day and token. Anyone may do it.
      </p>
    </Card>
  );
}

export interface Token {
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="tabular-nums">{value}</dd>
    </div>
  );
}

const LEAST_SUPPLY = parseEther("1");

/** Locks a strategy of one's own and gets all shares of it. */
export function LockForm({ id, services }: { id: bigint; services: Services }) {
  const { data: currencies } = useCurrencies();
  const symbolOf = useSymbolOf();
  const [asked, setAsked] = useState({ name: "", symbol: "", supply: "1000", reserve: "", currency: "0" });
  const set = (key: keyof typeof asked) => (event: { target: { value: string } }) =>
    setAsked({ ...asked, [key]: event.target.value });
  const currency = currencies?.[Number(asked.currency)];
  const supply = parseAmount(asked.supply, 18);
  const reserve = parseAmount(asked.reserve, currency?.decimals ?? 0);
  const fault =
    asked.name.trim() === "" || asked.symbol.trim() === ""
      ? "Give the shares a name and a symbol"
      : supply.raw === undefined || supply.raw < LEAST_SUPPLY
        ? "At least one share"
        : reserve.raw === undefined || reserve.raw === 0n
          ? "Type the least first bid"
          : undefined;
  return (
    <Card title="Lock it in shares">
      <p className="mb-3 text-sm text-muted">
        You get all shares and can pass them on; royalties go to whoever holds them. While it is locked nobody can sell
        it, publish a version or change its royalty. Whoever bids the least first bid begins an auction for it.
      </p>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Field label="Name of the shares" maxLength={64} value={asked.name} onChange={set("name")} />
        <Field label="Symbol" maxLength={64} value={asked.symbol} onChange={set("symbol")} />
        <Field
          label="Number of shares"
          inputMode="decimal"
          value={asked.supply}
          fault={supply.fault}
          onChange={set("supply")}
        />
        <Field
          label="Least first bid"
          inputMode="decimal"
          value={asked.reserve}
          end={currency?.symbol}
          fault={reserve.fault}
          onChange={set("reserve")}
        />
        <Select
          label="Bids are paid in"
          value={asked.currency}
          options={(currencies ?? []).map(({ symbol }, i) => [String(i), symbol])}
          onChange={set("currency")}
        />
      </div>
      <ActionButton
        action={{
          ...{ key: ["lock", String(id), asked], verb: "Lock it", title: `Lock strategy ${id}`, fault, symbolOf },
          prepare: ({ client, account }) =>
            lockStrategy(client, {
              ...{
                factory: services.StrategySharesFactory,
                id,
                name: asked.name.trim(),
                symbol: asked.symbol.trim(),
                account,
              },
              ...{ supply: supply.raw ?? 0n, reservePrice: reserve.raw ?? 0n, currency: currency?.address ?? "0x" },
            }),
        }}
      />
    </Card>
  );
}
