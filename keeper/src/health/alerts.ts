import { setTimeout as sleep } from "node:timers/promises";
import { ALERT_KINDS, type AlertFacts, type AlertName, reaches, runbookOf, type Severity } from "./alertKinds.ts";
import { type Clock, machineClock } from "./clock.ts";
import type { Observer } from "./observer.ts";
import type { Redactor } from "./redact.ts";
import { type AlertMessage, bodyOf, type DeliveryOptions, deliver, type Shape } from "./webhook.ts";

/** Who is told of alerts. */
export interface Receiver {
  readonly name: string;
  readonly shape: Shape;
  readonly url: string; // secret
  readonly least: Severity;
}

/** How alerts are sent. */
export interface AlertsOptions {
  readonly receivers: readonly Receiver[];
  readonly keeper: string;
  readonly chainId: number;
  readonly repeatAfter: number; // {s} before the same alert is sent again
  readonly mostPerHour: number; // messages a receiver; one more than that waits
  readonly observer: Observer; // told what became of each message
  readonly redact: Redactor;
  readonly onTrouble?: (error: unknown) => void;
  readonly delivery?: DeliveryOptions;
  readonly clock?: Clock;
}

interface Raised {
  readonly name: AlertName;
  facts: AlertFacts;
  readonly since: number; // {s}
  count: number;
  isOver: boolean;
  pending: number; // receivers that are being told
}

/** What one receiver was told of one alert. */
interface Told {
  readonly at: number; // {s} of the last message that arrived
  readonly status: "firing" | "resolved";
}

const HOUR = 3_600;
const SWEEP = 15_000; // {ms}

