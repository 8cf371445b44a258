import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { BaseError } from "@gimbal/sdk";
import type { Logger as PinoLogger } from "pino";
import type { PublicClient } from "viem";
import { type KeeperConfig, loadConfig } from "../config.ts";
import { readMethodologies } from "../data/methodologyFolder.ts";
import { ConfigError, KeeperError } from "../errors.ts";
import type { Nodes } from "../execute/nodes.ts";
import { findVaults, VaultAnnouncer } from "../execute/serve.ts";
import type { TimetableOptions } from "../execute/timetable.ts";
import { createLogger } from "../health/logger.ts";
import { ObserverRelay } from "../health/observer.ts";
import { Journal } from "../journal/journal.ts";
import { openPostgres } from "../journal/postgres.ts";
import type { GuidedVault } from "../service/service.ts";
import type { KeyContext } from "../signers/keys.ts";
import { decisionAccounts } from "../signers/open.ts";
import { Secrets } from "../signers/secrets.ts";
import { openNodes } from "./nodes.ts";
import { redactorOf } from "./watch.ts";

/** What every command takes. */
export interface Options {
  readonly config: string;
  readonly data?: string;
}

/** Whatever this process reads of secrets, so that nothing it says shows one. */
export const secrets = new Secrets();

/** What a command works with once its configuration is read. */
export interface Session {
  readonly config: KeeperConfig;
  readonly client: PublicClient;
  readonly nodes: Nodes;
  readonly journal: Journal;
  readonly logger: PinoLogger;
  readonly observer: ObserverRelay;
}

/** Reads the configuration, and opens nodes and journal. Throws ConfigError before anything else happens. */
export async function openSession(options: Options): Promise<Session> {
  const config = loadConfig(options.config, process.env);
  const observer = new ObserverRelay();
  const logger = createLogger({ level: config.environment.LOG_LEVEL, redact: redactorOf(secrets) });
  const nodes = openNodes(config, logger, observer);
  return {
    config,
    client: nodes.client,
    nodes,
    journal: await openJournal(config),
    logger,
    observer,
  };
}

/** A journal alone: what it holds can be replayed without configuration and chain. */
export async function openOffline(
  path: string,
): Promise<{ readonly journal: Journal; readonly client?: PublicClient }> {
  if (!existsSync(path)) throw new ConfigError("There is no such journal. Correct --journal.", { path });
  return { journal: await Journal.open(path) };
}

/** The address of the journal that several keepers share; null: the journal is a file of this keeper. */
export function sharedJournal({ journal, environment }: KeeperConfig): string | null {
  return journal === "postgres" ? (environment.GIMBAL_JOURNAL_URL ?? null) : null;
}

/** The journal of the configuration. */
export async function openJournal(config: KeeperConfig): Promise<Journal> {
  const url = sharedJournal(config);
  if (url !== null) {
    secrets.add(decodeURIComponent(new URL(url).password));
    return new Journal(await openPostgres(url));
  }
  if (config.journal !== ":memory:") mkdirSync(dirname(config.journal), { recursive: true });
  return Journal.open(config.journal);
}

/** What keys are read with. */
export function keyContext({ logger }: Session): KeyContext {
  return { environment: process.env, secrets, warn: (message, details) => logger.warn(details, message) };
}

/** The indices of the configuration, or those that are on chain now: a new one is found in the next round. */
export function vaultsOf(session: Session): () => Promise<readonly GuidedVault[]> {
  const { config, client, logger, observer } = session;
  const { vaults, contracts, names } = config;
  if (vaults !== "all") {
    observer.tell({ kind: "vaults", served: vaults.map(({ address }) => address), unserved: [] });
    return async () => vaults.map(({ address, policy }) => ({ vault: address, guide: policy }));
  }
  const { IndexFactory: factory, KeeperRegistry: keeperRegistry } = contracts.contracts;
  const methodologies = readMethodologies(config.methodologies);
  const announcer = new VaultAnnouncer(logger);
  return async () => {
    const signers = await decisionAccounts(config.signers.decisions, keyContext(session));
    const cosigners = config.cosigners.map(({ address }) => address);
    const list = await findVaults({ client, factory, keeperRegistry, methodologies, signers, cosigners, names });
    announcer.announce(list);
    observer.tell({ kind: "vaults", served: list.served.map(({ vault }) => vault), unserved: list.unserved });
    return list.served.map(({ vault, methodology: { document } }) => {
      return { vault, guide: { document, base: config.policy } };
    });
  };
}

/** When decisions are due, as the configuration says. */
export function timesOf({
  decideEvery,
  eventEvery,
  schedule,
  schedules,
}: KeeperConfig): Omit<TimetableOptions, "client" | "chainId" | "journal"> {
  return { decideEvery, eventEvery, schedule, schedules };
}

/** An error in words, with the details that it carries. */
export function explain(error: unknown): { readonly error: string; readonly details?: unknown } {
  if (error instanceof KeeperError) return { error: `${error.code}: ${error.shortMessage}`, details: error.details };
  if (error instanceof BaseError) return { error: error.shortMessage, details: error.details };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
