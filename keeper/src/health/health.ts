import { hostname } from "node:os";
import { alertRules } from "./alertRules.ts";
import { Alerts } from "./alerts.ts";
import { ChainClock, type Clock, machineClock } from "./clock.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { createMetrics } from "./metrics.ts";
import { type Observer, observerOf, toAll } from "./observer.ts";
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
  const readiness = createReadiness(options.probes, limits, chainClock, clock);
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
  const stopHeartbeat = beat(options, async () => (await readiness.look()).isReady);
  const observers = [follow(chainClock), metrics.observer, readiness.observer, status.observer, rules];
  const flush = async () => {
    await Promise.all([alerts.flush(), tracing.flush().catch(onTrouble)]);
  };
  const close = async () => {
    stopHeartbeat();
    await server?.close();
    await Promise.all([alerts.close(), tracing.close().catch(onTrouble)]);
  };
  return { observer: toAll(observers, onTrouble), url: server?.url ?? null, flush, close };
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

/** The chain's time, by the heads and blocks that were seen. */
function follow(chainClock: ChainClock): Observer {
  return observerOf({
    head: ({ timestamp }) => chainClock.see(timestamp),
    observation: ({ asOf }) => chainClock.see(asOf),
    decision: ({ asOf }) => chainClock.see(asOf),
  });
}
