import { readFileSync } from "node:fs";
import { getAddress, isAddress } from "viem";
import { z } from "../../keeper/src/schemas.ts";
import { SIGNER_APIS } from "../cli/wallet.ts";
import { BotSettingsError } from "./errors.ts";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address")
  .transform((text) => getAddress(text));
const symbol = z.string().regex(/^[A-Za-z0-9._-]{1,20}$/, "must be the symbol of a token");
const bps = z.int().min(0).max(10_000);
const sum = z.number().positive().max(1e12); // {quote}
const webAddress = z.url({ protocol: /^https?$/ });

const wallet = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("environment") }),
    z.strictObject({
      kind: z.literal("keystore"),
      file: z.string().min(1),
      passwordFile: z.string().min(1).optional(),
    }),
    z.strictObject({
      kind: z.literal("remote"),
      url: webAddress,
      address,
      api: z.enum(SIGNER_APIS).default("web3signer"),
      tokenVariable: z.string().optional(),
    }),
  ])
  .prefault({ kind: "environment" });

const limits = z
  .strictObject({
    maxWeightBps: bps.min(1).default(2_000),
    cashFloorBps: bps.default(1_000),
    maxTrade: sum.default(1_000),
    minTrade: sum.default(10),
    dailyTurnover: sum.default(5_000),
    dailyLossBps: bps.min(1).default(500),
    slippageBps: z.int().min(1).max(1_000).default(50),
    deviationBps: z.int().min(1).max(1_000).default(100),
    maxSignalAge: z.int().min(60).max(2_592_000).default(172_800),
  })
  .prefault({})
  .refine(({ minTrade, maxTrade }) => minTrade <= maxTrade, {
    path: ["minTrade"],
    message: "must not exceed maxTrade",
  });

const schema = z
  .strictObject({
    venue: z.enum(["paper", "uniswap"]),
    signals: z.union([
      z.strictObject({ journal: z.string().min(1), index: address }),
      z.strictObject({ api: webAddress }),
    ]),
    /** Score tier that the account must have had at the last week's start. */
    leastTier: z.int().min(1).max(10),
    quote: symbol.default("USDC"),
    tokens: z.array(symbol).min(1).max(50),
    /** Whose tier counts on paper; otherwise the wallet's. */
    account: address.optional(),
    wallet,
    limits,
    paper: z
      .strictObject({
        cash: sum.default(10_000),
        feeBps: bps.default(30),
        spreadBps: bps.default(10),
        depth: sum.default(50_000),
        refill: z.int().min(1).max(86_400).default(60),
      })
      .prefault({}),
    uniswap: z
      .strictObject({
        /** {s} how long a swap may wait for its block. */
        deadline: z.int().min(30).max(1_200).default(120),
        /** {quote} size for which prices are asked. */
        probe: sum.default(100),
      })
      .prefault({}),
    /** The bot's own file. */
    file: z.string().min(1).default(".gimbal/bot.db"),
  })
  .refine(({ tokens, quote }) => new Set([...tokens, quote]).size === tokens.length + 1, {
    path: ["tokens"],
    message: "must name each token once, and not the quote",
  });

/** What the bot is told. Money in whole units of the quote. */
export type BotSettings = z.output<typeof schema>;

/** Throws BotSettingsError, which names every field that is wrong. */
export function parseSettings(json: unknown): BotSettings {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".") || "settings"}: ${message}`);
  throw new BotSettingsError(`The bot's settings cannot be used. ${faults.join("; ")}.`);
}

/** Reads a file of settings. Throws BotSettingsError. */
export function readSettings(path: string): BotSettings {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new BotSettingsError(
      `${path} cannot be read. Write the bot's settings there; docs/TRADING-BOT.md says how.`,
      {
        cause,
      },
    );
  }
  try {
    return parseSettings(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new BotSettingsError(`${path} is no JSON. Correct it.`, { cause });
    throw cause;
  }
}
