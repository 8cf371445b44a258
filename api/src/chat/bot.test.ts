import { expect } from "chai";
import { type Address, getAddress } from "viem";
import type { Store } from "../store/store.ts";
import { type ChatAdapter, ChatUnreachableError } from "./adapter.ts";
import { chatStore, chatWorld } from "./chat.fixture.ts";
import { ChatService } from "./service.ts";
import { escapeMarkdown, postLength, postOf, splitText } from "./text.ts";

const ALICE: Address = getAddress("0x00000000000000000000000000000000000000aA");
const BOB: Address = getAddress("0x00000000000000000000000000000000000000bB");

describe("chat bot", () => {
  let store: Store;
  let next = 0;
  beforeEach(async () => {
    store = await chatStore();
  });
  afterEach(() => store.close());

  const talk = (world: ReturnType<typeof chatWorld>) => {
    const bot = world.bot("telegram");
    return async (text: string, chat = "5", isPrivate = true) =>
      (await bot({ id: String(++next), chat, text, isPrivate }))?.text ?? null;
  };

  it("links a chat by a one-time code, answers as that account, and forgets it on request", async () => {
    const world = chatWorld(store);
    const say = talk(world);
    const { code } = await world.book.makeCode(ALICE);
    expect(await say(`/link ${code.toLowerCase()}`)).to.contain(ALICE);
    expect(await world.book.chatOf(ALICE, "telegram")).to.equal("5");
    await say("what is my next claim?");
    expect(world.asked.at(-1)?.account).to.equal(ALICE);
    expect(await say(`/link ${code}`, "6")).to.contain("wrong, used or too old");
    expect(await say("/unlink")).to.contain("no account any more");
    await say("what is my next claim?");
    expect(world.asked.at(-1)?.account).to.equal(undefined);
    expect(await say("/unlink")).to.equal("This chat is linked to no account.");
  });

  it("refuses codes that are too old, replaced, or guessed", async () => {
    const world = chatWorld(store);
    const say = talk(world);
    const old = await world.book.makeCode(ALICE);
    const { code } = await world.book.makeCode(ALICE);
    expect(await say(`/link ${old.code}`)).to.contain("wrong");
    world.time.now += 601;
    expect(await say(`/link ${code}`)).to.contain("wrong");
    const fresh = (await world.book.makeCode(ALICE)).code;
    for (let i = 0; i < 3; i++) await say("/link AAAAAAAAAA");
    expect(await say(`/link ${fresh}`)).to.contain("Too many wrong codes");
    world.time.now += 3_601;
    const later = (await world.book.makeCode(ALICE)).code;
    expect(await say(`/link ${later}`)).to.contain(ALICE);
  });

  it("keeps one chat an account and one account a chat: the newest link counts", async () => {
    const { book } = chatWorld(store);
    const link = async (account: Address, chat: string) =>
      book.link("telegram", chat, (await book.makeCode(account)).code);
    await link(ALICE, "1");
    await link(ALICE, "2");
    expect(await book.accountOf("telegram", "1")).to.equal(undefined);
    await link(BOB, "2");
    expect(await book.accountOf("telegram", "2")).to.equal(BOB);
    expect(await book.chatOf(ALICE, "telegram")).to.equal(undefined);
    expect(await book.linksOf(BOB)).to.deep.include.members([{ channel: "telegram", since: 1_795_262_400 }]);
    expect(await book.unlinkAccount("telegram", BOB)).to.equal(true);
    expect(await book.unlinkAccount("telegram", BOB)).to.equal(false);
  });

  it("stores no code that could be used by who reads the file", async () => {
    const { book } = chatWorld(store);
    const { code } = await book.makeCode(ALICE);
    const rows = await store.database.all("SELECT * FROM chat_codes");
    expect(JSON.stringify(rows)).to.not.contain(code);
  });

  it("takes the answer to a question back together with the question", async () => {
    const ask = { about: "index", options: [] } as const;
    const world = chatWorld(store, ({ question }) => {
      if (question === "what does it hold?") return { ask, intent: "holdings", answer: "Which index?" };
      return question === "Global 100" ? { intent: "unknown" } : {};
    });
    const say = talk(world);
    await say("what does it hold?");
    await say("Global 100", "other");
    expect(world.asked.at(-1)?.question).to.equal("Global 100");
    await say("Global 100");
    expect(world.asked.at(-1)?.question).to.equal("what does it hold? Global 100");
    await say("what does it hold?");
    world.time.now += 601;
    await say("Global 100");
    expect(world.asked.at(-1)?.question).to.equal("Global 100");
  });

  it("answers ten messages a minute of a chat, and the eleventh of another", async () => {
    const world = chatWorld(store);
    const say = talk(world);
    for (let i = 0; i < 10; i++) expect(await say("hello")).to.equal("An answer.");
    expect(await say("hello")).to.equal(null);
    expect(await say("hello", "6")).to.equal("An answer.");
    world.time.now += 60;
    expect(await say("hello")).to.equal("An answer.");
  });

  it("says that something is wrong without its details", async () => {
    const world = chatWorld(store, () => {
      throw new Error("password=1234");
    });
    expect(await talk(world)("hello")).to.match(/^The request failed in the service\./);
    expect(world.logged).to.have.length(1);
  });

  it("helps", async () => {
    const say = talk(chatWorld(store));
    expect(await say("/help")).to.contain("/link CODE");
    expect(await say("/start")).to.contain("/link CODE");
    expect(await say("/link")).to.contain("Get a code");
  });

  it("names the sources behind the answer", async () => {
    const hash = `0x${"12".repeat(32)}` as const;
    const citations = [
      { kind: "decision", hash, href: `/v1/decisions/${hash}` },
      { kind: "transaction", hash },
    ] as const;
    const said = await talk(chatWorld(store, () => ({ citations })))("why?");
    expect(said).to.equal(`An answer.\nSources:\nhttps://api.test/v1/decisions/${hash}\ntransaction ${hash}`);
  });
});

