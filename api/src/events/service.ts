import type { Deployment } from "@gimbal/sdk";
import type { PublicClient } from "viem";
import type { Logger } from "../context.ts";
import type { DecisionSource } from "../decisions/decisions.ts";
import type { History } from "../history/history.ts";
import type { Store } from "../store/store.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Feeder } from "./feeder.ts";
import { LiveFigures, namesOf } from "./figures.ts";
import { EventLog } from "./log.ts";
import type { ChatDirectory, Messenger } from "./messenger.ts";
import { Outbox } from "./outbox.ts";
import { RuleBook } from "./ruleBook.ts";
import { Sender } from "./sender.ts";
import { ChainSource } from "./sources/chain.ts";
import { DecisionEvents } from "./sources/decisions.ts";
import { type GradedDays, GradeEvents } from "./sources/grades.ts";
import { STREAM_LIMITS, StreamHub, type StreamLimits } from "./stream.ts";
import { Watcher } from "./watcher.ts";
import { WebhookBook } from "./webhooks/book.ts";
import { Guard } from "./webhooks/guard.ts";
import type { Links, Names } from "./words.ts";

/** What a deployment of the API decides about events. */
export interface EventSettings {
  readonly links: Links;
  /** Whether webhooks may lead to this machine and its network, by plain HTTP too: for a local chain only. */
  readonly allowsPrivateWebhooks: boolean;
  readonly streams: StreamLimits;
}

/** What events are made of. */
export interface EventParts {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly history: History;
  readonly decisions: DecisionSource;
  readonly grades: GradedDays | null; // null: nothing is graded here
  readonly store: Store;
  readonly clock: () => number; // {s}
  readonly logger: Logger;
  readonly settings: EventSettings;
  /** Adapters of the chats that are configured; asked when something is sent. */
  readonly messengers: () => readonly Messenger[];
  readonly chats: ChatDirectory | null;
}

/** Settings for a public deployment whose API is at `api`. */
export function publicEvents(api: string): EventSettings {
  return { links: { api, explorer: null }, allowsPrivateWebhooks: false, streams: STREAM_LIMITS };
}

const LOOK = 2_000; // {ms} between two looks at the sources
const WATCH = 30_000; // {ms} between two looks at figures
const SEND = 1_000; // {ms} between two looks into the outbox
const SWEEP = 3_600_000; // {ms} between two times that old messages are forgotten
const NAMES_KEPT = 60; // {s}
const TROUBLE_AGAIN = 600; // {s} before the same trouble is logged aloud again

/** Events from their sources to whoever wants them. Nothing runs before `start`; handlers work without it. */
export class Events {
  readonly log: EventLog;
  readonly hub: StreamHub;
  readonly rules: RuleBook;
  readonly webhooks: WebhookBook;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly feeder: Feeder;
  readonly links: Links;
  readonly #dispatcher: Dispatcher;
  readonly #watcher: Watcher;
  readonly #parts: EventParts;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #troubles = new Map<string, { readonly message: string; readonly at: number }>();
  #names: { readonly at: number; readonly names: Promise<Names> } | undefined;
  #dispatching: Promise<void> | undefined;
  #watching: Promise<void> | undefined;
  #isAsked = false;
  #unlisten: (() => void) | undefined;

