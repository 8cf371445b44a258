import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { inspect } from "node:util";
import { BaseError } from "@gimbal/sdk";
import { Command } from "commander";
import type { Logger as PinoLogger } from "pino";
import { isHex, type PublicClient } from "viem";
import { breakerLimits, haltCommands } from "./commands/halts.ts";
import { keysCommand } from "./commands/keys.ts";
import { openNodes } from "./commands/nodes.ts";
import { type TrainFlags, trainCommand } from "./commands/train.ts";
import { redactorOf, watchKeeper } from "./commands/watch.ts";
import { type KeeperConfig, loadConfig } from "./config.ts";
import { openCollector, openCosigner } from "./cosign/open.ts";
import { createFileCache } from "./data/cache.ts";
import { findDataFolder, openCsvFolder } from "./data/csvFolder.ts";
import { createCsvSource, createFeedSource, createRedditSource } from "./data/headlineSources.ts";
import type { HeadlineSource as HeadlineFeed, SourceFailure } from "./data/headlines.ts";
import { createHttpReader } from "./data/httpReader.ts";
import { createLiveSource } from "./data/live.ts";
import { createLiveHeadlines } from "./data/liveHeadlines.ts";
import { readMethodologies } from "./data/methodologyFolder.ts";
import { createSimulation } from "./data/simulation.ts";
import type { MarketDataSource } from "./data/source.ts";
import { ConfigError, DataFolderError, DataSourceError, KeeperError } from "./errors.ts";
import { toKeeperAddresses } from "./execute/addresses.ts";
import { Keeper } from "./execute/keeper.ts";
import type { Nodes } from "./execute/nodes.ts";
import { createPrivateSender } from "./execute/privatePort.ts";
import type { CollectSignatures } from "./execute/propose.ts";
import { findVaults, VaultAnnouncer } from "./execute/serve.ts";
import { Timetable, type TimetableOptions } from "./execute/timetable.ts";
import type { Health } from "./health/health.ts";
import { createLogger } from "./health/logger.ts";
import { ObserverRelay } from "./health/observer.ts";
import { Journal } from "./journal/journal.ts";
import { ModelStore, type TrainingListener } from "./journal/modelStore.ts";
import { openPostgres } from "./journal/postgres.ts";
import { decide } from "./pipeline.ts";
import { decisionHash, recordText } from "./plan/record.ts";
import type { Coordinator } from "./service/coordinator.ts";
import { EmbeddedCoordinator } from "./service/embedded.ts";
import { type GuidedVault, Service } from "./service/service.ts";
import { SharedCoordinator } from "./service/shared.ts";
import { fitInThread } from "./service/trainingThread.ts";
import type { KeyContext } from "./signers/keys.ts";
import { decisionAccounts, openDecisionSigners, openGasSigner } from "./signers/open.ts";
import { Secrets } from "./signers/secrets.ts";
import { type DecisionSigner, type GasSigner, noSigner } from "./signers/signer.ts";
import { verifyDecision } from "./verify.ts";

interface Options {
  readonly config: string;
  readonly data?: string;
}

/** Whatever this process reads of secrets, so that nothing it says shows one. */
const secrets = new Secrets();

interface Session {
  readonly config: KeeperConfig;
  readonly client: PublicClient;
  readonly nodes: Nodes;
  readonly journal: Journal;
  readonly logger: PinoLogger;
  readonly observer: ObserverRelay;
}

