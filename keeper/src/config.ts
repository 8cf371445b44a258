import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Deployment, parseDeployment } from "@gimbal/sdk";
import { type Address, getAddress, isAddress } from "viem";
import { z } from "zod";
import { cosignersSchema, cosignSchema } from "./cosign/settings.ts";
import { METHODOLOGIES } from "./data/methodologyFolder.ts";
import { ConfigError } from "./errors.ts";
import { defaultBreakerLimits } from "./execute/breakers.ts";
import { type AlertSettings, alertsSchema, healthSchema, withAddresses } from "./health/settings.ts";
import { defaultPlanParams } from "./plan/params.ts";
import type { PlainPolicy } from "./plan/policy.ts";
import { type ScheduleSettings, scheduleSchema } from "./schedule/settings.ts";
import { defaultEventParams } from "./signals/events.ts";
import { defaultGradeParams } from "./signals/gradeParams.ts";
import { defaultRegimeParams } from "./signals/regimeParams.ts";
import { defaultRuleParams } from "./signals/rules.ts";
import { type SignerSettings, type SignerSource, signersSchema } from "./signers/settings.ts";
import { fullSpec, smallSpec } from "./training/specs.ts";
import { defaultWeightParams, RISK_TIERS, weightParamsOf } from "./weights/params.ts";
import { RULE_WEIGHTINGS } from "./weights/ruleScores.ts";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address")
  .transform((text) => getAddress(text));
const bps = z.int().min(0).max(10_000);
const seconds = z.int().min(1);
const nodeUrl = z.url({ protocol: /^https?$/ });
const wei = z.string().regex(/^\d+$/, "must be a whole number in quotes").transform(BigInt);

/** A schema of integers with their defaults; a text field keeps to its own values. */
function integers<T extends object>(defaults: T): z.ZodType<T, Partial<T> | undefined> {
  const fields = Object.entries(defaults).map(([name, value]) => {
    if (typeof value === "number") return [name, limitsOf(name, value).default(value)];
    return [name, z.enum(["ladder", "binary", "none"]).default(value as "ladder")];
  });
  return z.strictObject(Object.fromEntries(fields)).prefault({}) as unknown as z.ZodType<T, Partial<T> | undefined>;
}

/** Basis points end at 10,000 where the default does not say otherwise. */
function limitsOf(name: string, value: number): z.ZodInt {
  const largest = name.endsWith("Bps") && value < 10_000 ? 10_000 : 1_000_000_000;
  return z
    .int()
    .min(value < 0 ? -10_000 : 0)
    .max(largest);
}

const ENSEMBLES = { full: fullSpec, small: smallSpec, none: null } as const;

/** Ids of the strategy registry: data sets that the data comes from. Their owners earn by the decisions that name them. */
const datasets = z
  .array(z.int().min(1))
  .max(20)
  .refine((ids) => new Set(ids).size === ids.length, "must not name a data set twice")
  .transform((ids) => ids.toSorted((a, b) => a - b))
  .default([]);

const dataSchema = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("csv"), folder: z.string().optional(), datasets }),
  z.strictObject({
    source: z.literal("live"),
    datasets,
    cache: z.string().default(".gimbal/cache"),
    symbols: z.record(z.string(), z.string()).default({}),
    /** Feeds of headlines: an address, or for a table the path of a file. */
    headlines: z
      .array(
        z.discriminatedUnion("kind", [
          z.strictObject({
            kind: z.enum(["rss", "reddit"]),
            name: z.string().min(1),
            url: z.url({ protocol: /^https?$/ }),
          }),
          z.strictObject({ kind: z.literal("csv"), name: z.string().min(1), path: z.string().min(1) }),
        ]),
      )
      .default([]),
  }),
  z.strictObject({ source: z.literal("simulation"), seed: z.int().default(7), datasets }),
]);

const weighting = z.enum(["grades", ...RULE_WEIGHTINGS]);
const ensemble = z.enum(["full", "small", "none"]);

/** A vault by its address, or with what differs for it from the rest of the file. */
const vaultSchema = z.preprocess(
  (entry) => (typeof entry === "string" ? { address: entry } : entry),
  z.strictObject({
    address,
    weighting: weighting.optional(),
    ensemble: ensemble.optional(),
    /** How the exposure follows the regime. */
    mode: z.enum(["ladder", "binary", "none"]).optional(),
    /** How much risk it takes, instead of `weights`. */
    tier: z.enum(RISK_TIERS).optional(),
    /** Instead of the `schedule` of the file. */
    schedule: scheduleSchema.optional(),
  }),
);
type VaultEntry = z.output<typeof vaultSchema>;

/** A list of vaults, or "all". No union, whose errors would not name the field of an entry. */
const vaultsSchema = z.unknown().transform((value, context): "all" | VaultEntry[] => {
  if (value === "all") return value;
  const list = z.array(vaultSchema).min(1).safeParse(value);
  if (list.success) return list.data;
  for (const { path, message } of list.error.issues) {
    context.issues.push({ code: "custom", path: [...path], message, input: value });
  }
  return z.NEVER;
});

