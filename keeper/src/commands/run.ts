import { setTimeout } from "node:timers/promises";
import { openCollector, openCosigner } from "../cosign/open.ts";
import { ClockSkewError, ConfigError, NodesDisagreeError, NodeUntrustedError } from "../errors.ts";
import type { Keeper } from "../execute/keeper.ts";
import type { Health } from "../health/health.ts";
import type { Coordinator } from "../service/coordinator.ts";
import { EmbeddedCoordinator } from "../service/embedded.ts";
import { Service } from "../service/service.ts";
import { SharedCoordinator } from "../service/shared.ts";
import { openDecisionSigners, openGasSigner } from "../signers/open.ts";
import { openKeeper } from "./openKeeper.ts";
import { openMarket } from "./openMarket.ts";
import {
  explain,
  keyContext,
  type Options,
  openSession,
  type Session,
  secrets,
  sharedJournal,
  vaultsOf,
} from "./session.ts";
import { watchKeeper } from "./watch.ts";

/** Serves until it is asked to stop, or does one round. */
export async function run(options: Options & { once?: boolean }): Promise<void> {
  const session = await openSession(options);
  const { config, journal, logger } = session;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  logger.info({ chainId: config.chainId, journal: config.journal }, "keeper started");
  let health: Health | undefined;
  try {
    health = await watchKeeper(session, secrets);
    const signers = {
      account: await openGasSigner(config.signers.gas, keyContext(session)),
      signers: await openDecisionSigners(config.signers.decisions, keyContext(session)),
    };
    const market = await openMarket(session, options);
    const vaults = vaultsOf(session);
    const collect = openCollector({ ...session, signers: signers.signers }, session.observer);
    const open = () => openKeeper(session, options, { ...signers, market, collect }, stop.signal);
    const keeper = await (options.once ? open() : whenTrusted(open, session, stop.signal));
    if (keeper === undefined) return;
    const { observer } = session;
    const shared = sharedJournal(config) === null ? {} : { idleAfter: 3 * config.roundEvery };
    const service = new Service({ keeper, logger, vaults, explain, observer, ...shared });
    if (options.once) return await runOneRound(session, service);
    const cosigner = await openCosigner({ ...session, signers: signers.signers, market, vaults });
    await service.run(openCoordinator(session), stop.signal).finally(() => cosigner?.close());
  } finally {
    await health?.close();
    await journal.close();
  }
}

/** A service that starts while no node can be believed waits for one: its pages and alerts tell. Undefined: asked to stop. */
async function whenTrusted(
  open: () => Promise<Keeper>,
  { config, logger }: Session,
  signal: AbortSignal,
): Promise<Keeper | undefined> {
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      const isPassing =
        error instanceof NodeUntrustedError || error instanceof NodesDisagreeError || error instanceof ClockSkewError;
      if (!isPassing) throw error;
      logger.error(explain(error), "waiting for a node that can be believed");
      await setTimeout(config.roundEvery * 1000, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

function openCoordinator({ config, journal, logger }: Session): Coordinator {
  const { roundEvery, atOnce, heartbeatSeconds: heartbeat } = config;
  const url = sharedJournal(config);
  if (url === null) return new EmbeddedCoordinator({ journal, logger, roundEvery, atOnce });
  return new SharedCoordinator({ url, logger, roundEvery, atOnce, heartbeat });
}

/** A single round reports trouble by its exit code. */
async function runOneRound({ config, journal, logger }: Session, service: Service): Promise<void> {
  if (sharedJournal(config) !== null) {
    throw new ConfigError("Keepers that share a journal take turns: run them as a service, without --once.");
  }
  const { roundEvery, atOnce } = config;
  const coordinator = new EmbeddedCoordinator({ journal, logger, roundEvery, atOnce });
  await coordinator.open();
  try {
    await coordinator.round(await service.scopes(), (turn) => service.turn(turn));
  } finally {
    await coordinator.stop();
  }
}

/** Signs what other keepers decided, and decides nothing itself. */
export async function cosign(options: Options): Promise<void> {
  const session = await openSession(options);
  const { config, journal } = session;
  try {
    const stopped = new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
    });
    const signers = await openDecisionSigners(config.signers.decisions, keyContext(session));
    const market = await openMarket(session, options);
    const server = await openCosigner({ ...session, signers, market, vaults: vaultsOf(session) });
    if (server === undefined) {
      throw new ConfigError("Say where to listen for other keepers: set `cosign.listen`.", { field: "cosign.listen" });
    }
    await stopped;
    await server.close();
  } finally {
    await journal.close();
  }
}