/** The keeper's command line. */
export function createProgram(): Command {
  const program = new Command("gimbal-keeper").description("Decides target weights and keeps vaults on them");
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("-c, --config <file>", "configuration (JSON)", "keeper.json")
      .option("--data <folder>", "folder of market data, for the CSV source");

  command("run", "works on every vault: upkeep, fills, decisions")
    .option("--once", "one round, then exit")
    .option("--loop", "round after round until it is stopped: what happens without --once")
    .option("--dry-run", "decide and print, sign and send nothing")
    .action((options: Options & { once?: boolean; dryRun?: boolean }) =>
      options.dryRun ? dryRun(options) : run(options),
    );
  command("cosign", "checks what other keepers decided and signs it; decides nothing itself").action(cosign);
  command("decide", "prints what would be decided now; signs and sends nothing")
    .option("--dry-run", "what this command does anyway")
    .action(dryRun);
  command("replay", "recomputes a decision and its models from their stored inputs and compares them with the chain")
    .alias("verify")
    .argument("<hash>", "decision hash")
    .option("--journal <file>", "a journal alone, without configuration and chain")
    .action((hash: string, options: Options & { journal?: string }) => verify(hash, options));
  program.addCommand(keysCommand({ environment: process.env, secrets }));
  program
    .command("train")
    .description("trains what decisions in a span of weeks will ask for, so that they need not wait")
    .option("--source <kind>", "csv, simulation or live", "csv")
    .option("--data <folder>", "folder of market data; else GIMBAL_DATA, else ../shared/data")
    .option("--seed <number>", "of the simulation", "7")
    .option("--spec <name>", "full or small", "small")
    .option("--from <date>", "day of the first decision", "2022-01-03")
    .option("--to <date>", "no decision after this day", "2022-12-26")
    .option("--models <folder>", "where the models go", ".gimbal/models")
    .action((flags: TrainFlags) => trainCommand(flags));
  command("status", "prints the newest decision, the halts and the unfinished transactions of each vault").action(
    status,
  );
  haltCommands(command, openHalts);
  return program;
}

async function run(options: Options & { once?: boolean }): Promise<void> {
  const session = await openSession(options);
  const { config, journal, logger } = session;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let health: Health | undefined;
  try {
    health = await watchKeeper(session, secrets);
    const signers = {
      account: await openGasSigner(config.signers.gas, keyContext(session)),
      signers: await openDecisionSigners(config.signers.decisions, keyContext(session)),
    };
    const market = await openMarket(session, options);
    const vaults = vaultsOf(session);
    const collect = openCollector({ ...session, signers: signers.signers }, session.observer);
    const keeper = await openKeeper(session, options, { ...signers, market, collect }, stop.signal);
    const { observer } = session;
    const shared = sharedJournal(config) === null ? {} : { idleAfter: 3 * config.roundEvery };
    const service = new Service({ keeper, logger, vaults, explain, observer, ...shared });
    if (options.once) return await runOneRound(session, service);
    const cosigner = await openCosigner({ ...session, signers: signers.signers, market, vaults });
    await service.run(openCoordinator(session), stop.signal).finally(() => cosigner?.close());
  } finally {
    await health?.close();
    await journal.close();
  }
}

/** Signs what other keepers decided, and decides nothing itself. */
async function cosign(options: Options): Promise<void> {
  const session = await openSession(options);
  const { config, journal } = session;
  try {
    const stopped = new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
    });
    const signers = await openDecisionSigners(config.signers.decisions, keyContext(session));
    const market = await openMarket(session, options);
    const server = await openCosigner({ ...session, signers, market, vaults: vaultsOf(session) });
    if (server === undefined) {
      throw new ConfigError("Say where to listen for other keepers: set `cosign.listen`.", { field: "cosign.listen" });
    }
    await stopped;
    await server.close();
  } finally {
    await journal.close();
  }
}

function openCoordinator({ config, journal, logger }: Session): Coordinator {
  const { roundEvery, atOnce, heartbeatSeconds: heartbeat } = config;
  const url = sharedJournal(config);
  if (url === null) return new EmbeddedCoordinator({ journal, logger, roundEvery, atOnce });
  return new SharedCoordinator({ url, logger, roundEvery, atOnce, heartbeat });
}

/** A single round reports trouble by its exit code. */
async function runOneRound({ config, journal, logger }: Session, service: Service): Promise<void> {
  if (sharedJournal(config) !== null) {
    throw new ConfigError("Keepers that share a journal take turns: run them as a service, without --once.");
  }
  const { roundEvery, atOnce } = config;
  const coordinator = new EmbeddedCoordinator({ journal, logger, roundEvery, atOnce });
  await coordinator.open();
  try {
    await coordinator.round(await service.scopes(), (turn) => service.turn(turn));
  } finally {
    await coordinator.stop();
  }
}

async function dryRun(options: Options): Promise<void> {
  const session = await openSession(options);
  const keeper = await openKeeper(session, options, { account: noSigner, signers: [] });
  for (const { vault, guide } of await vaultsOf(session)()) {
    const record = decide(await keeper.observe(vault, guide));
    console.log(JSON.stringify({ decisionHash: decisionHash(record), ...JSON.parse(recordText(record)) }, null, 2));
  }
  await session.journal.close();
}

