import { expect } from "chai";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { type LoggedEvent, matches } from "./event.ts";
import {
  ALICE,
  BOB,
  eventAt,
  FakeChain,
  INDEX,
  killEverywhere,
  OTHER_INDEX,
  openEventStore,
} from "./events.fixture.ts";
import { Feeder, type FeederOptions } from "./feeder.ts";
import { EventLog } from "./log.ts";
import { mark, raiseMark } from "./tables.ts";

const strict: FeederOptions = {
  pause: 1,
  onTrouble: (_, error) => {
    throw error;
  },
};

const short = ({ seq, type, key, retracts }: LoggedEvent) =>
  `${seq} ${type === "event.retracted" ? `-${retracts}` : key.slice("31337:".length)}`;

describe("event log and its feeder", () => {
  let db: Database;
  let log: EventLog;
  let chain: FakeChain;
  const feed = (database = db) => new Feeder(new EventLog(database), [chain], strict).catchUp();
  const all = async () => (await log.after(0)).map(short);

  beforeEach(async () => {
    db = await openEventStore();
    log = new EventLog(db);
    chain = new FakeChain();
  });
  afterEach(() => db.close());

  it("numbers events in the order of their source and keeps what they say", async () => {
    chain.add({ data: { sold: "1.5", unit: "USDC" } }, {});
    chain.add();
    chain.add({});
    await feed();
    expect(await all()).to.deep.equal(["1 0x1:0", "2 0x1:1", "3 0x3:0"]);
    const first = await log.event(1);
    expect(first).to.include({ index: INDEX, account: ALICE, owner: null, about: "rebalance.filled", retracts: null });
    expect(first?.data).to.deep.equal({ sold: "1.5", unit: "USDC" });
    expect(await log.event(4)).to.equal(undefined);
    expect(await log.newest()).to.equal(3);
  });

  it("reads on where it stopped, only the newest places again", async () => {
    for (let block = 0; block < 20; block++) chain.add({});
    await feed();
    chain.reads = [];
    chain.add({});
    await feed();
    expect(chain.reads).to.deep.equal([16, 18, 20]);
    expect(await log.newest()).to.equal(21);
  });

  it("takes back what a replaced block held, and tells what came instead", async () => {
    for (let block = 0; block < 3; block++) chain.add({});
    await feed();
    chain.blocks.length = 1;
    chain.add({ key: "31337:0xnew:0", identity: "other" });
    chain.add({ key: "31337:0x3:0", identity: "other too" });
    await feed();
    expect(await all()).to.deep.equal(["1 0x1:0", "2 0x2:0", "3 0x3:0", "4 -2", "5 0xnew:0", "6 -3", "7 0x3:0"]);
    const back = await log.event(4);
    expect(back).to.include({ about: "rebalance.filled", index: INDEX, account: ALICE });
    expect(back?.data).to.deep.equal({ retracts: "2", type: "rebalance.filled" });
    await feed();
    expect(await log.newest()).to.equal(7);
  });

  it("tells of a transaction again that came back in a later block, and of one that moved out of the span", async () => {
    chain.page = 1;
    chain.add({});
    chain.add({});
    await feed();
    const moved = chain.blocks[1]![0]!;
    chain.blocks[1] = [];
    await feed();
    chain.add({ ...moved, place: 3, identity: "later" });
    await feed();
    expect(await all()).to.deep.equal(["1 0x1:0", "2 0x2:0", "3 -2", "4 0x2:0"]);
    // Now it is in an earlier block than before: the span with that block is read before the one where it is missed.
    chain.blocks[2] = [];
    chain.blocks[0]!.push({ ...moved, place: 1, identity: "earlier" });
    await feed();
    expect((await all()).slice(4)).to.deep.equal(["5 -4", "6 0x2:0"]);
    await feed();
    expect(await log.newest()).to.equal(6);
  });

  it("waits while the source is behind, and takes nothing back for that", async () => {
    for (let block = 0; block < 4; block++) chain.add({});
    await feed();
    const full = [...chain.blocks];
    chain.blocks.length = 1;
    await feed();
    expect(await log.newest()).to.equal(4);
    expect(await log.position("chain")).to.equal(4);
    chain.blocks.splice(0, 9, ...full);
    await feed();
    expect(await log.newest()).to.equal(4);
  });

  it("takes nothing back from a source that keeps what it told", async () => {
    const [old, late] = [eventAt(10, { key: "a" }), eventAt(9, { key: "b" })];
    const batch = { from: 8, to: 10, isNewest: true };
    await log.absorb("decisions", { ...batch, events: [old] }, true);
    await log.absorb("decisions", { ...batch, events: [late, { ...old, identity: "x" }] }, true);
    await log.absorb("decisions", { ...batch, events: [] }, true);
    expect((await log.after(0)).map(({ key }) => key)).to.deep.equal(["a", "b"]);
  });

  it("does not touch what another source told of the same places", async () => {
    await log.absorb("one", { from: 1, to: 2, events: [eventAt(1, { key: "a" })], isNewest: true }, false);
    const events = [eventAt(1, { key: "b" }), eventAt(1, { key: "a" })];
    await log.absorb("two", { from: 1, to: 2, events, isNewest: true }, false);
    expect((await log.after(0)).map(({ key }) => key)).to.deep.equal(["a", "b"]);
  });

  it("neither loses nor doubles anything, wherever it is killed", async () => {
    const grow = [
      () => chain.add({}, {}),
      () => chain.add({}),
      () => {
        chain.blocks.length = 1;
        chain.add({ key: "31337:0xb:0", identity: "b" });
        chain.add({ key: "31337:0xc:0", identity: "c" }, { key: "31337:0xd:0", identity: "c" });
      },
    ];
    for (const step of grow) {
      step();
      const kills = await killEverywhere(db, (dying) => feed(dying));
      expect(kills).to.be.greaterThan(5);
    }
    expect(await all()).to.deep.equal(["1 0x1:0", "2 0x1:1", "3 0x2:0", "4 -3", "5 0xb:0", "6 0xc:0", "7 0xd:0"]);
  });

  it("goes on with the other sources when one is in trouble", async () => {
    const told: string[] = [];
    const broken = { ...eventSource("broken"), read: () => Promise.reject(new Error("down")) };
    chain.add({});
    await new Feeder(log, [broken, chain], { pause: 1, onTrouble: (name) => told.push(name) }).catchUp();
    expect(told).to.deep.equal(["broken"]);
    expect(await log.newest()).to.equal(1);
  });

  it("looks again after every pause until it is stopped", async () => {
    const feeder = new Feeder(log, [chain], strict);
    const told = new Promise<void>((resolve) => log.listen(resolve));
    chain.page = 100;
    feeder.start();
    while (chain.reads.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    chain.add({});
    await told;
    await feeder.stop();
    const { length } = chain.reads;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(chain.reads).to.have.length(length);
  });

  it("finds what a filter lets through, in the database and in memory alike", async () => {
    chain.page = 100;
    chain.add({ type: "index.minted" }, { index: OTHER_INDEX }, { account: BOB }, { account: null, index: null });
    await feed();
    chain.blocks[0] = [];
    await feed();
    await db.atomically((tx) => log.append(tx, eventAt(1, { key: "own", type: "alert.fired" }), BOB));
    const events = await log.after(0, { reader: BOB });
    expect(events).to.have.length(9);
    const filters = [
      [{}, [1, 2, 3, 4, 5, 6, 7, 8]],
      [{ types: ["index.minted"] }, [1, 5]],
      [{ types: ["event.retracted"] }, [5, 6, 7, 8]],
      [{ index: INDEX }, [1, 3, 5, 7]],
      [{ index: OTHER_INDEX, account: ALICE }, [2, 6]],
      [{ account: BOB.toUpperCase().replace("0X", "0x") as typeof BOB }, [3, 7]],
      [{ reader: BOB, types: ["alert.fired"] }, [9]],
      [{ reader: ALICE, types: ["alert.fired"] }, []],
      [{ types: ["alert.fired"] }, []],
    ] as const;
    for (const [filter, seqs] of filters) {
      expect((await log.after(0, filter)).map(({ seq }) => seq)).to.deep.equal(seqs);
      expect(events.filter((event) => matches(event, filter)).map(({ seq }) => seq)).to.deep.equal(seqs);
    }
    expect((await log.after(2, {}, 3)).map(({ seq }) => seq)).to.deep.equal([3, 4, 5]);
  });

  it("adds an event of its own once", async () => {
    const own = eventAt(1, { key: "own" });
    await db.atomically((tx) => log.append(tx, own, ALICE));
    await db.atomically((tx) => log.append(tx, own, ALICE));
    expect(await log.newest()).to.equal(1);
  });

  it("never lowers a mark", async () => {
    await raiseMark(db, "x", 5);
    await raiseMark(db, "x", 3);
    expect(await mark(db, "x")).to.equal(5);
  });
});

function eventSource(name: string) {
  return { name, first: 1, overlap: 1, keeps: false };
}
