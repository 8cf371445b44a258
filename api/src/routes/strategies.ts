import type { Address } from "viem";
import { namesOf, sharesAmount, tokenAmount } from "../accounts/names.ts";
import type { ApiContext } from "../context.ts";
import type { VaultRow } from "../history/rows.ts";
import type {
  AdoptionNoticeRow,
  AdoptionRow,
  RoyaltyRoundRow,
  StrategyLockRow,
  StrategyRow,
  StrategyVersionRow,
} from "../history/serviceRows.ts";
import { NotFoundError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressSchema, amountSchema, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { BENCHMARKS, liveResults, type RankedStrategy } from "../strategies/liveResults.ts";
import { LEAST_DAYS } from "../strategies/ranking.ts";
import { everyRow } from "./holdings.ts";
import { atOneMoment } from "./moment.ts";

const ratio = (description: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `${description}; 0.1 stands for 10%, null: not known.` });

const strategySchema = z
  .strictObject({
    rank: z.number().int().nullable().openapi({ description: "Place from 1; null: not ranked, see `reason`." }),
    reason: z.string().nullable().openapi({ description: "Why it is not ranked." }),
    id: z.string().openapi({ description: "Token of StrategyRegistry." }),
    author: addressSchema,
    owner: addressSchema,
    receiver: addressSchema.openapi({ description: "The account that indices pay the royalty to." }),
    royaltyBps: z.number().int().openapi({ description: "Of the creator's part of the fees, in basis points." }),
    hash: hashSchema.openapi({ description: "Of the newest version." }),
    uri: z.string().openapi({ description: "Where its author says that it is. Not checked." }),
    versions: z.number().int(),
    indices: z.number().int().openapi({ description: "That follow or followed it." }),
    days: z.number().int().openapi({ description: "On which at least one followed it." }),
    totalReturn: ratio("Return since the first adoption"),
    excess: ratio("Return less that of the benchmark on the same days"),
    excessAYear: ratio("Mean daily excess times 365, by which places are given"),
    worstFall: ratio("Largest fall from a peak"),
  })
  .openapi("RankedStrategy");

function toWire({ row, result }: RankedStrategy): z.input<typeof strategySchema> {
  const { author, owner, receiver, royaltyBps, hash, uri, versions } = row;
  const { id, ...figures } = result;
  return { ...figures, id: String(id), ...{ author, owner, receiver, royaltyBps, hash, uri, versions } };
}

const listStrategies = defineRoute({
  id: "listStrategies",
  method: "get",
  path: "/v1/strategies",
  tag: "Strategies",
  summary: "Strategies by the measured live results of the indices that adopted them",
  description:
    "What each index did since it adopted the strategy, and nothing before: no backtest. A day's return is the mean of all " +
    `indices that followed it that day, also of those that left it since. Fewer than ${LEAST_DAYS} days: not ranked. What was ` +
    "is no promise of what will be.",
  query: {
    benchmark: z.enum(BENCHMARKS).default("BTC").openapi({ description: "Whose return is taken off." }),
  },
  hasPast: true,
  data: z.array(strategySchema),
  freshness: "revision",
  handle: async (context, { query, at }) => {
    const { result, moment } = await atOneMoment(
      context.history,
      at,
      async () => (await liveResults(context, query.benchmark, at)).map(toWire),
      () => null,
    );
    return { data: result, ...moment };
  },
});

const versionSchema = z
  .strictObject({
    number: z.number().int().openapi({ description: "From 0." }),
    hash: hashSchema,
    uri: z.string(),
    publishedAt: timeSchema,
  })
  .openapi("StrategyVersion");

const termsShape = {
  index: addressSchema,
  name: z.string(),
  symbol: z.string(),
  royaltyBps: z.number().int().openapi({ description: "Of the creator's part of the fees, in basis points." }),
  hash: hashSchema,
  version: z.number().int().nullable().openapi({ description: "null: no version of this strategy has that hash." }),
};

const adoptionSchema = z
  .strictObject({
    ...termsShape,
    announcedAt: timeSchema.nullable().openapi({ description: "null: not by an offer of the registry." }),
    since: timeSchema,
    until: timeSchema.nullable().openapi({ description: "null: in force." }),
  })
  .openapi("StrategyAdoption");

