import type { Address } from "viem";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { EventType, SourceEvent } from "./event.ts";
import { ALICE, eventAt, NOW, TOKEN } from "./events.fixture.ts";
import { EventLog } from "./log.ts";
import type { Channel, ChatMessage, ChatOutcome } from "./messenger.ts";
import { Outbox } from "./outbox.ts";
import { type AlertRule, RuleBook, type RuleTerms } from "./ruleBook.ts";
import type { FigureRule, RuleSpec } from "./rules.ts";
import { Sender, type SenderParts } from "./sender.ts";
import { type OpenVote, Watcher } from "./watcher.ts";
import { WebhookBook } from "./webhooks/book.ts";
import { Guard } from "./webhooks/guard.ts";
import type { Names } from "./words.ts";

const LINKS = { api: "https://api.example", explorer: "https://explorer.example" };
const NAMES: Names = {
  index: () => "Majors",
  token: (address) => (address.toLowerCase() === TOKEN ? { symbol: "WETH", decimals: 18 } : undefined),
};

/** Everything behind the log, over one database; a second one over the same is what a restart is. */
export class World {
  now = NOW;
  figures = new Map<string, number | null>();
  votes: OpenVote[] = [];
  readonly chat: ChatMessage[] = [];
  readonly chatAnswers: ChatOutcome[] = [];
  readonly troubles: unknown[] = [];
  readonly log: EventLog;
  readonly outbox: Outbox;
  readonly rules: RuleBook;
  readonly webhooks: WebhookBook;
  readonly dispatcher: Dispatcher;
  readonly watcher: Watcher;
  readonly sender: Sender;

  constructor(database: Database, more: Partial<SenderParts> = {}) {
    const guard = new Guard({ allowsPrivate: true });
    const clock = () => this.now;
    this.log = new EventLog(database);
    this.outbox = new Outbox(database, { waiting: 3, kept: 100 });
    this.rules = new RuleBook(database);
    this.webhooks = new WebhookBook(database, guard);
    const names = async () => NAMES;
    const { log, outbox, webhooks } = this;
    this.dispatcher = new Dispatcher({ database, log, outbox, names, links: LINKS, clock, onQueued: () => {} });
    this.watcher = new Watcher({
      ...{ database, dispatcher: this.dispatcher, names, clock },
      figures: {
        figure: async (rule: FigureRule) => {
          const figure = this.figures.get(rule.kind);
          if (figure === undefined) throw new Error("down");
          return figure;
        },
        openVotes: async () => this.votes,
      },
      onTrouble: (_, error) => this.troubles.push(error),
    });
    this.sender = new Sender({
      ...{ database, log, outbox, webhooks, guard, clock, draw: () => 0 },
      chats: {
        chatOf: async (account: Address, channel: Channel) => (account === ALICE ? `${channel} of Alice` : undefined),
      },
      messengers: () => [
        {
          channel: "telegram",
          send: async (message) => {
            this.chat.push(message);
            return this.chatAnswers.shift() ?? { isTaken: true };
          },
        },
      ],
      onTrouble: (error) => {
        throw error;
      },
      post: { timeout: 100, longestAnswer: 16_384 },
      ...more,
    });
  }

  /** Tells the log something, and works on it. */
  async tell(...events: readonly Partial<SourceEvent>[]): Promise<void> {
    const told = events.map((event, i) => eventAt(this.now + i, event));
    await this.log.absorb("chain", { from: this.now, to: this.now + 99, events: told, isNewest: true }, false);
    this.now += 100;
    await this.dispatcher.run();
  }

  hook(url: string, types: readonly EventType[], owner: Address = ALICE) {
    return this.webhooks.register(owner, 5, { url, types, index: null, account: null }, this.now);
  }

  rule(spec: RuleSpec, terms: Partial<RuleTerms> = {}): Promise<AlertRule> {
    const destinations = { webhooks: [], chats: [] };
    return this.rules.create(ALICE, 0, { name: "mine", spec, destinations, isOn: true, ...terms }, this.now);
  }

  async texts(): Promise<readonly string[]> {
    return (await this.rules.firings(ALICE, null, 100, null)).map(({ text }) => text);
  }
}
