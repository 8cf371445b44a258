import {
  exitOpensAt,
  getClaimable,
  getLock,
  getTier,
  governanceOf,
  isRunning,
  lockPower,
  lockScore,
  type ScoreTier,
  WEEK,
} from "@gimbal/sdk";
import type { Address } from "viem";
import { fromNode } from "../accounts/fromNode.ts";
import { valueAt } from "../accounts/lots.ts";
import { momentOf } from "../accounts/moment.ts";
import { dollars, namesOf, sharesAmount, tokenAmount } from "../accounts/names.ts";
import { allRows } from "../accounts/pages.ts";
import type { ApiContext } from "../context.ts";
import type { LockRow } from "../history/governanceRows.ts";
import { NotFoundError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountOf, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const accountParams = { address: addressInput.openapi({ description: "The account." }) };
const reason = (description: string) => z.string().nullable().openapi({ description });
const MOST_POSITIONS = 5_000;

const positionSchema = z
  .strictObject({
    index: addressSchema,
    name: z.string(),
    symbol: z.string(),
    shares: amountSchema,
    navPerShare: amountSchema.nullable(),
    value: amountSchema.nullable().openapi({ description: "Shares at NAV." }),
    missing: reason("Why a figure is null; null: none is."),
  })
  .openapi("Position");

const lockSchema = z
  .strictObject({
    amount: amountSchema,
    status: z.enum(["running", "permanent", "expired"]),
    endsAt: timeSchema.nullable().openapi({ description: "null: a permanent lock." }),
    power: amountSchema.openapi({ description: "Votes of the lock, delegated or not." }),
    score: amountSchema.openapi({ description: "Staking Score." }),
    exitOpensAt: timeSchema.openapi({ description: "From when it can be left early, for a penalty." }),
  })
  .openapi("Lock");

const accountSchema = z
  .strictObject({
    account: addressSchema,
    positions: z.array(positionSchema),
    value: amountSchema.nullable().openapi({ description: "All positions together; null when one has no value." }),
    lock: lockSchema.nullable().openapi({ description: "null: nothing is locked." }),
  })
  .openapi("Account");

/** A lock at a moment, worked out by the escrow's own rules. The index does not know since when it is held. */
function lockOf(row: LockRow | null, now: number): z.input<typeof lockSchema> | null {
  if (row === null || row.amount === 0n) return null;
  const lock = { amount: row.amount, end: BigInt(row.end), heldSince: BigInt(row.time), permanent: row.isPermanent };
  const time = BigInt(now);
  return {
    amount: amountOf(row.amount, 18, "GIM"),
    status: row.isPermanent ? "permanent" : isRunning(lock, time) ? "running" : "expired",
    endsAt: row.isPermanent ? null : isoTime(row.end),
    power: amountOf(lockPower(lock, time), 18, "veGIM"),
    score: amountOf(lockScore(lock, time), 18, "GIM"),
    exitOpensAt: isoTime(Number(exitOpensAt(lock))),
  };
}

const getAccount = defineRoute({
  id: "getAccount",
  method: "get",
  path: "/v1/accounts/{address}",
  tag: "Accounts",
  summary: "What an account holds of the indices, what it is worth, and its lock",
  params: accountParams,
  data: accountSchema,
  hasPast: true,
  freshness: "revision",
  handle: async (context, { params, at }) => {
    const { history } = context;
    const account = params.address;
    const [held, lock, moment] = await Promise.all([
      allRows((page) => history.shareBalances({ ...page, ...at, account }), MOST_POSITIONS, "positions"),
      history.lock(account, at),
      momentOf(context, at),
    ]);
    const positions = await Promise.all(
      held.map(async ({ vault, balance }) => {
        const row = await history.vault(vault, at);
        const nav = row?.nav ?? null;
        const isComplete = nav !== null && nav.unpriced.length === 0;
        const perShare = isComplete ? nav.perShare : null;
        return {
          value: valueAt(balance, perShare),
          shown: {
            index: vault,
            name: row?.name ?? vault,
            symbol: row?.symbol ?? vault,
            shares: sharesAmount(balance),
            navPerShare: dollars(perShare),
            value: dollars(valueAt(balance, perShare)),
            missing: isComplete
              ? null
              : nav === null
                ? "The index has no NAV yet."
                : "A token of the index has no price.",
          },
        };
      }),
    );
    const total = positions.reduce<bigint | null>(
      (sum, { value }) => (sum === null || value === null ? null : sum + value),
      0n,
    );
    const data = { account, positions: positions.map(({ shown }) => shown), value: dollars(total) };
    return { data: { ...data, lock: lockOf(lock, moment.asOf) }, ...moment };
  },
});

const tierSchema = z
  .strictObject({
    tier: z.number().int().min(1).max(10),
    minScore: amountSchema,
    feeDiscountBps: z.number().int(),
    apiDiscountBps: z.number().int(),
    proposalsPerMonth: z.number().int(),
    saleCap: amountSchema,
    saleOpensAfterSeconds: z.number().int(),
    launchMultiplierBps: z.number().int(),
  })
  .openapi("ScoreTier");

function tierOf(tier: number, row: ScoreTier): z.input<typeof tierSchema> {
  const { feeDiscountBps, apiDiscountBps, proposalsPerMonth, launchMultiplierBps } = row;
  return {
    tier,
    minScore: amountOf(row.minScore, 18, "GIM"),
    ...{ feeDiscountBps, apiDiscountBps, proposalsPerMonth, launchMultiplierBps },
    saleCap: amountOf(BigInt(row.saleCapUsd), 0, "USD"),
    saleOpensAfterSeconds: row.saleOpensAfter,
  };
}

const stakeSchema = z
  .strictObject({
    account: addressSchema,
    lock: z.strictObject({
      amount: amountSchema,
      status: z.enum(["none", "running", "permanent", "expired"]),
      unlocksAt: timeSchema.nullable().openapi({ description: "null: permanent, or no lock." }),
      exitOpensAt: timeSchema.nullable().openapi({ description: "From when it can be left early; null: no lock." }),
      penalty: amountSchema.openapi({ description: "What leaving now would cost." }),
      power: amountSchema.openapi({ description: "veGIM of the lock, delegated or not." }),
      scoreNow: amountSchema.openapi({
        description: "Staking Score at this moment. Tiers go by the one at a week's start.",
      }),
    }),
    votes: amountSchema.openapi({ description: "veGIM that the account votes with, delegations to it included." }),
    delegate: addressSchema.openapi({ description: "Who votes with the lock." }),
    tier: z.strictObject({
      current: tierSchema.nullable().openapi({ description: "null: none." }),
      score: amountSchema.openapi({ description: "Staking Score at `readAt`." }),
      multiplierBps: z.number().int().openapi({ description: "Score over what is committed; 0 without a lock." }),
      readAt: timeSchema.openapi({ description: "The week start that the tier comes from." }),
      nextReadAt: timeSchema.openapi({ description: "The week start from which another tier may count." }),
      next: tierSchema.nullable().openapi({ description: "null: the highest is reached." }),
      missing: amountSchema
        .nullable()
        .openapi({ description: "Score that the next tier asks for on top; null with the highest." }),
    }),
    revenue: z.strictObject({
      claimable: z.array(z.strictObject({ token: addressSchema, amount: amountSchema })),
      nextEpochAt: timeSchema.openapi({
        description: "When the running week ends: its revenue can be claimed afterwards.",
      }),
    }),
  })
  .openapi("Stake");

/** Tokens in which revenue was ever shared out. */
async function rewardTokens({ history }: ApiContext): Promise<Address[]> {
  const weeks = await allRows((page) => history.revenueWeeks(page), 50_000, "weeks of revenue");
  return [...new Set(weeks.map(({ token }) => token))];
}

async function readStake(context: ApiContext, account: Address) {
  const { client, deployment } = context;
  if (deployment.contracts["VotingEscrow"] === undefined) {
    throw new NotFoundError("This deployment has no DAO, so that nothing can be staked.", {});
  }
  const { VotingEscrow: escrow, ScoreRegistry: scores, RevenueDistributor: distributor } = governanceOf(deployment);
  const tokens = await rewardTokens(context);
  const lock = await fromNode(() => getLock(client, { escrow, scores, account }));
  const { blockNumber } = lock;
  const [tier, claimable, names] = await Promise.all([
    fromNode(() => getTier(client, { scores, account, blockNumber })),
    fromNode(() => getClaimable(client, { distributor, account, tokens, blockNumber })),
    namesOf(context, tokens),
  ]);
  return { lock, tier, claimable: claimable.amounts, names };
}

const gim = (raw: bigint) => amountOf(raw, 18, "GIM");
const votes = (raw: bigint) => amountOf(raw, 18, "veGIM");

function describeTier(tier: Awaited<ReturnType<typeof getTier>>): z.input<typeof stakeSchema>["tier"] {
  const { benefits, score, multiplierBps, readAt, tiers, toNextTier } = tier;
  const next = tiers[tier.tier];
  return {
    current: benefits === undefined ? null : tierOf(tier.tier, benefits),
    score: gim(score),
    multiplierBps: Number(multiplierBps),
    readAt: isoTime(Number(readAt)),
    nextReadAt: isoTime(Number(readAt + WEEK)),
    next: next === undefined ? null : tierOf(tier.tier + 1, next),
    missing: next === undefined ? null : gim(toNextTier),
  };
}

const getStake = defineRoute({
  id: "getStake",
  method: "get",
  path: "/v1/accounts/{address}/stake",
  tag: "Accounts",
  summary: "Lock, votes, Staking Score, tier, and the revenue that can be claimed",
  description: "Of the newest block, read from the chain.",
  params: accountParams,
  data: stakeSchema,
  freshness: "live",
  handle: async (context, { params }) => {
    const { lock, tier, claimable, names } = await readStake(context, params.address);
    const { timestamp, unlocksAt } = lock;
    const data = {
      account: params.address,
      lock: {
        amount: gim(lock.amount),
        status: lock.status,
        unlocksAt: unlocksAt === undefined ? null : isoTime(Number(unlocksAt)),
        exitOpensAt: lock.status === "none" ? null : isoTime(Number(lock.exitOpensAt)),
        penalty: gim(lock.penalty),
        power: votes(lock.power),
        scoreNow: gim(lock.score),
      },
      votes: votes(lock.votes),
      delegate: lock.delegatee,
      tier: describeTier(tier),
      revenue: {
        claimable: claimable.map(({ token, amount }) => ({ token, amount: tokenAmount(names, token, amount) })),
        nextEpochAt: isoTime(Number((timestamp / WEEK + 1n) * WEEK)),
      },
    };
    return { data, asOf: Number(timestamp), asOfBlock: Number(lock.blockNumber) };
  },
});

/** What accounts hold and have staked. */
export const accountRoutes: readonly Route[] = [getAccount, getStake];
