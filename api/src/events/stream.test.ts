import { type AddressInfo, connect, type Socket } from "node:net";
import { type HttpBindings, type ServerType, serve } from "@hono/node-server";
import { expect } from "chai";
import { Hono } from "hono";
import type { Database } from "../../../keeper/src/journal/database.ts";
import type { EventFilter, SourceEvent } from "./event.ts";
import { BOB, eventAt, INDEX, OTHER_INDEX, openEventStore } from "./events.fixture.ts";
import { EventLog } from "./log.ts";
import { STREAM_LIMITS, StreamDroppedError, StreamHub, type StreamLimits } from "./stream.ts";

/** Reads a stream of a real server piece by piece. */
class Reader {
  text = "";
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  get ids(): readonly number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  /** Reads until so many events came, or a text. */
  async until(wanted: number | string): Promise<this> {
    while (typeof wanted === "number" ? this.ids.length < wanted : !this.text.includes(wanted)) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`The stream ended: ${this.text}`);
      this.text += new TextDecoder().decode(value);
    }
    return this;
  }

  /** Reads to the end. */
  async rest(): Promise<string> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return this.text;
      this.text += new TextDecoder().decode(value);
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

describe("streams of events", () => {
  let database: Database;
  let log: EventLog;
  let hub: StreamHub;
  let server: ServerType;
  let port: number;
  let place = 0;
  let statements = 0;

  const tell = async (...events: readonly Partial<SourceEvent>[]) => {
    const told = events.map((event) => eventAt(++place, { key: `k${place}`, ...event }));
    await log.absorb("chain", { from: told[0]!.place, to: place, events: told, isNewest: true }, false);
  };
  const many = (count: number, event: Partial<SourceEvent> = {}) => tell(...Array.from({ length: count }, () => event));

  const start = async (limits: Partial<StreamLimits> = {}, filter: EventFilter = {}) => {
    hub = new StreamHub(log, { ...STREAM_LIMITS, ...limits });
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.get("/", async (c) => {
      const last = c.req.header("last-event-id");
      const from = last === undefined ? null : Number(last);
      const toText = async () => JSON.stringify({ pad: "x".repeat(Number(c.req.query("pad") ?? 0)) });
      const { outgoing } = c.env;
      const client = c.req.query("client") ?? "one";
      const stream = await hub.open(client, 0, filter, from, toText, () => outgoing.destroy());
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    });
    app.onError((_, c) => c.text("refused", 429));
    server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    port = (server.address() as AddressInfo).port;
  };
  const open = async (last?: number, query = "") => {
    const headers = last === undefined ? {} : { "last-event-id": String(last) };
    return fetch(`http://127.0.0.1:${port}/${query}`, { headers });
  };
  const until = async (check: () => boolean) => {
    while (!check()) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  beforeEach(async () => {
    const inner = await openEventStore();
    statements = 0;
    database = inner;
    const count =
      <T extends unknown[], R>(work: (...args: T) => R) =>
      (...args: T) => {
        statements++;
        return work(...args);
      };
    log = new EventLog({
      run: count(inner.run.bind(inner)),
      get: count(inner.get.bind(inner)),
      all: count(inner.all.bind(inner)),
      atomically: inner.atomically.bind(inner),
      close: inner.close.bind(inner),
    });
    place = 0;
  });
  afterEach(async () => {
    hub.close();
    await new Promise((resolve) => {
      server.close(resolve);
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
    await database.close();
  });

  it("tell what happens from now on, with number, type and data", async () => {
    await start();
    await many(3);
    const reader = await new Reader(await open()).until(": following from 3\n\n");
    await tell({ type: "index.minted" });
    await reader.until(1);
    expect(reader.text).to.match(/^retry: 3000\n/);
    expect(reader.text).to.contain('\n\nid: 4\nevent: index.minted\ndata: {"pad":""}\n\n');
    await reader.cancel();
  });

  it("go on behind the last event that a client had, from memory or from the database, without a gap", async () => {
    await many(30);
    await start({ kept: 10, page: 4 });
    for (const last of [0, 5, 19, 20, 28]) {
      const newest = await log.newest();
      const reader = await new Reader(await open(last, `?client=${last}`)).until(newest - last);
      await tell({});
      await reader.until(newest + 1 - last);
      expect(reader.ids).to.deep.equal(Array.from({ length: newest + 1 - last }, (_, i) => last + 1 + i));
      await reader.cancel();
      hub.close();
      hub = new StreamHub(log, { ...STREAM_LIMITS, kept: 10, page: 4 });
    }
  });

  it("go on at the newest event when a client names one from the future", async () => {
    await many(3);
    await start();
    const reader = await new Reader(await open(1_000)).until(": following from 3\n\n");
    await tell({});
    await reader.until(1);
    expect(reader.ids).to.deep.equal([4]);
    await reader.cancel();
  });

  it("let through what the filter does, also from the past, and show private events to nobody else", async () => {
    await tell({ index: OTHER_INDEX }, {}, { index: OTHER_INDEX }, {});
    await database.atomically((db) => log.append(db, eventAt(1, { key: "own", type: "alert.fired" }), BOB));
    await start({ kept: 1 }, { index: INDEX });
    const reader = await new Reader(await open(0)).until(2);
    await tell({ index: OTHER_INDEX }, {});
    await reader.until(3);
    expect(reader.ids).to.deep.equal([2, 4, 7]);
    await reader.cancel();
  });

  it("give a sign of life when nothing happens", async () => {
    await start({ heartbeat: 5 });
    const reader = await new Reader(await open()).until(": still here\n\n: still here\n\n");
    await reader.cancel();
  });

  it("are limited by client and in all, and free their place when they end", async () => {
    await start({ streams: 3 });
    const first = new Reader(await open());
    const others = [await open(), await open(undefined, "?client=two")];
    expect((await open()).status).to.equal(429);
    expect((await open(undefined, "?client=three")).status).to.equal(429);
    await first.cancel();
    await until(() => hub.size === 2);
    const again = await open();
    expect(again.status).to.equal(200);
    for (const response of [...others, again]) await response.body?.cancel();
    await until(() => hub.size === 0);
  });

  it("drop a client that does not read, with little in memory, and serve the others", async () => {
    await start({ slow: 60, page: 20 });
    const slow: Socket = connect(port, "127.0.0.1");
    const hungUp = new Promise<void>((resolve) => slow.once("close", () => resolve()));
    slow.on("error", () => {});
    slow.pause();
    slow.write("GET /?pad=100000&client=slow HTTP/1.1\r\nhost: a\r\nlast-event-id: 0\r\n\r\n");
    await until(() => hub.size === 1);
    const quick = await new Reader(await open(0, "?client=quick")).until(": following");
    await many(400);
    await quick.until(400);
    // What it may have got so far is bounded by the buffers of the connection, not by what there is to tell.
    await until(() => hub.size === 1);
    slow.resume();
    await hungUp;
    expect(slow.bytesRead).to.be.lessThan(20_000_000);
    await quick.cancel();
  });

  it("share one read of the log", async () => {
    await start();
    await many(10);
    const opened = await Promise.all(Array.from({ length: 20 }, (_, i) => open(0, `?client=${i}`)));
    const readers = await Promise.all(opened.map((response) => new Reader(response).until(10)));
    const before = statements;
    await many(5);
    await Promise.all(readers.map((reader) => reader.until(15)));
    expect(statements - before).to.be.at.most(3);
    await Promise.all(readers.map((reader) => reader.cancel()));
  });

  it("end when the server does, and start no more", async () => {
    await start();
    const reader = await new Reader(await open()).until(": following");
    hub.close();
    expect(await reader.rest()).to.match(/: following from 0\n\n$/);
    expect(hub.size).to.equal(0);
    expect((await open()).status).to.equal(429);
  });

  it("free the place of a stream that nobody ever reads", async () => {
    await start({ slow: 5 });
    await hub.open("nobody", 0, {}, null, async () => "");
    expect(hub.size).to.equal(1);
    await until(() => hub.size === 0);
  });

  it("fail when a client without a connection of its own does not read on", async () => {
    await start({ slow: 5 });
    const reader = (await hub.open("within", 0, {}, null, async () => "")).getReader();
    await reader.read();
    await until(() => hub.size === 0);
    const error = await reader.read().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(StreamDroppedError);
  });
});