const noticeSchema = z
  .strictObject({
    ...termsShape,
    announcedAt: timeSchema,
    appliesAt: timeSchema.openapi({ description: "From here on it may be adopted." }),
    lapsesAt: timeSchema.openapi({ description: "From here on it is void." }),
  })
  .openapi("AdoptionNotice");

const lockSchema = z
  .strictObject({
    shares: addressSchema,
    name: z.string(),
    symbol: z.string(),
    supply: amountSchema,
    holders: z.number().int(),
    locker: addressSchema,
    lockedAt: timeSchema,
    status: z.enum(["LOCKED", "AUCTION", "SOLD", "REDEEMED"]),
    reservePrice: amountSchema.openapi({ description: "Least first bid of a buy-out." }),
    bid: amountSchema.nullable().openapi({ description: "The highest; null: nobody has bid." }),
    bidder: addressSchema.nullable(),
    endsAt: timeSchema.nullable().openapi({ description: "Of the auction; null: none has begun." }),
    distributed: z
      .array(z.strictObject({ token: addressSchema, rounds: z.number().int(), amount: amountSchema }))
      .openapi({ description: "Royalties that were shared out, by token." }),
  })
  .openapi("StrategyLock");

const detailSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(["STRATEGY", "DATASET"]),
    author: addressSchema,
    owner: addressSchema.openapi({ description: "A contract of shares while it is locked." }),
    receiver: addressSchema.openapi({ description: "The account that indices pay the royalty to." }),
    royaltyBps: z.number().int().openapi({ description: "Of later adoptions." }),
    resaleBps: z.number().int().openapi({ description: "Of the price of each sale." }),
    resaleReceiver: addressSchema,
    ownersBefore: z.number().int().openapi({ description: "How often it changed its owner." }),
    registeredAt: timeSchema,
    hash: hashSchema.openapi({ description: "Of the newest version: what a buyer expects." }),
    versions: z.array(versionSchema).openapi({ description: "Newest first, at most 100." }),
    adoptions: z.array(adoptionSchema).openapi({ description: "Newest first, at most 100." }),
    announced: z.array(noticeSchema).openapi({ description: "What waits in the timelocks of indices, at most 100." }),
    royalties: z.array(z.strictObject({ token: addressSchema, paid: amountSchema, paidOut: amountSchema })).openapi({
      description: "Paid by indices in shares of theirs, and paid out to owners. Other tokens only if USDC or GIM.",
    }),
    earned: z
      .array(z.strictObject({ currency: addressSchema, earned: amountSchema, paid: amountSchema }))
      .openapi({ description: "By credits that were used with it." }),
    lock: lockSchema.nullable().openapi({ description: "The shares that hold it; null: none do." }),
  })
  .openapi("Strategy");

const MOST = 100;

/** Names of things that a strategy has to do with. */
interface Words {
  readonly vaults: ReadonlyMap<Address, VaultRow>;
  readonly versions: readonly StrategyVersionRow[];
  readonly amount: (token: Address, raw: bigint) => z.input<typeof amountSchema>;
}

function termsOf({ vaults, versions }: Words, { vault, royaltyBps, hash }: AdoptionRow | AdoptionNoticeRow) {
  const row = vaults.get(vault);
  const version = versions.findLast((one) => one.hash === hash)?.number ?? null;
  return { index: vault, name: row?.name ?? vault, symbol: row?.symbol ?? vault, royaltyBps, hash, version };
}

function lockOf(words: Words, lock: StrategyLockRow, rounds: readonly RoyaltyRoundRow[]): z.input<typeof lockSchema> {
  const { shares, name, symbol, supply, holders, locker, status, currency, bid, bidder, endsAt } = lock;
  const byToken = Map.groupBy(rounds, ({ token }) => token);
  return {
    ...{ shares, name, symbol, supply: sharesAmount(supply), holders, locker, lockedAt: isoTime(lock.time), status },
    reservePrice: words.amount(currency, lock.reservePrice),
    bid: bidder === null ? null : words.amount(currency, bid),
    bidder,
    endsAt: endsAt === null ? null : isoTime(endsAt),
    distributed: [...byToken].map(([token, list]) => {
      const sum = list.reduce((total, { amount }) => total + amount, 0n);
      return { token, rounds: list.length, amount: words.amount(token, sum) };
    }),
  };
}

/** USDC and GIM, where the deployment names them. */
function currenciesOf({ deployment }: ApiContext): readonly Address[] {
  return [deployment.tokens["USDC"]?.address, deployment.contracts["GovernanceToken"]].filter(
    (token) => token !== undefined,
  );
}

