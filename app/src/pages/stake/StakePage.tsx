import { useConnection } from "wagmi";
import { useNetwork } from "../../data/network.tsx";
import { type StakeState, useStake } from "../../data/stake.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { time } from "../../format.ts";
import { useOpenConnect } from "../../shell/Layout.tsx";
import { Button } from "../../ui/controls.tsx";
import { Card, Empty, Notice, PageTitle, Skeleton } from "../../ui/surfaces.tsx";
import { DelegateCard } from "./DelegateCard.tsx";
import { ExitCard } from "./ExitCard.tsx";
import { LockCard } from "./LockCard.tsx";
import { PermanentCard } from "./PermanentCard.tsx";
import { ReinvestCard } from "./ReinvestCard.tsx";
import { RewardsCard } from "./RewardsCard.tsx";
import { StakeSummary } from "./StakeSummary.tsx";
import { TierLadder } from "./TierLadder.tsx";
import { WithdrawCard } from "./WithdrawCard.tsx";

/** Lock GIM for votes, tiers and revenue; claim, reinvest and delegate. */
export function StakePage() {
  const { deployment, name } = useNetwork();
  const { data, error } = useStake();
  return (
    <div className="flex flex-col gap-4">
      <header>
        <PageTitle>Stake</PageTitle>
        <p className="mt-1 max-w-2xl text-sm text-muted">
          Lock GIM for up to 52 weeks. A lock votes, earns a part of the protocol's revenue each week, and its Staking
          Score opens tiers. Its power falls to zero by its end, unless it is permanent.
        </p>
      </header>
      {deployment.contracts.VotingEscrow === undefined ? (
        <Empty title="Nothing can be staked here">{name} has no DAO and no GIM.</Empty>
      ) : error && data === undefined ? (
        <Notice tone="warn">{sentenceOf(error)}</Notice>
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Loaded stake={data} isStale={error !== null} />
      )}
    </div>
  );
}

function Loading() {
  return (
    <div className="grid gap-4 lg:grid-cols-2" aria-busy="true">
      <Skeleton className="h-28 w-full lg:col-span-2" />
      <Skeleton className="h-96 w-full" />
      <Skeleton className="h-96 w-full" />
    </div>
  );
}

function Loaded({ stake, isStale }: { stake: StakeState; isStale: boolean }) {
  const { status, timestamp } = stake.lock;
  const isLocked = status === "running" || status === "permanent";
  // With nothing but a lock to withdraw the first column would be empty.
  const isShort = status === "expired";
  const votes = stake.account !== undefined && <DelegateCard stake={stake} account={stake.account} />;
  return (
    <>
      {isStale && <Notice tone="warn">The chain does not answer. Figures are those of {time(timestamp).exact}.</Notice>}
      <StakeSummary stake={stake} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          {status === "expired" ? <WithdrawCard stake={stake} /> : <LockCard stake={stake} />}
          {isLocked && <PermanentCard stake={stake} />}
          {isLocked && <ExitCard stake={stake} />}
          {isShort && votes}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {stake.account === undefined ? (
            <Disconnected />
          ) : (
            <>
              <RewardsCard stake={stake} />
              <ReinvestCard />
              {!isShort && votes}
            </>
          )}
        </div>
      </div>
      <TierLadder stake={stake} />
      <p className="text-xs text-muted">From the chain, {time(timestamp).exact}</p>
    </>
  );
}

function Disconnected() {
  const openConnect = useOpenConnect();
  const { isConnecting } = useConnection();
  return (
    <Card title="Rewards and votes">
      <Empty title="No wallet is connected">
        <p className="mb-3">Connect one to see what you can claim, and who votes with your lock.</p>
        <Button disabled={isConnecting} onClick={openConnect}>
          Connect a wallet
        </Button>
      </Empty>
    </Card>
  );
}
