import { expect } from "chai";
import type { Address, Hash } from "viem";
import type { Database } from "../../../../keeper/src/journal/database.ts";
import type { StoredDecision } from "../../decisions/decisions.ts";
import { fixtureHistory } from "../../history/history.fixture.ts";
import type { History } from "../../history/history.ts";
import { ALICE, INDEX, openEventStore, TOKEN } from "../events.fixture.ts";
import { Feeder } from "../feeder.ts";
import { namesOf } from "../figures.ts";
import { EventLog } from "../log.ts";
import { sentenceOf } from "../words.ts";
import { ChainSource } from "./chain.ts";
import { DecisionEvents } from "./decisions.ts";
import { type GradedToken, GradeEvents } from "./grades.ts";
import { Span } from "./span.ts";

type Rows = NonNullable<Parameters<typeof fixtureHistory>[0]>;

const USDC: Address = "0x00000000000000000000000000000000000000c3";
const tx = (n: number): Hash => `0x${n.toString(16).padStart(64, "0")}`;
const stamp = (block: number) => ({ block, time: 1_000_000 + block, transaction: tx(block) });
const row = (block: number, log: number) => ({ ...stamp(block), id: block * 100_000 + log });

/** One of everything that the chain tells of, in blocks 10 to 90. */
const ROWS = {
  head: { chainId: 31337, block: 100, time: 1_000_100 },
  tokens: [
    { address: TOKEN, symbol: "WETH", decimals: 18 },
    { address: USDC, symbol: "USDC", decimals: 6 },
  ],
  vaults: [{ ...stamp(10), address: INDEX, creator: ALICE, name: "Majors", symbol: "MAJ", curator: ALICE }],
  flows: [
    {
      ...row(20, 3),
      vault: INDEX,
      kind: "mint",
      caller: USDC,
      receiver: ALICE,
      shares: 15n * 10n ** 17n,
      feeShares: 5n,
    },
    { ...row(20, 4), vault: INDEX, kind: "zapIn", caller: ALICE, receiver: ALICE, shares: 1n },
    { ...row(80, 1), vault: INDEX, kind: "redeem", caller: ALICE, receiver: USDC, shares: 10n ** 18n, feeShares: null },
  ],
  rebalances: [
    {
      ...{ ...stamp(30), vault: INDEX, epoch: 4, lane: "RISK", decisionHash: tx(0xdec), opensAt: 0, closesAt: 60 },
      ...{ status: "closed", outcome: { ...stamp(50), by: null } },
      weightsBefore: [
        { token: TOKEN, weightBps: 6_000 },
        { token: USDC, weightBps: 4_000 },
      ],
      weightsTarget: [
        { token: TOKEN, weightBps: 5_000 },
        { token: USDC, weightBps: 5_000 },
      ],
    },
  ],
  fills: [
    {
      ...{ ...row(40, 7), vault: INDEX, epoch: 4, filler: ALICE, sellToken: TOKEN, buyToken: USDC },
      ...{ sold: 10n ** 18n, paid: 3_000_500_000n, soldValue: 3_000n * 10n ** 18n, paidValue: null },
    },
  ],
  vaultEvents: [{ ...row(45, 1), vault: INDEX, name: "Synced", args: {} }],
  proposals: [
    {
      ...stamp(60),
      id: 77n,
      number: 1,
      proposer: ALICE,
      description: "# Lower fees\nBecause.",
      voteStart: 0,
      voteEnd: 60,
    },
  ],
  votes: [{ ...row(70, 2), proposal: 77n, voter: ALICE, support: "for", weight: 2n * 10n ** 18n, reason: "yes" }],
  revenueClaims: [
    { ...row(90, 2), account: ALICE, token: USDC, receiver: ALICE, amount: 1_250_000n, fromEpoch: 1, toEpoch: 2 },
  ],
} as unknown as Rows;