async function describe(context: ApiContext, row: StrategyRow): Promise<z.input<typeof detailSchema>> {
  const { history } = context;
  const { id } = row;
  const versions = await everyRow<StrategyVersionRow>((page) => history.strategyVersions(id, page));
  // Anybody may make an index, so that there may be any number of them.
  const { rows: adoptions } = await history.adoptions({ strategy: id, limit: MOST });
  const { rows: notices } = await history.adoptionNotices({ strategy: id, limit: MOST });
  const { time } = await history.head();
  const found = await Promise.all(
    [...new Set([...adoptions, ...notices].map(({ vault }) => vault))].map((vault) => history.vault(vault)),
  );
  const vaults = new Map(found.filter((vault) => vault !== null).map((vault) => [vault.address, vault]));
  const earned = await history.assetTotals(id);
  const lock = row.lock === null ? null : await history.strategyLock(row.lock);
  const currencies = [...currenciesOf(context), ...earned.map(({ currency }) => currency)];
  const names = await namesOf(context, lock === null ? currencies : [...currencies, lock.currency]);
  // Anybody may pay out tokens of his own making. Only those are named that somebody vouches for.
  const trusted = [...new Set([...vaults.keys(), ...names.keys()])];
  const royalties = await history.royaltyTotals(id, trusted);
  const rounds =
    lock === null ? [] : await everyRow<RoyaltyRoundRow>((page) => history.royaltyRounds(lock.shares, trusted, page));
  const words: Words = {
    ...{ vaults, versions },
    amount: (token, raw) => (vaults.has(token) ? sharesAmount(raw) : tokenAmount(names, token, raw)),
  };
  const { kind, author, owner, receiver, royaltyBps, resaleBps, resaleReceiver, transferNonce, hash } = row;
  return {
    ...{ id: String(id), kind, author, owner, receiver, royaltyBps, resaleBps, resaleReceiver },
    ...{ ownersBefore: transferNonce, registeredAt: isoTime(row.time), hash },
    versions: versions
      .slice(-MOST)
      .toReversed()
      .map(({ number, hash, uri, time: at }) => ({ number, hash, uri, publishedAt: isoTime(at) })),
    adoptions: adoptions.map((each) => ({
      ...termsOf(words, each),
      announcedAt: each.announcedTime === null ? null : isoTime(each.announcedTime),
      since: isoTime(each.time),
      until: each.ended === null ? null : isoTime(each.ended.time),
    })),
    announced: notices
      .filter(({ lapsesAt }) => lapsesAt > time)
      .map((each) => ({
        ...termsOf(words, each),
        ...{ announcedAt: isoTime(each.time), appliesAt: isoTime(each.appliesAt), lapsesAt: isoTime(each.lapsesAt) },
      })),
    royalties: royalties.map(({ token, paid, paidOut }) => ({
      ...{ token, paid: words.amount(token, paid), paidOut: words.amount(token, paidOut) },
    })),
    earned: earned.map(({ currency, earned: sum, paid }) => ({
      ...{ currency, earned: words.amount(currency, sum), paid: words.amount(currency, paid) },
    })),
    lock: lock === null ? null : lockOf(words, lock, rounds),
  };
}

const getStrategy = defineRoute({
  id: "getStrategy",
  method: "get",
  path: "/v1/strategies/{id}",
  tag: "Strategies",
  summary: "A strategy or a data set: versions, who adopted it, what it earned, and its shares",
  params: {
    id: z
      .string()
      .regex(/^[1-9]\d{0,76}$/, "must be the number of a token")
      .transform(BigInt)
      .openapi({ type: "string", pattern: "^[1-9]\\d{0,76}$", description: "Token of StrategyRegistry." }),
  },
  data: detailSchema,
  freshness: "revision",
  handle: async (context, { params }) => {
    const { result, moment } = await atOneMoment(
      context.history,
      {},
      async () => {
        const row = await context.history.strategy(params.id);
        if (row === null) throw new NotFoundError(`No strategy has the number ${params.id}.`, {});
        return describe(context, row);
      },
      () => null,
    );
    return { data: result, ...moment };
  },
});

/** What is followed, and how it did. */
export const strategyRoutes: readonly Route[] = [listStrategies, getStrategy];
