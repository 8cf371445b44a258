import { HistoryUnavailableError } from "./errors.ts";

/** One value of a row: text, number, boolean, JSON or nothing. Whole numbers beyond JavaScript's come as text. */
export type Cell = string | number | boolean | null | object;
export type SqlRow = Readonly<{ [column: string]: Cell }>;

const TIMEOUT = 30_000; // {ms}

/** SQL over HTTP as Ponder's middleware speaks it: one SELECT, its parameters, rows back. */
export class IndexSql {
  readonly #url: string;

  /** `url` is the indexer's address, as http://host:port. */
  constructor(url: string) {
    this.#url = url.replace(/\/+$/, "");
  }

  /**
   * Rows of a SELECT with $1, $2, ... for `parameters`.
   *
   * @throws {@link HistoryUnavailableError} when the indexer does not answer or refuses the statement.
   */
  async rows(sql: string, parameters: readonly (string | number | boolean)[] = []): Promise<readonly SqlRow[]> {
    // The middleware reads superjson; plain JSON values need no more than its envelope.
    const query = JSON.stringify({ json: { sql, params: parameters, typings: parameters.map(() => "none") } });
    const answer = (await this.#get(`/sql/db?sql=${encodeURIComponent(query)}`)) as { rows?: readonly SqlRow[] };
    if (answer.rows === undefined) throw new HistoryUnavailableError("its answer has no rows");
    return answer.rows;
  }

  /** Newest block of each chain that the indexer has read. */
  async status(): Promise<{ readonly [chain: string]: { id: number; block: { number: number; timestamp: number } } }> {
    return (await this.#get("/status")) as Awaited<ReturnType<IndexSql["status"]>>;
  }

  /** Whether the past has been read, so that answers are complete. */
  async isReady(): Promise<boolean> {
    return (await this.#fetch("/ready")).ok;
  }

  async #get(path: string): Promise<unknown> {
    const response = await this.#fetch(path);
    if (!response.ok) throw new HistoryUnavailableError(`status ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async #fetch(path: string): Promise<Response> {
    return fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(TIMEOUT) }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
      throw new HistoryUnavailableError(`${error.message}${cause}`);
    });
  }
}
