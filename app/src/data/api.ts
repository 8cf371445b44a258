import type { Answers } from "./answers.d.ts";

/** A path of the API that answers GET. */
export type ApiPath = keyof Answers & string;

type Part = string | number | boolean | undefined;

/** Thrown when the API refuses or fails. `message` is its own sentence (RFC 9457). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Stable word of the API, `UNREACHABLE` when nobody answered. */
  readonly code: string;
  /** Parts of the service that are down. */
  readonly missing: readonly string[];

  constructor(status: number, code: string, message: string, missing: readonly string[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.missing = missing;
  }
}

/** Reads from the API of one network. */
export interface Api {
  get<P extends ApiPath>(
    path: P,
    parameters?: Readonly<Record<string, Part>>,
    signal?: AbortSignal,
  ): Promise<Answers[P]>;
  /** Sends a body. `Answer` is what docs/openapi.json says of the path. Work takes longer than reading: up to two minutes. */
  post<Answer>(path: string, body: unknown, signal?: AbortSignal): Promise<Answer>;
}

/** {ms} after which a silent API counts as down: the chain answers instead. */
const PATIENCE = 8_000;
/** {ms} for what the API has to work out first. */
const WORK_PATIENCE = 120_000;

/** The API at an address. `{name}` of a path is filled from the parameters, the rest becomes the query. */
export function createApi(baseUrl: string, request: typeof fetch = (...args) => fetch(...args)): Api {
  const ask = async (url: URL, options: RequestInit, patience: number): Promise<unknown> => {
    const { signal } = options;
    const limit = AbortSignal.timeout(patience);
    const response = await request(url, {
      ...options,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch((cause) => {
      if (signal?.aborted) throw cause;
      throw new ApiError(0, "UNREACHABLE", "The API does not answer.");
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body;
    const { code, detail, missing } = (body ?? {}) as { code?: string; detail?: string; missing?: string[] };
    throw new ApiError(response.status, code ?? "UNKNOWN", detail ?? `The API answered ${response.status}.`, missing);
  };
  return {
    get: async (path, parameters = {}, signal) => {
      const rest = new Map(Object.entries(parameters).filter(([, value]) => value !== undefined));
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = rest.get(name);
        rest.delete(name);
        return encodeURIComponent(String(value));
      });
      const url = new URL(filled, baseUrl);
      for (const [name, value] of rest) url.searchParams.set(name, String(value));
      return (await ask(url, signal ? { signal } : {}, PATIENCE)) as never;
    },
    post: async (path, content, signal) => {
      const headers = { "content-type": "application/json" };
      const options = { method: "POST", headers, body: JSON.stringify(content), ...(signal && { signal }) };
      return (await ask(new URL(path, baseUrl), options, WORK_PATIENCE)) as never;
    },
  };
}