describe("chat texts", () => {
  it("are split at lines or spaces, never inside a character, and end somewhere", () => {
    expect(splitText("short", 10)).to.deep.equal(["short"]);
    expect(splitText("", 10)).to.deep.equal([]);
    expect(splitText("one two three four", 9)).to.deep.equal(["one two", "three", "four"]);
    for (const part of splitText("😀".repeat(50), 41)) expect(part).to.not.match(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    const endless = splitText("x".repeat(10_000), 100);
    expect(endless).to.have.length(5);
    expect(endless.at(-1)).to.match(/\.\.\. \(shortened\)$/);
    for (const part of endless) expect(part.length).to.be.at.most(100);
  });

  it("are escaped for Discord without losing a letter", () => {
    const text = "a*b_c~d`e|f<g>h#i[j](k)@l:m-n\\o";
    expect(escapeMarkdown(text).replaceAll(/\\(.)/g, "$1")).to.equal(text);
  });

  it("are counted as X counts them", () => {
    expect(postLength("abc")).to.equal(3);
    expect(postLength("長い😀")).to.equal(6);
    expect(postOf("x".repeat(280), null)).to.have.length(280);
    expect(postLength(postOf("x".repeat(281), null))).to.be.at.most(280);
    expect(postLength(postOf("長".repeat(500), null))).to.be.at.most(280);
  });
});

describe("ChatService", () => {
  it("polls until it is stopped, waits longer after each failure, and as long as a channel asks", async () => {
    const slept: number[] = [];
    const turns = [new Error("broken"), new Error("broken"), new ChatUnreachableError("busy", 42), null];
    let done: () => void;
    const finished = new Promise<void>((resolve) => {
      done = resolve;
    });
    const adapter: ChatAdapter = {
      channel: "x",
      send: async () => ({ isTaken: true }),
      poll: async () => {
        const turn = turns.shift();
        if (turn === undefined) done();
        if (turn instanceof Error) throw turn;
      },
    };
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const service = new ChatService([adapter], logger, async (seconds) => {
      slept.push(seconds);
      await new Promise((resolve) => setImmediate(resolve));
    });
    service.start();
    await finished;
    await service.stop();
    expect(slept.slice(0, 4)).to.deep.equal([5, 10, 42, 2]);
    expect(service.receiver("telegram")).to.equal(undefined);
    expect(service.messengers.map(({ channel }) => channel)).to.deep.equal(["x"]);
  });
});
