import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { ChatMessage, ChatOutcome } from "../events/messenger.ts";
import { type ChatAdapter, ChatConfigError, type Incoming } from "./adapter.ts";
import { callPlatform, isObject, type PlatformAnswer, partKey, sendParts } from "./platform.ts";
import type { AdapterParts } from "./telegram.ts";
import { escapeMarkdown, splitText } from "./text.ts";

/** Discord's API, and the application's keys. */
export interface DiscordSettings {
  readonly baseUrl: string; // https://discord.com/api/v10
  readonly applicationId: string;
  readonly botToken: string;
  /** Hexadecimal: what Discord signs interactions with (Ed25519). */
  readonly publicKey: string;
}

const LONGEST = 2_000; // {characters}
/** Escaping makes a text longer: it is split before, into parts that fit afterwards whatever they hold. */
const LONGEST_PLAIN = LONGEST / 2;
const LARGEST = 256 * 1_024; // {bytes}
/** {s} that a signed request stays good: what is older was kept back by somebody. */
const FRESH = 300;
const PING = 1;
const COMMAND = 2;
const PONG = { type: 1 };
/** Only who asked sees the answer (64), and links are not unfolded (4). */
const EPHEMERAL = 64;
const DEFERRED = { type: 5, data: { flags: EPHEMERAL } };
const FLAGS = 4;
/** DER of an Ed25519 public key before its 32 bytes. */
const KEY_HEAD = "302a300506032b6570032100";
/** "Cannot send messages to this user", "Unknown User", "Unknown Channel". */
const GONE = [50_007, 10_013, 10_003];

/**
 * A bot on Discord: slash commands come to the interactions endpoint, alerts go out as direct messages. `to` is the id of a
 * user. Every answer is seen by the asker alone.
 */
export class DiscordAdapter implements ChatAdapter {
  readonly channel = "discord";
  readonly #settings: DiscordSettings;
  readonly #parts: AdapterParts;
  readonly #key: KeyObject;
  readonly #answering = new Set<Promise<void>>();

  /** Throws ChatConfigError when the public key is none. */
  constructor(settings: DiscordSettings, parts: AdapterParts) {
    this.#settings = settings;
    this.#parts = parts;
    if (!/^[0-9a-f]{64}$/i.test(settings.publicKey)) {
      throw new ChatConfigError(
        "Discord's public key must have 64 hexadecimal digits: copy it from the application's page.",
      );
    }
    const key = Buffer.from(KEY_HEAD + settings.publicKey, "hex");
    this.#key = createPublicKey({ key, format: "der", type: "spki" });
  }

  async receive(request: Request): Promise<Response> {
    const body = await request.text();
    if (body.length > LARGEST) return new Response(null, { status: 413 });
    if (!this.#isSigned(request, body)) return new Response("invalid request signature", { status: 401 });
    const interaction = parse(body);
    if (!isObject(interaction)) return new Response(null, { status: 400 });
    if (interaction["type"] === PING) return Response.json(PONG);
    const incoming = readCommand(interaction);
    const token = interaction["token"];
    if (interaction["type"] !== COMMAND || incoming === null || typeof token !== "string") {
      return new Response(null, { status: 400 });
    }
    // The same id again is a request that somebody recorded.
    if (!(await this.#parts.book.isNew("discord", `interaction ${incoming.id}`))) {
      return new Response("this interaction was answered before", { status: 401 });
    }
    const work = this.#answer(incoming, token).finally(() => this.#answering.delete(work));
    this.#answering.add(work);
    return Response.json(DEFERRED);
  }

  /** Waits until everything that was asked is answered. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#answering);
  }

  async send({ to, text, id }: ChatMessage): Promise<ChatOutcome> {
    let channel: string | null = null;
    const send = async (part: string, number: number) => {
      if (channel === null) {
        const opened = await this.#call("/users/@me/channels", { recipient_id: to });
        if (opened.status >= 300) return opened;
        channel = String(opened.body["id"]);
      }
      const nonce = { nonce: partKey({ id }, number), enforce_nonce: true };
      return this.#call(`/channels/${encodeURIComponent(channel)}/messages`, {
        ...contentOf(part),
        flags: FLAGS,
        ...nonce,
      });
    };
    return sendParts(splitText(text, LONGEST_PLAIN), send, isGone, this.#parts.sleep);
  }

  #isSigned(request: Request, body: string): boolean {
    const signature = request.headers.get("x-signature-ed25519") ?? "";
    const timestamp = request.headers.get("x-signature-timestamp") ?? "";
    if (!/^[0-9a-f]{128}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(this.#parts.clock() - Number(timestamp)) > FRESH) return false;
    return verify(null, Buffer.from(timestamp + body), this.#key, Buffer.from(signature, "hex"));
  }

  /** The first part takes the place of "is thinking", the others follow it. */
  async #answer(incoming: Incoming, token: string): Promise<void> {
    const outgoing = await this.#parts.handle(incoming);
    const path = `/webhooks/${this.#settings.applicationId}/${encodeURIComponent(token)}`;
    const text = outgoing?.text ?? "Too many questions at once. Ask again in a minute.";
    const send = (part: string, number: number) =>
      number === 0
        ? this.#call(`${path}/messages/@original`, contentOf(part), "PATCH")
        : this.#call(path, { ...contentOf(part), flags: EPHEMERAL });
    const parts = splitText(text, LONGEST_PLAIN);
    const outcome = await sendParts(parts, send, isGone, this.#parts.sleep);
    if (outcome.isTaken || outcome.retryAfter === null) return;
    await this.#parts.sleep(outcome.retryAfter);
    await sendParts(parts, send, isGone, this.#parts.sleep);
  }

  #call(path: string, body: object, method: "POST" | "PATCH" = "POST"): Promise<PlatformAnswer> {
    const { baseUrl, botToken } = this.#settings;
    const headers = { authorization: `Bot ${botToken}` };
    return callPlatform(`${baseUrl}${path}`, { method, headers, body }, this.#parts.clock);
  }
}

/** Text without markup that calls nobody. */
const contentOf = (text: string) => ({ content: escapeMarkdown(text), allowed_mentions: { parse: [] } });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** /ask question, /link code, /unlink, /help. */
function readCommand(interaction: Readonly<Record<string, unknown>>): Incoming | null {
  const { id, data, member, user } = interaction;
  const who = isObject(member) ? member["user"] : user;
  if (typeof id !== "string" || !/^\d{1,25}$/.test(id) || !isObject(data) || !isObject(who)) return null;
  const chat = who["id"];
  if (who["bot"] === true || typeof chat !== "string" || !/^\d{1,25}$/.test(chat)) return null;
  const options: readonly unknown[] = Array.isArray(data["options"]) ? data["options"] : [];
  const [first] = options;
  const value = isObject(first) && typeof first["value"] === "string" ? first["value"] : "";
  const text = data["name"] === "ask" ? value : `/${String(data["name"])} ${value}`;
  return { id, chat, text: text.slice(0, LONGEST), isPrivate: true };
}

function isGone({ status, body }: PlatformAnswer): boolean {
  return (status === 403 || status === 404) && GONE.includes(Number(body["code"]));
}
