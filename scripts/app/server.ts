import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import { securityHeaders } from "./policy.ts";
import type { AppNetwork } from "./settings.ts";
import { readTokenList } from "./tokenList.ts";

/** The port cannot be had. The message says what to do. */
export class AppPortError extends Error {
  override readonly name = "AppPortError";
}

export interface AppServerOptions {
  /** What the build wrote. */
  readonly folder: string;
  readonly networks: readonly AppNetwork[];
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface AppServer {
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};
/** What gains nothing from being compressed. */
const DENSE = new Set([".png", ".ico", ".woff2"]);
/** Names below it carry a hash of their content. */
const HASHED = "/assets/";
const SETTINGS = "/gimbal.json";
const TOKEN_LIST = "/tokenlist.json";
/** {ms} for which a token list is not read anew. */
const LIST_LIFE = 60_000;

interface Content {
  readonly type: string;
  readonly cache: string;
  /** Of the body: a browser that has it is not sent it again. */
  readonly tag: string;
  readonly body: Buffer;
  /** By the encodings that the server knows, the best first; empty: not worth it. */
  readonly packed: readonly { readonly encoding: string; readonly body: Buffer }[];
}

const [zip, brotli] = [promisify(gzip), promisify(brotliCompress)];
/** Nearly as small as can be, in a tenth of the time. */
const BROTLI = { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } };

/** Serves a built app and its settings. Every path without a file is a page of the app. */
export async function startAppServer({ folder, networks, host, port }: AppServerOptions): Promise<AppServer> {
  const headers = securityHeaders(networks);
  const settings = await contentOf(".json", Buffer.from(JSON.stringify({ networks })), "no-store");
  const files = new Files(folder);
  const list = new Kept(LIST_LIFE, async () =>
    contentOf(".json", Buffer.from(JSON.stringify(await readTokenList(networks))), "max-age=60"),
  );
  const special: Readonly<Record<string, () => Promise<Content>>> = {
    [SETTINGS]: () => Promise.resolve(settings),
    [TOKEN_LIST]: () => list.get(),
  };
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(request, response, (path) => special[path]?.() ?? files.find(path)).catch(() =>
      request.url === TOKEN_LIST
        ? refuse(response, 503, "The chain does not answer, and the list is the chain's.")
        : refuse(response, 500, "This could not be read."),
    );
  });
  await listen(server, host, port);
  const { address, port: actual, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  find: (path: string) => Promise<Content | undefined>,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, 405, "Only GET and HEAD are answered.");
  }
  const path = pathOf(url);
  if (path === undefined) return refuse(response, 400, "This is no path.");
  const found = await find(path);
  if (found === undefined) return refuse(response, 404, "There is no such file.");
  const { type, cache, tag, body, packed } = found;
  // Made for others: wallets and apps of any origin read it.
  if (path === TOKEN_LIST) {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
  }
  const known = { etag: tag, "cache-control": cache, vary: "accept-encoding" };
  if (headers["if-none-match"]?.includes(tag)) {
    response.writeHead(304, known).end();
    return;
  }
  const accepted = headers["accept-encoding"];
  const chosen = packed.find(({ encoding }) => accepts(accepted, encoding));
  const sent = chosen?.body ?? body;
  response.writeHead(200, {
    ...known,
    "content-type": type,
    "content-length": sent.length,
    ...(chosen && { "content-encoding": chosen.encoding }),
  });
  response.end(method === "HEAD" ? undefined : sent);
}

/** Whether a list like `gzip;q=0.5, br` has an encoding in it that is not refused with `q=0`. */
function accepts(list: string | string[] = "", encoding: string): boolean {
  return String(list)
    .split(",")
    .some((item) => {
      const [name, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
      return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}

/** The decoded path; undefined when it is none, or leads out of the folder. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
    return path.startsWith("/") && !path.includes("\0") && !path.split(/[\\/]/).includes("..") ? path : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(text);
}

/** Something that is made anew when it has become too old; a failure is not kept. */
class Kept<T> {
  readonly #life: number;
  readonly #make: () => Promise<T>;
  #kept: { readonly until: number; readonly value: Promise<T> } | undefined;

  constructor(life: number, make: () => Promise<T>) {
    this.#life = life;
    this.#make = make;
  }

  get(): Promise<T> {
    const now = performance.now();
    if (this.#kept !== undefined && now < this.#kept.until) return this.#kept.value;
    const value = this.#make();
    this.#kept = { until: now + this.#life, value };
    value.catch(() => {
      if (this.#kept?.value === value) this.#kept = undefined;
    });
    return value;
  }
}

/** Files of the build, read and compressed once for as long as they do not change. */
class Files {
  readonly #folder: string;
  readonly #known = new Map<string, { readonly changed: number; readonly content: Content }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a path shows: its file, or the app's one page. A name with an ending is always a file. */
  async find(path: string): Promise<Content | undefined> {
    const file = await this.#read(path);
    return file ?? (extname(path) === "" && !path.startsWith(HASHED) ? this.#read("/index.html") : undefined);
  }

  async #read(path: string): Promise<Content | undefined> {
    const place = join(this.#folder, ...path.split("/"));
    if (!place.startsWith(this.#folder + sep)) return undefined;
    const found = await stat(place).catch(() => undefined);
    if (found?.isFile() !== true) return undefined;
    const known = this.#known.get(place);
    if (known?.changed === found.mtimeMs) return known.content;
    const cache = path.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache";
    const content = await contentOf(extname(path), await readFile(place), cache);
    this.#known.set(place, { changed: found.mtimeMs, content });
    return content;
  }
}

async function contentOf(ending: string, body: Buffer, cache: string): Promise<Content> {
  const type = TYPES[ending] ?? "application/octet-stream";
  const tag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  if (DENSE.has(ending)) return { type, cache, tag, body, packed: [] };
  const [small, smaller] = await Promise.all([zip(body), brotli(body, BROTLI)]);
  const packed = [
    { encoding: "br", body: smaller },
    { encoding: "gzip", body: small },
  ];
  return { type, cache, tag, body, packed };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "another program has it" : cause.message;
      reject(new AppPortError(`The app cannot listen on ${host}:${port}: ${why}. Choose another port.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
