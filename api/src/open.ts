import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createPublicClient, http } from "viem";
import { readMethodologies } from "../../keeper/src/data/methodologyFolder.ts";
import { Access, type AccessSettings } from "./access/access.ts";
import { ACCESS_LIMITS } from "./access/limits.ts";
import { ROUTES } from "./app.ts";
import { ChatBook } from "./chat/book.ts";
import { openChat } from "./chat/open.ts";
import type { ChatService } from "./chat/service.ts";
import type { ApiConfig } from "./config.ts";
import type { ApiContext, Logger } from "./context.ts";
import { openCredits } from "./credits/open.ts";
import { JournalDecisions } from "./decisions/decisions.ts";
import { type JournalReader, NO_JOURNAL, openJournalReader } from "./decisions/open.ts";
import type { Messenger } from "./events/messenger.ts";
import { type EventParts, Events } from "./events/service.ts";
import { gradedDays } from "./events/sources/gradedDays.ts";
import { STREAM_LIMITS } from "./events/stream.ts";
import { HistoryUnavailableError } from "./history/errors.ts";
import type { History } from "./history/history.ts";
import { PonderHistory } from "./history/ponder.ts";
import { keeperPageOf } from "./keeperPage.ts";
import type { DayHead } from "./market/gradeDay.ts";
import { Grading, type GradingOptions, gradeInThread, inputsOf } from "./market/grading.ts";
import { MarketBook } from "./market/marketBook.ts";
import { MarketStore } from "./market/marketStore.ts";
import { updateBook } from "./market/updateBook.ts";
import { Simulator } from "./simulations/simulator.ts";
import { Store } from "./store/store.ts";

const RPC_TIMEOUT = 10_000; // {ms}
const GRADING_INTERVAL = 15_000; // {ms} between two looks for new decisions

/** A context and how to put it away. */
export interface OpenContext {
  readonly context: ApiContext;
  /** The channels; `start()` begins to poll those that do not call us. */
  readonly chat: ChatService;
  close(): Promise<void>;
}

/**
 * Everything that handlers work with, as the settings say. Parts that are down now are asked again at every request.
 * `works` false: it only answers, and neither grades nor follows events.
 */
export async function openContext(
  config: ApiConfig,
  logger: Logger,
  { works }: { readonly works: boolean } = { works: true },
): Promise<OpenContext> {
  const { deployment, indexerUrl, journal, store: path } = config;
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const store = await Store.open(path);
  const reader = journal === undefined ? NO_JOURNAL : openJournalReader(journal);
  const decisions = new JournalDecisions(reader, deployment.chainId);
  const market = new MarketBook(new MarketStore(store.database), decisions, inputsOf(reader));
  const history = indexerUrl === undefined ? missingHistory() : new PonderHistory(indexerUrl, deployment.chainId);
  const client = createPublicClient({ transport: http(config.rpcUrl, { timeout: RPC_TIMEOUT }) });
  const clock = () => Math.floor(Date.now() / 1000);
  const access = new Access({ client, deployment, store, clock, settings: accessOf(config) });
  const parts = { client, deployment, history, decisions, market, store, clock, logger };
  const simulator = new Simulator({ journal: journal ?? null, marketData: config.marketData ?? null });
  const credits = openCredits({ client, deployment, store, clock, logger, settings: config.credits });
  // Only the process that answers knows that what it finds half done is nobody's.
  if (works) await credits?.book.sweep();
  let messengers: readonly Messenger[] = [];
  const context: ApiContext = {
    client,
    deployment,
    history,
    decisions,
    market,
    keeperPage: keeperPageOf(config.keeperUrl),
    methodologies: readMethodologies(config.methodologies),
    store,
    access,
    credits: credits?.credits ?? null,
    events: eventsOf(config, parts, () => messengers),
    languageModel: config.languageModel,
    simulator,
    clock,
    logger,
    revision: revisionOf(history, decisions, market),
    checksAnswers: false,
  };
  const grading = gradingOf(config, { decisions, market, reader, logger });
  if (works) grading?.start();
  const chat = openChat(config.chat, context, ROUTES, config.access.uri ?? null);
  messengers = chat.messengers;
  if (works) context.events.start();
  const close = async () => {
    await chat.stop();
    await context.events.stop();
    await grading?.stop();
    await simulator.close();
    await reader.close();
    await store.close();
  };
  return { context, chat, close };
}

