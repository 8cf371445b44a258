import { randomUUID } from "node:crypto";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { privateEvent } from "./dispatcher.ts";
import type { WireEvent } from "./event.ts";
import { pauseAfter, RETRY_LIMITS, type RetryLimits } from "./limits.ts";
import type { EventLog } from "./log.ts";
import type { Channel, ChatDirectory, Messenger } from "./messenger.ts";
import type { Attempted, Outbox, OutboxMessage } from "./outbox.ts";
import type { Webhook, WebhookBook } from "./webhooks/book.ts";
import type { Guard } from "./webhooks/guard.ts";
import { type Outcome, POST_LIMITS, type PostLimits, post } from "./webhooks/post.ts";
import { sign } from "./webhooks/sign.ts";

/** What the sender works with. */
export interface SenderParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly outbox: Outbox;
  readonly webhooks: WebhookBook;
  readonly guard: Guard;
  /** Adapters of the chats that are configured now. */
  readonly messengers: () => readonly Messenger[];
  readonly chats: ChatDirectory | null; // null: no chats are configured
  readonly clock: () => number; // {s}
  /** A number from 0 to 1, for the pauses between attempts. */
  readonly draw: () => number;
  readonly onTrouble: (error: unknown) => void;
  readonly retries?: RetryLimits;
  readonly post?: PostLimits;
  /** Attempts under way at a time. */
  readonly atOnce?: number;
}

/** Result of an attempt, whatever the destination. `isGone`: it wants no more. */
type Result = Pick<Outcome, "isTaken" | "status" | "reason" | "retryAfter" | "isGone">;

const refused = (reason: string, isGone: boolean, retryAfter: number | null = null): Result => ({
  ...{ isTaken: false, status: null, reason, retryAfter, isGone },
});

/** Sends what waits in the outbox: one message at a time to each destination, several destinations at a time. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #busy = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Looks for what is due every `pause` {ms}, until it is stopped. */
  start(pause: number): void {
    this.#timer = setInterval(() => void this.run().catch(this.#parts.onTrouble), pause).unref();
  }

  /** Starts whatever is due and can be started. Returns how many attempts that was. */
  async run(): Promise<number> {
    const { outbox, clock, atOnce = 16 } = this.#parts;
    const room = atOnce - this.#busy.size;
    if (this.#isStopped || room <= 0) return 0;
    const due = await outbox.due(clock(), atOnce + this.#busy.size);
    const free = due.filter(({ destination }) => !this.#busy.has(destination)).slice(0, room);
    for (const message of free) this.#begin(message);
    return free.length;
  }

  /** Sends until nothing is due any more. */
  async drain(): Promise<void> {
    while ((await this.run()) > 0 || this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** Starts nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await Promise.all(this.#busy.values());
  }

  /** Sends a webhook something at once, beside everything that waits for it, and says what came of it. */
  async ping(webhook: Webhook): Promise<Outcome> {
    const now = this.#parts.clock();
    const known = await this.#parts.webhooks.forAttempt(webhook.id, now);
    const body = JSON.stringify({ type: "webhook.ping", timestamp: new Date(now * 1000).toISOString(), data: {} });
    return this.#post(webhook.url, `ping_${randomUUID()}`, body, known?.secrets ?? [], now);
  }

  #begin(message: OutboxMessage): void {
    const work = this.#attempt(message)
      .catch(this.#parts.onTrouble)
      .finally(() => {
        this.#busy.delete(message.destination);
        // The next message of this destination need not wait for the timer.
        if (this.#timer !== undefined) void this.run().catch(this.#parts.onTrouble);
      });
    this.#busy.set(message.destination, work);
  }

  async #attempt(message: OutboxMessage): Promise<void> {
    const [kind, name = "", ...rest] = message.destination.split(":");
    const isHook = kind === "webhook";
    const result = isHook ? await this.#toWebhook(message, name) : await this.#toChat(message, name as Channel);
    if (!isHook && rest.length === 0) throw new TypeError(`There is no such destination: ${message.destination}`);
    const { database, outbox, clock } = this.#parts;
    const now = clock();
    const attempted = this.#verdict(message, result, now);
    await database.atomically(async (db) => {
      await outbox.note(db, message.place, attempted, now);
      if (isHook) await this.#judge(db, name, message, attempted, result.isGone, now);
    });
    this.#parts.log.wake();
  }

  async #toWebhook({ id, body }: OutboxMessage, name: string): Promise<Result> {
    const now = this.#parts.clock();
    const known = await this.#parts.webhooks.forAttempt(name, now);
    if (known === undefined) return refused("the webhook was removed", true);
    return this.#post(known.webhook.url, id, body, known.secrets, now);
  }

  #post(url: string, id: string, body: string, secrets: readonly string[], now: number): Promise<Outcome> {
    const headers = { ...sign(id, now, body, secrets), "user-agent": "Gimbal-Webhooks/1" };
    return post(new URL(url), headers, body, this.#parts.guard, this.#parts.post ?? POST_LIMITS);
  }

  async #toChat({ id, body, owner }: OutboxMessage, channel: Channel): Promise<Result> {
    const messenger = this.#parts.messengers().find((known) => known.channel === channel);
    const to = await this.#parts.chats?.chatOf(owner, channel);
    if (messenger === undefined || to === undefined)
      return refused(`no ${channel} chat is linked to the account`, true);
    const { text, links } = JSON.parse(body) as WireEvent;
    const lines = [text, ...Object.values(links)];
    const outcome = await messenger.send({ to, text: lines.join("\n"), id });
    if (!outcome.isTaken) return refused(outcome.reason, outcome.isGone, outcome.retryAfter);
    return { isTaken: true, status: null, reason: null, retryAfter: null, isGone: false };
  }

  #verdict({ attempts }: OutboxMessage, result: Result, now: number): Attempted {
    const { isTaken, status, reason, retryAfter, isGone } = result;
    const pause = pauseAfter(attempts + 1, this.#parts.draw(), this.#parts.retries ?? RETRY_LIMITS);
    const isOver = isTaken || isGone || pause === null;
    return { isTaken, status, reason, nextAt: isOver ? null : now + Math.max(pause, retryAfter ?? 0) };
  }

  /** Counts failures, and stops a webhook that wants no more or failed too often. Its owner is told. */
  async #judge(
    db: Database,
    id: string,
    message: OutboxMessage,
    { isTaken, nextAt, reason }: Attempted,
    isGone: boolean,
    now: number,
  ): Promise<void> {
    const failures = isTaken ? "0" : "failures + 1";
    await db.run(`UPDATE webhooks SET failures = ${failures} WHERE id = ?`, id);
    if (isTaken || nextAt !== null) return;
    const why = isGone
      ? "The receiver answered 410 Gone: it wants no more messages."
      : `Message ${message.id} failed ${message.attempts + 1} times, the last time with: ${reason}.`;
    const stopped = await db.run(
      "UPDATE webhooks SET stopped_at = ?, stop_reason = ? WHERE id = ? AND stopped_at IS NULL",
      ...[now, why, id],
    );
    if (stopped === 0) return;
    const text = `Your webhook ${id} was stopped. ${why} Repair the receiver, then resume the webhook.`;
    const event = {
      ...privateEvent(`stopped:${id}:${now}`, now),
      type: "webhook.stopped",
      data: { webhook: id, text },
    } as const;
    await this.#parts.log.append(db, event, message.owner);
  }
}
