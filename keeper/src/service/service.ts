import { type Address, isAddress } from "viem";
import { StoppedError } from "../errors.ts";
import type { Guide, Keeper } from "../execute/keeper.ts";
import type { Logger } from "../execute/logger.ts";
import { correlated } from "../health/correlation.ts";
import { type Observer, silentObserver } from "../health/observer.ts";
import { inSpan, noteFailure } from "../health/spans.ts";
import { runOnce } from "../pipeline.ts";
import { COMMON, type Coordinator, type Turn, type Work } from "./coordinator.ts";

/** A vault and how it is decided for. */
export interface GuidedVault {
  readonly vault: Address;
  readonly guide: Guide;
}

export interface ServiceOptions {
  readonly keeper: Keeper;
  readonly logger: Logger;
  /** The vaults to serve, as they are now. */
  readonly vaults: () => Promise<readonly GuidedVault[]>;
  /** What went wrong in a turn, for the log. */
  readonly explain: (error: unknown) => { readonly error: string };
  /** {s} without a turn after which this keeper counts as standing by; absent: it always acts. */
  readonly idleAfter?: number;
  /** Is told of every round. */
  readonly observer?: Observer;
}

/** What a keeper does with its turns: one round for a vault, or what belongs to no vault. */
export class Service {
  readonly #options: ServiceOptions;
  #known: readonly GuidedVault[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Serves until `signal` says stop; then ends the steps in hand and keeps its promise. */
  async run(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
    await coordinator.start(this.scopes, this.work);
    this.#standBy();
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    this.#options.logger.info({}, "stopping: the steps in hand are finished first");
    await coordinator.stop();
    clearTimeout(this.#idle);
  }

  /** Others may have every turn: then this keeper is there in case they die. */
  #standBy(): void {
    const { observer = silentObserver, idleAfter } = this.#options;
    observer.tell({ kind: "role", role: "acting", reason: "it takes the turns that the journal deals to it." });
    if (idleAfter === undefined) return;
    const reason = `no turn was dealt to it for ${idleAfter} seconds: other keepers have them.`;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => observer.tell({ kind: "role", role: "standby", reason }), idleAfter * 1000);
    this.#idle.unref();
  }

  /** What there is to work on. */
  readonly scopes = async (): Promise<readonly string[]> => {
    this.#known = await this.#options.vaults();
    return [...this.#known.map(({ vault }) => vault), COMMON];
  };

  /** A turn whose failure is logged: the next one comes all the same. */
  readonly work: Work = (turn) =>
    this.#asRound(turn, async () => {
      try {
        await this.#take(turn);
      } catch (error) {
        const { logger, explain } = this.#options;
        noteFailure(error);
        if (error instanceof StoppedError) logger.info({ scope: turn.scope }, "left for the next run");
        else logger.error({ scope: turn.scope, ...explain(error) }, "round failed");
      }
    });

  /** A turn. Throws what went wrong. */
  turn(turn: Turn): Promise<void> {
    return this.#asRound(turn, () => this.#take(turn));
  }

  /** Lines and spans of a turn belong together. */
  #asRound({ scope }: Turn, work: () => Promise<void>): Promise<void> {
    const fields = scope === COMMON ? {} : { vault: scope };
    return inSpan("round", { scope }, () => correlated(fields, work));
  }

  async #take({ scope, fence }: Turn): Promise<void> {
    this.#standBy();
    const keeper = this.#options.keeper.under(fence);
    if (scope === COMMON) return this.#common(keeper);
    const served = await this.#find(scope);
    if (served === undefined) return;
    await this.#round(keeper, served);
  }

  /** A round that is told of, however it ends. */
  async #round(keeper: Keeper, { vault, guide }: GuidedVault): Promise<void> {
    const { observer = silentObserver, explain } = this.#options;
    const started = performance.now();
    const told = (outcome: "decided" | "idle" | "failed", reason: string | null) => {
      observer.tell({ kind: "round", vault, outcome, seconds: (performance.now() - started) / 1000, reason });
    };
    try {
      const { decision } = await runOnce(keeper, vault, guide);
      told(decision === null ? "idle" : "decided", null);
    } catch (error) {
      if (!(error instanceof StoppedError)) told("failed", explain(error).error);
      throw error;
    }
  }

  async #common(keeper: Keeper): Promise<void> {
    const { logger } = this.#options;
    const theirs = this.#known.map(({ vault }) => vault);
    // Something old that is stuck must not keep everybody's orders waiting; it is told once they are filed.
    const stuck = await keeper.resumeOthers(theirs).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (stuck?.error instanceof StoppedError) throw stuck.error;
    await keeper.tellAccount();
    const orders = await keeper.fileRecurringOrders();
    if (orders.length > 0) logger.info({ transactions: orders }, "recurring orders filed");
    if (stuck !== null) throw stuck.error;
  }

  /** Another keeper may have dealt the turn of a vault that is new here. */
  async #find(scope: string): Promise<GuidedVault | undefined> {
    const known = () => this.#known.find(({ vault }) => vault === scope);
    if (known() === undefined) await this.scopes();
    const found = known();
    if (found === undefined && isAddress(scope)) {
      this.#options.logger.warn(
        { vault: scope },
        "another keeper of this journal serves a vault that this one does not",
      );
    }
    return found;
  }
}
