import retry, { AbortError } from "p-retry";
import { DataSourceError } from "../errors.ts";
import { MAX_ANSWER_LENGTH, type ReadText } from "./headlines.ts";

/** Limits of a reader. */
export interface HttpReaderOptions {
  readonly timeout?: number; // {ms} of one try
  readonly retries?: number;
  readonly minRetryDelay?: number; // {ms}
  readonly maxBytes?: number;
}

const AGENT = "gimbal-keeper";

/**
 * Reads texts over HTTP. An answer above `maxBytes` is given up while it arrives, a refusal (4xx) is not asked again.
 * Throws DataSourceError.
 */
export function createHttpReader(options: HttpReaderOptions = {}): ReadText {
  const { timeout = 15_000, retries = 2, minRetryDelay = 1_000, maxBytes = MAX_ANSWER_LENGTH } = options;
  return async (address) => {
    const ask = async () => {
      const response = await fetch(address, {
        headers: { "user-agent": AGENT },
        signal: AbortSignal.timeout(timeout),
      });
      if (!response.ok) {
        const error = new Error(`HTTP ${response.status}`);
        throw response.status < 500 && response.status !== 429 ? new AbortError(error) : error;
      }
      return readLimited(response, maxBytes);
    };
    try {
      return await retry(ask, {
        retries,
        minTimeout: minRetryDelay,
        shouldRetry: ({ error }) => !(error instanceof AbortError),
      });
    } catch (cause) {
      const details = { address, reason: cause instanceof Error ? cause.message : String(cause) };
      throw new DataSourceError("A source of headlines cannot be read. Check its address.", details, { cause });
    }
  };
}

/** The text of an answer; it is given up as soon as it is longer than `maxBytes`. */
export async function readLimited(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new AbortError(`more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
