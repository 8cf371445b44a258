import { type Address, isAddressEqual } from "viem";
import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import type { VaultEventRow, VaultRow } from "../history/rows.ts";
import { UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressSchema, hashSchema, z } from "../http/schemas.ts";
import { type Following, followingsOf } from "../strategies/adoptions.ts";
import { LEAST_DAYS, type LiveResult, rankStrategies } from "../strategies/ranking.ts";
import type { StrategyRow } from "../strategies/strategyRows.ts";
import { everyRow } from "./holdings.ts";
import { atOneMoment } from "./moment.ts";
import { coinSeries, navSeries } from "./performance.ts";
import type { DailySeries } from "./performanceMaths.ts";

const DAY = 86_400; // {s}

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

const NO_CLOSES: DailySeries = { firstDay: 0, values: [] };

async function benchmarkOf(context: ApiContext, name: "BTC" | "ETH" | "cash", now: number, at: At) {
  if (name === "cash") return { firstDay: 0, values: new Array<number>(Math.floor(now / DAY) + 1).fill(1) };
  return (await coinSeries(context, name, at)) ?? NO_CLOSES;
}

async function followings({ history }: ApiContext, at: At): Promise<readonly Following[]> {
  const vaults = await everyRow<VaultRow>((page) => history.vaults({ ...at, ...page }));
  const events = await everyRow<VaultEventRow>((page) =>
    history.vaultEvents({ name: "StrategyAdopted", ...at, ...page }),
  );
  return vaults.flatMap((vault) => {
    return followingsOf(
      vault,
      events.filter((event) => isAddressEqual(event.vault, vault.address)),
    );
  });
}

function toWire(row: StrategyRow, result: LiveResult): z.input<typeof strategySchema> {
  const { author, owner, receiver, royaltyBps, hash, uri, versions } = row;
  const { id, ...figures } = result;
  return { ...figures, id: String(id), ...{ author, owner, receiver, royaltyBps, hash, uri, versions } };
}

async function rank(context: ApiContext, benchmark: "BTC" | "ETH" | "cash", at: At) {
  const { strategies: source, history } = context;
  if (source === null) throw new UnavailableError(["strategies"], "The index of this service holds no strategies.");
  const rows = await everyRow<StrategyRow>((page) => source.strategies({ ...at, ...page }));
  const all = await followings(context, at);
  const now = at.asOf ?? (await history.head()).time;
  const today = Math.floor(now / DAY);
  // An index that went back to a strategy has one value a day all the same.
  const known = new Map<Address, Promise<DailySeries | null>>();
  const navOf = (vault: Address) => {
    const series = known.get(vault) ?? navSeries(context, vault, { from: 0, to: today }, at).then((nav) => nav.series);
    known.set(vault, series);
    return series;
  };
  const followed = await Promise.all(
    rows.map(async ({ id, receiver }) => {
      const own = all.filter((following) => isAddressEqual(following.receiver, receiver));
      return { id, adoptions: await Promise.all(own.map(async (each) => ({ ...each, nav: await navOf(each.vault) }))) };
    }),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return rankStrategies(followed, await benchmarkOf(context, benchmark, now, at)).flatMap((result) => {
    const row = byId.get(result.id);
    return row === undefined ? [] : [toWire(row, result)];
  });
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
    benchmark: z.enum(["BTC", "ETH", "cash"]).default("BTC").openapi({ description: "Whose return is taken off." }),
  },
  hasPast: true,
  data: z.array(strategySchema),
  freshness: "revision",
  handle: async (context, { query, at }) => {
    const { result, moment } = await atOneMoment(
      context.history,
      at,
      () => rank(context, query.benchmark, at),
      () => null,
    );
    return { data: result, ...moment };
  },
});

/** What is followed, and how it did. */
export const strategyRoutes: readonly Route[] = [listStrategies];
