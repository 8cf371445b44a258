// From an alert rule to a chat, and from a question to its answer: all between is real, the platforms alone are fakes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ALICE, accessContext, type Fetch, post, signIn } from "../access/access.fixture.ts";
import { bodyOf, testApp } from "../app.fixture.ts";
import { ROUTES } from "../app.ts";
import { Events, publicEvents } from "../events/service.ts";
import type { ProposalRow } from "../history/governanceRows.ts";
import { fixtureHistory } from "../history/history.fixture.ts";
import { ME, place, timeOf } from "../routes/accounts.fixture.ts";
import { Store } from "../store/store.ts";
import { emptyContext } from "../world.fixture.ts";
import { ChatBook } from "./book.ts";
import { FakeDiscord, FakeTelegram } from "./fakePlatforms.fixture.ts";
import { openChat } from "./open.ts";
import { NO_CHAT } from "./settings.ts";

const PUBLIC = "https://api.example";
const PROPOSAL: ProposalRow = {
  ...place(12),
  ...{ id: 77n, number: 1, proposer: ME, calls: [], description: "# Lower the fee\n\nBecause." },
  ...{ voteStart: timeOf(13), voteEnd: timeOf(19), forVotes: 0n, againstVotes: 0n, abstainVotes: 0n, voters: 0 },
  ...{ executableAt: null, queued: null, executed: null, cancelled: null },
};

describe("alerts in a chat", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-chat-alerts-"));
  const path = join(folder, "api.db");
  let fake: FakeTelegram;
  before(async () => {
    fake = await new FakeTelegram().start();
  });
  after(async () => {
    await fake.close();
    rmSync(folder, { recursive: true });
  });

  /** One life of the service: over the same file, at a block of the chain. */
  async function live(
    block: number,
    work: (fetch: Fetch, events: Events, isRead: () => Promise<void>) => Promise<void>,
  ) {
    const store = await Store.open(path);
    const clock = { now: timeOf(block) };
    const history = fixtureHistory({
      head: { chainId: 31_337, block, time: timeOf(block) },
      proposals: [PROPOSAL].filter((row) => row.block <= block),
    });
    const base = await accessContext(clock, { store, history });
    const book = new ChatBook(store.database, () => clock.now);
    const settings = publicEvents(PUBLIC);
    const events = new Events({ ...base, grades: null, settings, messengers: () => chat.messengers, chats: book });
    const context = { ...base, events };
    const telegram = { baseUrl: fake.url, token: "7:secret", webhookSecret: null };
    const chat = openChat({ ...NO_CHAT, telegram }, context, ROUTES, PUBLIC);
    chat.start();
    /** Once whatever people wrote was read. */
    const isRead = async () => {
      const next = fake.updates.at(-1)?.update_id + 1;
      while ((await book.place("telegram")) !== String(next)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await work(testApp(context), events, isRead);
    await chat.stop();
    await events.stop();
    await store.close();
  }

  const told = () => fake.sent("sendMessage").filter(({ text }) => text.includes("Lower the fee"));

  it("arrive once: after a failure, after a restart, and not again after another", async () => {
    await live(10, async (fetch, events, isRead) => {
      const { token } = await signIn(fetch, ALICE);
      const { code } = (await bodyOf(fetch("/v1/chat/codes", post({}, token)))).data;
      fake.write(`/link ${code}`);
      await isRead();
      expect(fake.sent("sendMessage").map(({ text }) => text)[0]).to.contain(`linked to ${ALICE.address}`);
      const rule = { name: "Votes", condition: { kind: "proposal" }, destinations: { chats: ["telegram"] } };
      expect((await fetch("/v1/alerts", post(rule, token))).status).to.equal(201);
      await events.once();
      expect(told()).to.deep.equal([]);
    });
    await live(13, async (_, events) => {
      fake.refusals.push({ on: "sendMessage", with: { status: 502 } });
      await events.once();
      expect(fake.refusals).to.deep.equal([]);
    });
    const refused = told().length;
    expect(refused).to.equal(1);
    await live(14, async (_, events) => {
      await events.once();
      await events.once();
    });
    await live(20, (_, events) => events.once());
    const delivered = told().slice(refused);
    expect(delivered).to.have.length(1);
    expect(delivered[0]).to.include({ chat_id: "5" });
    expect(delivered[0].text).to.contain("There is a new proposal: Lower the fee");
  });
});

describe("openChat", () => {
  it("opens the channels of the settings and no other", async () => {
    const context = await emptyContext();
    const none = openChat(NO_CHAT, context, ROUTES, null);
    expect(none.messengers).to.deep.equal([]);
    expect(none.receiver("telegram")).to.equal(undefined);
    const discord = new FakeDiscord();
    const all = openChat(
      {
        telegram: { baseUrl: "http://127.0.0.1:9", token: "7:secret", webhookSecret: null },
        discord: { baseUrl: "http://127.0.0.1:9", applicationId: "42", botToken: "key", publicKey: discord.publicKey },
        x: { baseUrl: "http://127.0.0.1:9", token: "key", userId: "1000" },
      },
      context,
      ROUTES,
      null,
    );
    expect(all.messengers.map(({ channel }) => channel)).to.deep.equal(["telegram", "discord", "x"]);
    expect([all.receiver("telegram"), all.receiver("x")]).to.deep.equal([undefined, undefined]);
    const ping = discord.request({ type: 1 }, context.clock());
    expect(await (await all.receiver("discord")?.(ping))?.json()).to.deep.equal({ type: 1 });
    await all.stop();
  });

  it("gives questions to the assistant of the API, and links to its public address", async () => {
    const fake = await new FakeTelegram().start();
    const telegram = { baseUrl: fake.url, token: "7:secret", webhookSecret: "hook-secret" };
    const chat = openChat({ ...NO_CHAT, telegram }, await emptyContext(), ROUTES, PUBLIC);
    const call = (secret: string) =>
      chat.receiver("telegram")?.(
        new Request(`${PUBLIC}/v1/chat/telegram`, {
          method: "POST",
          body: JSON.stringify(fake.write("Explain drift.")),
          headers: { "x-telegram-bot-api-secret-token": secret },
        }),
      );
    expect((await call("guessed"))?.status).to.equal(401);
    expect((await call("hook-secret"))?.status).to.equal(200);
    while (fake.sent("sendMessage").length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [{ text }] = fake.sent("sendMessage");
    expect(text).to.contain("Difference between the weights held and the weights wanted.");
    expect(text).to.contain(`${PUBLIC}/v1/glossary`);
    await chat.stop();
    await fake.close();
  });
});
