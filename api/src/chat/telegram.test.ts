import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { rejectionOf } from "../../../keeper/src/rejection.fixture.ts";
import { Store } from "../store/store.ts";
import { chatStore, chatWorld } from "./chat.fixture.ts";
import { FakeTelegram } from "./fakePlatforms.fixture.ts";
import { TelegramAdapter } from "./telegram.ts";

const ALERT = { to: "5", text: "An alert.", id: "alert-1" };

describe("TelegramAdapter", () => {
  let fake: FakeTelegram;
  let store: Store;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    fake = await new FakeTelegram().start();
    store = await chatStore();
  });
  afterEach(async () => {
    await fake.close();
    await store.close();
  });

  const open = (world = chatWorld(store), webhookSecret: string | null = null) => ({
    world,
    adapter: new TelegramAdapter({ baseUrl: fake.url, token: "7:secret", webhookSecret }, world.parts("telegram")),
  });
  const said = () => fake.sent("sendMessage");

  it("answers what people write, in plain text without previews", async () => {
    const { adapter, world } = open();
    fake.write("What does <b>Global 100</b> hold?");
    await adapter.poll?.(signal);
    const caller = { account: null, client: "telegram/5", tier: 0 };
    expect(world.asked).to.deep.equal([{ question: "What does <b>Global 100</b> hold?", account: undefined, caller }]);
    expect(said()).to.deep.equal([{ chat_id: "5", text: "An answer.", link_preview_options: { is_disabled: true } }]);
    expect(fake.asked[0]?.path).to.equal("/bot7:secret/getUpdates");
  });

  it("goes on after a restart where it was, and answers nothing twice, also when Telegram delivers again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-chat-"));
    const path = join(folder, "store.db");
    const first = await Store.open(path);
    fake.write("one");
    await open(chatWorld(first)).adapter.poll?.(signal);
    await first.close();
    const second = await Store.open(path);
    fake.write("two");
    const { adapter, world } = open(chatWorld(second));
    await adapter.poll?.(signal);
    expect(world.asked.map(({ question }) => question)).to.deep.equal(["two"]);
    await world.book.keepPlace("telegram", "0"); // as if the place was lost
    await adapter.poll?.(signal);
    expect(said()).to.have.length(2);
    await second.close();
    rmSync(folder, { recursive: true });
  });

  it("ignores bots, itself among them, other kinds of messages, and groups that do not ask it", async () => {
    const { adapter, world } = open();
    fake.write("from a bot", { from: { id: 9, is_bot: true } });
    fake.write("from nobody", { from: { is_bot: undefined } });
    fake.write(undefined);
    fake.write({ evil: true });
    fake.write("small talk", { chat: { id: -7, type: "group" } });
    fake.updates.push({ update_id: 200, edited_message: { text: "edited" } }, "nonsense", { update_id: "x" });
    fake.write("/ask@gimbal_bot what is my tier?", { chat: { id: -7, type: "group" } });
    await world.book.link(
      "telegram",
      "-7",
      (await world.book.makeCode("0x00000000000000000000000000000000000000bb")).code,
    );
    await adapter.poll?.(signal);
    // In a group nothing is said about an account, even if one was linked.
    const caller = { account: null, client: "telegram/-7", tier: 0 };
    expect(world.asked).to.deep.equal([{ question: "what is my tier?", account: undefined, caller }]);
    expect(said().map(({ chat_id }) => chat_id)).to.deep.equal(["-7"]);
  });

  it("splits long texts at lines, and waits before a later part as long as Telegram asks", async () => {
    const { adapter, world } = open();
    const line = `${"x".repeat(99)}\n`;
    fake.refusals.push({ on: "nothing", with: { status: 200 } });
    const text = line.repeat(100);
    const sending = adapter.send({ ...ALERT, text });
    expect(await sending).to.deep.equal({ isTaken: true });
    expect(said().map((body) => body.text.length)).to.deep.equal([3_999, 3_999, 1_999]);
    expect(
      said()
        .map((body) => body.text)
        .join("\n"),
    ).to.equal(text.trim());
    expect(world.slept).to.deep.equal([]);
  });

  it("says how long Telegram wants it to wait, and that a chat is gone", async () => {
    const { adapter } = open();
    const refuse = (status: number, body: object) => fake.refusals.push({ on: "sendMessage", with: { status, body } });
    refuse(429, { ok: false, error_code: 429, parameters: { retry_after: 17 } });
    expect(await adapter.send(ALERT)).to.deep.equal({
      isTaken: false,
      reason: "The channel answered HTTP 429.",
      isGone: false,
      retryAfter: 17,
    });
    refuse(403, { ok: false, description: "Forbidden: bot was blocked by the user" });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: true });
    refuse(400, { ok: false, description: "Bad Request: chat not found" });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: true });
    refuse(400, { ok: false, description: "Bad Request: message is too long" });
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: false });
  });

  it("answers after the wait when an answer is refused for now", async () => {
    const { adapter, world } = open();
    fake.refusals.push({ on: "sendMessage", with: { status: 429, body: { parameters: { retry_after: 3 } } } });
    fake.write("hello");
    await adapter.poll?.(signal);
    expect(world.slept).to.deep.equal([3]);
    expect(said()).to.have.length(2);
  });

  it("tells a failed poll with the wait and without the token", async () => {
    const { adapter } = open();
    fake.refusals.push({ on: "getUpdates", with: { status: 429, body: { parameters: { retry_after: 9 } } } });
    expect(await rejectionOf(adapter.poll!(signal))).to.include({ code: "CHAT_UNREACHABLE", retryAfter: 9 });
    fake.refusals.push({ on: "getUpdates", with: { status: 200, body: "<html>" } });
    expect(await rejectionOf(adapter.poll!(signal))).to.include({ code: "CHAT_UNREACHABLE" });
    await fake.close();
    const error = (await rejectionOf(adapter.poll!(signal))) as Error;
    expect(`${error.message} ${error.stack} ${error.cause}`).to.not.contain("secret");
    expect(await adapter.send(ALERT)).to.deep.include({ isTaken: false, isGone: false });
    fake = await new FakeTelegram().start();
  });

  it("takes a webhook's request with the secret token only, each once", async () => {
    const { adapter, world } = open(chatWorld(store), "hook-secret");
    const post = (body: string, secret: string | null) =>
      adapter.receive!(
        new Request("http://api.test/chat/telegram", {
          method: "POST",
          body,
          headers: secret === null ? {} : { "x-telegram-bot-api-secret-token": secret },
        }),
      );
    const update = JSON.stringify(fake.write("hello"));
    expect((await post(update, null)).status).to.equal(401);
    expect((await post(update, "hook-secreT")).status).to.equal(401);
    expect(world.asked).to.deep.equal([]);
    expect((await post(update, "hook-secret")).status).to.equal(200);
    expect((await post(update, "hook-secret")).status).to.equal(200);
    expect(world.asked).to.have.length(1);
    expect((await post("{", "hook-secret")).status).to.equal(400);
    expect((await post(`"${"x".repeat(300_000)}"`, "hook-secret")).status).to.equal(413);
    expect(adapter.poll).to.equal(undefined);
  });
});