describe("events of the chain", () => {
  let database: Database;
  let log: EventLog;
  const feed = async (history: History) => {
    const onTrouble = (_: string, error: unknown) => {
      throw error;
    };
    await new Feeder(log, [new ChainSource(history, 1)], { pause: 1, onTrouble }).catchUp();
  };

  beforeEach(async () => {
    database = await openEventStore();
    log = new EventLog(database);
  });
  afterEach(() => database.close());

  it("tell of everything that the index knows, in the order of the chain, in plain words", async () => {
    const history = fixtureHistory(ROWS);
    await feed(history);
    const names = await namesOf(history);
    const events = await log.after(0);
    expect(events.map((event) => `${event.block} ${event.type}: ${sentenceOf(event, names)}`)).to.deep.equal([
      "10 index.created: 0x0000...00b1 created the index Majors.",
      "20 index.minted: 0x0000...00b1 bought 1.5 shares of Majors.",
      "30 rebalance.proposed: Majors is to be rebalanced (epoch 4): WETH from 60 % to 50 %, USDC from 40 % to 50 %.",
      "40 rebalance.filled: Majors sold 1 WETH for 3000.5 USDC.",
      "50 rebalance.ended: The rebalance of Majors (epoch 4) was closed.",
      "60 proposal.created: There is a new proposal: Lower fees. Its vote ends 1970-01-01T00:01:00.000Z.",
      '70 proposal.voted: 0x0000...00b1 voted "for" with 2 votes.',
      "80 index.redeemed: 0x0000...00b1 gave back 1 shares of Majors.",
      "90 revenue.claimed: 0x0000...00b1 claimed 1.25 USDC of revenue.",
    ]);
    const [, , proposed, filled] = events;
    expect(proposed).to.include({
      decision: tx(0xdec),
      tx: tx(30),
      index: INDEX,
      key: `31337:${tx(30)}:rebalance:${INDEX}:4`,
    });
    expect(filled).to.include({ key: `31337:${tx(40)}:7`, at: 1_000_040, account: ALICE });
    expect(filled?.data).to.deep.include({ sold: "1000000000000000000", epoch: 4, paidValue: null });
  });

  it("are read from the deployment's block on, and each once", async () => {
    const history = fixtureHistory(ROWS);
    const source = new ChainSource(history, 45);
    expect(source.first).to.equal(45);
    const { events, to, isNewest } = await source.read(45);
    expect(events.map(({ place }) => place)).to.deep.equal([50, 60, 70, 80, 90]);
    expect([to, isNewest]).to.deep.equal([100, true]);
    await feed(history);
    await feed(history);
    expect(await log.newest()).to.equal(9);
  });

  it("are taken back with their block, and told again from the new one", async () => {
    await feed(fixtureHistory(ROWS));
    const [fill] = ROWS.fills!;
    const moved = { ...fill!, ...row(41, 7), transaction: fill!.transaction };
    await feed(fixtureHistory({ ...ROWS, fills: [moved], votes: [] }));
    const added = (await log.after(9)).map(({ type, retracts, block }) => [type, retracts, block]);
    expect(added).to.deep.equal([
      ["event.retracted", 4, 40],
      ["event.retracted", 7, 70],
      ["rebalance.filled", null, 41],
    ]);
  });

  it("are not believed while the index goes back under the reading", async () => {
    const history = fixtureHistory(ROWS);
    let looks = 0;
    const torn = { ...history, head: async () => ({ ...ROWS.head!, block: looks++ === 0 ? 100 : 60 }) };
    const batch = await new ChainSource(torn, 1).read(1);
    expect(batch).to.deep.equal({ from: 1, to: 0, events: [], isNewest: true });
  });

  it("are read in several pieces when there is much of them", async () => {
    const fills = Array.from({ length: 2_500 }, (_, i) => ({ ...ROWS.fills![0]!, ...row(1 + i, 1) }));
    const history = fixtureHistory({ fills, head: { chainId: 1, block: 2_500, time: 1_100_000 } });
    const source = new ChainSource(history, 1);
    const pieces: number[] = [];
    for (let from = 1; from <= 2_500; ) {
      const { to, events } = await source.read(from);
      pieces.push(events.length);
      from = to + 1;
    }
    expect(pieces).to.deep.equal([1_000, 1_000, 500]);
    const span = new Span(8, 10);
    expect(span.end(1, 100)).to.equal(8);
    span.learn(5_000);
    expect(span.end(1, 100)).to.equal(2);
    for (let i = 0; i < 9; i++) span.learn(0);
    expect(span.end(1, 100)).to.equal(10);
  });
});

