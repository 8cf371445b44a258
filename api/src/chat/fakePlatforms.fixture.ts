// Servers of a test that stand in for Telegram, Discord and X: what they are asked is kept, what they answer is set.
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../app.fixture.ts";

/** One request that a fake got. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly authorization: string;
}

/** An answer that a fake gives instead of its usual one. */
export interface Refusal {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What all fakes share. */
class FakePlatform {
  readonly asked: Asked[] = [];
  /** Answers to requests whose path contains a word, each used once. */
  readonly refusals: { readonly on: string; readonly with: Refusal }[] = [];
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked = toAsked(request, Buffer.concat(parts).toString("utf8"));
    this.asked.push(asked);
    const at = this.refusals.findIndex(({ on }) => asked.path.includes(on));
    const refusal = at < 0 ? undefined : this.refusals.splice(at, 1)[0]?.with;
    const { status, body, headers } = refusal ?? { status: 200, body: this.answer(asked), headers: {} };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  });

  answer(_asked: Asked): unknown {
    return {};
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bodies of the requests whose path contains a word. */
  sent(word: string): readonly Json[] {
    return this.asked.filter(({ path, method }) => path.includes(word) && method !== "GET").map(({ body }) => body);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function toAsked({ method = "", url = "", headers }: IncomingMessage, text: string): Asked {
  return { method, path: url, body: text === "" ? null : JSON.parse(text), authorization: headers.authorization ?? "" };
}

/** Telegram's Bot API: gives the updates from `offset` on, again and again until the offset moves. */
export class FakeTelegram extends FakePlatform {
  updates: Json[] = [];
  #next = 100;

  /** Somebody writes. */
  write(text: unknown, over: { from?: object; chat?: object } = {}): Json {
    const message = {
      message_id: this.#next,
      from: { id: 5, is_bot: false, ...over.from },
      chat: { id: 5, type: "private", ...over.chat },
      text,
    };
    const update = { update_id: this.#next++, message };
    this.updates.push(update);
    return update;
  }

  override answer({ path, body }: Asked): unknown {
    if (path.endsWith("/getUpdates")) {
      return { ok: true, result: this.updates.filter(({ update_id }) => update_id >= body.offset) };
    }
    return { ok: true, result: { message_id: 1 } };
  }
}

/** Discord: signs interactions with a key of its own, takes answers and direct messages. */
export class FakeDiscord extends FakePlatform {
  readonly #keys = generateKeyPairSync("ed25519");
  #next = 1;

  get publicKey(): string {
    return this.#keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  }

  command(name: string, value: string | null, over: object = {}): Json {
    const options = value === null ? [] : [{ name: "text", type: 3, value }];
    const member = { user: { id: "77", bot: false } };
    return { id: String(this.#next++), type: 2, token: "token", data: { name, options }, member, ...over };
  }

  request(body: Json, at: number, over: { signature?: string; text?: string } = {}): Request {
    const text = over.text ?? JSON.stringify(body);
    const signature = over.signature ?? sign(null, Buffer.from(at + text), this.#keys.privateKey).toString("hex");
    const headers = { "x-signature-ed25519": signature, "x-signature-timestamp": String(at) };
    return new Request("http://api.test/chat/discord", { method: "POST", body: text, headers });
  }

  override answer({ path }: Asked): unknown {
    return path.endsWith("/users/@me/channels") ? { id: "900" } : { id: "1" };
  }
}

/** X: mentions after `since_id`, direct messages newest first. */
export class FakeX extends FakePlatform {
  mentions: Json[] = [];
  directs: Json[] = [];

  override answer({ path, method }: Asked): unknown {
    const url = new URL(path, this.url);
    const since = url.searchParams.get("since_id");
    if (path.includes("/mentions")) {
      const found = this.mentions.filter(({ id }) => since === null || BigInt(id) > BigInt(since));
      return found.length === 0 ? { meta: { result_count: 0 } } : { data: found.toReversed() };
    }
    if (path.startsWith("/2/dm_events")) return { data: this.directs.toReversed() };
    return method === "POST" ? { data: { id: "1" } } : {};
  }
}
