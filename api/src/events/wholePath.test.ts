import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import { expect } from "chai";
import type { Hash } from "viem";
import { isGenuine } from "../../../examples/webhook-receiver.ts";
import { ALICE, accessContext, post, signIn } from "../access/access.fixture.ts";
import { bodyOf, type Json } from "../app.fixture.ts";
import { createApp } from "../app.ts";
import type { ApiContext } from "../context.ts";
import { fixtureHistory } from "../history/history.fixture.ts";
import type { History } from "../history/history.ts";
import { Store } from "../store/store.ts";
import { INDEX, NOW, TOKEN } from "./events.fixture.ts";
import { FakeWebhook } from "./webhooks/fakeWebhook.fixture.ts";

type Rows = NonNullable<Parameters<typeof fixtureHistory>[0]>;

const USDC = "0x00000000000000000000000000000000000000c3";
const KEEPER = "0x00000000000000000000000000000000000000d1";
/** {s} long enough for whatever was not known to be delivered to be sent again */
const LATER = 600;
const tx = (n: number): Hash => `0x${n.toString(16).padStart(64, "0")}`;
const stamp = (block: number) => ({ block, time: NOW - 1_000 + block, transaction: tx(block) });

/** An index that was made in block 1, and nothing else. */
const EMPTY = {
  head: { chainId: 31337, block: 10, time: NOW - 990 },
  tokens: [
    { address: TOKEN, symbol: "WETH", decimals: 18 },
    { address: USDC, symbol: "USDC", decimals: 6 },
  ],
  vaults: [{ ...stamp(1), address: INDEX, creator: KEEPER, name: "Majors", symbol: "MAJ", curator: KEEPER }],
} as unknown as Rows;

/** Weights were proposed in block 20, and WETH was sold in block 21. */
const TRADED = {
  ...EMPTY,
  head: { chainId: 31337, block: 30, time: NOW - 970 },
  rebalances: [
    {
      ...{
        ...stamp(20),
        vault: INDEX,
        epoch: 4,
        lane: "RISK",
        decisionHash: tx(0xdec),
        opensAt: NOW,
        closesAt: NOW + 60,
      },
      ...{ status: "open", outcome: null },
      weightsBefore: [{ token: TOKEN, weightBps: 6_000 }],
      weightsTarget: [{ token: TOKEN, weightBps: 5_000 }],
    },
  ],
  fills: [
    {
      ...{ ...stamp(21), id: 2_100_007, vault: INDEX, epoch: 4, filler: KEEPER, sellToken: TOKEN, buyToken: USDC },
      ...{ sold: 10n ** 18n, paid: 3_000_500_000n, soldValue: null, paidValue: null },
    },
  ],
} as unknown as Rows;

/** The API over a store file, as it is between a start and a stop; the rows of its index may be set to others. */
async function openApi(path: string, rows: Rows, now = NOW) {
  let history = fixtureHistory(rows);
  const live = new Proxy(history, { get: (_, name: keyof History) => history[name] });
  const store = await Store.open(path);
  const context: ApiContext = await accessContext({ now }, { store, history: live });
  const app = createApp(context);
  const server: ServerType = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    context,
    fetch: async (route: string, init?: RequestInit) => fetch(`${base}${route}`, init),
    become: (next: Rows) => {
      history = fixtureHistory(next);
    },
    close: async () => {
      await context.events.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}

type Api = Awaited<ReturnType<typeof openApi>>;

/** A client of the stream. Read until so many events came. */
async function listen({ base }: Api, token: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}/v1/events`, { headers: { authorization: `Bearer ${token}`, ...headers } });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const told = () =>
    [...text.matchAll(/^id: (\d+)\nevent: (.+)\ndata: .+\n\n/gm)].map(([, id, type]) => `${id} ${type}`);
  return {
    until: async (count: number) => {
      while (told().length < count) text += (await reader.read()).value ?? expect.fail(`ended after ${text}`);
      return told();
    },
    cancel: () => reader.cancel(),
  };
}

describe("an event's whole path", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-events-"));
  const path = join(folder, "api.sqlite");
  let fake: FakeWebhook;
  let api: Api;
  let token: string;
  let secret: string;
  const typesOf = () => fake.received.map(({ body }) => (JSON.parse(body) as Json).type);

  before(async () => {
    fake = await FakeWebhook.start();
    api = await openApi(path, EMPTY);
    await api.context.events.once();
    token = (await signIn(api.fetch, ALICE)).token;
  });
  after(async () => {
    await api.close();
    await fake.close();
    rmSync(folder, { recursive: true });
  });

  it("leads from a block to the webhook, the alert and the stream, each told once", async () => {
    const hook = { url: fake.url, types: ["rebalance.proposed", "rebalance.filled", "event.retracted"] };
    const made = await bodyOf(api.fetch("/v1/webhooks", post(hook, token)));
    secret = made.data.secret;
    const condition = { kind: "rebalance", index: INDEX, token: TOKEN, side: "sold" };
    const rule = { name: "WETH sold", condition, destinations: { webhooks: [made.data.id] } };
    expect((await api.fetch("/v1/alerts", post(rule, token))).status).to.equal(201);
    const stream = await listen(api, token);

    api.become(TRADED);
    await api.context.events.once();
    expect(await stream.until(3)).to.deep.equal(["2 rebalance.proposed", "3 rebalance.filled", "4 alert.fired"]);
    await stream.cancel();
    expect(typesOf()).to.deep.equal(["rebalance.proposed", "rebalance.filled", "alert.fired"]);
    expect(fake.ids).to.deep.equal(["evt_2", "evt_3", "evt_4"]);
    for (const { headers, body } of fake.received) {
      expect(isGenuine(secret, headers, Buffer.from(body), NOW)).to.equal(true);
    }
    expect(JSON.parse(fake.received[1]!.body)).to.include({ block: "21", text: "Majors sold 1 WETH for 3000.5 USDC." });

    await api.context.events.once();
    expect(fake.received, "after another look").to.have.length(3);
  });

  it("is not gone twice after a restart: session, webhook, rule and places are in the file", async () => {
    await api.close();
    api = await openApi(path, TRADED, NOW + LATER);
    await api.context.events.once();
    expect(fake.received).to.have.length(3);
    expect((await bodyOf(api.fetch("/v1/events/log"))).data).to.have.length(3);
    const { data } = await bodyOf(api.fetch("/v1/alerts/firings", { headers: { authorization: `Bearer ${token}` } }));
    expect(data.map(({ text }: Json) => text)).to.deep.equal(["Majors sold 1 WETH for 3000.5 USDC."]);
    const stream = await listen(api, token, { "last-event-id": "2" });
    expect(await stream.until(2)).to.deep.equal(["3 rebalance.filled", "4 alert.fired"]);
    await stream.cancel();
  });

  it("is gone back when the block is replaced: whoever was told is told so, once", async () => {
    const stream = await listen(api, token);
    api.become({ ...TRADED, fills: [] });
    await api.context.events.once();
    expect(await stream.until(2)).to.deep.equal(["5 event.retracted", "6 alert.retracted"]);
    await stream.cancel();
    expect(typesOf().slice(3)).to.deep.equal(["event.retracted", "alert.retracted"]);
    expect(JSON.parse(fake.received[3]!.body)).to.include({ retracts: "3", block: "21" });
    await api.close();
    api = await openApi(path, { ...TRADED, fills: [] }, NOW + 2 * LATER);
    await api.context.events.once();
    expect(fake.received).to.have.length(5);
  });
});