describe("events of decisions", () => {
  const DAY = 86_400;

  it("tell of each decision and each change of regime, and read again only what is new", async () => {
    const record = (asOf: number, regime: string) =>
      ({
        asOf,
        vault: INDEX,
        epoch: 1,
        action: "none",
        lane: null,
        reasons: ["calm"],
        regime: { regime, exposureBps: 1 },
      }) as unknown;
    const made = (n: number, regime: string) => ({ hash: tx(n), record: record(n * DAY, regime) }) as StoredDecision;
    const all = [made(1, "bull"), made(2, "bull"), made(3, "bear")];
    let reads = 0;
    const source = new DecisionEvents(
      {
        byHash: async () => undefined,
        byEpoch: async () => undefined,
        newest: async (_, until = 0) => all.findLast(({ record: { asOf } }) => asOf <= until),
        list: async ({ until = 0 }, limit, after) => {
          reads++;
          const before = all.filter(({ record: { asOf } }) => asOf <= until && (after === null || asOf < after.asOf));
          return before.reverse().slice(0, limit);
        },
        text: async () => undefined,
        work: async () => ({ newest: [], halts: [], unfinished: [], accounts: [] }),
        revision: async () => String(all.length),
      },
      () => 9 * DAY,
    );
    const { events, to } = await source.read(0);
    expect(events.map(({ type, key }) => `${type} ${Number(key.slice(key.indexOf("0x")))}`)).to.deep.equal([
      ...["decision.made 1", "decision.made 2", "decision.made 3", "regime.changed 3"],
    ]);
    expect(events[3]?.data).to.deep.equal({ before: "bull", after: "bear", exposureBps: 1 });
    // What was not taken over is read again; what was, is not.
    expect((await source.read(0)).events).to.have.length(4);
    expect(await source.read(to - 2 * DAY + 1)).to.deep.include({ events: [], isNewest: true });
    expect(reads).to.equal(2);
    all.push(made(8, "bear"));
    expect((await source.read(to - 2 * DAY + 1)).events).to.have.length(1);
  });
});

describe("events of grades", () => {
  it("tell of what moved by 5 points or more within a day, and read a day once", async () => {
    const token = (name: string, before: number | null, after: number | null): GradedToken => ({
      ...{ token: name, traderGrade: after, investorGrade: 50 },
      previous: { traderGrade: before, investorGrade: 50 },
    });
    const days = new Map([
      [7, [token("a", 50, 55), token("b", 50, 54), token("c", null, 90), token("d", 50, null)]],
      [9, [token("a", 55, 40), { ...token("b", 1, 2), previous: null }]],
    ]);
    const read: number[] = [];
    const source = new GradeEvents({
      next: async (from) => {
        const day = [...days.keys()].find((known) => known >= from);
        return day === undefined ? undefined : { day, asOf: day * 86_400, decision: tx(day) };
      },
      tokens: async (day) => {
        read.push(day);
        return days.get(day) ?? [];
      },
      grade: async () => null,
    });
    const database = await openEventStore();
    const log = new EventLog(database);
    const feeder = new Feeder(log, [source], { pause: 1, onTrouble: (_, error) => expect.fail(String(error)) });
    await feeder.catchUp();
    await feeder.catchUp();
    expect(read).to.deep.equal([7, 9]);
    const told = (await log.after(0)).map(({ data }) => data);
    expect(told).to.deep.equal([
      { token: "a", grade: "trader", before: 50, after: 55 },
      { token: "a", grade: "trader", before: 55, after: 40 },
    ]);
    await database.close();
  });
});
