import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import { ConfigError } from "../errors.ts";
import type { Readiness } from "./readiness.ts";
import type { Redactor } from "./redact.ts";

/** What the server shows. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number; // 0: any that is free
  readonly registry: Registry;
  readonly ready: () => Promise<Readiness>;
  readonly status: () => Promise<object>;
  readonly redact: Redactor;
}

/** A server that listens. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The pages of the keeper: /metrics, /health, /ready and /status. Nothing can be changed through them. */
export function healthApp({ registry, ready, status, redact }: Omit<ServerOptions, "host" | "port">): Hono {
  const app = new Hono();
  const json = (value: unknown, code = 200) => {
    const text = redact(JSON.stringify(value, (_, item) => (typeof item === "bigint" ? String(item) : item)));
    return new Response(`${text}\n`, {
      status: code,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
  };
  app.get("/metrics", async () => {
    return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
  });
  app.get("/health", async () => {
    const asked = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    const eventLoopSeconds = (performance.now() - asked) / 1000;
    return json({ status: "alive", uptimeSeconds: Math.floor(process.uptime()), eventLoopSeconds });
  });
  app.get("/ready", async () => {
    const { isReady, checks } = await ready();
    return json({ status: isReady ? "ready" : "not ready", checks }, isReady ? 200 : 503);
  });
  app.get("/status", async () => json(await status()));
  app.notFound(() => json({ error: "There are /metrics, /health, /ready and /status." }, 404));
  app.onError((error) => json({ error: error.message.split("\n", 1)[0] }, 500));
  return app;
}

/** Listens until it is closed. Throws ConfigError when the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<HealthServer> {
  const { host, port } = options;
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: healthApp(options).fetch, hostname: host, port }, () => resolve(starting));
    starting.once("error", (cause) => {
      const details = { "health.host": host, "health.port": String(port), reason: cause.message };
      reject(new ConfigError("The health server cannot listen. Choose another `health.port`.", details, { cause }));
    });
  });
  const at = server.address() as AddressInfo;
  const name = at.family === "IPv6" ? `[${at.address}]` : at.address;
  return {
    url: `http://${name}:${at.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
