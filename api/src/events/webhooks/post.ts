import { type ClientRequest, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { isIP } from "node:net";
import { AddressRefusedError } from "../errors.ts";
import { type Guard, hostOf } from "./guard.ts";

/** What became of one attempt. */
export interface Outcome {
  readonly isTaken: boolean; // answered with 2xx
  readonly status: number | null; // null: no answer
  readonly reason: string | null; // why it was not taken, in words
  readonly retryAfter: number | null; // {s} that the receiver asks to wait
  readonly isGone: boolean; // 410: the receiver wants no more
}

/** Limits of one attempt. */
export interface PostLimits {
  readonly timeout: number; // {ms} from the first byte to the last
  readonly longestAnswer: number; // {bytes} that are read of an answer
}

export const POST_LIMITS: PostLimits = { timeout: 15_000, longestAnswer: 16_384 };

/** Longest pause that a receiver may ask for. */
const LONGEST_PAUSE = 86_400; // {s}

/**
 * Posts a body once. Never throws: whatever happens is an outcome. Redirects are not followed, as the specification of
 * Standard Webhooks has it, so a receiver cannot lead to where the guard would not go.
 */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  guard: Guard,
  limits: PostLimits = POST_LIMITS,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    const bytes = Buffer.from(body, "utf8");
    let request: ClientRequest;
    try {
      // Node asks no lookup for an address that is a number already.
      if (isIP(hostOf(url)) !== 0) guard.parse(url.href);
      request = send(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", "content-length": bytes.length },
        lookup: guard.lookup,
        agent: false,
        maxHeaderSize: limits.longestAnswer,
      });
    } catch (error) {
      resolve(failure(reasonOf(error)));
      return;
    }
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
      request.destroy();
    };
    const timer = setTimeout(() => end(failure(`no answer within ${limits.timeout / 1000} s`)), limits.timeout);
    request.on("error", (error) => end(failure(reasonOf(error))));
    request.on("response", (response) => {
      let read = 0;
      const outcome = outcomeOf(response.statusCode ?? 0, response.headers["retry-after"]);
      response.on("data", (part: Buffer) => {
        read += part.length;
        if (read > limits.longestAnswer) end(outcome);
      });
      response.on("end", () => end(outcome));
      response.on("error", (error) => end(failure(reasonOf(error))));
    });
    request.end(bytes);
  });
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  const isTaken = status >= 200 && status < 300;
  const isRedirect = status >= 300 && status < 400;
  const words = isRedirect ? `HTTP ${status}: redirects are not followed, enter the final address` : `HTTP ${status}`;
  const pause = retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null;
  return {
    isTaken,
    status,
    reason: isTaken ? null : words,
    retryAfter: isTaken || pause === null ? null : Math.min(pause, LONGEST_PAUSE),
    isGone: status === 410,
  };
}

function failure(reason: string): Outcome {
  return { isTaken: false, status: null, reason, retryAfter: null, isGone: false };
}

/** Why in a word; never the whole text of a foreign error, which may hold the address. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefusedError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "no connection";
}
