import { batchDepositorAbi, cancelPlan, type RecurringPlan, recurringOrdersAbi, upcomingOrders } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Address, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import { useConnection } from "wagmi";
import { atLeast } from "../../amounts.ts";
import { type ChainClient, useChainClient, useNetwork } from "../../data/network.tsx";
import type { PayToken } from "../../data/payToken.ts";
import { usePlans } from "../../data/portfolio.ts";
import { readToken } from "../../data/tokenBook.ts";
import { useTokens } from "../../data/tokens.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import type { ActionParameters } from "../../flow/useAction.ts";
import { time } from "../../format.ts";
import { Button } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Empty, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { PlanForm } from "./PlanForm.tsx";
import { planWords } from "./planWords.ts";

/** Orders that come again: those in force, a new one, and the end of one. */
export function Recurring({ vaults }: { vaults: readonly PayToken[] | undefined }) {
  const { data: plans, error } = usePlans();
  const [isNew, setNew] = useState(false);
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (plans === undefined) return <Skeleton className="h-16 w-full" />;
  if (plans === null) return <Empty title="There are no recurring orders on this network" />;
  return (
    <div className="flex flex-col gap-4">
      {plans.length === 0 ? (
        <Empty title="No recurring order">A sum that goes into an index every week or month, by itself.</Empty>
      ) : (
        <>
          <Allowance plans={plans} />
          <ul className="flex flex-col gap-4">
            {plans.map((plan) => (
              <Plan key={String(plan.id)} plan={plan} vaults={vaults ?? []} />
            ))}
          </ul>
        </>
      )}
      <Button disabled={vaults === undefined || vaults.length === 0} onClick={() => setNew(true)}>
        New recurring deposit
      </Button>
      {isNew && vaults !== undefined && (
        <Dialog title="New recurring deposit" onClose={() => setNew(false)}>
          <PlanForm vaults={vaults} onDone={() => setNew(false)} />
        </Dialog>
      )}
    </div>
  );
}

/** Warns when what was allowed does not reach for the next orders: an order that cannot be paid is not filed. */
function Allowance({ plans }: { plans: readonly RecurringPlan[] }) {
  const cash = useCash();
  const { deployment, chainId } = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  const spender = deployment.contracts.RecurringOrders;
  const { data } = useQuery({
    queryKey: ["planAllowance", chainId, account, cash?.address],
    enabled: client !== undefined && account !== undefined && cash !== undefined && spender !== undefined,
    queryFn: async () => {
      const at = { address: cash?.address as Address, abi: erc20Abi } as const;
      const owner = account as Address;
      const [allowed, held] = await Promise.all([
        readContract(client as ChainClient, { ...at, functionName: "allowance", args: [owner, spender as Address] }),
        readContract(client as ChainClient, { ...at, functionName: "balanceOf", args: [owner] }),
      ]);
      return { allowed, held };
    },
  });
  if (cash === undefined || data === undefined) return null;
  const needed = plans
    .filter(({ kind }) => kind === "deposit")
    .reduce((sum, { amount, tipCap }) => sum + amount + tipCap, 0n);
  const words = atLeast(needed, cash.decimals, cash.symbol).short;
  if (data.allowed < needed) {
    return (
      <Notice tone="warn">
        You allow less than the {words} that the next order of each plan takes, so one of them will not be filed. Begin
        the plan anew to allow more.
      </Notice>
    );
  }
  return data.held < needed ? (
    <Notice tone="warn">You hold less than the {words} that the next order of each plan takes.</Notice>
  ) : null;
}

/** Token that orders are made in. */
function useCash(): PayToken | undefined {
  const { deployment, chainId } = useNetwork();
  const client = useChainClient();
  const address = deployment.contracts.RecurringOrders;
  return useQuery({
    queryKey: ["planCash", chainId],
    enabled: client !== undefined && address !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const at = { address: address as Address, abi: recurringOrdersAbi, functionName: "cash" } as const;
      const cash = await readContract(client as ChainClient, at);
      return readToken(client as ChainClient, { deployment }, cash);
    },
  }).data;
}

function Plan({ plan, vaults }: { plan: RecurringPlan; vaults: readonly PayToken[] }) {
  const { deployment, chainId } = useNetwork();
  const { symbolOf } = useTokens(vaults);
  const client = useChainClient();
  const cash = useCash();
  const { data: share } = useQuery({
    queryKey: ["planShare", chainId, plan.batchDepositor],
    enabled: client !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      readContract(client as ChainClient, {
        ...{ address: plan.batchDepositor, abi: batchDepositorAbi, functionName: "share" },
      }),
  });
  const words = cash === undefined || share === undefined ? `Plan ${plan.id}` : planWords(plan, cash, symbolOf(share));
  const action: ActionParameters = {
    key: ["cancelPlan", String(plan.id)],
    verb: "Cancel",
    title: `Cancel: ${words}`,
    fault: undefined,
    symbolOf,
    prepare: ({ client: at, account }) =>
      cancelPlan(at, { recurringOrders: deployment.contracts.RecurringOrders as Address, id: plan.id, account }),
  };
  const [next] = upcomingOrders(plan, 1);
  const left = plan.ordersLeft === 0 ? "until you cancel" : `${plan.ordersLeft} to come`;
  return (
    <li className="grid items-center gap-2 text-sm sm:grid-cols-[1fr_auto]">
      <span>
        {words}
        <span className="block text-muted">
          {next === undefined ? "No order is to come" : `Next: ${time(next).exact}`}, {left}
        </span>
      </span>
      <ActionButton action={action} variant="secondary" about={words} />
    </li>
  );
}
