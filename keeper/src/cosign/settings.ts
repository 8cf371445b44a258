import { getAddress, isAddress } from "viem";
import { z } from "zod";
import { defaultCollectSettings } from "./collector.ts";
import { defaultCosignSettings } from "./cosigner.ts";
import { defaultServerSettings } from "./server.ts";

const bps = z.int().min(0).max(10_000);
const MEBIBYTE = 1024 * 1024;

/** Keepers of other parties: whose account, and where it listens. */
export const cosignersSchema = z
  .array(
    z.strictObject({
      address: z
        .string()
        .refine((text) => isAddress(text, { strict: false }), "must be an address")
        .transform((text) => getAddress(text)),
      url: z.url({ protocol: /^https?$/ }),
    }),
  )
  .max(15)
  .refine((list) => new Set(list.map(({ address }) => address)).size === list.length, "must name each account once")
  .default([]);

const { market } = defaultCosignSettings;

/** How decisions of other keepers are checked and signed, and how they are asked. */
export const cosignSchema = z
  .strictObject({
    /** Where this keeper listens for the others; absent: it signs its own decisions only. */
    listen: z
      .strictObject({ host: z.string().min(1).default("127.0.0.1"), port: z.int().min(0).max(65_535) })
      .optional(),
    priceBps: bps.default(market.priceBps),
    shareBps: bps.default(market.shareBps),
    figureBps: bps.default(market.figureBps),
    figureShareBps: bps.default(market.figureShareBps),
    models: z.enum(["own", "again"]).default(defaultCosignSettings.models),
    memory: z.enum(["proven", "given"]).default(defaultCosignSettings.memory),
    costFactor: z.int().min(1).max(100).default(defaultCosignSettings.costFactor),
    maxAgeSeconds: z.int().min(1).default(defaultCosignSettings.maxAge),
    largestBodyMebibytes: z
      .int()
      .min(1)
      .max(400)
      .default(defaultServerSettings.largestBody / MEBIBYTE),
    largestBundleMebibytes: z
      .int()
      .min(1)
      .max(500)
      .default(defaultServerSettings.largestBundle / MEBIBYTE),
    windowSeconds: z.int().min(5).max(3_600).default(defaultServerSettings.window),
    requestsPerMinute: z.int().min(1).max(10_000).default(defaultServerSettings.requestsPerMinute),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(defaultCollectSettings.timeout / 1000),
    retrySeconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(defaultCollectSettings.retryEvery / 1000),
    giveUpAfterSeconds: z
      .int()
      .min(1)
      .max(21_600)
      .default(defaultCollectSettings.giveUpAfter / 1000),
  })
  .prefault({});

/** Settings of a keeper among several. */
export type CosignConfig = z.output<typeof cosignSchema>;

/** The part of the settings that a check goes by. */
export function toCosignSettings(config: CosignConfig) {
  const { priceBps, shareBps, figureBps, figureShareBps, models, memory, costFactor, maxAgeSeconds: maxAge } = config;
  return { market: { priceBps, shareBps, figureBps, figureShareBps }, models, memory, costFactor, maxAge };
}

/** The part that the server goes by. */
export function toServerSettings(config: CosignConfig) {
  return {
    largestBody: config.largestBodyMebibytes * MEBIBYTE,
    largestBundle: config.largestBundleMebibytes * MEBIBYTE,
    window: config.windowSeconds,
    requestsPerMinute: config.requestsPerMinute,
  };
}

/** The part that asking goes by. */
export function toCollectSettings({ timeoutSeconds, retrySeconds, giveUpAfterSeconds }: CosignConfig) {
  return { timeout: timeoutSeconds * 1000, retryEvery: retrySeconds * 1000, giveUpAfter: giveUpAfterSeconds * 1000 };
}
