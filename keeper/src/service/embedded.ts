import { hostname } from "node:os";
import { FenceLostError } from "../errors.ts";
import type { Logger } from "../execute/logger.ts";
import type { Database } from "../journal/database.ts";
import type { Journal } from "../journal/journal.ts";
import type { Coordinator, Work } from "./coordinator.ts";

export interface EmbeddedOptions {
  readonly journal: Journal;
  readonly logger: Logger;
  /** {s} between the starts of two rounds. */
  readonly roundEvery: number;
  /** Scopes that are worked on at the same time. */
  readonly atOnce: number;
  /** {ms} between two renewals of the lease during a round. */
  readonly renewEvery?: number;
}

const LEASE = "keeper";
const LEAST_LEASE = 900; // {s}
const LEASE_ROUNDS = 5; // rounds after which a dead keeper's lease runs out

/** The only keeper of a journal in a file: it holds the journal's lease and takes every turn itself. */
export class EmbeddedCoordinator implements Coordinator {
  readonly #options: EmbeddedOptions;
  readonly #owner = `${hostname()}/${process.pid}`;
  readonly #stopped = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedOptions) {
    this.#options = options;
  }

  /** Takes the journal's lease. Throws JournalError while another live keeper holds it. */
  async open(): Promise<void> {
    await this.#releaseDeadLease();
    await this.#renew();
  }

  async start(scopes: () => Promise<readonly string[]>, work: Work): Promise<void> {
    await this.open();
    this.#loop = this.#rounds(scopes, work);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#options.journal.releaseLease(LEASE, this.#owner);
  }

  /** One turn of every scope, several at once. The first error is thrown when all turns are over. */
  async round(scopes: readonly string[], work: Work): Promise<void> {
    const waiting = [...scopes];
    const errors: unknown[] = [];
    const stopRenewing = this.#keepRenewing();
    const worker = async () => {
      for (let scope = waiting.shift(); scope !== undefined; scope = waiting.shift()) {
        if (this.#stopped.signal.aborted) return;
        await work({ scope, fence: this.#fence }).catch((error: unknown) => errors.push(error));
      }
    };
    await Promise.all(Array.from({ length: this.#options.atOnce }, worker));
    stopRenewing();
    if (errors.length > 0) throw errors[0];
  }

  async #rounds(scopes: () => Promise<readonly string[]>, work: Work): Promise<void> {
    const { roundEvery, logger } = this.#options;
    while (!this.#stopped.signal.aborted) {
      const next = Date.now() + roundEvery * 1000;
      try {
        await this.#renew();
        await this.round(await scopes(), work);
      } catch (error) {
        logger.error({ reason: error instanceof Error ? error.message : String(error) }, "round failed");
      }
      await sleepUntil(next, this.#stopped.signal);
    }
  }

  /** A round may take longer than the lease: transactions and cosigners are waited for, for minutes each. */
  #keepRenewing(): () => void {
    const { logger, renewEvery = (LEAST_LEASE * 1000) / 3 } = this.#options;
    const timer = setInterval(() => {
      this.#renew().catch((error: unknown) => {
        logger.error({ reason: error instanceof Error ? error.message : String(error) }, "the lease was not renewed");
      });
    }, renewEvery);
    timer.unref();
    return () => clearInterval(timer);
  }

  #renew(): Promise<void> {
    const { journal, roundEvery } = this.#options;
    return journal.acquireLease(LEASE, this.#owner, now(), Math.max(LEAST_LEASE, LEASE_ROUNDS * roundEvery));
  }

  /** A process that slept through the end of its lease must not write what its successor does not know of. */
  readonly #fence = async (database: Database): Promise<void> => {
    const row = await database.get("SELECT owner, until FROM leases WHERE scope = ?", LEASE);
    if (row?.owner === this.#owner && Number(row.until) > now()) return;
    throw new FenceLostError("The lease on the journal ran out, or another keeper has it.", {
      owner: String(row?.owner ?? "nobody"),
      keeper: this.#owner,
    });
  };

  /** A process of this machine that was killed could not give its lease back; nobody has to wait for it. */
  async #releaseDeadLease(): Promise<void> {
    const { journal } = this.#options;
    const owner = await journal.leaseOwner(LEASE);
    const [host, pid] = owner?.split("/") ?? [];
    if (owner === undefined || host !== hostname()) return;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ESRCH") await journal.releaseLease(LEASE, owner);
    }
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** Waits until a time {ms}, or until it is asked to stop. */
async function sleepUntil(time: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, time - Date.now()));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