async function verify(hash: string, options: Options & { journal?: string }): Promise<void> {
  if (!isHex(hash)) throw new ConfigError("A decision hash is 0x and 64 digits.", { hash });
  const { journal, client } = await (options.journal === undefined
    ? openSession(options)
    : openOffline(options.journal));
  const { chain, record, retrained } = await verifyDecision(hash, journal, client);
  const models = retrained === null ? "none spoke" : { trainedAgain: "equal", hash: retrained };
  const said = { hash, recomputed: "equal", models, chain, action: record.action, source: record.source.label };
  console.log(JSON.stringify(said, null, 2));
  await journal.close();
}

async function status(options: Options): Promise<void> {
  const session = await openSession(options);
  const { config, journal } = session;
  // Schedules go by the chain's clock; while the node says nothing, this machine's is near enough to look at.
  const block = await session.client.getBlock().catch(() => null);
  const now = block === null ? Math.floor(Date.now() / 1000) : Number(block.timestamp);
  const client = block === null ? null : session.client;
  const timetable = new Timetable({ client, chainId: config.chainId, journal, ...timesOf(config) });
  for (const { vault, guide } of await vaultsOf(session)()) {
    const [hash] = await journal.decisions(config.chainId, vault, 1);
    const record = hash === undefined ? undefined : await journal.decision(hash);
    const { action, lane, asOf, epoch, reasons, source } = record ?? {};
    const unfinished = (await journal.unfinished()).map(({ intent, state }) => ({ intent, state }));
    const decision = { hash: hash ?? null, source: source?.label, asOf, epoch, action, lane, reasons };
    const { at, reason, looks } = await timetable.nextDue(vault, guide, now);
    const next = {
      at: isoTime(at),
      isDue: at <= now,
      reason,
      looks: Object.fromEntries(Object.entries(looks).map(([name, time]) => [name, isoTime(time)])),
    };
    const halts = await journal.halts(config.chainId).list(vault);
    console.log(JSON.stringify({ vault, decision, next, halts, unfinished }, null, 2));
  }
  await journal.close();
}

function timesOf({
  decideEvery,
  eventEvery,
  schedule,
  schedules,
}: KeeperConfig): Omit<TimetableOptions, "client" | "chainId" | "journal"> {
  return { decideEvery, eventEvery, schedule, schedules };
}

function isoTime(time: number): string {
  return new Date(time * 1000).toISOString();
}

/** Needs no node: a keeper must be stopped when none answers, too. */
async function openHalts({ config: path }: Options) {
  const config = loadConfig(path, process.env);
  return { chainId: config.chainId, journal: await openJournal(config) };
}

