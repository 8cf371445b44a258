import { claimEarned, payOutRoyalties } from "@gimbal/sdk";
import { Link, useParams } from "@tanstack/react-router";
import { getAddress, isAddressEqual } from "viem";
import { useConnection } from "wagmi";
import type { Strategy } from "../data/answers.d.ts";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, percent, shortAddress, time, UNKNOWN } from "../format.ts";
import { AdoptForm } from "../market/AdoptForm.tsx";
import { PublishForm, ResaleForm, RoyaltyForm } from "../market/AuthorForms.tsx";
import {
  type Services,
  type StrategyDetail,
  useCurrencies,
  useServiceContracts,
  useStrategy,
  useSymbolOf,
} from "../market/data.ts";
import { OffersOf } from "../market/Listings.tsx";
import { LockForm, SharesPanel, type Token } from "../market/SharesPanel.tsx";
import { useOpenConnect } from "../shell/Layout.tsx";
import { Button } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { Table } from "../ui/Table.tsx";

/** One strategy or data set: versions, who follows it, royalties, shares. */
export function StrategyPage() {
  const { id } = useParams({ strict: false });
  const services = useServiceContracts();
  const isNumber = id !== undefined && /^[1-9]\d{0,17}$/.test(id);
  return (
    <div className="flex flex-col gap-4">
      <Link to="/market" className="inline-flex min-h-11 items-center text-sm underline">
        Marketplace
      </Link>
      {services === undefined || !isNumber ? (
        <Empty isPage title="There is no such strategy" />
      ) : (
        <Found id={BigInt(id)} services={services} />
      )}
    </div>
  );
}

function Found({ id, services }: { id: bigint; services: Services }) {
  const { address } = useConnection();
  const { data, error, isPending } = useStrategy(id);
  const { data: currencies = [] } = useCurrencies();
  if (error || isPending) {
    return (
      <>
        <PageTitle>{`Number ${id} of the marketplace`}</PageTitle>
        {error ? <Notice tone="warn">{sentenceOf(error)}</Notice> : <Skeleton className="h-64 w-full" />}
      </>
    );
  }
  const strategy = data.data;
  const isOwn = address !== undefined && isAddressEqual(strategy.owner, address);
  const tokens = royaltyTokens(strategy, currencies);
  return (
    <>
      <PageTitle>
        {strategy.kind === "dataset" ? "Data set" : "Strategy"} {String(id)}
      </PageTitle>
      {data.missing.length > 0 && (
        <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
      )}
      <Card title="Terms">
        <ul className="list-disc pl-5 text-sm">
          <li>
            Its owner is <span className="font-mono break-all">{strategy.owner}</span>
            {strategy.shares && ", a lock that belongs to the holders of its shares"}.
          </li>
          {strategy.kind === "strategy" && (
            <li>Indices that adopt it now pay {percent(strategy.royaltyBps).short} of their creator's fees.</li>
          )}
          <li>
            {strategy.resaleBps === 0
              ? "Its author gets no part of its sales."
              : `${percent(strategy.resaleBps).short} of the price of each sale here goes to ${shortAddress(strategy.resaleReceiver)}: its author, or who got the right from there.`}
          </li>
        </ul>
      </Card>
      <Versions strategy={strategy} />
      {strategy.kind === "strategy" && strategy.more && <Adoptions more={strategy.more} />}
      {strategy.kind === "strategy" && <AdoptForm id={id} strategy={strategy} services={services} />}
      <Royalties id={id} strategy={strategy} tokens={tokens} services={services} />
      {strategy.shares && <SharesPanel shares={strategy.shares} tokens={tokens} />}
      <OffersOf services={services} id={id} isOwn={isOwn} />
      {isOwn && (
        <>
          <PublishForm services={services} id={id} />
          {strategy.kind === "strategy" && <RoyaltyForm services={services} id={id} now={strategy.royaltyBps} />}
          <LockForm id={id} services={services} />
        </>
      )}
      {address !== undefined && strategy.resaleBps > 0 && isAddressEqual(strategy.resaleReceiver, address) && (
        <ResaleForm services={services} id={id} />
      )}
    </>
  );
}

/** Tokens that royalties may come in: shares of the indices that follow it, and the currencies. */
function royaltyTokens({ more }: StrategyDetail, currencies: readonly Token[]): readonly Token[] {
  const indices = new Map(
    (more?.adoptions ?? []).map(({ index, symbol }) => [
      getAddress(index),
      { address: getAddress(index), symbol, decimals: 18 },
    ]),
  );
  return [...indices.values(), ...currencies];
}

function Versions({ strategy }: { strategy: StrategyDetail }) {
  const rows = strategy.versions.toReversed();
  return (
    <Card title="Versions">
      <Table
        caption="Versions, newest first"
        rows={rows}
        keyOf={({ index }) => String(index)}
        columns={[
          { key: "number", title: "Version", cell: ({ index }) => index },
          { key: "at", title: "Published", cell: ({ publishedAt }) => <Figure shown={time(publishedAt)} /> },
          {
            key: "hash",
            title: "Hash",
            cell: ({ hash }) => <span className="font-mono text-xs" title={hash}>{`${hash.slice(0, 10)}…`}</span>,
          },
          {
            key: "uri",
            title: "Where its author says it is",
            cell: ({ uri }) => <span className="block min-w-32 break-all">{uri}</span>,
          },
        ]}
      />
      <p className="mt-2 text-sm text-muted">
        Nobody checks what stands there. Compare its keccak256 with the hash before you trust it.
      </p>
    </Card>
  );
}

