import { type JobWithMetadata, PgBoss } from "pg-boss";
import { FenceLostError } from "../errors.ts";
import type { Logger } from "../execute/logger.ts";
import type { Database } from "../journal/database.ts";
import type { Coordinator, Work } from "./coordinator.ts";

export interface SharedOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly logger: Logger;
  /** {s} between two turns of a scope. */
  readonly roundEvery: number;
  /** Scopes that this keeper works on at the same time. */
  readonly atOnce: number;
  /** {s} without a sign of life after which a keeper counts as dead; at least 10. */
  readonly heartbeat: number;
}

const SCHEMA = "gimbal_jobs";
const QUEUE = "turns";
const TURN_LIMIT = 6 * 3600; // {s} a turn, however much it has to train
const POLL = 1; // {s}

/**
 * Several keepers of one journal. A turn is a job of pg-boss: at most one of a scope exists at a time, and when the keeper
 * that has it gives no sign of life any more it is dealt to another.
 */
export class SharedCoordinator implements Coordinator {
  readonly #options: SharedOptions;
  readonly #boss: PgBoss;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SharedOptions) {
    this.#options = options;
    this.#boss = new PgBoss({
      connectionString: options.url,
      schema: SCHEMA,
      max: options.atOnce + 3,
      schedule: false,
      superviseIntervalSeconds: Math.ceil(options.heartbeat / 4),
      monitorIntervalSeconds: Math.ceil(options.heartbeat / 4),
    });
    this.#boss.on("error", (error) => options.logger.error({ reason: error.message }, "shared journal"));
  }

  async start(scopes: () => Promise<readonly string[]>, work: Work): Promise<void> {
    const { roundEvery, heartbeat, atOnce } = this.#options;
    await this.#boss.start();
    const settings = {
      heartbeatSeconds: heartbeat,
      expireInSeconds: TURN_LIMIT,
      // A turn is dealt again for as long as its keepers die.
      retryLimit: 1_000_000,
      retryDelay: 0,
      deleteAfterSeconds: 3600,
    };
    await this.#boss.createQueue(QUEUE, { policy: "exclusive", ...settings });
    // A queue that is there already keeps what it was made with until it is told.
    await this.#boss.updateQueue(QUEUE, settings);
    await this.#boss.work(
      QUEUE,
      { includeMetadata: true, localConcurrency: atOnce, pollingIntervalSeconds: POLL },
      async (jobs: JobWithMetadata<{ scope: string }>[]) => {
        for (const { id, data, retryCount } of jobs)
          await work({ scope: data.scope, fence: turnFence(id, retryCount) });
      },
    );
    await this.#deal(scopes);
    this.#timer = setInterval(() => void this.#deal(scopes), roundEvery * 1000);
  }

  /** Ends when the turns in hand are over. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#boss.stop({ graceful: true, timeout: TURN_LIMIT * 1000 });
  }

  /** Asks for a turn of every scope. Those that are waiting or under way, or were dealt within the interval, stay as they are. */
  async #deal(scopes: () => Promise<readonly string[]>): Promise<void> {
    try {
      for (const scope of await scopes()) {
        await this.#boss.send(QUEUE, { scope }, { singletonKey: scope, singletonSeconds: this.#options.roundEvery });
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger.error({ reason }, "turns could not be dealt");
    }
  }
}

/** The job's row says whose turn it is: dealt again, it counts one retry more. Locked until the write is through. */
function turnFence(id: string, retryCount: number) {
  return async (database: Database): Promise<void> => {
    const row = await database.get(
      `SELECT retry_count FROM ${SCHEMA}.job WHERE name = ? AND id = ? AND state = 'active' FOR SHARE`,
      QUEUE,
      id,
    );
    if (row !== undefined && Number(row.retry_count) === retryCount) return;
    throw new FenceLostError("The turn was dealt to another keeper, because this one gave no sign of life.", { id });
  };
}
