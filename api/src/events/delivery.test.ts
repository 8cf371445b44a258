import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Database } from "../../../keeper/src/journal/database.ts";
import {
  ALICE,
  BOB,
  eventAt,
  INDEX,
  killEverywhere,
  NOW,
  OTHER_INDEX,
  openEventStore,
  TOKEN,
} from "./events.fixture.ts";
import { answerWith, FakeWebhook, hang } from "./webhooks/fakeWebhook.fixture.ts";
import { sign } from "./webhooks/sign.ts";
import { World } from "./world.fixture.ts";

describe("delivery of events", () => {
  let database: Database;
  let world: World;
  let fake: FakeWebhook;

  beforeEach(async () => {
    database = await openEventStore();
    world = new World(database);
    fake = await FakeWebhook.start();
  });
  afterEach(async () => {
    await world.sender.stop();
    await fake.close();
    await database.close();
  });

  it("brings a webhook what it asked for, signed, with words and links", async () => {
    const { secret } = await world.hook(fake.url, ["rebalance.filled"]);
    const data = { sold: "1500000000000000000", sellToken: TOKEN, paid: "3000", buyToken: INDEX, epoch: 1 };
    await world.tell({ data, tx: "0xab", decision: "0xcd" }, { type: "index.minted" });
    await world.sender.drain();
    const [first] = fake.received;
    expect(fake.ids).to.deep.equal(["evt_1"]);
    expect(JSON.parse(first?.body ?? "")).to.deep.equal({
      id: "1",
      type: "rebalance.filled",
      timestamp: new Date(2 * NOW * 1000).toISOString(),
      ...{ index: INDEX, account: ALICE, block: String(NOW), tx: "0xab", decision: "0xcd", retracts: null },
      text: "Majors sold 1.5 WETH for 3000 raw units of 0x0000...00a1.",
      links: {
        decision: "https://api.example/v1/decisions/0xcd",
        tx: "https://explorer.example/tx/0xab",
        index: `https://api.example/v1/indices/${INDEX}`,
      },
      data,
    });
    expect(first?.headers).to.include(sign("evt_1", world.now, first?.body ?? "", [secret]));
  });

  it("sends nothing that happened before the webhook was there, and only what its filters let through", async () => {
    await world.tell({ type: "index.minted" });
    const terms = { url: fake.url, types: ["index.minted"], index: OTHER_INDEX, account: BOB } as const;
    await world.webhooks.register(ALICE, 0, terms, world.now);
    const minted = { type: "index.minted" } as const;
    await world.tell(
      { ...minted, key: "a", index: OTHER_INDEX, account: BOB },
      { ...minted, key: "b", index: INDEX, account: BOB },
      { ...minted, key: "c", index: OTHER_INDEX, account: ALICE },
      { key: "d", type: "index.redeemed", index: OTHER_INDEX, account: BOB },
    );
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_2"]);
  });

  it("sends nothing that was in the log before the webhook was there, although it was not worked on yet", async () => {
    const events = [eventAt(1, { type: "proposal.created" })];
    await world.log.absorb("chain", { from: 1, to: 1, events, isNewest: true }, false);
    const { id } = await world.hook(fake.url, ["proposal.created"]);
    await world.rule({ kind: "proposal" });
    await world.dispatcher.run();
    expect(await world.outbox.waiting(`webhook:${id}`)).to.equal(0);
    expect(await world.texts()).to.deep.equal([]);
  });

  it("tries again with growing pauses, under the same id, and keeps the order of a destination", async () => {
    await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({ key: "a" }, { key: "b" });
    fake.answers.push(answerWith(500), hang);
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1"]);
    world.now += 4;
    await world.sender.drain();
    expect(fake.ids).to.have.length(1);
    world.now += 1;
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1", "evt_1"]);
    const [, waiting] = await world.outbox.list(`webhook:${(await world.webhooks.list(ALICE))[0]!.id}`, 9, null);
    expect(waiting).to.include({ state: "waiting", attempts: 2, reason: "no answer within 0.1 s" });
    world.now += 20;
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1", "evt_1", "evt_1", "evt_2"]);
    expect((await world.webhooks.list(ALICE))[0]).to.include({ failures: 0, stoppedAt: null });
  });

  it("waits as long as a receiver asks", async () => {
    await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({});
    fake.answers.push(answerWith(429, { "retry-after": "60" }));
    await world.sender.drain();
    world.now += 59;
    await world.sender.drain();
    expect(fake.ids).to.have.length(1);
    world.now += 1;
    await world.sender.drain();
    expect(fake.ids).to.have.length(2);
  });

  it("does not hold up one destination for another that fails or hangs", async () => {
    const other = await FakeWebhook.start();
    await world.hook(fake.url, ["rebalance.filled"]);
    await world.hook(other.url, ["rebalance.filled"]);
    fake.answers.push(hang);
    await world.tell({ key: "a" }, { key: "b" });
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1"]);
    expect(other.ids).to.deep.equal(["evt_1", "evt_2"]);
    expect(other.busiest).to.equal(1);
    await other.close();
  });

  it("stops a webhook after the stated number of failures, says so, and goes on when it is resumed", async () => {
    const few = new World(database, { retries: { attempts: 3, first: 5, growth: 4, longest: 100 } });
    const { id } = await few.hook(fake.url, ["rebalance.filled"]);
    const watching = await FakeWebhook.start();
    await few.hook(watching.url, ["webhook.stopped"]);
    await few.tell({ key: "a" }, { key: "b" });
    fake.answers.push(answerWith(500), answerWith(404), answerWith(503));
    for (let attempt = 0; attempt < 5; attempt++) {
      await few.sender.drain();
      few.now += 100;
    }
    expect(fake.ids).to.deep.equal(["evt_1", "evt_1", "evt_1"]);
    const stopped = await few.webhooks.get(ALICE, id);
    expect(stopped.stopReason).to.equal("Message evt_1 failed 3 times, the last time with: HTTP 503.");
    expect(stopped.failures).to.equal(3);
    const [event] = await few.log.after(2, { reader: ALICE });
    expect(event).to.include({ type: "webhook.stopped", owner: ALICE });
    expect(await few.log.after(2, { reader: BOB })).to.deep.equal([]);
    await few.dispatcher.run();
    await few.sender.drain();
    expect(JSON.parse(watching.received[0]?.body ?? "").text).to.contain(`Your webhook ${id} was stopped.`);
    await few.webhooks.resume(ALICE, id, few.now);
    await few.sender.drain();
    expect(fake.ids.slice(3)).to.deep.equal(["evt_2"]);
    await watching.close();
  });

  it("stops at once when the receiver says 410 Gone", async () => {
    const { id } = await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({ key: "a" }, { key: "b" });
    fake.answers.push(answerWith(410));
    await world.sender.drain();
    world.now += 1_000_000;
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1"]);
    expect((await world.webhooks.get(ALICE, id)).stopReason).to.contain("410 Gone");
  });

  it("queues no more than a destination may have waiting, and says what it missed", async () => {
    const { id } = await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell(...[1, 2, 3, 4, 5].map((n) => ({ key: `k${n}` })));
    expect(await world.outbox.waiting(`webhook:${id}`)).to.equal(3);
    expect(await world.webhooks.get(ALICE, id)).to.include({ missed: 2, missedFrom: 4 });
    const resumed = await world.webhooks.resume(ALICE, id, world.now);
    expect(resumed).to.include({ missed: 0, missedFrom: null });
  });

  it("sends again on request, under the old id and behind what waits", async () => {
    const { id } = await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({ key: "a" }, { key: "b" });
    await world.sender.drain();
    const again = await world.outbox.again(`webhook:${id}`, "evt_1", world.now);
    expect(again).to.include({ id: "evt_1", state: "waiting", attempts: 0 });
    await world.tell({ key: "c" });
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_1", "evt_2", "evt_1", "evt_3"]);
    expect(await world.outbox.again(`webhook:${id}`, "evt_9", world.now)).to.equal(undefined);
    expect((await world.outbox.list(`webhook:${id}`, 9, null)).map((message) => message.id)).to.deep.equal([
      ...["evt_3", "evt_1", "evt_2"],
    ]);
  });

  it("forgets what was delivered long ago, and nothing that waits", async () => {
    const { id } = await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({ key: "a" });
    await world.sender.drain();
    await world.tell({ key: "b" });
    expect(await world.outbox.forget(world.now)).to.equal(0);
    expect(await world.outbox.forget(world.now + 1)).to.equal(1);
    expect((await world.outbox.list(`webhook:${id}`, 9, null)).map((message) => message.id)).to.deep.equal(["evt_2"]);
  });

  it("signs with both secrets for a day after a change", async () => {
    const { id, secret } = await world.hook(fake.url, ["rebalance.filled"]);
    const { secret: next } = await world.webhooks.rotate(ALICE, id, world.now);
    const at = async (now: number) => (await world.webhooks.forAttempt(id, now))?.secrets;
    expect(await at(world.now + 86_399)).to.deep.equal([next, secret]);
    expect(await at(world.now + 86_400)).to.deep.equal([next]);
    const send = async (key: string) => {
      await world.tell({ key });
      await world.sender.drain();
      const { headers, body } = fake.received.at(-1)!;
      const message = String(headers["webhook-id"]);
      return [[next, secret], [next], [secret]].findIndex(
        (secrets) => sign(message, world.now, body, secrets)["webhook-signature"] === headers["webhook-signature"],
      );
    };
    expect(await send("a")).to.equal(0);
    world.now += 86_400;
    expect(await send("b")).to.equal(1);
  });

  it("pings a webhook at once and says what came of it", async () => {
    const webhook = await world.hook(fake.url, []);
    fake.answers.push(answerWith(204), answerWith(400));
    expect(await world.sender.ping(webhook)).to.include({ isTaken: true, status: 204 });
    expect(await world.sender.ping(webhook)).to.include({ isTaken: false, reason: "HTTP 400" });
    expect(JSON.parse(fake.received[0]?.body ?? "").type).to.equal("webhook.ping");
    expect(fake.ids[0])
      .to.match(/^ping_/)
      .and.not.equal(fake.ids[1]);
  });

  it("drops what waits for a webhook that is removed, and keeps others' hands off it", async () => {
    const { id } = await world.hook(fake.url, ["rebalance.filled"]);
    await world.tell({});
    for (const work of [
      world.webhooks.remove(BOB, id),
      world.webhooks.rotate(BOB, id, 1),
      world.webhooks.get(BOB, id),
    ]) {
      expect(await work.catch((error: { code: string }) => error.code)).to.equal("NOT_FOUND");
    }
    expect(await world.webhooks.resume(BOB, id, 1).catch(({ code }) => code)).to.equal("NOT_FOUND");
    await world.webhooks.remove(ALICE, id);
    await world.sender.drain();
    expect(fake.received).to.deep.equal([]);
  });

  it("gives an account as many webhooks and rules as its tier allows", async () => {
    const terms = { url: fake.url, types: [], index: null, account: null };
    for (let n = 0; n < 2; n++) await world.webhooks.register(BOB, 1, terms, n);
    expect(await world.webhooks.register(BOB, 1, terms, 3).catch(({ code }) => code)).to.equal("QUOTA_REACHED");
    await world.webhooks.register(BOB, 2, terms, 3);
    for (let n = 0; n < 5; n++) await world.rule({ kind: "proposal" });
    expect(await world.rule({ kind: "proposal" }).catch(({ code }) => code)).to.equal("QUOTA_REACHED");
  });

  describe("killed and started again", () => {
    it("works on every event once, wherever it is killed", async () => {
      const { id } = await world.hook(fake.url, ["proposal.created"]);
      await world.rule({ kind: "proposal" }, { destinations: { webhooks: [id], chats: ["telegram"] } });
      const events = [eventAt(1, { type: "proposal.created" }), eventAt(2, { key: "b" })];
      await world.log.absorb("chain", { from: 1, to: 2, events, isNewest: true }, false);
      const kills = await killEverywhere(database, async (dying) => {
        await new World(dying).dispatcher.run();
      });
      expect(kills).to.be.greaterThan(10);
      expect(await world.outbox.waiting(`webhook:${id}`)).to.equal(2);
      expect(await world.outbox.waiting(`chat:telegram:${ALICE}`)).to.equal(1);
      expect(await world.texts()).to.have.length(1);
      expect(await world.log.newest()).to.equal(3);
    });

    it("fires a crossing once, wherever it is killed", async () => {
      await world.rule({ kind: "drift", index: INDEX, when: "above", value: 5 });
      for (const figure of [1, 6, 6]) {
        await killEverywhere(database, async (dying) => {
          const killed = new World(dying);
          killed.figures.set("drift", figure);
          await killed.watcher.run();
        });
      }
      expect(await world.texts()).to.have.length(1);
      expect(await world.log.newest()).to.equal(1);
    });

    it("delivers every message in order, again under the same id if need be, wherever it is killed", async () => {
      await world.hook(fake.url, ["rebalance.filled"]);
      await world.tell({ key: "a" }, { key: "b" }, { key: "c" });
      const kills = await killEverywhere(database, async (dying) => {
        const failures: unknown[] = [];
        const killed = new World(dying, { onTrouble: (error) => failures.push(error) });
        killed.now = world.now;
        await killed.sender.drain();
        if (failures.length > 0) throw failures[0];
      });
      expect(kills).to.be.greaterThan(4);
      const firsts = [...new Set(fake.ids)];
      expect(firsts).to.deep.equal(["evt_1", "evt_2", "evt_3"]);
      expect([...fake.ids].sort()).to.deep.equal(fake.ids);
      expect(fake.ids.length).to.be.greaterThan(3);
    });

    it("keeps everything in its file", async () => {
      const folder = mkdtempSync(join(tmpdir(), "gimbal-events-"));
      const path = join(folder, "store.sqlite");
      const before = await openEventStore(path);
      const old = new World(before);
      const { id, secret } = await old.hook(fake.url, ["proposal.created"]);
      await old.rule({ kind: "proposal" });
      await old.tell({ type: "proposal.created" });
      await before.close();
      const after = await openEventStore(path);
      const next = new World(after);
      next.now = old.now;
      expect(await next.webhooks.forAttempt(id, 1)).to.have.deep.property("secrets", [secret]);
      expect(await next.texts()).to.have.length(1);
      await next.sender.drain();
      expect(fake.ids).to.deep.equal(["evt_1"]);
      await after.close();
      rmSync(folder, { recursive: true });
    });
  });
});
