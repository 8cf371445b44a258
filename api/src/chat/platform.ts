// Requests to a channel's own interface: bounded in time and size, and silent about addresses, which hold keys.
import { readLimited } from "../../../keeper/src/data/httpReader.ts";
import type { ChatMessage, ChatOutcome } from "../events/messenger.ts";
import { ChatUnreachableError } from "./adapter.ts";

/** An answer of a channel. */
export interface PlatformAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** {s} to wait, of a refusal that says so. */
  readonly retryAfter: number | null;
}

export interface PlatformRequest {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeout?: number; // {ms}
  readonly signal?: AbortSignal;
}

/** {s} */
const LONGEST_WAIT = 3_600;
const LARGEST = 1024 * 1024; // {bytes}

/** Asks. Throws ChatUnreachableError when there is no usable answer; a refusal is an answer. */
export async function callPlatform(url: string, request: PlatformRequest, now: () => number): Promise<PlatformAnswer> {
  const { method = "POST", headers = {}, body, timeout = 15_000, signal } = request;
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "error",
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    const parsed = parse(await readLimited(response, LARGEST));
    return { status: response.status, body: parsed, retryAfter: waitOf(response, parsed, now) };
  } catch (error) {
    if (error instanceof ChatUnreachableError) throw error;
    // The message of a failed fetch may hold the address, and the address a key.
    throw new ChatUnreachableError(limit.aborted ? "it does not answer in time" : "there is no connection");
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    throw new ChatUnreachableError("its answer is no JSON");
  }
}

/** Whether a value has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Telegram and Discord tell in the body, all of them in some header. */
function waitOf(response: Response, body: Readonly<Record<string, unknown>>, now: () => number): number | null {
  if (response.status !== 429 && response.status !== 503) return null;
  const inner = isObject(body["parameters"]) ? body["parameters"]["retry_after"] : body["retry_after"];
  const reset = response.headers.get("x-rate-limit-reset");
  const told = inner ?? response.headers.get("retry-after") ?? (reset === null ? null : Number(reset) - now());
  const seconds = Math.ceil(Number(told));
  return told === null || !Number.isFinite(seconds) ? null : Math.min(Math.max(seconds, 1), LONGEST_WAIT);
}

/** How an adapter delivers one piece of text. */
export type SendPart = (part: string, number: number) => Promise<PlatformAnswer>;

/** Tries of the parts behind the first: what was begun is brought to its end if it can be. */
const TRIES = 3;

/**
 * Sends the parts of a message in their order. `isGone`: whether a refusal means that the chat wants no more. The first part
 * is tried once, so that whoever keeps the message decides when to try again; a later one waits as long as the channel asks.
 */
export async function sendParts(
  parts: readonly string[],
  send: SendPart,
  isGone: (answer: PlatformAnswer) => boolean,
  sleep: (seconds: number) => Promise<void>,
): Promise<ChatOutcome> {
  for (const [number, part] of parts.entries()) {
    let answer: PlatformAnswer | null = null;
    for (let tried = 0; tried < (number === 0 ? 1 : TRIES); tried++) {
      if (answer !== null) await sleep(answer.retryAfter ?? 1);
      try {
        answer = await send(part, number);
      } catch (error) {
        if (!(error instanceof ChatUnreachableError)) throw error;
        if (number === 0) return { isTaken: false, reason: error.message, isGone: false, retryAfter: error.retryAfter };
        continue;
      }
      if (answer.status < 300 || (answer.status < 500 && answer.status !== 429)) break;
    }
    if (answer === null || answer.status >= 300) return refusal(answer, isGone);
  }
  return { isTaken: true };
}

function refusal(answer: PlatformAnswer | null, isGone: (answer: PlatformAnswer) => boolean): ChatOutcome {
  if (answer === null)
    return { isTaken: false, reason: "The channel cannot be reached.", isGone: false, retryAfter: null };
  const { status, retryAfter } = answer;
  return { isTaken: false, reason: `The channel answered HTTP ${status}.`, isGone: isGone(answer), retryAfter };
}

/** A key of at most 25 letters for a message and its part, for channels that drop what comes twice. */
export const partKey = ({ id }: Pick<ChatMessage, "id">, number: number): string =>
  `${id.replaceAll("-", "").slice(0, 21)}.${number}`;
