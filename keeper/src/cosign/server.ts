import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Hex, isAddressEqual, isHex, size } from "viem";
import { z } from "zod";
import type { Logger } from "../execute/logger.ts";
import { unpackBundle } from "./bundle.ts";
import { checkSigners } from "./chainCheck.ts";
import type { Cosigner } from "./cosigner.ts";
import { bytesHash, type Envelope, readEnvelope, signRefusal } from "./envelope.ts";
import { RateLimit, ReplayGuard } from "./rateLimit.ts";
import { CosignRefusal, type RefusalCode } from "./refusal.ts";

/** What a cosigner listens to. */
export interface ServerSettings {
  readonly largestBody: number; // {bytes} as it travels
  readonly largestBundle: number; // {bytes} expanded
  readonly window: number; // {s} a request may be old, or a clock wrong
  readonly requestsPerMinute: number; // of one signer; also of one address that has not shown to be a signer
}

export const defaultServerSettings: ServerSettings = {
  largestBody: 64 * 1024 * 1024,
  largestBundle: 400 * 1024 * 1024,
  window: 60,
  requestsPerMinute: 30,
};

export interface ServerOptions {
  readonly cosigner: Cosigner;
  readonly settings: ServerSettings;
  readonly logger: Logger;
  readonly clock?: () => number; // {ms}
}

type App = { Variables: { envelope: Envelope; body: Uint8Array } };

const ZERO_HASH: Hex = `0x${"0".repeat(64)}`;

const STATUS: { readonly [code in RefusalCode]?: 400 | 401 | 403 | 409 | 413 | 429 | 500 } = {
  REQUEST_INVALID: 400,
  BUNDLE_INVALID: 400,
  REQUEST_UNAUTHENTICATED: 401,
  REQUEST_STALE: 401,
  REQUEST_REPLAYED: 401,
  SIGNER_UNKNOWN: 403,
  VAULT_UNKNOWN: 403,
  BUNDLE_TOO_LARGE: 413,
  REQUESTS_TOO_MANY: 429,
  KEEPER_FAILED: 500,
};

const hashes = z.array(z.string().regex(/^0x[0-9a-f]{64}$/)).max(10_000);
const wanted = z.strictObject({ decision: hashes, training: hashes });

/**
 * The cosigner's interface. Every request names its sender in signed headers, and is turned away before its body is read
 * unless that is a signer of the vault.
 */
export function createCosignApp(options: ServerOptions): Hono<App> {
  const { cosigner, settings } = options;
  const app = new Hono<App>();
  const door = new Door(options);
  app.onError((error, context) => refuse(options, context, error));
  app.use("/v1/*", async (context, next) => {
    context.set("envelope", await door.admit(context));
    await next();
  });
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: settings.largestBody,
      onError: () => {
        const details = { largest: `${settings.largestBody} bytes` };
        throw new CosignRefusal("BUNDLE_TOO_LARGE", "The request is larger than allowed.", details);
      },
    }),
  );
  app.use("/v1/*", async (context, next) => {
    context.set("body", await readBody(context));
    await next();
  });
  app.post("/v1/texts/missing", async (context) => {
    const { decision, training } = parseWanted(context.get("body"));
    return context.json({ missing: await cosigner.missing(decision as Hex[], training as Hex[]) });
  });
  app.post("/v1/decisions/:hash/signatures", async (context) => {
    const hash = readHash(context.req.param("hash"));
    const { vault, from } = context.get("envelope");
    const bundle = await unpackBundle(context.get("body"), hash, settings.largestBundle);
    if (bundle.record.vault.toLowerCase() !== vault.toLowerCase()) {
      throw new CosignRefusal("BUNDLE_INVALID", "The decision is about another vault than the request says.");
    }
    return context.json({ decisionHash: hash, ...(await cosigner.sign(bundle, from)) });
  });
  app.post("/v1/decisions/:hash", async (context) => {
    const record = await cosigner.recall(readHash(context.req.param("hash")));
    return record === undefined ? context.json({ record: null }, 404) : context.json({ record });
  });
  return app;
}

/** Who gets in. */
class Door {
  readonly #options: ServerOptions;
  readonly #clock: () => number;
  readonly #signers: RateLimit;
  readonly #strangers: RateLimit;
  readonly #replays: ReplayGuard;
  readonly #known = new Set<string>();

  constructor(options: ServerOptions) {
    const { settings, clock = Date.now } = options;
    this.#options = options;
    this.#clock = clock;
    this.#signers = new RateLimit(settings.requestsPerMinute, clock);
    this.#strangers = new RateLimit(settings.requestsPerMinute, clock);
    this.#replays = new ReplayGuard(settings.window);
  }

