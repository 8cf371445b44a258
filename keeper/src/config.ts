import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Deployment, parseDeployment } from "@gimbal/sdk";
import { type Address, getAddress, type Hex, isAddress, isHex } from "viem";
import { z } from "zod";
import { ConfigError } from "./errors.ts";
import { defaultRegimeParams } from "./models/trendVolRegime.ts";
import type { Policy } from "./pipeline.ts";
import { defaultPlanParams, type PlanParams } from "./plan/params.ts";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address")
  .transform((text) => getAddress(text));
const bps = z.int().min(0).max(10_000);
const seconds = z.int().min(1);
const wei = z.string().regex(/^\d+$/, "must be a whole number in quotes").transform(BigInt);

/** Its names, without the index signature that makes the parameters recordable. */
type PlanParameter = keyof { [K in keyof PlanParams as string extends K ? never : K]: true };

const planSchema: z.ZodType<PlanParams, Readonly<Record<string, number>>> = z.strictObject(
  Object.fromEntries(
    Object.entries(defaultPlanParams).map(([name, value]) => [name, z.int().min(0).max(100_000_000).default(value)]),
  ) as unknown as { [K in PlanParameter]: z.ZodDefault<z.ZodInt> },
);

const regimeSchema = z.strictObject({
  mode: z.enum(["ladder", "binary"]).default(defaultRegimeParams.mode),
  ladderBps: z
    .array(bps)
    .length(4)
    .default([...defaultRegimeParams.ladderBps]),
  bandBps: bps.default(defaultRegimeParams.bandBps),
  breadthHighBps: bps.default(defaultRegimeParams.breadthHighBps),
  breadthLowBps: bps.default(defaultRegimeParams.breadthLowBps),
  drawdownShallowBps: bps.default(defaultRegimeParams.drawdownShallowBps),
  drawdownDeepBps: bps.default(defaultRegimeParams.drawdownDeepBps),
  volatilityCalmBps: bps.default(defaultRegimeParams.volatilityCalmBps),
  volatilityHighBps: bps.default(defaultRegimeParams.volatilityHighBps),
  dwellDays: z.int().min(1).max(90).default(defaultRegimeParams.dwellDays),
});

const dataSchema = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("csv"), folder: z.string().optional() }),
  z.strictObject({
    source: z.literal("live"),
    cache: z.string().default(".gimbal/cache"),
    symbols: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({ source: z.literal("simulation"), seed: z.int().default(7) }),
]);

const fileSchema = z.strictObject({
  rpcUrl: z.url({ protocol: /^https?$/ }),
  chainId: z.int().min(1),
  /** deployments/<chainId>.json */
  deployment: z.string(),
  vaults: z.array(address).min(1),
  /** Name of each token in the market data where it is not the token's symbol in the deployment. */
  assets: z.record(z.string(), z.string().min(1)).default({}),
  /** Tokens that a trade may pass through; WETH is always tried. */
  via: z.array(address).default([]),
  data: dataSchema,
  journal: z.string().default(".gimbal/keeper.db"),
  /** {s} between two rounds of the loop, and between two decisions about a vault. */
  roundEvery: seconds.default(60),
  decideEvery: seconds.default(86_400),
  /** {USD/ETH} for cost estimates while the registry has no price for WETH. */
  fallbackNativeUsd: z.int().min(1).default(2_000),
  seed: z.int().default(0),
  regime: regimeSchema.prefault({}),
  plan: planSchema.prefault({}),
  transactions: z
    .strictObject({
      maxFeeCeilingWei: wei.default(200_000_000_000n),
      gasMarginBps: bps.default(2_000),
      bumpAfterSeconds: seconds.default(45),
      giveUpAfterSeconds: seconds.default(600),
      pollSeconds: seconds.default(2),
      confirmations: z.int().min(0).max(256).default(2),
    })
    .prefault({}),
  fills: z
    .strictObject({
      ordersPerTransaction: z.int().min(1).max(20).default(8),
      leastUsd: z.int().min(1).default(50),
      slippageBps: bps.default(30),
      deadlineSeconds: seconds.default(600),
    })
    .prefault({}),
  upkeep: z
    .strictObject({
      refreshMoveBps: bps.default(500),
      leastFeeSharesWei: wei.default(0n),
      largestRun: z.int().min(1).max(200).default(20),
    })
    .prefault({}),
});

const key = z
  .string()
  .refine((text) => isHex(text) && text.length === 66, "must be a private key of 32 bytes, 0x...")
  .transform((text) => text as Hex);

const environmentSchema = z.object({
  GIMBAL_DATA: z.string().min(1).optional(),
  GIMBAL_KEEPER_KEY: key.optional(),
  GIMBAL_SIGNER_KEYS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(key)),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

/** Everything that can be set. Keys come from the environment only, so that no file ever holds one. */
export interface KeeperConfig extends z.output<typeof fileSchema> {
  readonly contracts: Deployment;
  /** Lower-case token address to name in the market data. */
  readonly names: ReadonlyMap<string, string>;
  readonly policy: Policy;
  readonly environment: z.output<typeof environmentSchema>;
}

/** Reads a configuration file (JSON) and the environment. Paths in the file are relative to it. */
export function loadConfig(path: string, environment: Readonly<Record<string, string | undefined>>): KeeperConfig {
  const file = parse(fileSchema, readJson(path, "configuration"), path);
  const settings = parse(environmentSchema, environment, "the environment");
  const folder = dirname(resolve(path));
  const contracts = parseDeployment(readJson(resolve(folder, file.deployment), "deployment"));
  if (contracts.chainId !== file.chainId) {
    throw new ConfigError("The deployment file is of another chain. Correct `chainId` or `deployment`.", {
      chainId: String(file.chainId),
      deployment: String(contracts.chainId),
    });
  }
  return {
    ...file,
    journal: file.journal === ":memory:" ? file.journal : resolve(folder, file.journal),
    data: file.data.source === "live" ? { ...file.data, cache: resolve(folder, file.data.cache) } : file.data,
    contracts,
    names: nameTokens(contracts, file.assets),
    policy: { regime: file.regime, plan: file.plan, seed: file.seed },
    environment: settings,
  };
}

function nameTokens({ tokens }: Deployment, assets: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const names = new Map(Object.entries(tokens).map(([symbol, token]) => [token.address.toLowerCase(), symbol]));
  for (const [token, name] of Object.entries(assets)) {
    if (!isAddress(token, { strict: false }))
      throw new ConfigError("`assets` maps token addresses to names.", { key: token });
    names.set(token.toLowerCase() as Address, name);
  }
  return names;
}

function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `The ${what} file cannot be read. Give the path of a JSON file.`,
      { path, reason },
      { cause },
    );
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = Object.fromEntries(
    result.error.issues.map((issue) => [issue.path.join(".") || "(top level)", issue.message]),
  );
  throw new ConfigError(`Invalid settings in ${where}. Correct these fields:`, details, { cause: result.error });
}