/** The indices of the configuration, or those that are on chain now: a new one is found in the next round. */
function vaultsOf(session: Session): () => Promise<readonly GuidedVault[]> {
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

async function openOffline(path: string): Promise<{ readonly journal: Journal; readonly client?: PublicClient }> {
  if (!existsSync(path)) throw new ConfigError("There is no such journal. Correct --journal.", { path });
  return { journal: await Journal.open(path) };
}

/** The address of the journal that several keepers share; null: the journal is a file of this keeper. */
function sharedJournal({ journal, environment }: KeeperConfig): string | null {
  return journal === "postgres" ? (environment.GIMBAL_JOURNAL_URL ?? null) : null;
}

async function openJournal(config: KeeperConfig): Promise<Journal> {
  const url = sharedJournal(config);
  if (url !== null) {
    secrets.add(decodeURIComponent(new URL(url).password));
    return new Journal(await openPostgres(url));
  }
  if (config.journal !== ":memory:") mkdirSync(dirname(config.journal), { recursive: true });
  return Journal.open(config.journal);
}

async function openSession(options: Options): Promise<Session> {
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

function keyContext({ logger }: Session): KeyContext {
  return { environment: process.env, secrets, warn: (message, details) => logger.warn(details, message) };
}

interface Signers {
  readonly account: GasSigner;
  readonly signers: readonly DecisionSigner[];
  /** Opened already by whoever needs it too. */
  readonly market?: MarketDataSource;
  readonly collect?: CollectSignatures | undefined;
}

/** Models that are trained in a thread of their own. */
function openModels({ config, journal, logger, observer }: Session): ModelStore {
  const tell: TrainingListener = (event) => {
    logger.info(event, "training");
    const seconds = event.ms === null ? null : event.ms / 1000;
    observer.tell({ kind: "training", spec: event.spec, seconds, failure: null });
  };
  return new ModelStore(journal, config.models, tell, fitInThread);
}

async function openKeeper(
  session: Session,
  options: Options,
  { account, signers, market, collect }: Signers,
  signal?: AbortSignal,
): Promise<Keeper> {
  const { config, client, nodes, journal, logger, observer } = session;
  const { contracts, transactions, fills, upkeep, recurring } = config;
  const addresses = toKeeperAddresses(contracts);
  return Keeper.connect({
    client,
    nodes,
    chainId: config.chainId,
    breakers: breakerLimits(config),
    addresses,
    account,
    signers,
    ...(collect === undefined ? {} : { collect }),
    names: config.names,
    via: [...config.via, addresses.weth],
    market: market ?? (await openMarket(session, options)),
    journal,
    logger,
    observer,
    models: openModels(session),
    ...timesOf(config),
    fallbackNativeUsd: BigInt(config.fallbackNativeUsd) * 10n ** 18n,
    transactions: {
      maxFeeCeiling: transactions.maxFeeCeilingWei,
      gasMarginBps: transactions.gasMarginBps,
      bumpAfter: transactions.bumpAfterSeconds * 1000,
      giveUpAfter: transactions.giveUpAfterSeconds * 1000,
      pollInterval: transactions.pollSeconds * 1000,
      confirmations: BigInt(transactions.confirmations),
      spendingCap: transactions.spendingCapWeiPerDay,
    },
    ...privatelyBy(transactions),
    fills: {
      ordersPerTransaction: fills.ordersPerTransaction,
      leastUsd: BigInt(fills.leastUsd) * 10n ** 18n,
      slippageBps: fills.slippageBps,
      deadline: fills.deadlineSeconds,
    },
    upkeep: {
      refreshMoveBps: upkeep.refreshMoveBps,
      leastFeeShares: upkeep.leastFeeSharesWei,
      largestRun: upkeep.largestRun,
    },
    recurring,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The address of a private endpoint may hold a customer's key behind its host. */
function privatelyBy({ privateRpcUrl: url, privateFallback: fallback, privateBlocks }: KeeperConfig["transactions"]) {
  if (url === undefined) return {};
  const { pathname, search } = new URL(url);
  secrets.add(pathname.slice(1) + search);
  return { privately: { send: createPrivateSender(url), fallback, blocks: BigInt(privateBlocks) } };
}

type FeedConfig = Extract<KeeperConfig["data"], { source: "live" }>["headlines"][number];

function openFeed(feed: FeedConfig): HeadlineFeed {
  if (feed.kind === "csv") {
    return createCsvSource({ name: feed.name, location: feed.path, read: readTextFile });
  }
  const options = { name: feed.name, location: feed.url, read: createHttpReader() };
  return feed.kind === "rss" ? createFeedSource(options) : createRedditSource(options);
}

/** A file that is missing is a source that gives nothing, not the end of the round. */
async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new DataSourceError("A table of headlines cannot be read. Check its path.", { path }, { cause });
  }
}

/** The configured source and no other: real data is never silently replaced by invented data. */
async function openMarket({ config, logger }: Session, options: Options): Promise<MarketDataSource> {
  const { data, environment } = config;
  if (data.source === "simulation") return createSimulation({ seed: data.seed });
  if (data.source === "live") {
    const { symbols } = data;
    const cache = createFileCache(data.cache);
    const clock = () => Date.now() / 1000;
    const onFailure = (failure: SourceFailure) => logger.warn(failure, "a source of headlines gave nothing");
    const headlines = createLiveHeadlines({ feeds: data.headlines.map(openFeed), cache, clock, onFailure });
    return createLiveSource({ cache, clock, symbols, headlines });
  }
  const folder = findDataFolder(options.data ?? data.folder, environment.GIMBAL_DATA);
  if (folder !== undefined) return openCsvFolder(folder);
  throw new DataFolderError(
    "There is no data folder. Give --data or GIMBAL_DATA, or choose another source in the configuration.",
  );
}

function explain(error: unknown): { readonly error: string; readonly details?: unknown } {
  if (error instanceof KeeperError) return { error: `${error.code}: ${error.shortMessage}`, details: error.details };
  if (error instanceof BaseError) return { error: error.shortMessage, details: error.details };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

if (import.meta.main) {
  await createProgram()
    .parseAsync()
    .catch((error: unknown) => {
      const { error: message, details } = explain(error);
      const redact = redactorOf(secrets);
      console.error(redact(message));
      if (details !== undefined) console.error(redact(inspect(details)));
      process.exitCode = 1;
    });
}
