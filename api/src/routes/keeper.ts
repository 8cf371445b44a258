import { formatEther } from "viem";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressSchema, amountSchema, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { toApiError } from "../http/translate.ts";
import { askKeeper } from "../keeperPage.ts";
import { decisionSummarySchema, summarise } from "./decisions.ts";

const statusSchema = z
  .strictObject({
    indices: z.array(
      z.strictObject({
        index: addressSchema,
        lastDecision: decisionSummarySchema,
        ageSeconds: z.number().int().openapi({ description: "Since that decision." }),
        model: z.strictObject({ hash: hashSchema.nullable(), spoke: z.string(), fittedOn: z.iso.date().nullable() }),
        nextRun: timeSchema
          .nullable()
          .openapi({ description: "When the next decision is due; null: `live` says why." }),
      }),
    ),
    halts: z.array(z.strictObject({ scope: z.string(), kind: z.string(), since: timeSchema, reason: z.string() })),
    unfinished: z.array(z.strictObject({ intent: z.string(), state: z.string() })),
    accounts: z.array(
      z.strictObject({
        account: addressSchema,
        gas: amountSchema.nullable().openapi({ description: "null: the node does not answer." }),
      }),
    ),
    live: z
      .strictObject({ isUp: z.boolean(), detail: z.string() })
      .openapi({ description: "Whether the keeper itself answers on its own pages." }),
  })
  .openapi("KeeperStatus");

async function gasOf({ client }: ApiContext, accounts: readonly `0x${string}`[]) {
  return Promise.all(
    accounts.map(async (account) => {
      try {
        const raw = await client.getBalance({ address: account });
        return { account, gas: { amount: formatEther(raw), raw: String(raw), decimals: 18, unit: "ETH" } };
      } catch (error) {
        if (toApiError(error).status !== 503) throw error;
        return { account, gas: null };
      }
    }),
  );
}

const DAY = 86_400;

const keeperStatus = defineRoute({
  id: "keeperStatus",
  method: "get",
  path: "/v1/keeper/status",
  tag: "Keeper",
  summary: "What the keeper did last and does next, what stands still and why",
  data: statusSchema,
  freshness: "live",
  handle: async (context) => {
    const { decisions, clock } = context;
    const now = clock();
    const work = await decisions.work();
    const [{ due, live }, accounts] = await Promise.all([askKeeper(context.keeperPage), gasOf(context, work.accounts)]);
    const blocks = work.newest.map(({ record }) => Number(record.block.number));
    return {
      data: {
        indices: work.newest.map((decision) => {
          const { vault, asOf, model } = decision.record;
          const next = due.get(vault.toLowerCase()) ?? null;
          const fittedOn = model.fittedOn === null ? null : isoTime(model.fittedOn * DAY).slice(0, 10);
          return {
            index: vault,
            lastDecision: summarise(decision),
            ageSeconds: Math.max(0, now - asOf),
            model: { hash: model.hash, spoke: model.spoke, fittedOn },
            nextRun: next === null ? null : isoTime(next),
          };
        }),
        halts: work.halts.map((halt) => ({ ...halt, since: isoTime(halt.since) })),
        unfinished: [...work.unfinished],
        accounts,
        live,
      },
      asOf: now,
      asOfBlock: blocks.length === 0 ? null : Math.max(...blocks),
    };
  },
});

/** The keeper. */
export const keeperRoutes: readonly Route[] = [keeperStatus];
