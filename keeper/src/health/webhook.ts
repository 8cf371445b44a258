import retry, { AbortError } from "p-retry";
import { AlertError } from "../errors.ts";
import type { AlertName, Severity } from "./alertKinds.ts";

/** How a receiver wants to be told. */
export const SHAPES = ["generic", "slack", "discord"] as const;
export type Shape = (typeof SHAPES)[number];

/** An alert as it leaves the keeper; the body of a generic webhook. */
export interface AlertMessage {
  readonly schema: "gimbal.alert/1";
  readonly status: "firing" | "resolved";
  readonly alert: AlertName;
  readonly severity: Severity;
  readonly subject: string;
  readonly title: string;
  readonly reason: string;
  readonly action: string;
  readonly runbook: string;
  readonly details: { readonly [field: string]: string };
  readonly keeper: string;
  readonly chainId: number;
  readonly since: string; // ISO 8601
  readonly at: string; // ISO 8601
  readonly count: number; // how often it was raised since then
}

/** Limits of one delivery. */
export interface DeliveryOptions {
  readonly retries?: number;
  readonly minRetryDelay?: number; // {ms}, doubles with every try
  readonly timeout?: number; // {ms} of one try
}

/** Longest text that Discord takes; Slack takes more. */
const LONGEST_TEXT = 1_900;

/** The body that a receiver of a shape understands. */
export function bodyOf(message: AlertMessage, shape: Shape): string {
  if (shape === "generic") return JSON.stringify(message);
  const text = textOf(message);
  // Whatever stands in a reason, nobody is to be called by it.
  return JSON.stringify(shape === "slack" ? { text } : { content: text, allowed_mentions: { parse: [] } });
}

/** An alert in a few lines. */
export function textOf(message: AlertMessage): string {
  const head = message.status === "resolved" ? "RESOLVED" : message.severity.toUpperCase();
  const lines = [`[${head}] ${message.title}: ${message.subject}`, message.reason];
  if (message.status === "firing") lines.push(`What to do: ${message.action} (${message.runbook})`);
  lines.push(`Keeper ${message.keeper}, chain ${message.chainId}, since ${message.since}`);
  const text = lines.filter((line) => line !== "").join("\n");
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} ...` : text;
}

/**
 * Asks an address once and again, with growing pauses, until it takes the body. A refusal (4xx other than 408 and 429) is not
 * tried again. Throws AlertError, which names the receiver but not its address: that is a secret.
 */
export async function deliver(
  receiver: { readonly name: string; readonly url: string; readonly method?: "GET" | "POST" },
  body: string | null,
  { retries = 4, minRetryDelay = 1_000, timeout = 10_000 }: DeliveryOptions = {},
): Promise<void> {
  const ask = async () => {
    const response = await fetch(receiver.url, {
      method: receiver.method ?? "POST",
      headers: body === null ? {} : { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    });
    await response.body?.cancel();
    if (response.ok) return;
    const error = new Error(`HTTP ${response.status}`);
    const isFinal = response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status);
    throw isFinal ? new AbortError(error) : error;
  };
  try {
    await retry(ask, { retries, minTimeout: minRetryDelay, unref: true });
  } catch (cause) {
    // The message of a failed fetch may hold the address; its cause says why in a word.
    const reason = cause instanceof TypeError ? codeOf(cause) : cause instanceof Error ? cause.message : String(cause);
    throw new AlertError("A webhook did not take a message. Check its address and its receiver.", {
      receiver: receiver.name,
      reason,
    });
  }
}

function codeOf({ cause }: TypeError): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "no connection";
}
