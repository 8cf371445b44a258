import { z } from "@hono/zod-openapi";
import { type Address, formatUnits, getAddress, type Hex, isAddress } from "viem";

export { z };

/** An address in a path, a query or a body: any spelling of the letters, read into the checksummed one. */
export const addressInput = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address: 0x and 40 hexadecimal digits")
  .transform((text) => getAddress(text))
  .openapi({ type: "string", pattern: "^0x[0-9a-fA-F]{40}$", example: "0x00000000000000000000000000000000000000aA" });

/** A hash of 32 bytes in a path, a query or a body, read into small letters. */
export const hashInput = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be a hash: 0x and 64 hexadecimal digits")
  .transform((text) => text.toLowerCase() as Hex)
  .openapi({ type: "string", pattern: "^0x[0-9a-fA-F]{64}$" });

/** An address in an answer, checksummed. */
export const addressSchema = z
  .custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false }))
  .openapi("Address", { type: "string", pattern: "^0x[0-9a-fA-F]{40}$", description: "Address, checksummed." });

/** A hash of 32 bytes in an answer. */
export const hashSchema = z
  .custom<Hex>((value) => typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value))
  .openapi("Hash", { type: "string", pattern: "^0x[0-9a-f]{64}$", description: "32 bytes." });

/** A moment in an answer: ISO 8601 in UTC. */
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  .openapi("Time", { format: "date-time", description: "Moment in UTC, ISO 8601.", example: "2026-11-21T00:00:00Z" });

/** The number of a block in an answer. */
export const blockSchema = z.number().int().nonnegative().openapi("Block", { description: "Number of a block." });

/** A sum with its unit: the decimal text for people, the integer for programs. */
export const amountSchema = z
  .strictObject({
    amount: z.string().regex(/^-?\d+(\.\d+)?$/),
    raw: z.string().regex(/^-?\d+$/),
    decimals: z.number().int().min(0).max(77),
    unit: z.string(),
  })
  .openapi("Amount", {
    description: "A sum: `amount` is `raw` divided by 10 to the power of `decimals`, in `unit`.",
    example: { amount: "1.5", raw: "1500000", decimals: 6, unit: "USDC" },
  });

/** A sum with its unit. */
export type Amount = z.output<typeof amountSchema>;

/** A sum of `raw` integers of 10^-decimals `unit`. */
export function amountOf(raw: bigint, decimals: number, unit: string): Amount {
  return { amount: formatUnits(raw, decimals), raw: String(raw), decimals, unit };
}

/** A second since 1970 as ISO 8601 without fractions. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** Query of every list: how many, and where to go on. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .openapi({ type: "integer", minimum: 1, maximum: 100, default: 20, description: "How many entries, at most 100." }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: "`next` of the page before. Only for the same list with the same parameters." }),
};

/** Query of everything whose past is known. */
export const atQuery = {
  asOf: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], "must be a moment such as 2026-11-21T12:00:00Z, or a date")
    .optional()
    .openapi({
      type: "string",
      format: "date-time",
      description: "The answer as it was at this moment; a date means 00:00 UTC. Not together with `asOfBlock`.",
      example: "2026-11-21T12:00:00Z",
    }),
  asOfBlock: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ type: "integer", minimum: 0, description: "The answer as it was after this block." }),
};

/** A problem as OpenAPI describes it. */
export const problemSchema = z
  .looseObject({
    type: z.string().openapi({ format: "uri-reference", example: "/problems/not-found" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "What happened and what to do." }),
    instance: z.string().openapi({ format: "uri", description: "This very failure; the log has it under this id." }),
    code: z.string().openapi({ description: "Stable name of the kind of problem.", example: "NOT_FOUND" }),
  })
  .openapi("Problem", { description: "RFC 9457." });
