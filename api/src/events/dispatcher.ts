import type { Address } from "viem";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { type LoggedEvent, matches } from "./event.ts";
import type { EventLog } from "./log.ts";
import type { Destination, Outbox } from "./outbox.ts";
import {
  type AlertRule,
  activeRules,
  firingId,
  firingOf,
  type RuleDestinations,
  retractFirings,
  saveFiring,
} from "./ruleBook.ts";
import { happeningIn, isFigureRule } from "./rules.ts";
import { mark, raiseMark } from "./tables.ts";
import { allWebhooks, filterOf, type Webhook } from "./webhooks/book.ts";
import { type Links, type Names, sentenceOf, toWire } from "./words.ts";

/** What the dispatcher works with. */
export interface DispatcherParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly outbox: Outbox;
  /** What things are called, as far as it is known now. */
  readonly names: () => Promise<Names>;
  readonly links: Links;
  readonly clock: () => number; // {s}
  /** Called when there is something to send. */
  readonly onQueued: () => void;
}

/** Why a rule fired. */
export interface Reason {
  /** The same for the same thing: a rule fires once for it. */
  readonly thing: string;
  readonly text: string;
  readonly event: LoggedEvent | null;
  readonly value: number | null;
}

/** Events that are worked on in one transaction. */
const BATCH = 100;
const MARK = "dispatched";

/**
 * Turns events into firings of rules and into messages. What comes of an event and the note that it was worked on are one
 * transaction: wherever it is killed, each event has its messages once.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Works on everything that is new. Returns how many events that was. */
  async run(): Promise<number> {
    const { database, log, names } = this.#parts;
    let count = 0;
    for (;;) {
      const events = await log.every((await mark(database, MARK)) ?? 0, BATCH);
      const last = events.at(-1);
      if (last === undefined) return count;
      const known = await names();
      await database.atomically(async (db) => {
        const rules = (await activeRules(db)).filter(({ spec }) => !isFigureRule(spec));
        const webhooks = await allWebhooks(db);
        for (const event of events) await this.#work(db, event, rules, webhooks, known);
        await raiseMark(db, MARK, last.seq);
      });
      count += events.length;
      log.wake();
      this.#parts.onQueued();
    }
  }

  /** Fires a rule as a part of a transaction. False: it had fired for this thing already. */
  async fire(db: Database, rule: AlertRule, reason: Reason): Promise<boolean> {
    const { log, clock } = this.#parts;
    const { thing, text, event, value } = reason;
    const id = firingId(rule, thing);
    const at = clock();
    const { owner, destinations } = rule;
    const firing = { id, rule: rule.id, owner, event: event?.seq ?? null, at, text, value, destinations };
    if (!(await saveFiring(db, { ...firing, isRetracted: false }))) return false;
    const told = { firing: id, rule: rule.id, name: rule.name, text, event: event === null ? null : String(event.seq) };
    await log.append(
      db,
      {
        ...privateEvent(`alert:${id}`, at),
        type: "alert.fired",
        index: event?.index ?? indexOf(rule),
        tx: event?.tx ?? null,
        decision: event?.decision ?? null,
        block: event?.block ?? null,
        data: value === null ? told : { ...told, value: String(value) },
      },
      owner,
    );
    return true;
  }

  async #work(
    db: Database,
    event: LoggedEvent,
    rules: readonly AlertRule[],
    webhooks: readonly Webhook[],
    names: Names,
  ): Promise<void> {
    if (event.retracts !== null) await this.#retract(db, event);
    for (const rule of rules) {
      const thing = event.seq > rule.afterSeq && event.retracts === null ? happeningIn(rule.spec, event) : undefined;
      if (thing === undefined) continue;
      await this.fire(db, rule, { thing, text: sentenceOf(event, names), event, value: null });
    }
    const chosen = await destinationsOf(db, event);
    const body = () => JSON.stringify(toWire(event, names, this.#parts.links));
    for (const webhook of webhooks) {
      const isWanted = event.seq > webhook.afterSeq && matches(event, filterOf(webhook));
      if (isWanted || chosen.webhooks.includes(webhook.id)) await this.#queueHook(db, webhook, event, body());
    }
    for (const channel of chosen.chats) {
      if (event.owner !== null) await this.#queue(db, `chat:${channel}:${event.owner}`, event.owner, event, body());
    }
  }

  /** What an event made fire did not happen: those who were told are told so. */
  async #retract(db: Database, event: LoggedEvent): Promise<void> {
    const { log, clock } = this.#parts;
    for (const firing of await retractFirings(db, event.retracts ?? 0)) {
      const text = `Taken back, its block was replaced: ${firing.text}`;
      const { index, tx, decision, block } = event;
      await log.append(
        db,
        {
          ...privateEvent(`alert:${firing.id}:retracted`, clock()),
          ...{ type: "alert.retracted", index, tx, decision, block },
          data: { firing: firing.id, rule: firing.rule, text, event: String(event.retracts) },
        },
        firing.owner,
      );
    }
  }

  async #queueHook(db: Database, webhook: Webhook, event: LoggedEvent, body: string): Promise<void> {
    if (await this.#queue(db, `webhook:${webhook.id}`, webhook.owner, event, body)) return;
    await db.run(
      "UPDATE webhooks SET missed = missed + 1, missed_from = COALESCE(missed_from, ?) WHERE id = ?",
      event.seq,
      webhook.id,
    );
  }

  async #queue(
    db: Database,
    destination: Destination,
    owner: Address,
    event: LoggedEvent,
    body: string,
  ): Promise<boolean> {
    const { outbox, clock } = this.#parts;
    const message = { id: `evt_${event.seq}`, destination, owner, body };
    return (await outbox.put(db, message, clock())) !== "full";
  }
}

const NOWHERE: RuleDestinations = { webhooks: [], chats: [] };

/** Where a rule wants what it fired to go. */
async function destinationsOf(db: Database, { type, data }: LoggedEvent): Promise<RuleDestinations> {
  if (type !== "alert.fired" && type !== "alert.retracted") return NOWHERE;
  return (await firingOf(db, String(data.firing)))?.destinations ?? NOWHERE;
}

/** The parts of an event that is for one account and lies at no place of the chain. */
export function privateEvent(key: string, at: number) {
  return {
    key,
    place: at,
    identity: "",
    at,
    account: null,
    index: null,
    tx: null,
    decision: null,
    block: null,
  } as const;
}

function indexOf({ spec }: AlertRule): Address | null {
  return "index" in spec && spec.index !== undefined ? spec.index : null;
}
