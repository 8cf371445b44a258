import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What Prometheus reads of the API. */
export interface ApiMetrics {
  readonly registry: Registry;
  /** One request that was answered. `route`: its path as it is declared; `seconds` {s}. */
  answered(route: string, method: string, status: number, seconds: number): void;
}

/** Every metric of the API in a registry of its own. `hasProcess`: those of the process (memory, event loop) too. */
export function createApiMetrics(hasProcess: boolean): ApiMetrics {
  const registry = new Registry();
  if (hasProcess) collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "gimbal_api_requests_total",
    help: "Requests answered, by route, method and status",
    labelNames: ["route", "method", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "gimbal_api_request_duration_seconds",
    help: "How long answers took, by route",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    registry,
    answered: (route, method, status, took) => {
      requests.inc({ route, method, status: String(status) });
      seconds.observe({ route }, took);
    },
  };
}
