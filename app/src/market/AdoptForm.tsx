import { type AnnouncedStrategy, adoptStrategy, applyStrategy, type Strategy } from "@gimbal/sdk";
import { useState } from "react";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { useConnection } from "wagmi";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, shortAddress, time } from "../format.ts";
import { Select } from "../ui/controls.tsx";
import { Card, Empty, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Follower, useAnnounced, useFollowers } from "./adoption.ts";
import { type Services, type StrategyDetail, useChainTime, useLater, useSymbolOf } from "./data.ts";

interface AdoptProps {
  id: bigint;
  strategy: StrategyDetail;
  services: Services;
}

/** An index announces that it follows a strategy; a week later anyone puts it in force. */
export function AdoptForm(props: AdoptProps) {
  const { address } = useConnection();
  const { data, error } = useFollowers();
  const [chosen, setChosen] = useState<string>();
  const isOwn = ({ curator }: Follower) => address !== undefined && isAddressEqual(curator, address);
  const vault = chosen ?? (data?.find(isOwn) ?? data?.[0])?.vault;
  const index = data?.find((item) => item.vault === vault);
  return (
    <Card title="Follow it with an index">
      <p className="mb-3 text-sm text-muted">
        The curator of an index announces it; after seven days anyone may put it in force, for two weeks. Exactly the
        newest version and the royalty of now are taken, whatever the author does afterwards.
      </p>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {data === undefined && !error && <Skeleton className="h-24 w-full" />}
      {data?.length === 0 && <Empty title="There is no index on this network yet" />}
      {data && index && (
        <>
          <Select
            label="Index"
            value={index.vault}
            options={data.map((item) => [
              item.vault,
              `${item.name} (${item.symbol})${isOwn(item) ? ", which you curate" : ""}`,
            ])}
            onChange={(event) => setChosen(event.target.value)}
          />
          <Chosen key={index.vault} index={index} isOwn={isOwn(index)} {...props} />
        </>
      )}
    </Card>
  );
}

function Chosen({ index, isOwn, id, strategy, services }: AdoptProps & { index: Follower; isOwn: boolean }) {
  const symbolOf = useSymbolOf();
  const { data: announced, error } = useAnnounced(index.vault, strategy);
  const now = useLater(useChainTime().data);
  const isOffered = ({ royaltyBps: rate, methodologyHash: hash }: Strategy) =>
    rate === strategy.royaltyBps && hash === strategy.hash;
  const { recipient, royaltyBps } = index.strategy;
  const follows = isAddressEqual(recipient, strategy.receiver);
  const faultOf = (): string | undefined => {
    if (follows && isOffered(index.strategy)) return "It follows exactly this already";
    // Announced once more, its week would only begin anew.
    const standing = announced?.filter(({ lapsesAt }) => now !== undefined && now < BigInt(lapsesAt));
    if (standing?.some((item) => isOffered(item.strategy))) return "It is announced";
    if (isOwn) return undefined;
    if (index.curator === zeroAddress) return "It has no curator: nobody can announce it";
    return `Only its curator ${shortAddress(index.curator)} can announce it`;
  };
  return (
    <div className="flex flex-col gap-3">
      {follows && <Notice>It follows this strategy, for {percent(royaltyBps).short} of its creator's fees.</Notice>}
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {announced?.map((item) => (
        <PutInForce
          key={`${item.strategy.methodologyHash}${item.strategy.royaltyBps}`}
          vault={index.vault}
          name={index.name}
          announced={item}
          version={strategy.versions.find(({ hash }) => hash === item.strategy.methodologyHash)?.index}
        />
      ))}
      <ActionButton
        action={{
          ...{
            key: ["adopt", String(id), index.vault, strategy.hash, strategy.royaltyBps],
            verb: "Announce it",
            fault: faultOf(),
          },
          ...{ title: `Announce that ${index.symbol} follows strategy ${id}`, symbolOf },
          prepare: ({ client, account }) =>
            adoptStrategy(client, {
              ...{ registry: services.StrategyRegistry, id, vault: index.vault, account },
              ...{ expectedHash: strategy.hash, maxRoyaltyBps: strategy.royaltyBps },
            }),
        }}
      />
    </div>
  );
}

interface PutInForceProps {
  vault: Address;
  name: string;
  announced: AnnouncedStrategy;
  /** undefined: no version that is known has the hash that was announced. */
  version: number | undefined;
}

/** What an index has announced, and the button for it once its week is over. */
function PutInForce({ vault, name, announced, version }: PutInForceProps) {
  const symbolOf = useSymbolOf();
  const now = useLater(useChainTime().data);
  const { strategy, appliesAt, lapsesAt } = announced;
  const what = `version ${version ?? strategy.methodologyHash} for a royalty of ${percent(strategy.royaltyBps).short}`;
  if (now !== undefined && now >= BigInt(lapsesAt)) {
    return (
      <Notice>
        The announcement of {what} lapsed on {time(lapsesAt).exact}. Announce it again.
      </Notice>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="mr-auto text-sm">
        Announced: {what}. It can be put in force from {time(appliesAt).exact} to {time(lapsesAt).exact}.
      </p>
      <ActionButton
        about={name}
        action={{
          ...{ key: ["apply", vault, keyOf(strategy)], verb: "Put it in force", title: `${name} follows a strategy` },
          fault: now === undefined || now < BigInt(appliesAt) ? "Its week is not over yet" : undefined,
          symbolOf,
          prepare: ({ client, account }) => applyStrategy(client, { vault, strategy, account }),
        }}
      />
    </div>
  );
}

const keyOf = ({ recipient, royaltyBps, methodologyHash }: Strategy) => [recipient, royaltyBps, methodologyHash].join();
