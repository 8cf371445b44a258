import { expect } from "chai";
import { getAddress } from "viem";
import { rejectionOf } from "../../../keeper/src/rejection.fixture.ts";
import type { Store } from "../store/store.ts";
import { CHAT_NOW, chatStore, chatWorld } from "./chat.fixture.ts";
import { FakeX } from "./fakePlatforms.fixture.ts";
import { postLength } from "./text.ts";
import { XAdapter } from "./x.ts";

const HASH = `0x${"ab".repeat(32)}` as const;
const CITATION = { kind: "decision", hash: HASH, href: `/v1/decisions/${HASH}` } as const;

describe("XAdapter", () => {
  let fake: FakeX;
  let store: Store;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    fake = await new FakeX().start();
    store = await chatStore();
  });
  afterEach(async () => {
    await fake.close();
    await store.close();
  });

  const open = (world = chatWorld(store)) => ({
    world,
    adapter: new XAdapter({ baseUrl: fake.url, token: "x-secret", userId: "1000" }, world.parts("x")),
  });
  const mention = (id: string, text: string, author = "55") => fake.mentions.push({ id, text, author_id: author });
  const posts = () => fake.sent("/2/tweets");

  it("begins with what comes after its first look: old mentions are not answered by the hundred", async () => {
    const { adapter, world } = open();
    mention("10", "@gimbal an old question");
    await adapter.poll(signal);
    expect(world.asked).to.deep.equal([]);
    mention("11", "@gimbal what is the regime?");
    await adapter.poll(signal);
    expect(world.asked.map(({ question }) => question)).to.deep.equal(["what is the regime?"]);
    expect(posts()).to.deep.equal([{ text: "An answer.", reply: { in_reply_to_tweet_id: "11" } }]);
  });

  it("answers each mention once, in the order of ids that no number can hold, across restarts, and never itself", async () => {
    await open().adapter.poll(signal);
    mention("99999999999999999999", "@gimbal first");
    mention("100000000000000000000", "@gimbal second");
    mention("100000000000000000001", "@gimbal my own words", "1000");
    await open().adapter.poll(signal);
    const { adapter, world } = open();
    mention("100000000000000000002", "@gimbal third");
    fake.mentions = fake.mentions.filter(({ id }) => id !== "x");
    await adapter.poll(signal);
    expect(posts().map(({ reply }) => reply.in_reply_to_tweet_id)).to.deep.equal([
      "99999999999999999999",
      "100000000000000000000",
      "100000000000000000002",
    ]);
    await world.book.keepPlace("x mentions", "1"); // as if the place was lost
    await adapter.poll(signal);
    expect(posts()).to.have.length(3);
  });

  it("answers in one post of at most 280 characters with a link, and calls nobody", async () => {
    const answer = `@everyone ${"long words 長い ".repeat(60)}`;
    const { adapter } = open(chatWorld(store, () => ({ answer, citations: [CITATION] })));
    await adapter.poll(signal);
    mention("20", "@gimbal why?");
    await adapter.poll(signal);
    const [{ text }] = posts();
    const link = `https://api.test${CITATION.href}`;
    expect(text).to.match(/^\(at\) everyone long words .*\.\.\. https:\S+$/s);
    expect(text.endsWith(` ${link}`)).to.equal(true);
    expect(postLength(text.replace(link, "x".repeat(23)))).to.be.within(260, 280);
  });

  it("says nothing about an account in public, and links by direct message only", async () => {
    const { adapter, world } = open();
    await adapter.poll(signal);
    const account = getAddress("0x00000000000000000000000000000000000000bB");
    const { code } = await world.book.makeCode(account);
    mention("30", `@gimbal /link ${code}`);
    await adapter.poll(signal);
    expect(posts()[0].text).to.contain("private chat");
    expect(await world.book.chatOf(account, "x")).to.equal(undefined);
    fake.directs.push({ id: "40", text: `/link ${code}`, sender_id: "55" });
    fake.directs.push({ id: "41", text: "what is my tier?", sender_id: "55" });
    fake.directs.push({ id: "42", text: "my own words", sender_id: "1000" });
    await adapter.poll(signal);
    await adapter.poll(signal);
    expect(await world.book.chatOf(account, "x")).to.equal("55");
    const caller = { account, client: "x/55", tier: 0 };
    expect(world.asked).to.deep.equal([{ question: "what is my tier?", account, caller }]);
    expect(fake.sent("/2/dm_conversations/with/55/messages")).to.have.length(2);
    mention("31", "@gimbal what is my tier?");
    await adapter.poll(signal);
    expect(world.asked.at(-1)?.account).to.equal(undefined);
  });

  it("waits as long as X asks", async () => {
    const { adapter, world } = open();
    await adapter.poll(signal);
    const headers = { "x-rate-limit-reset": String(CHAT_NOW + 90) };
    fake.refusals.push({ on: "/mentions", with: { status: 429, headers } });
    expect(await rejectionOf(adapter.poll(signal))).to.include({ code: "CHAT_UNREACHABLE", retryAfter: 90 });
    mention("50", "@gimbal hello");
    fake.refusals.push({ on: "/2/tweets", with: { status: 429, headers } });
    await adapter.poll(signal);
    expect(world.slept).to.deep.equal([90]);
    expect(posts()).to.have.length(2);
  });

  it("sends alerts as direct messages", async () => {
    const { adapter } = open();
    expect(await adapter.send({ to: "55", text: "An alert." })).to.deep.equal({ isTaken: true });
    expect(fake.sent("/with/55/messages")).to.deep.equal([{ text: "An alert." }]);
    fake.refusals.push({ on: "/with/55", with: { status: 403 } });
    expect(await adapter.send({ to: "55", text: "An alert." })).to.deep.include({ isTaken: false, isGone: true });
    fake.refusals.push({ on: "/with/55", with: { status: 503, headers: { "retry-after": "5" } } });
    expect(await adapter.send({ to: "55", text: "An alert." })).to.deep.include({ isGone: false, retryAfter: 5 });
  });
});
