import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Deployment, parseDeployment } from "@gimbal/sdk";
import { z } from "zod";
import { METHODOLOGIES } from "../../keeper/src/data/methodologyFolder.ts";
import { defaultTransactionSettings } from "../../keeper/src/execute/transactions.ts";
import { type SignerSource, signerSourceSchema } from "../../keeper/src/signers/settings.ts";
import { ACCESS_LIMITS } from "./access/limits.ts";
import type { ModelSettings } from "./assistant/model.ts";
import { ChatConfigError } from "./chat/adapter.ts";
import { type ChatSettings, chatSchema, readChatSettings } from "./chat/settings.ts";
import { CREDIT_SETTINGS } from "./credits/credits.ts";
import { BATCH_SIZE } from "./credits/settler.ts";

/** A setting is missing or wrong, or a file of settings cannot be read. The message says which and what to do. */
export class ApiConfigError extends Error {
  readonly code = "API_CONFIG_INVALID";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiConfigError";
  }
}

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an address that begins with http:// or https://" });
const wei = z.string().regex(/^\d+$/, "must be a whole number in quotes").transform(BigInt);
const port = z.coerce.number("must be a number").int().min(0).max(65_535, "must be at most 65535");

/** The file of settings. Paths are relative to it. */
const fileSchema = z.strictObject({
  /** A node of the chain. */
  rpcUrl: httpUrl,
  /** What deploy/ wrote: deployments/<chainId>.json */
  deployment: z.string().min(1),
  /** The indexer; without one, whatever needs history answers 503. */
  indexerUrl: httpUrl.optional(),
  /** The keeper's journal: a file, or postgres://...; without one, decisions answer 503. */
  journal: z.string().min(1).optional(),
  /** A folder of recorded prices, for backtests; without one they run on a simulated market only. */
  marketData: z.string().min(1).optional(),
  /** The keeper's own pages (`health.port` of its configuration), for its status. */
  keeperUrl: httpUrl.optional(),
  /** What the API has to remember. */
  store: z.string().min(1).default(".gimbal/api.db"),
  /** Folders of methodology documents beside those that come with the keeper. */
  methodologies: z.array(z.string().min(1)).default([]),
  host: z.string().min(1).default("127.0.0.1"),
  /** 0: any that is free. */
  port: port.default(8788),
  access: z
    .strictObject({
      /** Hosts of the sites whose users sign in here, with port. */
      domains: z.array(z.string().min(1)).min(1).default(["localhost:8788"]),
      /** Address of this API as its users see it; where it listens unless told. */
      uri: httpUrl.optional(),
      /** Proxies in front of it, such as "10.0.0.0/8": X-Forwarded-For is believed of nobody else. */
      trustedProxies: z.array(z.string().min(1)).default([]),
      /** {requests a minute} of one address without a tier. */
      freePerMinute: z.int().min(1).default(ACCESS_LIMITS.free.quota),
    })
    .prefault({}),
  credits: z
    .strictObject({
      /** {simulations an hour} of one caller that cost nothing, where services are sold. */
      freeComputePerHour: z.int().min(1).default(CREDIT_SETTINGS.freeCompute.quota),
      /** {credits} of an id that an account may owe at once beyond what it paid already; one request always passes. */
      trustedCredits: z.int().min(0).default(CREDIT_SETTINGS.trustedCredits),
    })
    .prefault({}),
  /** Who settles receipts, and how much it may spend on gas. Read by `npm run settle` alone. */
  settler: z
    .strictObject({
      /** Where the key is that pays for gas; it needs no right over anything. */
      signer: signerSourceSchema.prefault({ kind: "environment" }),
      /** What was sent, so that a run that was killed goes on. */
      journal: z.string().min(1).default(".gimbal/settler.db"),
      /** {receipts} of one transaction */
      batchSize: z.int().min(1).max(BATCH_SIZE).default(BATCH_SIZE),
      confirmations: z.int().min(0).max(256).default(2),
      /** {s} after which a run that was killed no longer keeps others away. Longer than a run takes. */
      leaseSeconds: z.int().min(1).default(900),
      maxFeeCeilingWei: wei.default(defaultTransactionSettings.maxFeeCeiling),
      spendingCapWeiPerDay: wei.default(defaultTransactionSettings.spendingCap),
    })
    .prefault({}),
  events: z
    .strictObject({
      /** Root of a block explorer, for links in messages. */
      explorerUrl: httpUrl.optional(),
      /** Lets webhooks lead to this machine and its network, by plain HTTP too. For a local chain only. */
      allowPrivateWebhooks: z.boolean().default(false),
    })
    .prefault({}),
  /** Any endpoint that speaks as OpenAI's does, to word the assistant's answers. Its key is in GIMBAL_MODEL_KEY. */
  languageModel: z
    .strictObject({ baseUrl: httpUrl, model: z.string().min(1), timeoutMs: z.int().min(100).default(30_000) })
    .optional(),
  /** Channels in which the assistant answers and alerts arrive. Their keys are in the environment. */
  chat: chatSchema.prefault({}),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

/** Variables that stand for settings of the file and go before them. */
const VARIABLES: Readonly<
  Record<
    string,
    Exclude<
      keyof z.input<typeof fileSchema>,
      "access" | "credits" | "settler" | "events" | "languageModel" | "methodologies" | "chat"
    >
  >
> = {
  GIMBAL_RPC_URL: "rpcUrl",
  GIMBAL_DEPLOYMENT: "deployment",
  GIMBAL_INDEXER_URL: "indexerUrl",
  GIMBAL_JOURNAL_URL: "journal",
  GIMBAL_DATA: "marketData",
  GIMBAL_KEEPER_URL: "keeperUrl",
  GIMBAL_API_STORE: "store",
  GIMBAL_API_HOST: "host",
  GIMBAL_API_PORT: "port",
  LOG_LEVEL: "logLevel",
};

/** Everything that can be set. Paths are absolute. */
export interface ApiConfig extends Omit<z.output<typeof fileSchema>, "deployment" | "languageModel" | "chat"> {
  readonly deployment: Deployment;
  /** With its key, which no file holds; null: templates word the assistant's answers. */
  readonly languageModel: ModelSettings | null;
  /** With their keys. */
  readonly chat: ChatSettings;
}

/**
 * Reads a file of settings (JSON; null: there is none) and the environment, which goes before it.
 * @throws {@link ApiConfigError} with every setting that is wrong.
 */
export function loadApiConfig(
  path: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): ApiConfig {
  const folder = path === null ? process.cwd() : dirname(resolve(path));
  const file = path === null ? {} : readJson(path, "settings");
  if (typeof file !== "object" || file === null)
    throw new ApiConfigError(`${path} must hold a JSON object of settings.`);
  const named = Object.entries(VARIABLES).flatMap(([variable, setting]) => {
    const value = environment[variable];
    return value === undefined || value === "" ? [] : [[setting, fromHere(setting, value)]];
  });
  const parsed = fileSchema.safeParse({ ...file, ...Object.fromEntries(named) });
  if (!parsed.success) throw new ApiConfigError(inWords(parsed.error, path), { cause: parsed.error });
  const { deployment, store, journal, languageModel, methodologies, chat, marketData, settler, ...rest } = parsed.data;
  const key = environment["GIMBAL_MODEL_KEY"] ?? null;
  const shared = journal === undefined || /^postgres(ql)?:/.test(journal);
  return {
    ...rest,
    languageModel: languageModel === undefined ? null : { ...languageModel, timeout: languageModel.timeoutMs, key },
    chat: withKeys(chat, environment),
    ...(marketData === undefined ? {} : { marketData: resolve(folder, marketData) }),
    deployment: readDeployment(resolve(folder, deployment)),
    methodologies: [METHODOLOGIES, ...methodologies.map((path) => resolve(folder, path))],
    settler: { ...settler, journal: resolve(folder, settler.journal), signer: fromFolder(folder, settler.signer) },
    store: store === ":memory:" ? store : resolve(folder, store),
    ...(journal === undefined ? {} : { journal: shared ? journal : resolve(folder, journal) }),
  };
}

/** A signer whose files are found from the file of settings. */
function fromFolder(folder: string, signer: SignerSource): SignerSource {
  if (signer.kind !== "keystore") return signer;
  const { passwordFile } = signer;
  const password = passwordFile === undefined ? {} : { passwordFile: resolve(folder, passwordFile) };
  return { ...signer, file: resolve(folder, signer.file), ...password };
}

function withKeys(chat: z.output<typeof chatSchema>, environment: Readonly<Record<string, string | undefined>>) {
  try {
    return readChatSettings(chat, environment);
  } catch (cause) {
    if (!(cause instanceof ChatConfigError)) throw cause;
    throw new ApiConfigError(cause.message, { cause });
  }
}

/** Paths of the environment are relative to where the program runs. */
function fromHere(setting: string, value: string): string {
  const isPath =
    ["deployment", "journal", "store", "marketData"].includes(setting) && !/^(postgres(ql)?:|:memory:)/.test(value);
  return isPath ? resolve(value) : value;
}

function inWords(error: z.ZodError, path: string | null): string {
  const variableOf = Object.fromEntries(Object.entries(VARIABLES).map(([variable, setting]) => [setting, variable]));
  const lines = error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `  ${key}: is no setting`);
    const name = issue.path.join(".") || "(top level)";
    const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
    const variable = variableOf[name] === undefined ? "" : ` (or ${variableOf[name]})`;
    return [`  ${name}${variable}: ${isMissing ? "is missing" : issue.message}`];
  });
  return [
    `These settings are wrong${path === null ? "" : ` in ${path} or the environment`}. Correct them:`,
    ...lines,
  ].join("\n");
}

function readDeployment(path: string): Deployment {
  const value = readJson(path, "deployment");
  try {
    return parseDeployment(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ApiConfigError(`The deployment file ${path} is not what deploy writes. ${reason}`, { cause });
  }
}

function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ApiConfigError(`The ${what} file ${path} cannot be read. Give the path of a JSON file. ${reason}`, {
      cause,
    });
  }
}
