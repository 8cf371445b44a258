import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useConnection } from "wagmi";
import { useBatchHoldings } from "../data/batches.ts";
import { useNetwork } from "../data/network.tsx";
import type { PayToken } from "../data/payToken.ts";
import { useHeld, useOwed, useVaults } from "../data/portfolio.ts";
import { sentenceOf } from "../flow/sentence.ts";
import { useOpenConnect } from "../shell/Layout.tsx";
import { Button } from "../ui/controls.tsx";
import { SourceLine } from "../ui/SourceLine.tsx";
import { Card, Empty, Notice, PageTitle, Skeleton } from "../ui/surfaces.tsx";
import { ActivityList } from "./portfolio/ActivityList.tsx";
import { OwedClaims } from "./portfolio/OwedClaims.tsx";
import { Positions } from "./portfolio/Positions.tsx";
import { Recurring } from "./portfolio/Recurring.tsx";
import { StakeSummary } from "./portfolio/StakeSummary.tsx";
import { ValueChart } from "./portfolio/ValueChart.tsx";
import { Votes } from "./portfolio/Votes.tsx";
import { BatchRequests } from "./trade/BatchRequests.tsx";

/** Everything that the connected account has here. */
export function PortfolioPage() {
  const { address } = useConnection();
  const openConnect = useOpenConnect();
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Portfolio</PageTitle>
      {address === undefined ? (
        <Card>
          <Empty title="No wallet is connected">
            <p className="mb-4">Connect one to see what it holds, what it is owed and what it did.</p>
            <Button variant="primary" onClick={openConnect}>
              Connect a wallet
            </Button>
          </Empty>
        </Card>
      ) : (
        <Connected />
      )}
    </div>
  );
}

function Connected() {
  const { deployment } = useNetwork();
  const { data: vaults, error } = useVaults();
  return (
    <>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      <HeldCard />
      <ValueChart />
      <ClaimsCard vaults={vaults} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title="Recurring orders">
          <Recurring vaults={vaults} />
        </Card>
        <Card title="Lock and rewards">
          <StakeSummary vaults={vaults} />
        </Card>
        {deployment.contracts.IndexGovernor !== undefined && (
          <Card title="Your votes">
            <Votes />
          </Card>
        )}
      </div>
      <Card title="Activity">
        <ActivityList vaults={vaults} />
      </Card>
    </>
  );
}

function HeldCard() {
  const { data, error } = useHeld();
  const { apiUrl } = useNetwork();
  const { address } = useConnection();
  const csv =
    apiUrl !== null && data?.source === "api" ? new URL(`/v1/accounts/${address}/gains.csv`, apiUrl).href : undefined;
  const aside: ReactNode = csv && (
    <a href={csv} download className="inline-flex min-h-11 items-center text-sm underline">
      Gains as CSV
    </a>
  );
  return (
    <Card title="What you hold" aside={aside}>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {data !== undefined && data.missing.length > 0 && (
        <div className="mb-3">
          <Notice>Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.</Notice>
        </div>
      )}
      {data === undefined && !error && <Skeleton className="h-32 w-full" />}
      {data !== undefined &&
        (data.data.length === 0 ? (
          <Empty title="You hold no index yet">
            <Link to="/" className="underline">
              Look at the indices
            </Link>
          </Empty>
        ) : (
          <Positions rows={data.data} />
        ))}
      {data && <SourceLine source={data.source} asOf={data.asOf} />}
    </Card>
  );
}

/** What waits to be collected; nothing is shown when nothing waits. */
function ClaimsCard({ vaults }: { vaults: readonly PayToken[] | undefined }) {
  const { data: owed, error: owedError } = useOwed(vaults);
  const { data: batches, error: batchError } = useBatchHoldings(vaults?.map((vault) => vault.address) ?? []);
  const error = owedError ?? batchError;
  const share = (vault: string) => vaults?.find(({ address }) => address === vault);
  return (
    <>
      {error && <Notice tone="warn">{sentenceOf(error)}</Notice>}
      {owed !== undefined && owed.length > 0 && (
        <Card title="Owed to you">
          <p className="mb-3 text-sm text-muted">
            A token refused to move when you left an index. Claim your part when it works again.
          </p>
          <OwedClaims owed={owed} />
        </Card>
      )}
      {batches !== undefined && batches.length > 0 && (
        <Card title="Daily batches">
          <div className="flex flex-col gap-3">
            {batches.map((held) => {
              const of = share(held.vault);
              return of && <BatchRequests key={held.depositor} share={of} holdings={held} />;
            })}
          </div>
        </Card>
      )}
    </>
  );
}
