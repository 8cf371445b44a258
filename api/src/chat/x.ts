import type { ChatMessage, ChatOutcome } from "../events/messenger.ts";
import { type ChatAdapter, ChatUnreachableError, type Incoming } from "./adapter.ts";
import { callPlatform, isObject, type PlatformAnswer, sendParts } from "./platform.ts";
import type { AdapterParts } from "./telegram.ts";
import { postOf, splitText } from "./text.ts";

/** X's API, and the account that the bot writes as. */
export interface XSettings {
  readonly baseUrl: string; // https://api.x.com
  /** Access token of the account, with the rights to read mentions, post, and read and write direct messages. */
  readonly token: string;
  /** The account's id: what it writes itself is not answered. */
  readonly userId: string;
}

const LONGEST_DIRECT = 10_000; // {characters}
/** Newest direct messages that are looked at. */
const DIRECTS = 50;

/**
 * A bot on X: mentions are answered in public with one post and a link, direct messages in private. Accounts are linked and
 * alerts arrive by direct message only. `to` is the id of a user.
 */
export class XAdapter implements ChatAdapter {
  readonly channel = "x";
  readonly #settings: XSettings;
  readonly #parts: AdapterParts;

  constructor(settings: XSettings, parts: AdapterParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  async send({ to, text }: Pick<ChatMessage, "to" | "text">): Promise<ChatOutcome> {
    const path = `/2/dm_conversations/with/${encodeURIComponent(to)}/messages`;
    const send = (part: string) => this.#call("POST", path, { text: part });
    return sendParts(splitText(text, LONGEST_DIRECT), send, isGone, this.#parts.sleep);
  }

  async poll(signal: AbortSignal): Promise<void> {
    await this.#pollMentions(signal);
    if (!signal.aborted) await this.#pollDirects(signal);
  }

  /** Mentions since the last one that was answered, the oldest first. The first look ever only notes where it begins. */
  async #pollMentions(signal: AbortSignal): Promise<void> {
    const { book } = this.#parts;
    const since = await book.place("x mentions");
    const query = new URLSearchParams({ "tweet.fields": "author_id", max_results: since === null ? "5" : "100" });
    if (since !== null) query.set("since_id", since);
    const posts = await this.#read(`/2/users/${this.#settings.userId}/mentions?${query}`, signal);
    const mentions = posts
      .filter(({ id }) => isId(id))
      .toSorted((a, b) => compareIds(String(a["id"]), String(b["id"])));
    if (since === null) {
      await book.keepPlace("x mentions", String(mentions.at(-1)?.["id"] ?? "1"));
      return;
    }
    for (const post of mentions) {
      const id = String(post["id"]);
      const author = post["author_id"];
      if (isId(author) && author !== this.#settings.userId && compareIds(id, since) > 0) {
        const text = String(post["text"] ?? "").replace(/@\w{1,20}/g, " ");
        await this.#reply({ id: `post ${id}`, chat: author, text, isPrivate: false }, id);
      }
      await book.keepPlace("x mentions", id);
      if (signal.aborted) return;
    }
  }

  async #reply(incoming: Incoming, to: string): Promise<void> {
    const outgoing = await this.#parts.handle(incoming);
    if (outgoing === null) return;
    const [first = ""] = outgoing.text.split("\nSources:");
    const body = { text: postOf(first, outgoing.link), reply: { in_reply_to_tweet_id: to } };
    const outcome = await this.#try(body);
    if (outcome.status !== 429) return;
    await this.#parts.sleep(outcome.retryAfter ?? 60);
    await this.#try(body);
  }

  async #try(body: object): Promise<PlatformAnswer> {
    return this.#call("POST", "/2/tweets", body);
  }

  /** Direct messages of others that came after the newest that was seen. */
  async #pollDirects(signal: AbortSignal): Promise<void> {
    const { book } = this.#parts;
    const since = await book.place("x directs");
    const fields = {
      event_types: "MessageCreate",
      "dm_event.fields": "id,text,sender_id",
      max_results: String(DIRECTS),
    };
    const events = await this.#read(`/2/dm_events?${new URLSearchParams(fields)}`, signal);
    const sorted = events.filter(({ id }) => isId(id)).toSorted((a, b) => compareIds(String(a["id"]), String(b["id"])));
    for (const event of sorted) {
      const [id, sender] = [String(event["id"]), event["sender_id"]];
      if (since !== null && compareIds(id, since) > 0 && isId(sender) && sender !== this.#settings.userId) {
        const text = String(event["text"] ?? "");
        const outgoing = await this.#parts.handle({ id: `direct ${id}`, chat: sender, text, isPrivate: true });
        if (outgoing !== null) await this.send({ to: sender, text: outgoing.text });
      }
      if (since === null || compareIds(id, since) > 0) await book.keepPlace("x directs", id);
      if (signal.aborted) return;
    }
    if (since === null && sorted.length === 0) await book.keepPlace("x directs", "1");
  }

  async #read(path: string, signal: AbortSignal): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { status, body, retryAfter } = await this.#call("GET", path, undefined, signal);
    if (status !== 200) throw new ChatUnreachableError(`X answered HTTP ${status}`, retryAfter);
    return Array.isArray(body["data"]) ? body["data"].filter(isObject) : [];
  }

  #call(method: "GET" | "POST", path: string, body?: object, signal?: AbortSignal): Promise<PlatformAnswer> {
    const { baseUrl, token } = this.#settings;
    const headers = { authorization: `Bearer ${token}` };
    const request = {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    };
    return callPlatform(`${baseUrl}${path}`, request, this.#parts.clock);
  }
}

const isId = (value: unknown): value is string => typeof value === "string" && /^\d{1,25}$/.test(value);

/** Ids are too large for numbers: the longer is the larger. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isGone({ status }: PlatformAnswer): boolean {
  return status === 403 || status === 404;
}
