import { z } from "zod";
import { readLimited } from "../data/httpReader.ts";

/** One call of another service, which is not trusted to be up, quick, honest or brief. */
export interface JsonRpcCall {
  readonly url: string;
  readonly method: string;
  readonly params: readonly unknown[];
  /** Bearer token. */
  readonly token?: string | undefined;
  readonly timeout: number; // {ms} for the whole answer
}

const LARGEST_ANSWER = 1_000_000; // bytes

const answerSchema = z.object({
  id: z.literal(1).nullish(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
});

/** What became of a call: its result, or in words why there is none. */
export type JsonRpcOutcome = { readonly result: unknown } | { readonly reason: string };

/** Asks once. Follows no redirection: what is sent, and the token, go nowhere else. Shows of the address the host alone. */
export async function callJsonRpc(call: JsonRpcCall): Promise<JsonRpcOutcome> {
  const outcome = await ask(call).catch((error: unknown) => ({ reason: reasonOf(error) }));
  if (!("reason" in outcome)) return outcome;
  return { reason: outcome.reason.replaceAll(call.url, new URL(call.url).origin) };
}

async function ask({ url, method, params, token, timeout }: JsonRpcCall): Promise<JsonRpcOutcome> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  });
  const text = await readLimited(response, LARGEST_ANSWER);
  const answer = answerSchema.safeParse(parseJson(text)).data;
  // A refusal may come with any status; a result only with a good one, and under the number of the question.
  if (answer?.error != null) return { reason: `refused (${answer.error.code}): ${answer.error.message}` };
  if (!response.ok) return { reason: `HTTP ${response.status}` };
  if (answer?.id !== 1) return { reason: "its answer is no JSON-RPC" };
  return { result: answer.result };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The innermost words: `fetch failed` alone helps nobody. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
