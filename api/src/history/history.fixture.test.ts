import { expect } from "chai";
import { type Address, zeroAddress, zeroHash } from "viem";
import { HistoryBehindError } from "./errors.ts";
import { fixtureHistory } from "./history.fixture.ts";
import type { FillRow, HoldingsRow } from "./rows.ts";

const VAULT: Address = "0x00000000000000000000000000000000000000A1";
const basket = (block: number, time: number, perShare: bigint): HoldingsRow & { vault: Address } => ({
  vault: VAULT,
  holdings: [],
  nav: { block, time, cause: "event", total: 0n, perShare, supply: 1n, multiplier: 1n, unpriced: [] },
});
const fill = (id: number): FillRow => ({
  id,
  block: Math.floor(id / 100_000),
  time: id,
  transaction: zeroHash,
  vault: VAULT,
  epoch: 1,
  filler: zeroAddress,
  sellToken: zeroAddress,
  buyToken: zeroAddress,
  sold: 1n,
  paid: 1n,
  soldValue: null,
  paidValue: null,
});

describe("fixtureHistory", () => {
  it("pages the newest first and follows the chain from an id on", async () => {
    const history = fixtureHistory({ fills: [fill(100_000), fill(200_000), fill(300_000)] });
    const first = await history.fills({ limit: 2 });
    expect(first.rows.map(({ id }) => id)).to.deep.equal([300_000, 200_000]);
    const second = await history.fills({ limit: 2, cursor: first.next! });
    expect(second.rows.map(({ id }) => id)).to.deep.equal([100_000]);
    expect(second.next).to.equal(null);
    const after = await history.fills({ afterId: 100_000, order: "oldest" });
    expect(after.rows.map(({ id }) => id)).to.deep.equal([200_000, 300_000]);
  });

  it("makes days of snapshots, up to the time asked for, and refuses a time to come", async () => {
    const history = fixtureHistory({ baskets: [basket(1, 86_400, 5n), basket(2, 86_500, 9n), basket(3, 86_600, 7n)] });
    const [day] = (await history.navDays(VAULT)).rows;
    expect(day).to.deep.include({ day: 1, open: 5n, high: 9n, low: 5n, close: 7n, snapshots: 3, closeBlock: 3 });
    expect((await history.navDays(VAULT, { asOf: 86_500 })).rows[0]).to.deep.include({ close: 9n, snapshots: 2 });
    const error = await history.holdings(VAULT, { asOfBlock: 1_001 }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(HistoryBehindError);
  });
});
