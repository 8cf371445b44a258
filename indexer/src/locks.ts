import { ponder } from "ponder:registry";
import { delegateVotes, delegation, delegationEvent, lock, lockEvent } from "ponder:schema";
import { lower } from "../lib/snapshots.ts";
import { rowOf, stampOf } from "../lib/stamp.ts";

type Before = { readonly amount: bigint; readonly end: number; readonly isPermanent: boolean } | null;

/** What a `Locked` event did, by what there was before. */
function kindOf(before: Before, added: bigint, end: number, isPermanent: boolean): string {
  if (before === null || before.amount === 0n) return "create";
  if (before.isPermanent !== isPermanent) return isPermanent ? "permanent" : "decay";
  const isLonger = end > before.end;
  if (added > 0n) return isLonger ? "increaseAndExtend" : "increase";
  return "extend";
}

ponder.on("VotingEscrow:Locked", async ({ event, context }) => {
  const { payer, added, amount, permanent: isPermanent } = event.args;
  const account = lower(event.args.account);
  const end = Number(event.args.end);
  const before = await context.db.find(lock, { account });
  await context.db.insert(lockEvent).values({
    ...rowOf(event),
    account,
    payer: lower(payer),
    kind: kindOf(before, added, end, isPermanent),
    added,
    amount,
    withdrawn: 0n,
    penalty: 0n,
    end,
    isPermanent,
  });
  const row = { ...stampOf(event), amount, end, isPermanent };
  await context.db
    .insert(lock)
    .values({ account, ...row })
    .onConflictDoUpdate(row);
});

ponder.on("VotingEscrow:Withdrawn", async ({ event, context }) => {
  const { amount, penalty } = event.args;
  const account = lower(event.args.account);
  const before = await context.db.find(lock, { account });
  const isEarly = before !== null && (before.isPermanent || before.end > Number(event.block.timestamp));
  await context.db.insert(lockEvent).values({
    ...rowOf(event),
    account,
    kind: isEarly ? "earlyExit" : "withdraw",
    added: 0n,
    amount: 0n,
    withdrawn: amount,
    penalty,
    end: 0,
    isPermanent: false,
  });
  await context.db.update(lock, { account }).set({ ...stampOf(event), amount: 0n, end: 0, isPermanent: false });
});

ponder.on("VotingEscrow:DelegateChanged", async ({ event, context }) => {
  const { delegator, fromDelegate, toDelegate } = event.args;
  await context.db.insert(delegationEvent).values({
    ...rowOf(event),
    delegator: lower(delegator),
    from: lower(fromDelegate),
    to: lower(toDelegate),
  });
  const row = { ...stampOf(event), delegate: lower(toDelegate) };
  await context.db
    .insert(delegation)
    .values({ delegator: lower(delegator), ...row })
    .onConflictDoUpdate(row);
});

ponder.on("VotingEscrow:DelegateVotesChanged", async ({ event, context }) => {
  const { delegate, previousVotes, newVotes } = event.args;
  await context.db
    .insert(delegateVotes)
    .values({ ...rowOf(event), delegate: lower(delegate), previousVotes, votes: newVotes });
});
