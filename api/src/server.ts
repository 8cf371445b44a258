import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { createLogger } from "../../keeper/src/health/logger.ts";
import { createRedactor } from "../../keeper/src/health/redact.ts";
import { createApp } from "./app.ts";
import { chatSecrets } from "./chat/settings.ts";
import { type ApiConfig, ApiConfigError } from "./config.ts";
import type { Logger } from "./context.ts";
import { openContext } from "./open.ts";

const PATIENCE = 10_000; // {ms} for requests that are being answered when the service is asked to stop

/** A service that listens. */
export interface RunningApi {
  readonly url: string;
  /** Takes no more requests, finishes those that there are, puts everything away. */
  close(): Promise<void>;
}

/** Starts the API. Throws ApiConfigError when the port cannot be had. */
export async function startApi(config: ApiConfig, logger: Logger = loggerOf(config)): Promise<RunningApi> {
  const { context, chat, close: closeContext } = await openContext(config, logger);
  const app = createApp(context, { hasProcessMetrics: true, chat });
  const { host, port } = config;
  let server: ServerType;
  try {
    server = await listen({ fetch: app.fetch, hostname: host, port });
  } catch (cause) {
    await closeContext();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ApiConfigError(`The API cannot listen on ${host}:${port}. Choose another \`port\`. ${reason}`, { cause });
  }
  chat.start();
  const at = server.address() as AddressInfo;
  const url = `http://${at.family === "IPv6" ? `[${at.address}]` : at.address}:${at.port}`;
  logger.info({ url, chainId: config.deployment.chainId }, "the API listens");
  const close = async () => {
    // Streams would stay open for ever.
    context.events.hub.close();
    await finish(server);
    await closeContext();
  };
  return { url, close };
}

function listen(options: {
  fetch: (request: Request) => Response | Promise<Response>;
  hostname: string;
  port: number;
}) {
  return new Promise<ServerType>((resolve, reject) => {
    const starting = serve(options, () => resolve(starting));
    starting.once("error", reject);
  });
}

function finish(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), PATIENCE);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

/** Addresses may hold keys: whatever is logged passes the keeper's redactor, which knows them. */
function loggerOf({ logLevel, rpcUrl, indexerUrl, journal, keeperUrl, languageModel, chat }: ApiConfig): Logger {
  const secrets = [rpcUrl, indexerUrl, journal, keeperUrl].flatMap((place) =>
    place === undefined ? [] : keysOf(place),
  );
  const key = languageModel?.key ?? null;
  return createLogger({
    level: logLevel,
    redact: createRedactor([...secrets, ...chatSecrets(chat), ...(key === null ? [] : [key])]),
  });
}

/** User, password, path and query of an address; of a file, nothing. */
function keysOf(place: string): readonly string[] {
  if (!URL.canParse(place) || !/^(https?|postgres(ql)?):/.test(place)) return [];
  const { password, pathname, search } = new URL(place);
  return [decodeURIComponent(password), pathname.slice(1), search.slice(1)].filter((text) => text !== "");
}
