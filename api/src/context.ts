import type { Deployment } from "@gimbal/sdk";
import type { Hex, PublicClient } from "viem";
import type { StoredMethodology } from "../../keeper/src/data/methodologyFolder.ts";
import type { Access } from "./access/access.ts";
import type { ModelSettings } from "./assistant/model.ts";
import type { Credits } from "./credits/credits.ts";
import type { DecisionSource } from "./decisions/decisions.ts";
import type { Events } from "./events/service.ts";
import type { History } from "./history/history.ts";
import type { MarketBook } from "./market/marketBook.ts";
import type { Simulator } from "./simulations/simulator.ts";
import type { Store } from "./store/store.ts";

/** Takes lines of the log. `fields` come first, as with pino. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Everything that a handler works with. Built once, in server.ts; tests build theirs with testContext(). There is nothing
 * beside it: no globals, no environment.
 */
export interface ApiContext {
  /** A node of the chain that the deployment is on. */
  readonly client: PublicClient;
  readonly deployment: Deployment;
  /** What the index knows of the chain. */
  readonly history: History;
  /** The keeper's decisions. */
  readonly decisions: DecisionSource;
  /** Tokens and their grades, day by day. */
  readonly market: MarketBook;
  /** Methodology documents by their hash. */
  readonly methodologies: ReadonlyMap<Hex, StoredMethodology>;
  /** The keeper's own /status. Throws UnavailableError. */
  readonly keeperPage: () => Promise<unknown>;
  /** What the API itself has to remember. */
  readonly store: Store;
  /** Who asks, how often they may, and how they sign in. */
  readonly access: Access;
  /** Takes payment for what is sold; null: the deployment has no AccessPass, so that nothing is. */
  readonly credits: Credits | null;
  /** What happens, and who wants to know. */
  readonly events: Events;
  /** The model that words the assistant's answers; null: templates do. */
  readonly languageModel: ModelSettings | null;
  /** Runs the keeper's functions beside the service; null: switched off. */
  readonly simulator: Simulator | null;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly logger: Logger;
  /** Changes whenever an answer might: something was indexed or decided. Cheap. */
  readonly revision: () => Promise<string>;
  /** In tests: every answer is compared with what its route declares. */
  readonly checksAnswers: boolean;
}
