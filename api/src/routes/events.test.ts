import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { expect } from "chai";
import { ALICE, accessContext, BOB, bearer, type Fetch, post, signIn } from "../access/access.fixture.ts";
import { bodyOf, type Json, testApp } from "../app.fixture.ts";
import { createApp } from "../app.ts";
import type { ApiContext } from "../context.ts";
import { eventAt, INDEX, NOW, OTHER_INDEX, TOKEN } from "../events/events.fixture.ts";
import { FakeWebhook } from "../events/webhooks/fakeWebhook.fixture.ts";
import { fixtureHistory } from "../history/history.fixture.ts";

const HISTORY = {
  head: { chainId: 31337, block: 100, time: NOW },
  vaults: [{ block: 0, time: NOW, transaction: "0x", address: INDEX, name: "Majors", symbol: "MAJ" }],
  tokens: [{ address: TOKEN, symbol: "WETH", decimals: 18 }],
} as unknown as Parameters<typeof fixtureHistory>[0];

describe("routes of events, alerts and webhooks", () => {
  let context: ApiContext;
  let fetch: Fetch;
  let fake: FakeWebhook;
  let token: string;
  const closing: (() => Promise<unknown>)[] = [];
  const clock = { now: NOW };
  const ask = async (method: string, path: string, body?: unknown, by = token): Promise<{ status: number } & Json> => {
    const init = body === undefined ? bearer(by, method) : { ...post(body, by), method };
    const response = await fetch(path, init);
    return { status: response.status, ...(await bodyOf(response)) };
  };

  beforeEach(async () => {
    context = await accessContext(clock, { history: fixtureHistory(HISTORY) });
    fetch = testApp(context);
    fake = await FakeWebhook.start();
    token = (await signIn(fetch, ALICE)).token;
    const events = [eventAt(1), eventAt(2, { key: "b", index: OTHER_INDEX }), eventAt(3, { type: "proposal.created" })];
    await context.events.log.absorb("fake", { from: 1, to: 9, events, isNewest: true }, false);
  });
  afterEach(async () => {
    context.events.hub.close();
    for (const close of closing.splice(0)) await close();
    await fake.close();
    await context.store.close();
  });

  it("list what happened, by page, type and index", async () => {
    const first = await ask("GET", "/v1/events/log?limit=2");
    expect(first.data.map(({ id }: Json) => id)).to.deep.equal(["1", "2"]);
    const { data, next } = await ask("GET", `/v1/events/log?limit=2&cursor=${first.next}`);
    expect([data.map(({ id }: Json) => id), next]).to.deep.equal([["3"], undefined]);
    expect((await ask("GET", `/v1/events/log?index=${INDEX}&types=rebalance.filled`)).data).to.have.length(1);
    expect((await ask("GET", "/v1/events/log?after=2")).data[0]).to.include({ id: "3", type: "proposal.created" });
    for (const query of ["types=alert.fired", "types=nothing", "after=-1", "index=0x12"]) {
      expect((await ask("GET", `/v1/events/log?${query}`)).code, query).to.equal("REQUEST_INVALID");
    }
  });

  it("tell of events over a real connection, resume behind the last one, and show alerts to their owner", async () => {
    const app = createApp(context);
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = async (query: string, headers: Record<string, string>, wanted: number) => {
      const response = await globalThis.fetch(`${base}/v1/events${query}`, { headers });
      const reader = response.body!.getReader();
      let text = "";
      while ([...text.matchAll(/^id: /gm)].length < wanted)
        text += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      expect(response.headers.get("content-type")).to.contain("text/event-stream");
      return [...text.matchAll(/^id: (\d+)\nevent: (.+)\ndata: (.+)$/gm)].map(([, id, type, data]) => {
        expect(JSON.parse(data ?? "")).to.include({ id, type });
        return `${id} ${type}`;
      });
    };
    await context.events.rules.create(ALICE.address, 0, rule(), NOW);
    await context.events.log.absorb(
      "fake",
      { from: 10, to: 10, events: [eventAt(10, { type: "proposal.created" })], isNewest: true },
      false,
    );
    await context.events.once();
    expect(await open("", { "last-event-id": "2" }, 2)).to.deep.equal(["3 proposal.created", "4 proposal.created"]);
    expect(await open("?after=3", { authorization: `Bearer ${token}` }, 2)).to.deep.equal([
      ...["4 proposal.created", "5 alert.fired"],
    ]);
    expect(await open("?after=0&types=rebalance.filled", { "last-event-id": "1" }, 1)).to.deep.equal([
      "2 rebalance.filled",
    ]);
    const bad = await globalThis.fetch(`${base}/v1/events`, { headers: { "last-event-id": "x" } });
    expect((await bodyOf(bad)).code).to.equal("REQUEST_INVALID");
  });

  it("let nobody in who is not signed in", async () => {
    for (const path of ["/v1/alerts", "/v1/alerts/firings", "/v1/webhooks", "/v1/webhooks/x/deliveries"]) {
      expect((await bodyOf(fetch(path))).code, path).to.equal("UNAUTHENTICATED");
    }
    const made = await fetch("/v1/webhooks", post({ url: fake.url, types: [] }));
    expect((await bodyOf(made)).code).to.equal("UNAUTHENTICATED");
  });

  it("make, show, change and remove alert rules", async () => {
    const condition = { kind: "rebalance", index: INDEX, token: TOKEN, side: "sold" };
    const made = await ask("POST", "/v1/alerts", { name: "WETH sold", condition });
    expect(made.status).to.equal(201);
    expect(made.data).to.include({ name: "WETH sold", words: "Majors sells WETH", isOn: true, phase: null });
    const { id } = made.data;
    expect((await ask("GET", `/v1/alerts/${id}`)).data).to.deep.equal(made.data);
    const drift = await ask("PATCH", `/v1/alerts/${id}`, { condition: { kind: "drift", index: INDEX, value: 5 } });
    expect(drift.data).to.include({ name: "WETH sold", words: "The drift of Majors rises above 5 %", phase: "new" });
    expect((await ask("PATCH", `/v1/alerts/${id}`, { isOn: false })).data.isOn).to.equal(false);
    expect((await ask("GET", "/v1/alerts")).data).to.have.property("most", 5);
    const other = (await signIn(fetch, BOB)).token;
    expect((await ask("DELETE", `/v1/alerts/${id}`, undefined, other)).status).to.equal(404);
    expect((await ask("DELETE", `/v1/alerts/${id}`)).data).to.deep.equal({ id });
    expect((await ask("GET", "/v1/alerts")).data.rules).to.deep.equal([]);
  });

  it("refuse rules that make no sense, before anything is written", async () => {
    const wrong = [
      { kind: "rebalance", index: OTHER_INDEX },
      { kind: "rebalance", index: INDEX, side: "sold" },
      { kind: "rebalance", index: INDEX, token: OTHER_INDEX },
      { kind: "grade", token: "nothing", grade: "trader", when: "below", value: 50 },
      { kind: "claimable", token: OTHER_INDEX, value: 1 },
    ];
    for (const condition of wrong) {
      const refused = await ask("POST", "/v1/alerts", { name: "a", condition });
      expect(refused.code, JSON.stringify(condition)).to.equal("ALERT_RULE_INVALID");
    }
    const { id } = (await ask("POST", "/v1/alerts", { name: "a", condition: { kind: "proposal" } })).data;
    const changed = await ask("PATCH", `/v1/alerts/${id}`, { condition: wrong[0] });
    expect(changed.code).to.equal("ALERT_RULE_INVALID");
    await ask("DELETE", `/v1/alerts/${id}`);
    const malformed = [
      { kind: "grade", token: "a", grade: "trader", when: "below", value: 101 },
      { kind: "drift", index: INDEX, value: 0 },
      { kind: "vote-ends", hours: 1_000 },
      { kind: "proposal", more: 1 },
      { kind: "weather" },
    ];
    for (const condition of malformed) {
      expect((await ask("POST", "/v1/alerts", { name: "a", condition })).code).to.equal("REQUEST_INVALID");
    }
    const destinations = { webhooks: ["wh_other"] };
    const foreign = await ask("POST", "/v1/alerts", { name: "a", condition: { kind: "proposal" }, destinations });
    expect(foreign.code).to.equal("NOT_FOUND");
    expect((await ask("GET", "/v1/alerts")).data.rules).to.deep.equal([]);
  });

  it("page through what fired", async () => {
    await ask("POST", "/v1/alerts", { name: "a", condition: { kind: "proposal" } });
    for (const place of [10, 11, 12]) {
      const events = [eventAt(place, { type: "proposal.created", data: { title: `P${place}`, voteEnd: "soon" } })];
      await context.events.log.absorb("fake", { from: place, to: place, events, isNewest: true }, false);
      clock.now++;
      await context.events.once();
    }
    const first = await ask("GET", "/v1/alerts/firings?limit=2");
    expect(first.data.map(({ text }: Json) => text.slice(0, 30))).to.deep.equal([
      ...["There is a new proposal: P12. ", "There is a new proposal: P11. "],
    ]);
    const { data, next } = await ask("GET", `/v1/alerts/firings?limit=2&cursor=${first.next}`);
    expect([data.length, next, data[0].event]).to.deep.equal([1, undefined, "4"]);
    expect((await ask("GET", "/v1/alerts/firings?rule=other")).data).to.deep.equal([]);
  });

  it("register a webhook, ping it, deliver to it, redeliver, rotate, stop at its quota, and remove it", async () => {
    const made = await ask("POST", "/v1/webhooks", { url: fake.url, types: ["proposal.created"] });
    expect(made.status).to.equal(201);
    const { id, secret } = made.data;
    expect(secret).to.match(/^whsec_/);
    const { secret: _, ...shown } = made.data;
    expect((await ask("GET", `/v1/webhooks/${id}`)).data).to.deep.equal(shown);
    expect((await ask("POST", "/v1/webhooks", { url: fake.url, types: [] })).code).to.equal("QUOTA_REACHED");
    expect((await ask("POST", `/v1/webhooks/${id}/ping`)).data).to.deep.equal({
      isTaken: true,
      status: 204,
      reason: null,
    });
    const events = [eventAt(10, { type: "proposal.created" })];
    await context.events.log.absorb("fake", { from: 10, to: 10, events, isNewest: true }, false);
    await context.events.once();
    const [delivery] = (await ask("GET", `/v1/webhooks/${id}/deliveries`)).data;
    expect(delivery).to.include({ id: "evt_4", state: "delivered", attempts: 1, status: 204, nextAt: null });
    expect(fake.received.at(-1)?.body).to.equal(delivery.body);
    const again = await ask("POST", `/v1/webhooks/${id}/deliveries/evt_4/redeliver`);
    expect([again.status, again.data.state]).to.deep.equal([202, "waiting"]);
    await context.events.once();
    expect(fake.ids.slice(1)).to.deep.equal(["evt_4", "evt_4"]);
    expect((await ask("POST", `/v1/webhooks/${id}/deliveries/evt_9/redeliver`)).code).to.equal("NOT_FOUND");
    expect((await ask("POST", `/v1/webhooks/${id}/rotate`)).data.secret).to.not.equal(secret);
    expect((await ask("PATCH", `/v1/webhooks/${id}`, { types: [], index: INDEX })).data).to.deep.include({
      ...{ types: [], index: INDEX, url: fake.url },
    });
    expect((await ask("DELETE", `/v1/webhooks/${id}`)).data).to.deep.equal({ id });
    expect((await ask("GET", "/v1/webhooks")).data).to.deep.equal({ webhooks: [], most: 1 });
  });

  it("stop a webhook that is gone, refuse to redeliver until it is resumed", async () => {
    const { id } = (await ask("POST", "/v1/webhooks", { url: fake.url, types: ["proposal.created"] })).data;
    const events = [eventAt(10, { type: "proposal.created" })];
    await context.events.log.absorb("fake", { from: 10, to: 10, events, isNewest: true }, false);
    fake.answers.push((response) => response.writeHead(410).end());
    await context.events.once();
    const stopped = (await ask("GET", `/v1/webhooks/${id}`)).data;
    expect(stopped.stoppedAt).to.be.a("string");
    expect(stopped.stopReason).to.contain("410");
    expect((await ask("POST", `/v1/webhooks/${id}/deliveries/evt_4/redeliver`)).code).to.equal("CONFLICT");
    expect((await ask("POST", `/v1/webhooks/${id}/resume`)).data).to.include({ stoppedAt: null, failures: 0 });
    expect((await ask("POST", `/v1/webhooks/${id}/deliveries/evt_4/redeliver`)).status).to.equal(202);
  });

  it("refuse addresses and secrets that cannot be used", async () => {
    const wrong = { url: "ftp://127.0.0.1", types: [] };
    expect((await ask("POST", "/v1/webhooks", wrong)).code).to.equal("WEBHOOK_URL_REFUSED");
    const secret = "whsec_short";
    expect((await ask("POST", "/v1/webhooks", { url: fake.url, types: [], secret })).code).to.equal(
      "WEBHOOK_SECRET_INVALID",
    );
    expect((await ask("POST", "/v1/webhooks", { url: fake.url, types: ["weather"] })).code).to.equal("REQUEST_INVALID");
    const { id } = (await ask("POST", "/v1/webhooks", { url: fake.url, types: [] })).data;
    expect((await ask("PATCH", `/v1/webhooks/${id}`, wrong)).code).to.equal("WEBHOOK_URL_REFUSED");
  });
});

function rule() {
  const destinations = { webhooks: [], chats: [] };
  return { name: "a", spec: { kind: "proposal" } as const, destinations, isOn: true };
}
