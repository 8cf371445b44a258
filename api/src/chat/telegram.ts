import { createHash, timingSafeEqual } from "node:crypto";
import type { ChatMessage, ChatOutcome } from "../events/messenger.ts";
import { type ChatAdapter, type ChatHandler, ChatUnreachableError, type Incoming } from "./adapter.ts";
import type { ChatBook } from "./book.ts";
import { callPlatform, isObject, type PlatformAnswer, sendParts } from "./platform.ts";
import { splitText } from "./text.ts";

/** Telegram's Bot API. */
export interface TelegramSettings {
  readonly baseUrl: string; // https://api.telegram.org
  readonly token: string;
  /** Of the webhook: what Telegram sends with each request; null: messages are polled. */
  readonly webhookSecret: string | null;
}

/** What an adapter works with. */
export interface AdapterParts {
  readonly book: ChatBook;
  readonly handle: ChatHandler;
  readonly clock: () => number; // {s}
  readonly sleep: (seconds: number) => Promise<void>;
}

const LONGEST = 4_096; // {characters} of a message
const WAIT = 25; // {s} that a poll stays open
const LARGEST_UPDATE = 256 * 1_024; // {bytes}

/**
 * A bot on Telegram, by long polling or a webhook. Texts are sent without a parse mode, so nothing in them is markup.
 * `to` is the id of a chat.
 */
export class TelegramAdapter implements ChatAdapter {
  readonly channel = "telegram";
  readonly poll?: (signal: AbortSignal) => Promise<void>;
  readonly receive?: (request: Request) => Promise<Response>;
  readonly #settings: TelegramSettings;
  readonly #parts: AdapterParts;

  constructor(settings: TelegramSettings, parts: AdapterParts) {
    this.#settings = settings;
    this.#parts = parts;
    if (settings.webhookSecret === null) this.poll = (signal) => this.#poll(signal);
    else this.receive = (request) => this.#receive(request, settings.webhookSecret ?? "");
  }

  async send({ to, text }: Pick<ChatMessage, "to" | "text">): Promise<ChatOutcome> {
    const send = (part: string) =>
      this.#call("sendMessage", { chat_id: to, text: part, link_preview_options: { is_disabled: true } });
    return sendParts(splitText(text, LONGEST), send, isGone, this.#parts.sleep);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const place = Number((await this.#parts.book.place("telegram")) ?? 0);
    const asked = { offset: place, timeout: WAIT, limit: 50, allowed_updates: ["message"] };
    const { status, body, retryAfter } = await this.#call("getUpdates", asked, (WAIT + 10) * 1_000, signal);
    if (status !== 200) throw new ChatUnreachableError(`Telegram answered HTTP ${status}`, retryAfter);
    for (const update of Array.isArray(body["result"]) ? body["result"] : []) {
      const id = isObject(update) ? Number(update["update_id"]) : Number.NaN;
      if (!Number.isSafeInteger(id)) continue;
      await this.#answer(update);
      await this.#parts.book.keepPlace("telegram", String(id + 1));
      if (signal.aborted) return;
    }
  }

  async #receive(request: Request, secret: string): Promise<Response> {
    if (!isSame(request.headers.get("x-telegram-bot-api-secret-token") ?? "", secret)) {
      return new Response(null, { status: 401 });
    }
    const text = await request.text();
    if (text.length > LARGEST_UPDATE) return new Response(null, { status: 413 });
    try {
      await this.#answer(JSON.parse(text));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return new Response(null, { status: 400 });
    }
    return new Response(null, { status: 200 });
  }

  async #answer(update: unknown): Promise<void> {
    const incoming = readUpdate(update);
    if (incoming === null) return;
    const outgoing = await this.#parts.handle(incoming);
    if (outgoing === null) return;
    const outcome = await this.send({ to: incoming.chat, text: outgoing.text });
    // The first part was refused for now: one more try, then the asker has to ask again.
    if (!outcome.isTaken && outcome.retryAfter !== null) {
      await this.#parts.sleep(outcome.retryAfter);
      await this.send({ to: incoming.chat, text: outgoing.text });
    }
  }

  #call(method: string, body: object, timeout?: number, signal?: AbortSignal): Promise<PlatformAnswer> {
    const { baseUrl, token } = this.#settings;
    const request = {
      body,
      ...(timeout === undefined ? {} : { timeout }),
      ...(signal === undefined ? {} : { signal }),
    };
    return callPlatform(`${baseUrl}/bot${token}/${method}`, request, this.#parts.clock);
  }
}

/** A text that a person wrote to the bot: in private, or in a group as a command or behind its name. Else null. */
function readUpdate(update: unknown): Incoming | null {
  const message = isObject(update) ? update["message"] : undefined;
  if (!isObject(update) || !isObject(message)) return null;
  const { from, chat, text } = message;
  if (!isObject(from) || from["is_bot"] !== false || !isObject(chat) || typeof text !== "string") return null;
  const isPrivate = chat["type"] === "private";
  const called = /^\/ask(?:@\w+)?\s+/.exec(text);
  if (!isPrivate && called === null) return null;
  const id = Number(update["update_id"]);
  const to = Number(chat["id"]);
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(to)) return null;
  const asked = called === null ? text : text.slice(called[0].length);
  return { id: String(id), chat: String(to), text: asked.slice(0, 4_096), isPrivate };
}

/** 403: blocked, or thrown out; 400: there is no such chat. */
function isGone({ status, body }: PlatformAnswer): boolean {
  return status === 403 || (status === 400 && /chat not found/i.test(String(body["description"])));
}

/** Compares in the same time wherever two texts differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
