import { yearlyFee } from "@gimbal/sdk";
import { type Address, zeroAddress } from "viem";
import type { StoredMethodology } from "../../../keeper/src/data/methodologyFolder.ts";
import type { ApiContext } from "../context.ts";
import type { At, History } from "../history/history.ts";
import type { NavRow, VaultRow } from "../history/rows.ts";
import { NotFoundError } from "../http/problem.ts";
import {
  addressInput,
  addressSchema,
  amountOf,
  amountSchema,
  blockSchema,
  hashSchema,
  isoTime,
  timeSchema,
  z,
} from "../http/schemas.ts";

/** Decimals of the dollar sums that the contracts count in. */
export const USD = 18;

/** The path parameter of everything about one index. */
export const indexParams = { address: addressInput.openapi({ description: "Address of the index's vault." }) };

const nullable = (schema: z.ZodType, why: string) => schema.nullable().openapi({ description: `null: ${why}` });

/** Change {bps} of a price; null when one of both is not known. */
export const changeSchema = z.number().int().nullable().openapi({ description: "In basis points; null: not known." });

/** What one looks at first. */
export const indexSchema = z
  .strictObject({
    address: addressSchema,
    name: z.string(),
    symbol: z.string(),
    price: nullable(amountSchema, "no net asset value is known yet."),
    isPriceComplete: z
      .boolean()
      .openapi({ description: "False: a token held has no price, the true value is higher." }),
    change24hBps: changeSchema,
    change30dBps: changeSchema,
    tvl: nullable(amountSchema, "no net asset value is known yet."),
    supply: nullable(amountSchema, "no net asset value is known yet."),
    holders: z.number().int(),
    fees: z.strictObject({
      streamingBpsPerYear: z.number().openapi({ description: "Part of the value taken in a year, in basis points." }),
      mintBps: z.number().int().openapi({ description: "Charged on the shares of a purchase." }),
      redeemBps: z.literal(0).openapi({ description: "Leaving is free; the contract knows no such fee." }),
      royaltyBps: z.number().int().openapi({ description: "Part of the fees that goes to the methodology's author." }),
    }),
    risk: nullable(z.enum(["conservative", "balanced", "aggressive"]), "its methodology's document is not known here."),
    methodology: z.strictObject({
      hash: hashSchema,
      id: z.string().nullable().openapi({ description: "Name of the document; null: it is not known here." }),
      name: z.string().nullable(),
    }),
    epoch: z.number().int().openapi({ description: "Number of the last rebalance; 0: none yet." }),
    createdAt: timeSchema,
  })
  .openapi("Index");

/** One index with all its terms. */
export const indexDetailSchema = indexSchema
  .extend({
    creator: addressSchema,
    curator: nullable(addressSchema, "nobody may change its terms."),
    feeRecipient: addressSchema,
    royaltyRecipient: nullable(addressSchema, "no royalty is paid."),
    batchDepositor: nullable(addressSchema, "it takes no batches."),
    version: z.number().int(),
    createdBlock: blockSchema,
    createdBy: hashSchema.openapi({ description: "Transaction that made it." }),
    paused: z.strictObject({
      mint: z.boolean(),
      fill: z.boolean(),
      propose: z.boolean(),
      until: timeSchema.nullable(),
    }),
    unpriced: z.array(addressSchema).openapi({ description: "Tokens held that have no price now." }),
  })
  .openapi("IndexDetail");

/** What an index was worth earlier, for its changes. */
export interface Earlier {
  readonly dayAgo: NavRow | null;
  readonly monthAgo: NavRow | null;
}

/** The short form of an index. */
export function toIndex(
  vault: VaultRow,
  earlier: Earlier,
  methodologies: ApiContext["methodologies"],
): z.input<typeof indexSchema> {
  const { nav } = vault;
  const known = methodologies.get(vault.methodologyHash);
  return {
    address: vault.address,
    name: vault.name,
    symbol: vault.symbol,
    price: nav && amountOf(nav.perShare, USD, "USD/share"),
    isPriceComplete: nav !== null && nav.unpriced.length === 0,
    change24hBps: changeOf(earlier.dayAgo, nav),
    change30dBps: changeOf(earlier.monthAgo, nav),
    tvl: nav && amountOf(nav.total, USD, "USD"),
    supply: nav && amountOf(nav.supply, USD, "share"),
    holders: vault.holders,
    fees: {
      streamingBpsPerYear: Math.round(Number(yearlyFee(vault.streamingRate)) / 1e12) / 100,
      mintBps: vault.mintFeeBps,
      redeemBps: 0,
      royaltyBps: vault.royaltyBps,
    },
    risk: known?.document.tier ?? null,
    methodology: { hash: vault.methodologyHash, id: known?.id ?? null, name: nameOf(known) },
    epoch: vault.epoch,
    createdAt: isoTime(vault.time),
  };
}

/** Every term of an index. `now` {s}: a pause that is over is none. */
export function toIndexDetail(
  vault: VaultRow,
  earlier: Earlier,
  methodologies: ApiContext["methodologies"],
  now: number,
): z.input<typeof indexDetailSchema> {
  const isPaused = vault.pausedUntil > now;
  const isBitSet = (bit: number) => isPaused && (vault.pausedBits & (1 << bit)) !== 0;
  return {
    ...toIndex(vault, earlier, methodologies),
    creator: vault.creator,
    curator: somebody(vault.curator),
    feeRecipient: vault.feeRecipient,
    royaltyRecipient: somebody(vault.royaltyRecipient),
    batchDepositor: vault.batchDepositor,
    version: vault.version,
    createdBlock: vault.block,
    createdBy: vault.transaction,
    paused: {
      mint: isBitSet(0),
      fill: isBitSet(1),
      propose: isBitSet(2),
      until: isPaused ? isoTime(vault.pausedUntil) : null,
    },
    unpriced: [...(vault.nav?.unpriced ?? [])],
  };
}

/** The index of a request. Throws NotFoundError when there is none at that moment. */
export async function requireVault(history: History, address: Address, at: At): Promise<VaultRow> {
  const vault = await history.vault(address, at);
  if (vault !== null) return vault;
  throw new NotFoundError("There is no index with this address at that moment. /v1/indices lists all that there are.", {
    index: address,
  });
}

/** {bps} */
export function changeOf(from: NavRow | null, to: NavRow | null): number | null {
  if (from === null || to === null || from.perShare === 0n) return null;
  // Beside a token without a price, two values cannot be compared.
  if (from.unpriced.length > 0 || to.unpriced.length > 0) return null;
  return Math.round((Number(to.perShare) / Number(from.perShare) - 1) * 10_000);
}

function somebody(account: Address): Address | null {
  return account === zeroAddress ? null : account;
}

function nameOf(known: StoredMethodology | undefined): string | null {
  return known === undefined ? null : known.document.name;
}