  constructor(parts: EventParts) {
    const { store, history, decisions, deployment, clock, settings, grades, messengers, chats } = parts;
    const { database } = store;
    const guard = new Guard({ allowsPrivate: settings.allowsPrivateWebhooks });
    const names = () => this.names();
    this.#parts = parts;
    this.links = settings.links;
    this.log = new EventLog(database);
    this.hub = new StreamHub(this.log, settings.streams);
    this.rules = new RuleBook(database);
    this.webhooks = new WebhookBook(database, guard);
    this.outbox = new Outbox(database);
    const { log, outbox, webhooks } = this;
    const onTrouble = (error: unknown) => this.#trouble("messages", error);
    const sent = { messengers, chats, clock, draw: Math.random, onTrouble };
    this.sender = new Sender({ database, log, outbox, webhooks, guard, ...sent });
    const onQueued = () => void this.sender.run().catch(onTrouble);
    this.#dispatcher = new Dispatcher({ database, log, outbox, names, links: this.links, clock, onQueued });
    this.#watcher = new Watcher({
      ...{ database, names, clock, dispatcher: this.#dispatcher },
      figures: new LiveFigures(parts),
      onTrouble: (what, error) => this.#trouble(what, error),
    });
    const sources = [
      new ChainSource(history, deployment.blockNumber),
      new DecisionEvents(decisions, clock),
      ...(grades === null ? [] : [new GradeEvents(grades)]),
    ];
    this.feeder = new Feeder(log, sources, { pause: LOOK, onTrouble: (name, error) => this.#trouble(name, error) });
  }

  /** What things are called, looked up once a minute at most. */
  names(): Promise<Names> {
    const now = this.#parts.clock();
    if (this.#names === undefined || now >= this.#names.at + NAMES_KEPT) {
      const names = namesOf(this.#parts.history);
      this.#names = { at: now, names };
      names.catch(() => {
        this.#names = undefined;
      });
    }
    return this.#names.names;
  }

  /** The newest grade of a token; null: it has none. */
  async grade(token: string, kind: "trader" | "investor"): Promise<number | null> {
    return (await this.#parts.grades?.grade(token, kind)) ?? null;
  }

  /** Begins to follow the sources and to send. */
  start(): void {
    this.#unlisten = this.log.listen(() => this.#dispatch());
    this.feeder.start();
    this.sender.start(SEND);
    this.#dispatch();
    this.#watch();
    const turn = () => {
      this.#watch();
      // What could not be worked on when it came, because the index was down, is worked on now.
      this.#dispatch();
    };
    this.#timers.push(setInterval(turn, WATCH).unref());
    const sweep = () => void this.outbox.forget(this.#parts.clock()).catch((e) => this.#trouble("sweep", e));
    this.#timers.push(setInterval(sweep, SWEEP).unref());
  }

  /** Finishes what is under way and ends the streams. */
  async stop(): Promise<void> {
    this.#unlisten?.();
    for (const timer of this.#timers) clearInterval(timer);
    this.hub.close();
    await this.feeder.stop();
    await Promise.all([this.#dispatching, this.#watching]);
    await this.sender.stop();
  }

  /** Reads the sources, works on what is new and looks at figures, once. For whoever does not `start`. */
  async once(): Promise<void> {
    await this.feeder.catchUp();
    await this.#dispatcher.run();
    await this.#watcher.run();
    await this.#dispatcher.run();
    await this.sender.drain();
  }

  /** One run at a time; who asks during one gets another after it. */
  #dispatch(): void {
    this.#isAsked = true;
    this.#dispatching ??= this.#dispatchAll().finally(() => {
      this.#dispatching = undefined;
    });
  }

  async #dispatchAll(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      try {
        await this.#dispatcher.run();
      } catch (error) {
        this.#trouble("dispatcher", error);
      }
    }
  }

  #watch(): void {
    this.#watching ??= this.#watcher
      .run()
      .then((fired) => {
        if (fired > 0) this.log.wake();
      })
      .catch((error: unknown) => this.#trouble("watcher", error))
      .finally(() => {
        this.#watching = undefined;
      });
  }

  #trouble(what: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const last = this.#troubles.get(what);
    const now = this.#parts.clock();
    // What fails at every look is told of once in a while.
    const isNews = last === undefined || last.message !== message || now >= last.at + TROUBLE_AGAIN;
    if (isNews) this.#troubles.set(what, { message, at: now });
    this.#parts.logger[isNews ? "warn" : "debug"]({ part: "events", what, err: error }, "events in trouble");
  }
}
