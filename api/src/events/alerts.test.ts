import { expect } from "chai";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { ALICE, BOB, INDEX, openEventStore, TOKEN } from "./events.fixture.ts";
import { FakeWebhook } from "./webhooks/fakeWebhook.fixture.ts";
import { World } from "./world.fixture.ts";

describe("alert rules", () => {
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

  it("bring an event into its owner's stream, webhook and chat, and to nobody else", async () => {
    const { id } = await world.hook(fake.url, []);
    await world.hook(fake.url, ["alert.fired"], BOB);
    const destinations = { webhooks: [id], chats: ["telegram", "discord"] as const };
    await world.rule({ kind: "proposal" }, { destinations });
    await world.tell({ type: "proposal.created", data: { title: "Lower fees", voteEnd: "soon" } });
    await world.sender.drain();
    expect(fake.received.map(({ body }) => JSON.parse(body).type)).to.deep.equal(["alert.fired"]);
    expect(world.chat).to.have.length(1);
    expect(world.chat[0]).to.include({ to: "telegram of Alice", id: "evt_2" });
    expect(world.chat[0]?.text).to.match(/^There is a new proposal: Lower fees\. Its vote ends soon\.\nhttps:/);
    const [failed] = await world.outbox.list(`chat:discord:${ALICE}`, 9, null);
    expect(failed).to.include({ state: "failed", reason: "no discord chat is linked to the account" });
    expect((await world.log.after(1, { reader: ALICE })).map(({ type }) => type)).to.deep.equal(["alert.fired"]);
    expect(await world.log.after(1, {})).to.deep.equal([]);
  });

  it("reach a webhook once although it asked for all alerts as well", async () => {
    const { id } = await world.hook(fake.url, ["alert.fired"]);
    await world.rule({ kind: "proposal" }, { destinations: { webhooks: [id], chats: [] } });
    await world.tell({ type: "proposal.created" });
    await world.sender.drain();
    expect(fake.ids).to.deep.equal(["evt_2"]);
  });

  it("fire for what happens after they were made, while they are on", async () => {
    await world.tell({ key: "a", type: "proposal.created" });
    const { id } = await world.rule({ kind: "proposal" });
    await world.tell({ key: "b", type: "proposal.created" });
    await world.rules.change(ALICE, id, { isOn: false });
    await world.tell({ key: "c", type: "proposal.created" });
    await world.rules.change(ALICE, id, { isOn: true });
    await world.tell({ key: "d", type: "proposal.created" });
    expect(await world.texts()).to.have.length(2);
  });

  it("fire once an epoch for a token's trades", async () => {
    await world.rule({ kind: "rebalance", index: INDEX, token: TOKEN, side: "sold" });
    const trade = (key: string, epoch: number) => ({ key, data: { epoch, sellToken: TOKEN, buyToken: INDEX } });
    await world.tell(trade("a", 1), trade("b", 1), trade("c", 2));
    expect(await world.texts()).to.have.length(2);
  });

  it("are taken back when their event's block was replaced, once", async () => {
    const { id } = await world.hook(fake.url, []);
    await world.rule({ kind: "proposal" }, { destinations: { webhooks: [id], chats: [] } });
    const start = world.now;
    await world.tell({ type: "proposal.created", data: { title: "A", voteEnd: "B" } });
    const gone = { from: start, to: start + 99, events: [], isNewest: true };
    await world.log.absorb("chain", gone, false);
    await world.dispatcher.run();
    await world.sender.drain();
    const bodies = fake.received.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ type }) => type)).to.deep.equal(["alert.fired", "alert.retracted"]);
    expect(bodies[1].text).to.contain("Taken back, its block was replaced: There is a new proposal: A.");
    expect((await world.rules.firings(ALICE, null, 9, null))[0]?.isRetracted).to.equal(true);
  });

  it("look at figures, each crossing once, and say what happened", async () => {
    const rule = { kind: "grade", token: "bitcoin", grade: "trader", when: "below", value: 60 } as const;
    await world.rule(rule);
    await world.rule({ kind: "drift", index: INDEX, when: "above", value: 5 });
    for (const figure of [70, 59, 57, 58, 63, 55]) {
      world.figures.set("grade", figure);
      await world.watcher.run();
      world.now++;
    }
    expect(await world.texts()).to.deep.equal([
      "The trader grade of bitcoin fell below 60: it is 55.",
      "The trader grade of bitcoin fell below 60: it is 59.",
    ]);
    expect(world.troubles).to.have.length(6);
    world.figures.set("drift", 1);
    await world.watcher.run();
    world.figures.set("drift", 6.25);
    expect(await world.watcher.run()).to.equal(1);
    expect((await world.texts())[0]).to.equal("The drift of Majors rose above 5 %: it is 6.25 %.");
  });

  it("start anew when their condition changes, and fire under new ids", async () => {
    const rule = { kind: "grade", token: "bitcoin", grade: "trader", when: "below", value: 60 } as const;
    const { id } = await world.rule(rule);
    const see = async (...figures: readonly number[]) => {
      for (const figure of figures) {
        world.figures.set("grade", figure);
        await world.watcher.run();
      }
    };
    await see(70, 50);
    const changed = await world.rules.change(ALICE, id, { spec: { ...rule, value: 55 } });
    expect(changed.state).to.deep.equal({ phase: "new", reference: null, crossings: 1 });
    await see(50, 60, 50);
    expect(await world.texts()).to.have.length(2);
    const renamed = await world.rules.change(ALICE, id, { name: "other" });
    expect(renamed.state.phase).to.equal("beyond");
  });

  it("tell in time that a vote ends, once, and again when it was extended", async () => {
    await world.rule({ kind: "vote-ends", hours: 2 });
    world.votes = [{ id: "1", title: "Fees", endsAt: world.now + 7_201 }];
    expect(await world.watcher.run()).to.equal(0);
    world.now++;
    expect(await world.watcher.run()).to.equal(1);
    expect(await world.watcher.run()).to.equal(0);
    world.votes = [{ id: "1", title: "Fees", endsAt: world.now + 7_200 - 1 }];
    expect(await world.watcher.run()).to.equal(1);
    world.votes = [{ id: "2", title: "Over", endsAt: world.now }];
    expect(await world.watcher.run()).to.equal(0);
    expect((await world.texts())[0]).to.contain('The vote on "Fees" ends at ');
  });

  it("are their owner's alone, and go to webhooks of his only", async () => {
    const { id } = await world.rule({ kind: "proposal" });
    const { id: foreign } = await world.hook(fake.url, [], BOB);
    const destinations = { webhooks: [foreign], chats: [] };
    const works = [
      world.rules.get(BOB, id),
      world.rules.change(BOB, id, { isOn: false }),
      world.rules.remove(BOB, id),
      world.rules.change(ALICE, id, { destinations }),
      world.rule({ kind: "proposal" }, { destinations }),
    ];
    for (const work of works)
      expect(
        await work.then(
          () => "",
          ({ code }) => code,
        ),
      ).to.equal("NOT_FOUND");
    await world.tell({ type: "proposal.created" });
    expect(await world.rules.firings(BOB, null, 9, null)).to.deep.equal([]);
    await world.rules.remove(ALICE, id);
    expect(await world.rules.list(ALICE)).to.deep.equal([]);
    expect(await world.texts()).to.deep.equal([]);
  });

  it("page through what fired, newest first", async () => {
    await world.rule({ kind: "proposal" });
    for (const key of ["a", "b", "c"]) await world.tell({ key, type: "proposal.created" });
    const [first, ...others] = await world.rules.firings(ALICE, null, 3, null);
    expect(first!.at).to.be.greaterThan(others[0]!.at);
    expect(await world.rules.firings(ALICE, first!.rule, 5, first!)).to.deep.equal(others);
    expect(await world.rules.firings(ALICE, "rule_other", 5, null)).to.deep.equal([]);
  });
});
