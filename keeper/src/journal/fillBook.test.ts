import { expect } from "chai";
import { defaultPlanParams as params } from "../plan/params.ts";
import type { BookedFill } from "./fillBook.ts";
import { Journal } from "./journal.ts";

const VAULT = "0x00000000000000000000000000000000000000aa";
const OTHER = "0x00000000000000000000000000000000000000bb";

const fill = (block: bigint, over: Partial<BookedFill> = {}): BookedFill => ({
  block,
  logIndex: 0,
  at: Number(block) * 12,
  filler: OTHER,
  sold: "ALT",
  bought: "USDC",
  usd: 10_000,
  costCentiBps: 4_550,
  ...over,
});

describe("FillBook", () => {
  let journal: Journal;
  beforeEach(async () => {
    journal = await Journal.open(":memory:");
  });
  afterEach(() => journal.close());

  it("books each fill once and remembers how far it looked, for each vault", async () => {
    const { fills } = journal;
    expect(await fills.scannedBlock(1, VAULT)).to.equal(null);
    await fills.add(1, VAULT, [fill(5n), fill(5n, { logIndex: 1 })], 9n);
    await fills.add(1, VAULT, [fill(5n)], 7n);
    await fills.add(1, OTHER, [], 3n);
    await fills.complete(1, VAULT, new Map([["ALT", 1e6]]), params);
    expect(await fills.since(1, VAULT, 0)).to.have.length(2);
    expect([await fills.scannedBlock(1, VAULT), await fills.scannedBlock(1, OTHER)]).to.deep.equal([9n, 3n]);
    expect(await fills.since(1, OTHER, 0)).to.deep.equal([]);
  });

  it("is used once the volume of its risk token is known, the smaller of two", async () => {
    const { fills } = journal;
    await fills.add(1, VAULT, [fill(5n), fill(6n, { bought: "BIG", logIndex: 2 }), fill(7n, { sold: "USDT" })], 9n);
    expect(await fills.since(1, VAULT, 0)).to.deep.equal([]);
    await fills.complete(
      1,
      VAULT,
      new Map([
        ["ALT", 1e6],
        ["BIG", 5e9],
      ]),
      params,
    );
    expect(await fills.since(1, VAULT, 0)).to.deep.equal([
      { size: 10_000, dailyVolume: 1e6, costBps: 45.5 },
      { size: 10_000, dailyVolume: 1e6, costBps: 45.5 },
    ]);
    expect(await fills.since(1, VAULT, 60)).to.have.length(1);
  });

  it("keeps the newest look at the costs", async () => {
    const note = (at: number) => ({
      at,
      since: 0,
      configured: "30/5/500",
      words: "",
      fills: 0,
      refitted: false,
      expectedBps: 0,
      realisedBps: 0,
      halfSpreadBps: { before: 5, after: 5 },
      dayVolumeImpactBps: { before: 500, after: 500 },
    });
    expect(await journal.fills.newestNote(1, VAULT)).to.equal(null);
    for (const at of [200, 100, 200]) await journal.fills.saveNote(1, VAULT, note(at));
    expect(await journal.fills.newestNote(1, VAULT)).to.deep.equal(note(200));
  });
});
