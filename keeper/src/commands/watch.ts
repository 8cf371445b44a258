import type { Address, PublicClient } from "viem";
import type { KeeperConfig } from "../config.ts";
import type { Logger } from "../execute/logger.ts";
import { type Health, openHealth } from "../health/health.ts";
import type { ObserverRelay } from "../health/observer.ts";
import { createRedactor, type Redactor } from "../health/redact.ts";
import type { Journal } from "../journal/journal.ts";
import type { Secrets } from "../signers/secrets.ts";

/** What there is to watch. */
export interface Watched {
  readonly config: KeeperConfig;
  readonly client: PublicClient;
  readonly journal: Journal;
  readonly logger: Logger;
  readonly observer: ObserverRelay;
}

/** Hides what was read of secrets, and what looks like one. */
export function redactorOf(secrets: Secrets): Redactor {
  const hide = createRedactor();
  return (text) => hide(secrets.redact(text));
}

/** Starts watching a keeper: what it tells from now on is seen. */
export async function watchKeeper(session: Watched, secrets: Secrets): Promise<Health> {
  const { config, client, journal, logger, observer } = session;
  const { chainId, alerts } = config;
  for (const { url } of alerts.webhooks) secrets.add(url);
  if (alerts.heartbeatUrl !== null) secrets.add(alerts.heartbeatUrl);
  const health = await openHealth({
    chainId,
    settings: config.health,
    alerts,
    probes: {
      chain: async () => {
        const [id, block] = await Promise.all([client.getChainId(), client.getBlock()]);
        return { chainId: id, block: block.number, timestamp: Number(block.timestamp) };
      },
      // Taking a lease that is over at once is a write like any other.
      journal: () => journal.acquireLease("probe", "probe", Math.floor(Date.now() / 1000), 0),
    },
    journal: {
      newestDecision: (vault) => newestDecision(journal, chainId, vault),
      unfinished: async () => (await journal.unfinished()).map(({ intent, state }) => ({ intent, state })),
    },
    redact: redactorOf(secrets),
    onTrouble: (error) => logger.warn({ reason: error instanceof Error ? error.message : String(error) }, "watching"),
  });
  observer.follow(health.observer);
  if (health.url !== null) logger.info({ url: health.url }, "pages: /metrics, /health, /ready, /status");
  return health;
}

async function newestDecision(journal: Journal, chainId: number, vault: Address) {
  const [hash] = await journal.decisions(chainId, vault, 1);
  const record = hash === undefined ? undefined : await journal.decision(hash);
  if (hash === undefined || record === undefined) return null;
  const { epoch, asOf, action, lane, oneWayDriftBps: driftBps, reasons } = record;
  return { hash, epoch, asOf, action, lane, driftBps, reasons };
}