function Adoptions({ more }: { more: Pick<Strategy, "adoptions" | "announced"> }) {
  return (
    <Card title="Indices that follow it">
      {more.announced.map(({ index, name, appliesAt }) => (
        <Notice key={index}>
          {name} has announced to follow it from {time(Date.parse(appliesAt) / 1_000).exact} on.
        </Notice>
      ))}
      {more.adoptions.length === 0 ? (
        <Empty title="No index has adopted it yet" />
      ) : (
        <Table
          caption="Indices that follow or followed it"
          rows={more.adoptions}
          keyOf={({ index, since }) => `${index}${since}`}
          columns={[
            { key: "index", title: "Index", cell: ({ name, symbol }) => `${name} (${symbol})` },
            { key: "version", title: "Version", isFigure: true, cell: ({ version }) => version ?? UNKNOWN },
            {
              key: "royalty",
              title: "Royalty",
              isFigure: true,
              cell: ({ royaltyBps }) => <Figure shown={percent(royaltyBps)} />,
            },
            { key: "since", title: "Since", cell: ({ since }) => <Figure shown={time(Date.parse(since) / 1_000)} /> },
            {
              key: "until",
              title: "Until",
              isSecondary: true,
              cell: ({ until }) => (until === null ? "today" : <Figure shown={time(Date.parse(until) / 1_000)} />),
            },
          ]}
        />
      )}
    </Card>
  );
}

interface RoyaltiesProps {
  id: bigint;
  strategy: StrategyDetail;
  tokens: readonly Token[];
  services: Services;
}

function Royalties({ id, strategy, tokens, services }: RoyaltiesProps) {
  const symbolOf = useSymbolOf();
  const { address: account } = useConnection();
  const openConnect = useOpenConnect();
  const paid = new Map(strategy.more?.royalties.map((item) => [getAddress(item.token), item]));
  const earned = new Map(strategy.more?.earned.map((item) => [getAddress(item.currency), item]));
  const { data: currencies = [] } = useCurrencies();
  const isCurrency = ({ address }: Token) => currencies.some((currency) => currency.address === address);
  return (
    <Card title="What it earns">
      <p className="mb-3 text-sm text-muted">
        Indices pay royalties in their own shares; credits that were used with it pay in USDC or GIM. Anyone may send
        the owner what waits.
      </p>
      <Table
        caption="Royalties and earnings"
        rows={tokens}
        keyOf={({ address }) => address}
        columns={[
          { key: "token", title: "In", cell: ({ symbol }) => symbol },
          {
            key: "paid",
            title: "Royalties so far",
            isFigure: true,
            cell: ({ address }) => sum(paid.get(address)?.paid),
          },
          {
            key: "out",
            title: "Sent to owners",
            isFigure: true,
            isSecondary: true,
            cell: ({ address }) => sum(paid.get(address)?.paidOut),
          },
          {
            key: "earned",
            title: "Earned by use",
            isFigure: true,
            cell: ({ address }) => sum(earned.get(address)?.earned),
          },
          // Without a wallet one button below says so, not one in each row.
          ...(account === undefined
            ? []
            : [
                {
                  key: "act",
                  title: "",
                  cell: (token: Token) => (
                    <span className="flex flex-wrap justify-end gap-2">
                      <ActionButton
                        variant="secondary"
                        about={`royalties in ${token.symbol}`}
                        action={{
                          ...{
                            key: ["pay-out", String(id), token.address],
                            verb: "Pay out",
                            title: `Pay out royalties of strategy ${id}`,
                          },
                          ...{ fault: undefined, symbolOf },
                          prepare: ({ client, account }) =>
                            payOutRoyalties(client, {
                              registry: services.StrategyRegistry,
                              id,
                              token: token.address,
                              account,
                            }),
                        }}
                      />
                      {isCurrency(token) && (
                        <ActionButton
                          variant="secondary"
                          about={`earnings in ${token.symbol}`}
                          action={{
                            ...{
                              key: ["earned", String(id), token.address],
                              verb: "Pay earnings",
                              title: `Pay what strategy ${id} earned`,
                            },
                            ...{ fault: undefined, symbolOf },
                            prepare: ({ client, account }) =>
                              claimEarned(client, {
                                pass: services.AccessPass,
                                asset: id,
                                currency: token.address,
                                account,
                              }),
                          }}
                        />
                      )}
                    </span>
                  ),
                },
              ]),
        ]}
      />
      {account === undefined && (
        <Button className="mt-3" onClick={openConnect}>
          Connect a wallet to pay out
        </Button>
      )}
      {strategy.shares && (
        <p className="mt-2 text-sm text-muted">
          It is locked: its owner is {shortAddress(strategy.shares)}, the shares.
        </p>
      )}
    </Card>
  );
}

function sum(item: { raw: string; decimals: number; unit: string } | null | undefined) {
  return <Figure shown={amount(item && BigInt(item.raw), item?.decimals ?? 0, item?.unit ?? "")} />;
}