/**
 * Tells people what is wrong, each thing once: the same alert about the same subject is not sent again before `repeatAfter`,
 * and when it is over, those who were told of it are told so. What a receiver did not take, or what was too much for its
 * hour, is sent later, if it still holds.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #clock: Clock;
  readonly #raised = new Map<string, Raised>();
  readonly #told = new Map<string, Told>();
  readonly #sent = new Map<string, number[]>(); // {s} of the messages of the last hour, by receiver
  readonly #busy = new Map<string, Promise<void>>(); // by receiver: one message after the other
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? machineClock;
    this.#timer = setInterval(() => this.sweep(), SWEEP);
    this.#timer.unref();
  }

  /** What is wrong now. */
  get active(): readonly { readonly alert: AlertName; readonly subject: string; readonly reason: string }[] {
    return [...this.#raised.values()]
      .filter(({ isOver }) => !isOver)
      .map(({ name, facts }) => ({ alert: name, subject: facts.subject, reason: facts.reason }));
  }

  /** Says that something is wrong, or still wrong. */
  raise(name: AlertName, facts: AlertFacts): void {
    const key = keyOf(name, facts.subject);
    const known = this.#raised.get(key);
    const isNew = known === undefined || known.isOver;
    const raised = isNew ? { name, facts, since: this.#clock(), count: 1, isOver: false, pending: 0 } : known;
    if (!isNew) {
      raised.facts = facts;
      raised.count++;
    }
    this.#raised.set(key, raised);
    this.#spread(key, raised, "aloud");
  }

  /** Says that something is over. What was never raised needs no end. */
  resolve(name: AlertName, subject: string): void {
    const key = keyOf(name, subject);
    const raised = this.#raised.get(key);
    if (raised === undefined || raised.isOver) return;
    raised.isOver = true;
    this.#spread(key, raised, "aloud");
  }

  /** Sends what is due to be sent: reminders, and what could not be sent before. Runs by itself every few seconds. */
  sweep(): void {
    // What somebody was not told of yet goes before reminders of what everybody knows.
    const news = [...this.#raised].map((entry) => [...entry, this.#isKnownByAll(...entry)] as const);
    for (const [key, raised] of news.toSorted(([, , a], [, , b]) => Number(a) - Number(b))) {
      if (raised.pending > 0) continue;
      // An event that was not repeated does not hold any more.
      if (ALERT_KINDS[raised.name].form === "event" && this.#isKnownByAll(key, raised)) this.#raised.delete(key);
      else this.#spread(key, raised, "silently");
    }
    const past = this.#clock() - this.#options.repeatAfter;
    for (const [key, told] of this.#told) {
      if (told.at < past && !this.#raised.has(key.slice(key.indexOf(" ") + 1))) this.#told.delete(key);
    }
  }

  /** Waits until every message that is under way has arrived or was given up, or for `limit` {ms}. */
  async flush(limit = 5_000): Promise<void> {
    const waiting = new AbortController();
    const end = sleep(limit, undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#busy.values()), end]);
    waiting.abort();
  }

  /** Takes no more alerts; what is under way is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.flush();
  }

  #spread(key: string, raised: Raised, how: "aloud" | "silently"): void {
    const { severity } = ALERT_KINDS[raised.name];
    const receivers = this.#isClosed ? [] : this.#options.receivers.filter(({ least }) => reaches(severity, least));
    raised.pending += receivers.length;
    for (const receiver of receivers) {
      const before = this.#busy.get(receiver.name) ?? Promise.resolve();
      const sending = before.then(async () => {
        await this.#send(key, raised, receiver, how);
        raised.pending--;
        this.#forget(key, raised);
      });
      this.#busy.set(receiver.name, sending);
    }
    this.#forget(key, raised);
  }

  /** Decides at the last moment: what was raised twice while a message was under way is sent once. */
  async #send(key: string, raised: Raised, receiver: Receiver, how: "aloud" | "silently"): Promise<void> {
    // What was raised again meanwhile is not over.
    const newest = this.#raised.get(key);
    if (newest !== undefined && newest !== raised) return;
    const now = this.#clock();
    const result = this.#verdict(raised, this.#told.get(`${receiver.name} ${key}`), receiver, now);
    if (result === "send") return this.#post(key, raised, receiver, now);
    if (result !== "done" && how === "aloud") {
      this.#options.observer.tell({ kind: "alert", alert: raised.name, result });
    }
  }

  #verdict(
    { isOver }: Raised,
    told: Told | undefined,
    { name }: Receiver,
    now: number,
  ): "send" | "done" | "repeated" | "limited" {
    // Who was not told of the trouble need not hear of its end.
    if (isOver && told?.status !== "firing") return "done";
    if (!isOver && told !== undefined && now - told.at < this.#options.repeatAfter) return "repeated";
    const sent = (this.#sent.get(name) ?? []).filter((at) => now - at < HOUR);
    this.#sent.set(name, sent);
    return sent.length >= this.#options.mostPerHour ? "limited" : "send";
  }

  async #post(key: string, raised: Raised, receiver: Receiver, now: number): Promise<void> {
    const { observer, redact, delivery, onTrouble } = this.#options;
    const message = this.#message(raised, now);
    try {
      await deliver(receiver, redact(bodyOf(message, receiver.shape)), delivery);
      this.#sent.get(receiver.name)?.push(now);
      this.#told.set(`${receiver.name} ${key}`, { at: now, status: message.status });
      observer.tell({ kind: "alert", alert: raised.name, result: "sent" });
    } catch (error) {
      observer.tell({ kind: "alert", alert: raised.name, result: "failed" });
      onTrouble?.(error);
    }
  }

  #message({ name, facts, since, count, isOver }: Raised, now: number): AlertMessage {
    const { severity, title, action } = ALERT_KINDS[name];
    const { keeper, chainId } = this.#options;
    return {
      schema: "gimbal.alert/1",
      status: isOver ? "resolved" : "firing",
      alert: name,
      severity,
      subject: facts.subject,
      title,
      reason: facts.reason,
      action,
      runbook: runbookOf(name),
      details: facts.details ?? {},
      keeper,
      chainId,
      since: new Date(since * 1000).toISOString(),
      at: new Date(now * 1000).toISOString(),
      count,
    };
  }

  /** Once it is over and nobody waits for the message that it is. */
  #forget(key: string, raised: Raised): void {
    if (!raised.isOver || raised.pending > 0 || this.#raised.get(key) !== raised) return;
    const waits = this.#options.receivers.some(({ name }) => this.#told.get(`${name} ${key}`)?.status === "firing");
    if (!waits) this.#raised.delete(key);
  }

  #isKnownByAll(key: string, { name, since }: Raised): boolean {
    const { severity } = ALERT_KINDS[name];
    return this.#options.receivers
      .filter(({ least }) => reaches(severity, least))
      .every((receiver) => {
        const told = this.#told.get(`${receiver.name} ${key}`);
        return told !== undefined && told.at > since - this.#options.repeatAfter;
      });
  }
}

function keyOf(name: AlertName, subject: string): string {
  return `${name} ${subject}`;
}
