import { expect } from "chai";
import { getAddress } from "viem";
import type { Store } from "../store/store.ts";
import { CHAT_NOW, chatStore, chatWorld } from "./chat.fixture.ts";
import { DiscordAdapter } from "./discord.ts";
import { FakeDiscord } from "./fakePlatforms.fixture.ts";

describe("DiscordAdapter", () => {
  let fake: FakeDiscord;
  let store: Store;
  beforeEach(async () => {
    fake = await new FakeDiscord().start();
    store = await chatStore();
  });
  afterEach(async () => {
    await fake.close();
    await store.close();
  });

  const open = (world = chatWorld(store)) => {
    const settings = { baseUrl: fake.url, applicationId: "42", botToken: "bot-secret", publicKey: fake.publicKey };
    return { world, adapter: new DiscordAdapter(settings, world.parts("discord")) };
  };
  const ALERT = { to: "77", text: "An alert.", id: "0b6f2a34-aaaa-bbbb-cccc-1234567890ab" };

  it("answers a ping, as Discord asks before it accepts the address", async () => {
    const { adapter } = open();
    const response = await adapter.receive(fake.request({ type: 1 }, CHAT_NOW));
    expect(await response.json()).to.deep.equal({ type: 1 });
  });

  it("takes a question at once and answers it for the asker alone", async () => {
    const { adapter, world } = open();
    const response = await adapter.receive(fake.request(fake.command("ask", "What does Global 100 hold?"), CHAT_NOW));
    expect(await response.json()).to.deep.equal({ type: 5, data: { flags: 64 } });
    await adapter.settle();
    expect(world.asked.map(({ question }) => question)).to.deep.equal(["What does Global 100 hold?"]);
    expect(fake.asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "PATCH /webhooks/42/token/messages/@original",
    ]);
    expect(fake.asked[0]?.body).to.deep.equal({ content: "An answer.", allowed_mentions: { parse: [] } });
  });

  it("refuses what is not signed, signed for another body, by another key, long ago, or a second time", async () => {
    const { adapter, world } = open();
    const command = fake.command("ask", "hello");
    const status = async (request: Request) => (await adapter.receive(request)).status;
    expect(await status(new Request("http://api.test/", { method: "POST", body: JSON.stringify(command) }))).to.equal(
      401,
    );
    const good = fake.request(command, CHAT_NOW).headers.get("x-signature-ed25519") ?? "";
    const flipped = `${good.slice(0, -1)}${(Number.parseInt(good.slice(-1), 16) ^ 1).toString(16)}`;
    expect(await status(fake.request(command, CHAT_NOW, { signature: flipped }))).to.equal(401);
    const other = fake.command("ask", "something else");
    expect(await status(fake.request(other, CHAT_NOW, { signature: good }))).to.equal(401);
    expect(await status(fake.request(command, CHAT_NOW, { signature: "zz".repeat(64) }))).to.equal(401);
    expect(await status(fake.request(command, CHAT_NOW - 301))).to.equal(401);
    expect(await status(fake.request(command, CHAT_NOW + 301))).to.equal(401);
    const stranger = new FakeDiscord();
    expect(await status(stranger.request(command, CHAT_NOW))).to.equal(401);
    expect(world.asked).to.deep.equal([]);
    expect(await status(fake.request(command, CHAT_NOW))).to.equal(200);
    expect(await status(fake.request(command, CHAT_NOW))).to.equal(401);
    await adapter.settle();
    expect(world.asked).to.have.length(1);
  });

  it("refuses signed nonsense, bots, and bodies without end", async () => {
    const { adapter, world } = open();
    const status = async (body: object | string | number) =>
      (await adapter.receive(fake.request(body, CHAT_NOW))).status;
    for (const body of [
      5,
      { type: 2 },
      { type: 9, id: "1" },
      fake.command("ask", "x", { member: { user: { id: "1", bot: true } } }),
    ]) {
      expect(await status(body)).to.equal(400);
    }
    expect(await status("x".repeat(300_000))).to.equal(413);
    const unparsed = fake.request(null, CHAT_NOW, { text: "{" });
    expect((await adapter.receive(unparsed)).status).to.equal(400);
    expect(world.asked).to.deep.equal([]);
  });

  it("escapes markup, calls nobody, and splits what is too long", async () => {
    const text = "**bold** @everyone <@5> [x](y) `c`";
    const { adapter } = open(chatWorld(store, () => ({ answer: `${text} ${"_".repeat(2_500)}` })));
    await adapter.receive(fake.request(fake.command("ask", "x"), CHAT_NOW));
    await adapter.settle();
    const bodies = fake.sent("/webhooks/");
    expect(bodies).to.have.length(3);
    for (const { content, allowed_mentions } of bodies) {
      expect(content.length).to.be.at.most(2_000);
      expect(content.replaceAll(/\\./g, "")).to.not.match(/[*_~`|<>#[\]()@]/);
      expect(allowed_mentions).to.deep.equal({ parse: [] });
    }
    expect(bodies[1].flags).to.equal(64);
  });

  it("sends alerts as direct messages that Discord drops when they come twice", async () => {
    const { adapter } = open();
    expect(await adapter.send(ALERT)).to.deep.equal({ isTaken: true });
    expect(fake.asked.map(({ path }) => path)).to.deep.equal(["/users/@me/channels", "/channels/900/messages"]);
    expect(fake.asked[1]?.body).to.deep.include({ content: "An alert.", enforce_nonce: true });
    expect(fake.asked[1]?.body.nonce.length).to.be.at.most(25);
    expect(fake.asked[1]?.authorization).to.equal("Bot bot-secret");
  });

  it("says how long Discord wants it to wait, and that a user takes no messages", async () => {
    const { adapter, world } = open();
    fake.refusals.push({ on: "/channels/900", with: { status: 429, body: { retry_after: 1.2, global: false } } });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: false, retryAfter: 2 });
    fake.refusals.push({ on: "/channels/900", with: { status: 403, body: { code: 50_007 } } });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: true });
    fake.refusals.push({ on: "/users/@me", with: { status: 403, body: { code: 20_026 } } });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: false });
    fake.refusals.push({ on: "@original", with: { status: 429, body: { retry_after: 0.3 } } });
    await adapter.receive(fake.request(fake.command("ask", "x"), CHAT_NOW));
    await adapter.settle();
    expect(world.slept).to.deep.equal([1]);
    expect(fake.sent("@original")).to.have.length(2);
  });

  it("goes on with a later part after the wait", async () => {
    const { adapter, world } = open();
    const text = `${"a".repeat(900)} ${"b".repeat(900)}`;
    const before = adapter.send({ ...ALERT, text: "first" });
    await before;
    fake.refusals.push({ on: "none", with: { status: 200 } });
    const original = fake.answer.bind(fake);
    let posts = 0;
    fake.answer = (asked) => {
      if (asked.path.endsWith("/messages") && ++posts === 1) {
        fake.refusals.push({ on: "/channels/900", with: { status: 429, body: { retry_after: 4 } } });
      }
      return original(asked);
    };
    expect(await adapter.send({ ...ALERT, text })).to.deep.equal({ isTaken: true });
    expect(world.slept).to.deep.equal([4]);
    const nonces = fake.sent("/channels/900").map(({ nonce }) => nonce);
    expect(new Set(nonces.slice(1)).size).to.equal(2); // a part that is tried again keeps its key
  });

  it("links a user by a code, and refuses a public key that is none", async () => {
    const { adapter, world } = open();
    const account = getAddress("0x00000000000000000000000000000000000000bB");
    const { code } = await world.book.makeCode(account);
    await adapter.receive(fake.request(fake.command("link", code), CHAT_NOW));
    await adapter.settle();
    expect((await world.book.chatOf(account, "discord")) ?? "").to.equal("77");
    const settings = { baseUrl: fake.url, applicationId: "42", botToken: "x", publicKey: "abc" };
    expect(() => new DiscordAdapter(settings, world.parts("discord"))).to.throw("64 hexadecimal digits");
  });
});
