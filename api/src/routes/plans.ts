import { type ORDER_PERIODS, upcomingOrders } from "@gimbal/sdk";
import { momentOf } from "../accounts/moment.ts";
import type { PlanRow } from "../history/rows.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const PERIODS: Readonly<Record<PlanRow["period"], (typeof ORDER_PERIODS)[number]>> = {
  ONE_WEEK: "1-week",
  TWO_WEEKS: "2-weeks",
  FOUR_WEEKS: "4-weeks",
  MONTH: "month",
};
const KINDS = { DEPOSIT: "deposit", WITHDRAW_SUM: "withdraw-sum", WITHDRAW_PART: "withdraw-part" } as const;
/** Dates that are told of a plan. */
const DATES = 3;

const planSchema = z
  .strictObject({
    id: z.string(),
    owner: addressSchema,
    index: addressSchema.nullable(),
    batchDepositor: addressSchema,
    kind: z.enum(["deposit", "withdraw-sum", "withdraw-part"]),
    period: z.enum(["1-week", "2-weeks", "4-weeks", "month"]),
    amountRaw: z
      .string()
      .nullable()
      .openapi({ description: "Raw units of the cash of the index's batches; null: a part." }),
    partBps: z.number().int().nullable().openapi({ description: "Of the shares held, of withdraw-part." }),
    tipCapRaw: z.string().openapi({ description: "Raw units of cash that whoever files an order gets at most." }),
    status: z.enum(["active", "cancelled", "completed"]),
    filed: z.number().int().openapi({ description: "Orders so far." }),
    ordersLeft: z.number().int().nullable().openapi({ description: "null: no limit." }),
    next: z.array(timeSchema).openapi({ description: "Next dates, when each order is filed on its day." }),
  })
  .openapi("RecurringPlan");

function describePlan(plan: PlanRow): z.input<typeof planSchema> {
  const left = plan.orders === 0 ? null : Math.max(0, plan.orders - plan.filed);
  const isOver = plan.status !== "active" || plan.next === 0 || left === 0;
  const day = new Date(plan.next * 1_000).getUTCDate();
  const schedule = { period: PERIODS[plan.period], next: plan.next, day, lastDay: plan.lastDay, ordersLeft: left ?? 0 };
  const isPart = plan.kind === "WITHDRAW_PART";
  return {
    ...{ id: String(plan.id), owner: plan.owner, index: plan.vault, batchDepositor: plan.depositor },
    ...{ kind: KINDS[plan.kind], period: PERIODS[plan.period] },
    amountRaw: isPart ? null : String(plan.amount),
    partBps: isPart ? Number(plan.amount) : null,
    tipCapRaw: String(plan.tipCap),
    ...{ status: plan.status, filed: plan.filed, ordersLeft: left },
    next: isOver ? [] : upcomingOrders(schedule, DATES).map(isoTime),
  };
}

const listPlans = defineRoute({
  id: "listRecurringPlans",
  method: "get",
  path: "/v1/recurring/{account}",
  tag: "Accounts",
  summary: "Recurring plans of an account, with their next dates",
  params: { account: addressInput },
  position: z.string().max(1_000),
  data: z.array(planSchema),
  freshness: "revision",
  handle: async (context, { params, page }) => {
    const cursor = page.after === null ? {} : { cursor: page.after };
    const { rows, next } = await context.history.plans({ account: params.account, limit: page.limit, ...cursor });
    return { data: rows.map(describePlan), ...(await momentOf(context, {})), next };
  },
});

/** Recurring plans. */
export const planRoutes: readonly Route[] = [listPlans];
