import { type Address, isAddress } from "viem";
import { StoppedError } from "../errors.ts";
import type { Guide, Keeper } from "../execute/keeper.ts";
import type { Logger } from "../execute/logger.ts";
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
  readonly explain: (error: unknown) => object;
}

/** What a keeper does with its turns: one round for a vault, or what belongs to no vault. */
export class Service {
  readonly #options: ServiceOptions;
  #known: readonly GuidedVault[] = [];

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Serves until `signal` says stop; then ends the steps in hand and keeps its promise. */
  async run(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
    await coordinator.start(this.scopes, this.work);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    this.#options.logger.info({}, "stopping: the steps in hand are finished first");
    await coordinator.stop();
  }

  /** What there is to work on. */
  readonly scopes = async (): Promise<readonly string[]> => {
    this.#known = await this.#options.vaults();
    return [...this.#known.map(({ vault }) => vault), COMMON];
  };

  /** A turn whose failure is logged: the next one comes all the same. */
  readonly work: Work = async (turn) => {
    try {
      await this.turn(turn);
    } catch (error) {
      const { logger, explain } = this.#options;
      if (error instanceof StoppedError) logger.info({ scope: turn.scope }, "left for the next run");
      else logger.error({ scope: turn.scope, ...explain(error) }, "round failed");
    }
  };

  /** A turn. Throws what went wrong. */
  async turn({ scope, fence }: Turn): Promise<void> {
    const keeper = this.#options.keeper.under(fence);
    if (scope === COMMON) return this.#common(keeper);
    const served = await this.#find(scope);
    if (served === undefined) return;
    await runOnce(keeper, served.vault, served.guide);
  }

  async #common(keeper: Keeper): Promise<void> {
    const { logger } = this.#options;
    const theirs = this.#known.map(({ vault }) => vault);
    await keeper.resumeOthers(theirs);
    const orders = await keeper.fileRecurringOrders();
    if (orders.length > 0) logger.info({ transactions: orders }, "recurring orders filed");
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
