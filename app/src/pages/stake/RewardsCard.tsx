import { type CompoundModeName, claimRevenue, compound } from "@gimbal/sdk";
import type { Address } from "viem";
import { useNetwork } from "../../data/network.tsx";
import { type Reward, type StakeState, useGovernance, useRewards } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import type { ActionParameters } from "../../flow/useAction.ts";
import { amount, time } from "../../format.ts";
import { Card, Empty, Figure, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { type Column, Table } from "../../ui/Table.tsx";
import { nextWeek } from "./lockForm.ts";
import { indexDeposits } from "./reinvest.ts";

const words = ({ token, amount: raw }: Reward) => amount(raw, token.decimals, token.symbol);

/** What reinvesting does, in the words of a button. */
const MODE_VERBS: Readonly<Record<CompoundModeName, string>> = {
  payOut: "Claim all through the compounder",
  lock: "Add the GIM to your lock",
  swapAndLock: "Swap to GIM and lock",
  index: "Deposit in your index",
};

/** Revenue that can be claimed: one token, all of them, or into what the account chose. */
export function RewardsCard({ stake }: { stake: StakeState }) {
  const { data, error } = useRewards();
  const next = nextWeek(stake.lock.timestamp);
  return (
    <Card title="Rewards">
      {error && data === undefined ? (
        <Notice tone="warn">{sentenceOf(error)}</Notice>
      ) : data === undefined ? (
        <Skeleton className="h-32 w-full" />
      ) : (
        <>
          {data.missing.length > 0 && (
            <div className="mb-3">
              <Notice>
                Read from the chain alone: {data.missing.join(", ")} are missing until the API answers again.
              </Notice>
            </div>
          )}
          <Claims rewards={data.data.rewards} />
        </>
      )}
      <p className="mt-3 text-sm text-muted">
        The revenue of this week is shared out on {time(next).exact}, by the power that each lock has then.
      </p>
    </Card>
  );
}

function Claims({ rewards }: { rewards: readonly Reward[] }) {
  const governance = useGovernance();
  const { deployment } = useNetwork();
  const { data } = useRewards();
  const policy = data?.data.policy;
  const claimable = rewards.filter(({ amount: raw }) => raw > 0n);
  const tokens = claimable.map(({ token }) => token.address);
  if (claimable.length === 0) {
    return <Empty title="Nothing to claim">Whoever had power at the start of a week gets a part of its revenue.</Empty>;
  }
  const symbolOf = () => "GIM";
  const claim = (these: readonly Address[], title: string): ActionParameters => ({
    ...{
      key: ["claimRevenue", these],
      verb: these.length > 1 ? "Claim all" : "Claim",
      title,
      fault: undefined,
      symbolOf,
    },
    prepare: ({ client, account }) =>
      claimRevenue(client, { distributor: governance?.RevenueDistributor ?? account, tokens: these, account }),
  });
  const columns: readonly Column<Reward>[] = [
    { key: "token", title: "Token", cell: ({ token }) => <span className="font-medium">{token.symbol}</span> },
    { key: "amount", title: "Claimable", isFigure: true, cell: (reward) => <Figure shown={words(reward)} /> },
    {
      key: "claim",
      title: "",
      isFigure: true,
      cell: (reward) => (
        <ActionButton
          variant="secondary"
          about={words(reward).short}
          action={claim([reward.token.address], `Claim ${words(reward).short}`)}
        />
      ),
    },
  ];
  return (
    <div className="flex flex-col gap-3">
      <Table caption="Rewards" columns={columns} rows={claimable} keyOf={({ token }) => token.address} />
      {claimable.length > 1 && (
        <ActionButton action={claim(tokens, `Claim ${claimable.map((r) => words(r).short).join(", ")}`)} />
      )}
      {policy?.isClaimer && policy.mode !== "payOut" && (
        <ActionButton
          variant={claimable.length > 1 ? "secondary" : "primary"}
          action={{
            key: ["compound", tokens, policy.mode, policy.vault],
            verb: MODE_VERBS[policy.mode],
            title: `Reinvest ${claimable.map((reward) => words(reward).short).join(", ")}`,
            ...{ fault: undefined, symbolOf },
            prepare: async ({ client, account }) => {
              const compounder = governance?.Compounder ?? account;
              const deposits =
                policy.mode === "index"
                  ? await indexDeposits(client, { deployment, compounder, policy, rewards: claimable })
                  : undefined;
              return compound(client, { compounder, tokens, deposits, account });
            },
          }}
        />
      )}
    </div>
  );
}
