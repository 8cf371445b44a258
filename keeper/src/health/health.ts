import { hostname } from "node:os";
import { alertRules } from "./alertRules.ts";
import { Alerts } from "./alerts.ts";
import { ChainClock, type Clock, machineClock } from "./clock.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { createMetrics } from "./metrics.ts";
import { type Observer, ObserverRelay, observerOf, toAll } from "./observer.ts";
import { createReadiness, type Probes } from "./readiness.ts";
import type { Redactor } from "./redact.ts";
import { startServer } from "./server.ts";
import type { AlertSettings, HealthSettings } from "./settings.ts";
import { createStatus, type StatusSource } from "./status.ts";
import { startTracing } from "./tracing.ts";
import type { DeliveryOptions } from "./webhook.ts";

/** What watching a keeper takes. */
export interface HealthOptions {
  readonly chainId: number;
  readonly settings: HealthSettings;
  readonly alerts: AlertSettings;
  readonly probes: Probes;
  readonly journal: StatusSource;
  readonly redact: Redactor;
  /** Where trouble of the watching itself is told. */
  readonly onTrouble: (error: unknown) => void;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly delivery?: DeliveryOptions;
}

/** A keeper that is watched. */
export interface Health {
  /** To be told of everything that the keeper does. */
  readonly observer: Observer;
  /** Of the pages; null when none are served. */
  readonly url: string | null;
  /** Sends the spans and alerts that are still held. */
  flush(): Promise<void>;
  /** Sends them, and stops everything. */
  close(): Promise<void>;
}

/** {ms} between two looks at node and journal when nobody asks. */
const LOOK_EVERY = 30_000;

/** Starts metrics, pages, alerts, heartbeat and traces, each as far as it is configured. */
export async function openHealth(options: HealthOptions): Promise<Health> {
  const { settings, alerts: wanted, chainId, redact, onTrouble, clock = machineClock } = options;
  const chainClock = new ChainClock(clock);
  const metrics = createMetrics({ clock: chainClock });
  const limits = {
    chainId,
    staleHead: settings.staleHeadSeconds,
    staleData: settings.staleDataSeconds,
    staleModel: settings.staleModelSeconds,
    probeTimeout: settings.probeTimeoutMs,
  };
  const relay = new ObserverRelay();
  const readiness = createReadiness(toldProbes(options.probes, relay), limits, chainClock, clock);
  const status = createStatus(options.journal, clock);
  const tracing = startTracing(options.environment);
  const alerts = openAlerts(options, metrics.observer, clock);
  const rules = alertRules(alerts, {
    lowBalance: wanted.lowBalanceWei,
    staleData: settings.staleDataSeconds,
    staleModel: settings.staleModelSeconds,
    failedRounds: wanted.failedRounds,
    failedCalls: wanted.failedCalls,
  });
  const { port, host } = settings;
  const shown = {
    registry: metrics.registry,
    redact,
    ready: readiness.look,
    status: async () => ({ ...(await status.look()), alerts: alerts.active }),
  };
  const server = port === undefined ? null : await startServer({ ...shown, host, port });
  const looking = setInterval(() => void readiness.look(), LOOK_EVERY);
  looking.unref();
  const stopHeartbeat = beat(options, async () => (await readiness.look()).isReady);
  const observers = [follow(chainClock), metrics.observer, readiness.observer, status.observer, rules];
  const flush = async () => {
    await Promise.all([alerts.flush(), tracing.flush().catch(onTrouble)]);
  };
  const close = async () => {
    clearInterval(looking);
    stopHeartbeat();
    await server?.close();
    await Promise.all([alerts.close(), tracing.close().catch(onTrouble)]);
  };
  relay.follow(toAll(observers, onTrouble));
  return { observer: relay, url: server?.url ?? null, flush, close };
}

function openAlerts(options: HealthOptions, observer: Observer, clock: Clock): Alerts {
  const { settings, alerts, chainId, redact, onTrouble, delivery = {} } = options;
  return new Alerts({
    receivers: alerts.webhooks,
    keeper: settings.name ?? `${hostname()}/${process.pid}`,
    chainId,
    repeatAfter: alerts.repeatAfterSeconds,
    mostPerHour: alerts.mostPerHour,
    observer,
    redact,
    onTrouble,
    delivery,
    clock,
  });
}

function beat({ alerts, onTrouble }: HealthOptions, isWell: () => Promise<boolean>): () => void {
  const { heartbeatUrl: url, heartbeat } = alerts;
  if (url === null) return () => {};
  return startHeartbeat({ url, method: heartbeat.method, every: heartbeat.everySeconds, isWell, onTrouble });
}

/** Whoever looks at the journal and the chain finds out for all: a journal that fails is an alert, a head tells the time. */
function toldProbes(probes: Probes, observer: Observer): Probes {
  return {
    chain: async () => {
      const seen = await probes.chain();
      observer.tell({ kind: "head", node: "primary", block: seen.block, timestamp: seen.timestamp });
      return seen;
    },
    journal: async () => {
      try {
        await probes.journal();
        observer.tell({ kind: "journal", failure: null });
      } catch (error) {
        observer.tell({ kind: "journal", failure: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    },
  };
}

/** The chain's time, by the heads and blocks that were seen. */
function follow(chainClock: ChainClock): Observer {
  return observerOf({
    head: ({ timestamp }) => chainClock.see(timestamp),
    observation: ({ asOf }) => chainClock.see(asOf),
    decision: ({ asOf }) => chainClock.see(asOf),
  });
}
