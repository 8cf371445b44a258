import type { Registry } from "prom-client";
import type { ApiContext } from "../context.ts";
import type { Route } from "../http/route.ts";
import { definePlainRoute } from "../http/route.ts";
import { toApiError } from "../http/translate.ts";

/** One part that answers need. */
interface Part {
  readonly name: "indexer" | "journal" | "node" | "store";
  readonly isUp: boolean;
  readonly detail: string;
}

const NOT_KEPT = { "cache-control": "no-store" };

/** Asks every part whether it is there. */
async function lookAtParts({ history, decisions, client, store, deployment }: ApiContext): Promise<readonly Part[]> {
  const look = async (name: Part["name"], ask: () => Promise<string>): Promise<Part> => {
    try {
      return { name, isUp: true, detail: await ask() };
    } catch (error) {
      return { name, isUp: false, detail: toApiError(error).detail };
    }
  };
  return Promise.all([
    look("indexer", async () => `Indexed up to block ${(await history.head()).block}.`),
    look("journal", async () => {
      await decisions.revision();
      return "It can be read.";
    }),
    look(
      "node",
      async () => `Chain ${deployment.chainId} is at block ${await client.getBlockNumber({ cacheTime: 0 })}.`,
    ),
    look("store", async () => {
      await store.database.get("SELECT 1 AS one");
      return "It can be read.";
    }),
  ]);
}

/** Whether the service is alive and has all its parts, and what Prometheus reads. */
export function systemRoutes(registry: Registry): readonly Route[] {
  const health = definePlainRoute({
    id: "health",
    method: "get",
    path: "/health",
    tag: "Service",
    summary: "Whether the service is alive",
    freshness: "live",
    produces: { type: "application/json", description: 'It is: `{ "status": "alive" }`.' },
    handle: () =>
      Response.json({ status: "alive", uptimeSeconds: Math.floor(process.uptime()) }, { headers: NOT_KEPT }),
  });
  const ready = definePlainRoute({
    id: "ready",
    method: "get",
    path: "/ready",
    tag: "Service",
    summary: "Whether every part is there: indexer, journal, node, store",
    description: "503 while one is missing. Whatever does not need it is answered all the same.",
    freshness: "live",
    produces: { type: "application/json", description: "Each part and what it says." },
    handle: async (context) => {
      const parts = await lookAtParts(context);
      const isReady = parts.every(({ isUp }) => isUp);
      const status = isReady ? "ready" : "not ready";
      return Response.json({ status, parts }, { status: isReady ? 200 : 503, headers: NOT_KEPT });
    },
  });
  const metrics = definePlainRoute({
    id: "metrics",
    method: "get",
    path: "/metrics",
    tag: "Service",
    summary: "Figures of the service, as Prometheus reads them",
    freshness: "live",
    produces: { type: "text/plain", description: "Prometheus' text format." },
    handle: async () => new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } }),
  });
  return [health, ready, metrics];
}
