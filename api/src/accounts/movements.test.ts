import { expect } from "chai";
import { type Address, type Hash, pad, zeroAddress } from "viem";
import type { BatchEventRow, FlowRow, NavRow, ShareTransferRow } from "../history/rows.ts";
import { firstInFirstOut, sharesLeft } from "./lots.ts";
import { type AccountRecords, movementsOf, navAt } from "./movements.ts";

const address = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });
const [ME, OTHER, VAULT, ZAP, BATCH] = [1, 2, 3, 4, 5].map(address) as [Address, Address, Address, Address, Address];
const hash = (n: number): Hash => pad(`0x${n.toString(16)}`, { size: 32 });
const D18 = 10n ** 18n;

/** The row of an event: block and transaction have the number of its place. */
const place = (n: number) => ({ id: n * 100_000, block: n, time: n * 12, transaction: hash(n) });

function transfer(n: number, from: Address, to: Address, amount: bigint): ShareTransferRow {
  return { ...place(n), vault: VAULT, from, to, amount, fromBalance: 0n, toBalance: 0n };
}

function flow(
  n: number,
  kind: FlowRow["kind"],
  caller: Address,
  receiver: Address,
  shares: bigint,
  fee?: bigint,
): FlowRow {
  const zapped = kind.startsWith("zap") ? { token: OTHER, amount: 1n } : { token: null, amount: null };
  return {
    ...place(n),
    vault: VAULT,
    kind,
    caller,
    receiver,
    shares,
    feeShares: fee ?? null,
    ...zapped,
    deferredBitmap: null,
  };
}

function batch(
  n: number,
  kind: BatchEventRow["kind"],
  shares: bigint,
  over: Partial<BatchEventRow> = {},
): BatchEventRow {
  const accounts = { depositor: BATCH, controller: ME, owner: ME, receiver: ME };
  return { ...place(n), vault: VAULT, kind, batch: 1, ...accounts, assets: null, shares, ...over };
}

function nav(block: number, perShare: bigint, unpriced: Address[] = []): NavRow {
  return { block, time: block * 12, cause: "event", total: 0n, perShare, supply: 0n, multiplier: 0n, unpriced };
}

function kindsOf(records: Partial<AccountRecords>) {
  const empty = { account: ME, transfers: [], flows: [], batchEvents: [], navs: [], createdIn: hash(99) };
  return movementsOf({ ...empty, ...records }).map(({ kind, shares, feeShares }) => [kind, shares, feeShares]);
}

describe("movements of an account", () => {
  it("tells a mint with its fee, a seed and fee shares apart", () => {
    const transfers = [1, 2, 3].map((n) => transfer(n, zeroAddress, ME, 10n));
    const flows = [flow(1, "mint", ZAP, ME, 10n, 2n), flow(2, "mint", ME, OTHER, 10n, 7n)];
    expect(kindsOf({ transfers, flows, createdIn: hash(3) })).to.deep.equal([
      ["bought", 10n, 2n],
      ["received", 10n, 0n],
      ["bought", 10n, 0n],
    ]);
  });

  it("takes each mint of a transaction for one transfer only", () => {
    const transfers = [transfer(1, zeroAddress, ME, 10n), { ...transfer(1, zeroAddress, ME, 10n), id: 100_001 }];
    const flows = [flow(1, "mint", ME, ME, 10n, 2n)];
    expect(kindsOf({ transfers, flows })).to.deep.equal([
      ["bought", 10n, 2n],
      ["received", 10n, 0n],
    ]);
  });

  it("takes redemptions and zaps out for sales, and other transfers for what they are", () => {
    const transfers = [
      transfer(1, ME, zeroAddress, 4n),
      transfer(2, ME, ZAP, 5n),
      transfer(3, ME, ZAP, 6n),
      transfer(4, OTHER, ME, 7n),
      transfer(5, ME, ME, 8n),
    ];
    const flows = [flow(2, "zapOut", ME, OTHER, 5n), flow(3, "zapOut", OTHER, OTHER, 6n)];
    expect(kindsOf({ transfers, flows })).to.deep.equal([
      ["sold", 4n, 0n],
      ["sold", 5n, 0n],
      ["sent", 6n, 0n],
      ["received", 7n, 0n],
    ]);
  });

  it("keeps shares in a batch as the account's until they are exchanged for cash", () => {
    const transfers = [
      transfer(1, zeroAddress, ME, 100n),
      transfer(2, ME, BATCH, 60n),
      transfer(3, ME, BATCH, 40n),
      transfer(4, BATCH, ME, 40n),
      transfer(6, BATCH, ME, 10n),
    ];
    const batchEvents = [
      batch(2, "redeemRequest", 60n),
      batch(3, "redeemRequest", 40n),
      batch(4, "redeemCancelled", 40n, { owner: null }),
      batch(5, "redeemClaimed", 50n, { owner: null, assets: 9n, batch: null }),
      batch(6, "redeemRefunded", 10n, { owner: null, batch: null }),
    ];
    const flows = [flow(1, "mint", ME, ME, 100n, 0n)];
    expect(kindsOf({ transfers, flows, batchEvents })).to.deep.equal([
      ["bought", 100n, 0n],
      ["sold", 50n, 0n],
    ]);
    const empty = { account: ME, navs: [], createdIn: hash(99) };
    const { lots } = firstInFirstOut(movementsOf({ ...empty, transfers, flows, batchEvents }));
    expect(lots.map(sharesLeft)).to.deep.equal([50n]);
  });

  it("follows shares that go through a batch for or to somebody else", () => {
    const batchEvents = [
      batch(1, "depositClaimed", 30n, { owner: null, assets: 5n, batch: null }),
      batch(2, "redeemRequest", 8n, { owner: OTHER }),
      batch(3, "redeemRefunded", 3n, { owner: null, receiver: OTHER }),
    ];
    const transfers = [transfer(1, BATCH, ME, 30n), transfer(4, BATCH, ME, 9n), transfer(5, ME, BATCH, 2n)];
    expect(kindsOf({ transfers, batchEvents })).to.deep.equal([
      ["bought", 30n, 0n],
      ["received", 8n, 0n],
      ["sent", 3n, 0n],
      ["received", 9n, 0n],
      ["sent", 2n, 0n],
    ]);
  });

  it("values a movement by the last snapshot up to its block, and by none that lacked a price", () => {
    const navs = [nav(10, 1n * D18), nav(20, 2n * D18), nav(30, 3n * D18, [OTHER])];
    const found = [9, 10, 19, 20, 29, 30].map((block) => navAt(navs, block));
    expect(found).to.deep.equal([null, D18, D18, 2n * D18, 2n * D18, null]);
    expect(navAt([], 5)).to.equal(null);
  });
});