  /** The sender of a request, known to be a signer of the vault it is about. */
  async admit(context: Context<App>): Promise<Envelope> {
    const address = remoteAddress(context);
    try {
      const { cosigner } = this.#options;
      const { domain } = cosigner.node;
      const envelope = await readEnvelope(domain, context.req.path, (name) => context.req.header(name));
      if (!isAddressEqual(envelope.to, cosigner.signer.address)) {
        throw new CosignRefusal("REQUEST_UNAUTHENTICATED", "The request is for another keeper.", { to: envelope.to });
      }
      await this.#requireSigner(envelope, address);
      this.#requireFresh(envelope);
      return envelope;
    } catch (error) {
      this.#strangers.admit(address);
      throw error;
    }
  }

  /** The node is asked for nobody from where too many were refused, but for those who have shown to be signers. */
  async #requireSigner({ from, vault }: Envelope, address: string): Promise<void> {
    const { cosigner } = this.#options;
    const who = from.toLowerCase();
    if (!this.#known.has(who) && !this.#strangers.isOpen(address)) {
      throw new CosignRefusal("REQUESTS_TOO_MANY", "Too many requests from there were refused.", { address });
    }
    await checkSigners(cosigner.node, vault, { "The keeper that asks": from });
    this.#known.add(who);
    if (this.#signers.admit(who)) return;
    throw new CosignRefusal("REQUESTS_TOO_MANY", "Too many requests in a minute.", { from });
  }

  #requireFresh({ nonce, sentAt }: Envelope): void {
    const now = Math.floor(this.#clock() / 1000);
    const seen = this.#replays.admit(nonce, sentAt, now);
    if (seen === "replayed") throw new CosignRefusal("REQUEST_REPLAYED", "The request was here before.");
    if (seen === "fresh") return;
    const details = { sentAt: String(sentAt), now: String(now) };
    throw new CosignRefusal("REQUEST_STALE", "The request was not sent just now. Check both keepers' clocks.", details);
  }
}

function remoteAddress(context: Context<App>): string {
  return getConnInfo(context).remote.address ?? "unknown";
}

/** The body, which must be the one that the signed headers speak of. */
async function readBody(context: Context<App>): Promise<Uint8Array> {
  const body = new Uint8Array(await context.req.arrayBuffer());
  if (bytesHash(body) === context.get("envelope").body) return body;
  throw new CosignRefusal("REQUEST_UNAUTHENTICATED", "The body is not the one that was signed.");
}

function readHash(text: string): Hex {
  if (isHex(text) && size(text) === 32) return text;
  throw new CosignRefusal("REQUEST_INVALID", "A decision hash is 0x and 64 digits.", { hash: text.slice(0, 80) });
}

function parseWanted(body: Uint8Array): z.output<typeof wanted> {
  try {
    return wanted.parse(JSON.parse(Buffer.from(body).toString("utf8")));
  } catch (cause) {
    throw new CosignRefusal("REQUEST_INVALID", "The list of inputs has another form than agreed.", {}, { cause });
  }
}

/** Answers a refusal: signed for whoever was let in, so that it can be shown to others. */
async function refuse({ cosigner, logger }: ServerOptions, context: Context<App>, error: Error): Promise<Response> {
  const refusal = toRefusal(error, context);
  const status = STATUS[refusal.refusal] ?? 409;
  const envelope = context.get("envelope") as Envelope | undefined;
  const { refusal: code, words } = refusal;
  logger.warn({ asker: envelope?.from ?? "unknown", path: context.req.path, code, words }, "signature refused");
  if (envelope === undefined) return context.json({ code, words }, status);
  const hash = context.req.param("hash");
  const request = { nonce: envelope.nonce, decisionHash: isHex(hash) && size(hash) === 32 ? hash : ZERO_HASH };
  return context.json(await signRefusal(cosigner.signer, cosigner.node.domain, request, refusal), status);
}

function toRefusal(error: Error, context: Context<App>): CosignRefusal {
  if (error instanceof CosignRefusal) return error;
  // A node that does not answer, a full disk: no judgement about the decision. What it was is nobody else's business.
  const details = { path: context.req.path };
  return new CosignRefusal("KEEPER_FAILED", "This keeper could not check the decision.", details, { cause: error });
}

/** A cosigner that listens. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts to listen; port 0 takes a free one. */
export function listen(app: Hono<App>, host: string, port: number): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, hostname: host, port, overrideGlobalObjects: false },
      ({ port: taken }: AddressInfo) => {
        // Ends what is being answered too: whoever asked asks again.
        const close = () =>
          new Promise<void>((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) server.closeAllConnections();
          });
        resolve({ url: `http://${host}:${taken}`, close });
      },
    );
    server.once("error", reject);
  });
}