/** Who grades new decisions: a thread of its own, or this one over a store in memory. Undefined: there is no journal. */
function gradingOf(
  { journal, store, deployment: { chainId } }: ApiConfig,
  parts: Pick<ApiContext, "decisions" | "market" | "logger"> & { readonly reader: JournalReader },
): Grading | undefined {
  if (journal === undefined) return undefined;
  const { decisions, market, reader, logger } = parts;
  const grade: GradingOptions["grade"] = async (tell, signal) => {
    if (store !== ":memory:") return gradeInThread({ journal, store, chainId }, tell, signal);
    const told = ({ day, compared, model }: DayHead) => tell({ day, compared, spoke: model.spoke });
    await updateBook(decisions, inputsOf(reader), market.store, told);
  };
  const revision = () => decisions.revision();
  return new Grading({ revision, grade, logger, intervalMs: GRADING_INTERVAL });
}

/** Events of every source that there is. Alerts go out through the channels that are configured. */
function eventsOf(
  { access, host, port, events }: ApiConfig,
  parts: Pick<EventParts, "client" | "deployment" | "history" | "decisions" | "store" | "clock" | "logger"> &
    Pick<ApiContext, "market">,
  messengers: () => readonly Messenger[],
): Events {
  const links = { api: access.uri ?? `http://${host}:${port}`, explorer: events.explorerUrl ?? null };
  const settings = { links, allowsPrivateWebhooks: events.allowPrivateWebhooks, streams: STREAM_LIMITS };
  const grades = gradedDays(parts.market.store);
  return new Events({ ...parts, grades, settings, messengers, chats: new ChatBook(parts.store.database, parts.clock) });
}

function accessOf({ access, host, port }: ApiConfig): AccessSettings {
  const { domains, uri = `http://${host}:${port}`, trustedProxies, freePerMinute: quota } = access;
  const { free, network, paid, paidNetwork, tiers } = ACCESS_LIMITS;
  // A network of addresses may ask ten times as often as one of them, and nobody with a tier less often than a stranger.
  const raised = tiers.map((tier) => ({ ...tier, quota: Math.max(tier.quota, quota) }));
  const together = { ...network, quota: 10 * quota };
  const limits = { free: { ...free, quota }, network: together, paid, paidNetwork, tiers: raised };
  return { domains, uri, trustedProxies, limits };
}

/** In place of an indexer that nobody configured: whatever is asked of it is unavailable. */
function missingHistory(): History {
  const fail = () => Promise.reject(new HistoryUnavailableError("none is configured, set `indexerUrl`"));
  return new Proxy({} as History, { get: () => fail });
}

/** A part that is down has a revision too: answers that do not need it are kept and served. */
function revisionOf(history: History, decisions: JournalDecisions, market: MarketBook): () => Promise<string> {
  const indexed = remembered(async () => String((await history.head()).block));
  const decided = remembered(() => decisions.revision());
  const graded = remembered(() => market.revision());
  return async () => `${await indexed()}/${await decided()}/${await graded()}`;
}

const AGE = 500; // {ms} how old a revision may be: one question to each part serves all requests of that time

function remembered(ask: () => Promise<string>): () => Promise<string> {
  let known: Promise<string> = Promise.resolve("");
  let until = 0;
  return () => {
    const now = performance.now();
    if (now >= until) {
      until = now + AGE;
      known = ask().catch(() => "down");
    }
    return known;
  };
}
