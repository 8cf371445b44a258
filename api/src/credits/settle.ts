import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { createPublicClient, http } from "viem";
import { createPort } from "../../../keeper/src/execute/port.ts";
import { defaultTransactionSettings, TransactionManager } from "../../../keeper/src/execute/transactions.ts";
import { createLogger } from "../../../keeper/src/health/logger.ts";
import { createRedactor } from "../../../keeper/src/health/redact.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openGasSigner } from "../../../keeper/src/signers/open.ts";
import { Secrets } from "../../../keeper/src/signers/secrets.ts";
import type { GasSigner } from "../../../keeper/src/signers/signer.ts";
import { type ApiConfig, loadApiConfig } from "../config.ts";
import type { Logger } from "../context.ts";
import { Store } from "../store/store.ts";
import { SettlerConfigError } from "./errors.ts";
import { passOf, passReadsOf } from "./open.ts";
import { ReceiptBook } from "./receiptBook.ts";
import { type SettlementReport, type SettlementSender, settleAll } from "./settler.ts";

/** What a run is told beside the settings. */
export interface SettleOptions {
  readonly account: GasSigner;
  readonly logger: Logger;
  /** Ends the run after the step in hand; the next one goes on. */
  readonly signal?: AbortSignal;
}

const RUN = "settler";

/** Settles what is owed in a store, over a journal of transactions of its own. Throws {@link SettlerConfigError}. */
export async function settleStore(config: ApiConfig, options: SettleOptions): Promise<SettlementReport> {
  const { deployment, store: path, settler, rpcUrl } = config;
  const place = passOf(deployment);
  if (place === undefined) {
    throw new SettlerConfigError("This deployment has no AccessPass: nothing is sold, so nothing is to be settled.");
  }
  if (path === ":memory:" || !existsSync(path)) {
    throw new SettlerConfigError(`There is no store at ${path}. Name the one that the API writes: \`store\`.`);
  }
  mkdirSync(dirname(settler.journal), { recursive: true });
  const client = createPublicClient({ transport: http(rpcUrl) });
  const store = await Store.open(path);
  const journal = await Journal.open(settler.journal);
  const owner = `${RUN}/${process.pid}`;
  const clock = () => Math.floor(Date.now() / 1000);
  try {
    await journal.acquireLease(RUN, owner, clock(), settler.leaseSeconds);
    try {
      const book = new ReceiptBook(store.database, place, RUN);
      const reads = passReadsOf(client, deployment, place);
      const sender = senderOf(config, journal, createPort(client), options);
      return await settleAll({
        place,
        book,
        reads,
        sender,
        clock,
        logger: options.logger,
        batchSize: settler.batchSize,
      });
    } finally {
      await journal.releaseLease(RUN, owner);
    }
  } finally {
    await journal.close();
    await store.close();
  }
}

function senderOf(
  { deployment: { chainId }, settler }: ApiConfig,
  journal: Journal,
  port: ReturnType<typeof createPort>,
  { account, logger, signal }: SettleOptions,
): SettlementSender {
  const settings = {
    ...defaultTransactionSettings,
    confirmations: BigInt(settler.confirmations),
    maxFeeCeiling: settler.maxFeeCeilingWei,
    spendingCap: settler.spendingCapWeiPerDay,
  };
  const ending = signal === undefined ? {} : { signal };
  const manager = new TransactionManager({ chainId, account, journal, port, settings, logger, ...ending });
  return {
    find: async (intent) => (await journal.transactions(intent)).at(-1),
    resume: (prefix) => manager.resume(prefix),
    execute: (wanted) => manager.execute(wanted),
  };
}

/** `npm run settle`: one run, for a timer. Prints what was settled, kept and lost. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string", short: "c" } } });
  const file = values.config ?? (existsSync("api.json") ? "api.json" : null);
  const config = loadApiConfig(file, process.env);
  const secrets = new Secrets();
  const hide = createRedactor([new URL(config.rpcUrl).password, new URL(config.rpcUrl).pathname.slice(1)]);
  const logger = createLogger({ level: config.logLevel, redact: (text) => hide(secrets.redact(text)) });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const warn = (message: string, details: object) => logger.warn(details, message);
  const account = await openGasSigner(config.settler.signer, { environment: process.env, secrets, warn });
  const report = await settleStore(config, { account, logger, signal: stop.signal });
  console.log(JSON.stringify(report, (_, value) => (typeof value === "bigint" ? String(value) : value), 2));
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    // A node's address may hold a key.
    console.error(createRedactor()(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  });
}
