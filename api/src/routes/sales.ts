import { getSale } from "@gimbal/sdk";
import { zeroAddress } from "viem";
import { fromNode } from "../accounts/fromNode.ts";
import { momentOf } from "../accounts/moment.ts";
import { namesOf, tokenAmount } from "../accounts/names.ts";
import type { ApiContext } from "../context.ts";
import type { SaleRow } from "../history/governanceRows.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const saleSchema = z
  .strictObject({
    sale: addressSchema,
    status: z.enum(["announced", "funded", "open", "succeeded", "missed", "lapsed", "cancelled"]).openapi({
      description: "missed: the soft cap. lapsed: the issuer's tokens did not come in time.",
    }),
    issuer: addressSchema,
    saleToken: addressSchema,
    paymentToken: addressSchema,
    hardCap: amountSchema,
    softCap: amountSchema,
    offered: amountSchema.openapi({ description: "Sold when the hard cap is met." }),
    committed: amountSchema,
    buyers: z.number().int(),
    feeBps: z.number().int(),
    snapshotAt: timeSchema.openapi({ description: "When tiers are read." }),
    startsAt: timeSchema,
    endsAt: timeSchema,
    cliffEndsAt: timeSchema,
    vestedAt: timeSchema,
    access: z
      .strictObject({
        account: addressSchema,
        tier: z.number().int(),
        cap: amountSchema,
        opensAt: timeSchema.nullable().openapi({ description: "null: the account may not commit." }),
        committed: amountSchema,
        accepted: amountSchema,
        refund: amountSchema,
        bought: amountSchema,
        releasable: amountSchema,
        isSettled: z.boolean(),
      })
      .nullable()
      .openapi({ description: "Of `account`, as things stand; null without it and before the snapshot." }),
  })
  .openapi("Sale");

async function describeSale(context: ApiContext, row: SaleRow, account: z.output<typeof addressInput> | undefined) {
  const { paymentToken, saleToken, end } = row;
  const [{ status, access, totalCommitted }, names] = await Promise.all([
    fromNode(() => getSale(context.client, { sale: row.round, account: account ?? zeroAddress })),
    namesOf(context, [paymentToken, saleToken]),
  ]);
  const paid = (raw: bigint) => tokenAmount(names, paymentToken, raw);
  const sold = (raw: bigint) => tokenAmount(names, saleToken, raw);
  return {
    ...{ sale: row.round, status, issuer: row.issuer, saleToken, paymentToken },
    ...{ hardCap: paid(row.hardCap), softCap: paid(row.softCap), offered: sold(row.saleAmount) },
    ...{ committed: paid(totalCommitted), buyers: row.buyers, feeBps: row.feeBps },
    ...{ snapshotAt: isoTime(row.snapshot), startsAt: isoTime(row.start), endsAt: isoTime(end) },
    ...{ cliffEndsAt: isoTime(end + row.cliff), vestedAt: isoTime(end + row.vesting) },
    access:
      access === undefined || account === undefined
        ? null
        : {
            ...{ account, tier: access.tier, cap: paid(access.cap) },
            opensAt: access.tier === 0 ? null : isoTime(Number(access.opensAt)),
            ...{ committed: paid(access.committed), accepted: paid(access.accepted), refund: paid(access.refund) },
            ...{ bought: sold(access.bought), releasable: sold(access.releasable), isSettled: access.settled },
          },
  };
}

const listSales = defineRoute({
  id: "listSales",
  method: "get",
  path: "/v1/sales",
  tag: "Sales",
  summary: "Early-access sales, newest first, and what an account may do in them",
  query: { account: addressInput.optional().openapi({ description: "Whose access and commitment." }) },
  position: z.string().max(1_000),
  data: z.array(saleSchema),
  freshness: "live",
  handle: async (context, { query, page }) => {
    const cursor = page.after === null ? {} : { cursor: page.after };
    const { rows, next } = await context.history.sales({ limit: page.limit, ...cursor });
    const data = await Promise.all(rows.map((row) => describeSale(context, row, query.account)));
    return { data, ...(await momentOf(context, {})), next };
  },
});

/** Early-access sales. */
export const saleRoutes: readonly Route[] = [listSales];