const fileSchema = z.strictObject({
  rpcUrl: nodeUrl,
  /** More nodes of the same chain, asked when the first does not answer and compared with it before anything is decided. */
  rpcUrls: z.array(nodeUrl).default([]),
  nodes: z
    .strictObject({
      timeoutMs: z.int().min(100).max(120_000).default(10_000),
      retries: z.int().min(0).max(10).default(2),
      /** {s} of a head; 0: not looked at, which a local development chain needs. 300, and 0 for chain 31337. */
      staleHeadSeconds: z.int().min(0).optional(),
      behindSeconds: z.int().min(0).default(60),
      /** {s} of this machine's clock from the nodes'. */
      skewSeconds: z.int().min(0).default(60),
      depth: z.int().min(0).max(256).default(3),
      /** Nodes that must be believed before anything is decided. 1, and 2 from three nodes on. */
      quorum: z.int().min(1).optional(),
    })
    .prefault({}),
  /** When the keeper stops itself; 0 turns a breaker off. */
  breakers: z
    .strictObject({
      refusedProposals: z.int().min(0).default(defaultBreakerLimits.refusedProposals),
      /** {wei} in 24 hours, of all accounts of the journal together. Off unless set: `spendingCapWeiPerDay` limits each. */
      gasBudgetWei: wei.default(defaultBreakerLimits.gasBudget),
      shareValueBps: z.int().min(0).max(1_000_000).default(defaultBreakerLimits.shareValueBps),
      weightChangeBps: bps.default(defaultBreakerLimits.weightChangeBps),
      disagreements: z.int().min(0).default(defaultBreakerLimits.disagreements),
      anomalousBps: bps.default(defaultBreakerLimits.anomalousBps),
      staleDataSeconds: z.int().min(0).default(defaultBreakerLimits.staleData),
      staleDecisions: z.int().min(0).default(defaultBreakerLimits.staleDecisions),
    })
    .prefault({}),
  chainId: z.int().min(1),
  /** deployments/<chainId>.json */
  deployment: z.string(),
  /** Which indices to serve; "all": every one of the factory whose methodology's document is in a folder. */
  vaults: vaultsSchema,
  /** Folders of documents beside those that come with the keeper. */
  methodologies: z.array(z.string().min(1)).default([]),
  /** Name of each token in the market data where it is not the token's symbol in the deployment. */
  assets: z.record(z.string(), z.string().min(1)).default({}),
  /** Tokens that a trade may pass through; WETH is always tried. */
  via: z.array(address).default([]),
  data: dataSchema,
  /** A file of one keeper; "postgres": the database of GIMBAL_JOURNAL_URL, which several keepers share. */
  journal: z.string().default(".gimbal/keeper.db"),
  /** {s} without a sign of life after which the others of a shared journal count a keeper as dead. */
  heartbeatSeconds: z.int().min(10).max(3600).default(30),
  /** Vaults that are worked on at the same time. */
  atOnce: z.int().min(1).max(64).default(4),
  /** {s} between two rounds of the loop, and between two decisions about a vault. */
  roundEvery: seconds.default(60),
  decideEvery: seconds.default(86_400),
  /** {s} between two looks for events (`events`) that make a decision due before its time, without a `schedule`. */
  eventEvery: seconds.default(3_600),
  /** When decisions are due, instead of `decideEvery` and `eventEvery`. */
  schedule: scheduleSchema.optional(),
  /** {USD/ETH} for cost estimates while the registry has no price for WETH. */
  fallbackNativeUsd: z.int().min(1).default(2_000),
  /** How tokens are chosen and weighed, and what is trained for it. */
  weighting: weighting.default("grades"),
  /** Without one, `full` for grades and `none` for a rule, which trains nothing. */
  ensemble: ensemble.optional(),
  /** Folder in which trained models are kept under the hash of what they were trained on. */
  models: z.string().default(".gimbal/models"),
  regime: integers(defaultRegimeParams),
  grades: integers(defaultGradeParams),
  rules: integers(defaultRuleParams),
  events: integers(defaultEventParams),
  weights: integers(defaultWeightParams),
  plan: integers(defaultPlanParams),
  /** Where the keys are; without it, in the environment. */
  signers: signersSchema,
  /** Other, independent keepers that sign for the same vaults, and how this one deals with them. */
  cosigners: cosignersSchema,
  cosign: cosignSchema,
  transactions: z
    .strictObject({
      maxFeeCeilingWei: wei.default(200_000_000_000n),
      gasMarginBps: bps.default(2_000),
      bumpAfterSeconds: seconds.default(45),
      giveUpAfterSeconds: seconds.default(600),
      pollSeconds: seconds.default(2),
      confirmations: z.int().min(0).max(256).default(2),
      /** {wei} most that the account spends on gas within any 24 hours. */
      spendingCapWeiPerDay: wei.default(10n ** 18n),
      /** Takes signed transactions instead of the node at `rpcUrl`, so that nobody sees them before they are mined. */
      privateRpcUrl: z.url({ protocol: /^https?$/ }).optional(),
      /** What is not mined after `privateBlocks` blocks: stays private (`never`), or goes to the node as well (`public`). */
      privateFallback: z.enum(["never", "public"]).default("never"),
      privateBlocks: z.int().min(1).max(1_000).default(25),
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
  /** The keeper's own pages, and from when on something is too old. */
  health: healthSchema,
  /** Who is told when something is wrong. */
  alerts: alertsSchema,
  /** Orders of everybody's recurring plans that are due; a tip below `leastTip` {raw cash} is left to others. */
  recurring: z
    .strictObject({
      enabled: z.boolean().default(true),
      leastTip: wei.default(0n),
      ordersPerTransaction: z.int().min(1).max(50).default(20),
      gasPerTransaction: wei.default(10_000_000n),
      page: z.int().min(1).max(1_000).default(100),
      largestRun: z.int().min(1).max(200).default(20),
    })
    .prefault({}),
});

const environmentSchema = z.object({
  GIMBAL_DATA: z.string().min(1).optional(),
  GIMBAL_JOURNAL_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

/** Everything that can be set. No file of settings ever holds a key: `signers` says where each one is. */
export interface KeeperConfig extends Omit<z.output<typeof fileSchema>, "alerts" | "vaults"> {
  /** In the order of the file, each with its own policy; "all": those that are found on chain. */
  readonly vaults: "all" | readonly { readonly address: Address; readonly policy: PlainPolicy }[];
  /** Of vaults with one of their own, by lower-case address. */
  readonly schedules: ReadonlyMap<string, ScheduleSettings>;
  readonly contracts: Deployment;
  /** Lower-case token address to name in the market data. */
  readonly names: ReadonlyMap<string, string>;
  readonly policy: PlainPolicy;
  /** Whom to tell when something is wrong; with the addresses of the environment, which are secrets. */
  readonly alerts: AlertSettings;
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
  if (file.journal === "postgres" && settings.GIMBAL_JOURNAL_URL === undefined) {
    throw new ConfigError("A shared journal needs its address. Set GIMBAL_JOURNAL_URL.", { field: "journal" });
  }
  const nodes = 1 + file.rpcUrls.length;
  if ((file.nodes.quorum ?? 1) > nodes) {
    const details = { "nodes.quorum": String(file.nodes.quorum), nodes: String(nodes) };
    throw new ConfigError("More nodes must be believed than there are. Lower it, or add nodes to rpcUrls.", details);
  }
  return {
    ...file,
    journal: [":memory:", "postgres"].includes(file.journal) ? file.journal : resolve(folder, file.journal),
    data: resolveData(file.data, folder),
    signers: resolveSigners(file.signers, folder),
    contracts,
    names: nameTokens(contracts, file.assets),
    models: resolve(folder, file.models),
    methodologies: [METHODOLOGIES, ...file.methodologies.map((path) => resolve(folder, path))],
    vaults:
      file.vaults === "all"
        ? "all"
        : file.vaults.map((vault) => ({ address: vault.address, policy: toPolicy(file, vault) })),
    schedules: toSchedules(file),
    policy: toPolicy(file),
    alerts: withAddresses(file.alerts, environment),
    environment: settings,
  };
}

function toSchedules({ vaults, schedule }: z.output<typeof fileSchema>): ReadonlyMap<string, ScheduleSettings> {
  if (vaults !== "all") {
    const own = vaults.flatMap(({ address, schedule }) => {
      return schedule === undefined ? [] : [[address.toLowerCase(), schedule] as const];
    });
    return new Map(own);
  }
  if (schedule?.every === undefined) return new Map();
  throw new ConfigError("Each index's own document says how often it decides. Leave `every` out of `schedule`.", {
    field: "schedule.every",
  });
}

function resolveData(data: z.output<typeof dataSchema>, folder: string): z.output<typeof dataSchema> {
  if (data.source !== "live") return data;
  const headlines = data.headlines.map((feed) => {
    return feed.kind === "csv" ? { ...feed, path: resolve(folder, feed.path) } : feed;
  });
  return { ...data, cache: resolve(folder, data.cache), headlines };
}

function resolveSigners({ gas, decisions }: SignerSettings, folder: string): SignerSettings {
  const place = (source: SignerSource): SignerSource => {
    if (source.kind !== "keystore") return source;
    const { file, passwordFile } = source;
    const password = passwordFile === undefined ? {} : { passwordFile: resolve(folder, passwordFile) };
    return { ...source, file: resolve(folder, file), ...password };
  };
  return { gas: place(gas), decisions: decisions.map(place) };
}

function toPolicy(file: z.output<typeof fileSchema>, asked: Partial<VaultEntry> = {}): PlainPolicy {
  const { grades, rules, events, plan } = file;
  const chosen = asked.weighting ?? file.weighting;
  const trained = asked.ensemble ?? file.ensemble ?? (chosen === "grades" ? "full" : "none");
  return {
    weighting: chosen,
    ensemble: ENSEMBLES[trained],
    regime: { ...file.regime, mode: asked.mode ?? file.regime.mode },
    grades,
    rules,
    events,
    weights: asked.tier === undefined ? file.weights : weightParamsOf[asked.tier],
    plan,
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
