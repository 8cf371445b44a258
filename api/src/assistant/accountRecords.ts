// What the assistant may know of an account: what it can claim, and its tier. From the chain and the index.
import { type Address, formatUnits, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import {
  batchDepositorAbi,
  getBatchAccount,
  getClaimable,
  getTier,
  governanceOf,
  type ScoreTier,
  WEEK,
} from "../../../sdk/src/index.ts";
import { fromNode } from "../accounts/fromNode.ts";
import { allRows } from "../accounts/pages.ts";
import type { ApiContext } from "../context.ts";
import type { PageOf } from "../history/history.ts";
import type { TokenRow } from "../history/rows.ts";
import { cut, tokenSum } from "./contextRecords.ts";
import type { ClaimFacts, Records } from "./records.ts";

const PAGE = 1_000;
const GIM = 18;
/** Events of batches of one account that are looked through for depositors. */
const MOST_EVENTS = 20_000;

/** Claims and tier over a context. */
export function accountRecords(context: ApiContext): Pick<Records, "claims" | "tier"> {
  return {
    claims: async (account) => {
      const [deferred, batches, revenue, lock] = await Promise.all([
        deferredClaims(context, account),
        batchClaims(context, account),
        revenueClaims(context, account),
        context.history.lock(account),
      ]);
      const counts = lock !== null && lock.amount > 0n;
      return {
        claims: [...revenue, ...batches, ...deferred],
        nextWeek: counts ? isoDay(nextWeek(context.clock())) : null,
      };
    },
    tier: async (account) => {
      const contracts = governance(context);
      if (contracts === null) return { missing: "This deployment has no governance, so there are no tiers." };
      const found = await getTier(context.client, { scores: contracts.ScoreRegistry, account });
      const { tier, score, readAt, benefits, toNextTier, tiers } = found;
      const sum = (wei: bigint) => ({ amount: cut(formatUnits(wei, GIM), 6), unit: "GIM" });
      return {
        tier,
        score: sum(score),
        asOf: isoDay(Number(readAt)),
        next: tier >= tiers.length ? null : { tier: tier + 1, missing: sum(toNextTier) },
        benefits: benefits === undefined ? [] : wordsOf(benefits),
      };
    },
  };
}

/** The contracts of governance; null: this deployment has none. */
function governance({ deployment }: ApiContext) {
  return deployment.contracts["ScoreRegistry"] === undefined ? null : governanceOf(deployment);
}

const isoDay = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10);

function wordsOf({ feeDiscountBps, apiDiscountBps, proposalsPerMonth, saleCapUsd }: ScoreTier): readonly string[] {
  return [
    `${feeDiscountBps / 100}% off the platform's fees`,
    `${apiDiscountBps / 100}% off the API's price`,
    `${proposalsPerMonth} proposal${proposalsPerMonth === 1 ? "" : "s"} a month`,
    `up to ${saleCapUsd} USD in a sale`,
  ];
}

/** Revenue of a lock, of all finished weeks together. */
async function revenueClaims(context: ApiContext, account: Address): Promise<readonly ClaimFacts[]> {
  const contracts = governance(context);
  if (contracts === null) return [];
  const { history, client } = context;
  const [weeks, tokens] = await Promise.all([history.revenueWeeks({ limit: PAGE }), history.tokens()]);
  const known = new Map(tokens.map((token) => [token.address, token]));
  const gim: TokenRow = { address: contracts.GovernanceToken, symbol: "GIM", decimals: GIM };
  const paid = [...new Set(weeks.rows.map(({ token }) => token))];
  if (paid.length === 0) return [];
  const { amounts } = await getClaimable(client, { distributor: contracts.RevenueDistributor, account, tokens: paid });
  return amounts
    .filter(({ amount }) => amount > 0n)
    .map(({ token, amount }) => ({
      what: "revenue of your lock, of all weeks that are over",
      sum: tokenSum(isAddressEqual(token, gim.address) ? gim : known.get(token), token, amount),
    }));
}

/** What redemptions still owe: legs that were deferred and not claimed since. */
async function deferredClaims({ history }: ApiContext, account: Address): Promise<readonly ClaimFacts[]> {
  const [legs, tokens] = await Promise.all([
    history.deferredLegs({ account, limit: PAGE, order: "oldest" }),
    history.tokens(),
  ]);
  const owed = new Map<string, { readonly vault: Address; readonly token: Address; raw: bigint }>();
  for (const { vault, token, kind, amount } of legs.rows) {
    const key = `${vault} ${token}`;
    const entry = owed.get(key) ?? { vault, token, raw: 0n };
    entry.raw = kind === "deferred" ? entry.raw + amount : 0n;
    owed.set(key, entry);
  }
  const known = new Map(tokens.map((token) => [token.address, token]));
  return [...owed.values()]
    .filter(({ raw }) => raw > 0n)
    .map(({ vault, token, raw }) => ({
      what: `a part of a redemption that ${vault} could not pay at once`,
      sum: tokenSum(known.get(token), token, raw),
    }));
}

/** What daily batches made of the account's requests, and what they sent back. How much there is, the chain says. */
async function batchClaims({ history, client }: ApiContext, account: Address): Promise<readonly ClaimFacts[]> {
  const read = (page: PageOf) => history.batchEvents({ ...page, account });
  const events = await allRows(read, MOST_EVENTS, "events of batches");
  const depositors = new Map(events.map(({ depositor, vault }) => [depositor, vault]));
  if (depositors.size === 0) return [];
  const known = new Map((await history.tokens()).map((token) => [token.address, token]));
  const claims = await Promise.all(
    [...depositors].map(async ([depositor, vault]) => {
      const [index, cash, state] = await fromNode(() =>
        Promise.all([
          history.vault(vault),
          readContract(client, { address: depositor, abi: batchDepositorAbi, functionName: "asset" }),
          getBatchAccount(client, { depositor, controller: account }),
        ]),
      );
      const shareToken = { address: vault, symbol: index?.symbol ?? null, decimals: GIM };
      const shares = (what: string, raw: bigint) => ({ raw, what, sum: tokenSum(shareToken, vault, raw) });
      const money = (what: string, raw: bigint) => ({ raw, what, sum: tokenSum(known.get(cash), cash, raw) });
      return [
        shares(`shares that a batch of ${vault} bought for you`, state.sharesOut),
        money(`what a batch of ${vault} paid for your shares`, state.assetsOut),
        money(`what a batch of ${vault} did not spend`, state.refundAssets),
        shares(`shares that a batch of ${vault} did not sell`, state.refundShares),
      ];
    }),
  );
  return claims
    .flat()
    .filter(({ raw }) => raw > 0n)
    .map(({ what, sum }) => ({ what, sum }));
}

/** {s} start of the week after the one of `now`: from then on the revenue of the running week can be claimed. */
function nextWeek(now: number): number {
  const week = Number(WEEK);
  return (Math.floor(now / week) + 1) * week;
}
