import type { Airdrop } from "@gimbal/sdk";
import { useState } from "react";
import { type AirdropState, useAirdrop, type Wave } from "../../data/airdrop.ts";
import { useNetwork } from "../../data/network.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import { time } from "../../format.ts";
import { Card, Empty, Figure, Notice, PageTitle, Skeleton } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { gim } from "../stake/words.ts";
import { ClaimCard } from "./ClaimCard.tsx";
import { ListCard } from "./ListCard.tsx";
import { VestingCard } from "./VestingCard.tsx";

const COLUMNS: readonly Column<Wave>[] = [
  { key: "wave", title: "Wave", cell: ({ number }) => `${number}` },
  { key: "total", title: "In all", isFigure: true, cell: ({ total }) => <Figure shown={gim(total)} /> },
  { key: "left", title: "Not claimed", isFigure: true, cell: ({ remaining }) => <Figure shown={gim(remaining)} /> },
  { key: "start", title: "Opens", isFigure: true, isSecondary: true, cell: (w) => <Figure shown={time(w.start)} /> },
  { key: "deadline", title: "Closes", isFigure: true, cell: (w) => <Figure shown={time(w.deadline)} /> },
  {
    key: "vest",
    title: "All vested",
    isFigure: true,
    isSecondary: true,
    cell: (w) => <Figure shown={time(w.vestEnd)} />,
  },
];

/** The community's GIM: find one's entry in a list, claim it or lock it with a bonus, and release what has vested. */
export function AirdropPage() {
  const { deployment, name } = useNetwork();
  const { data, error } = useAirdrop();
  return (
    <div className="flex flex-col gap-4">
      <header>
        <PageTitle>Airdrop</PageTitle>
        <p className="mt-1 max-w-2xl text-sm text-muted">
          GIM for the community, in waves. A part of a claim is paid at once and the rest over time, or all of it is
          locked with a bonus. Each account chooses once.
        </p>
      </header>
      {deployment.contracts.MerkleAirdrop === undefined ? (
        <Empty title="There is no airdrop here">{name} has no DAO and no GIM.</Empty>
      ) : error && data === undefined ? (
        <Notice tone="warn">{sentenceOf(error)}</Notice>
      ) : data === undefined ? (
        <Skeleton className="h-96 w-full" />
      ) : (
        <Loaded state={data} isStale={error !== null} />
      )}
    </div>
  );
}

function Loaded({ state, isStale }: { state: AirdropState; isStale: boolean }) {
  const { waves, now, bonusPool } = state;
  const [list, setList] = useState<Airdrop>();
  const wave = list && waves.find(({ root }) => root.toLowerCase() === list.root.toLowerCase());
  const vesting = waves.filter((each) => (each.vesting ?? 0n) > 0n);
  return (
    <>
      {isStale && <Notice tone="warn">The chain does not answer. Figures are those of {time(now).exact}.</Notice>}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <ListCard list={list} wave={wave} onRead={setList} />
        {list && wave ? (
          <ClaimCard key={list.root} state={state} list={list} wave={wave} />
        ) : (
          <Card title="Your entry">
            <Empty title="No list has been read yet">
              What it pays now and later, and what a lock would add, stands here once the list does.
            </Empty>
          </Card>
        )}
      </div>
      {vesting.map((each) => (
        <VestingCard key={each.root} wave={each} now={now} />
      ))}
      <Card title="Waves">
        {waves.length === 0 ? (
          <Empty title="No wave has been announced yet">The DAO announces each one with its list.</Empty>
        ) : (
          <Table caption="Waves of the airdrop" columns={COLUMNS} rows={waves} keyOf={({ root }) => root} />
        )}
        <p className="mt-3 text-sm text-muted">
          Left for whoever locks: <Figure shown={gim(bonusPool)} />, first come, first served.
        </p>
        <p className="mt-3 text-xs text-muted">From the chain, {time(now).exact}</p>
      </Card>
    </>
  );
}
