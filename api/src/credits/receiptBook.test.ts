import { expect } from "chai";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { PAYER, PLACE, START, sellingContext, signed } from "./credits.fixture.ts";
import { ReceiptBook } from "./receiptBook.ts";

describe("the receipt book", () => {
  it("gives back at the next start what a process took and did not answer, and nothing of its own", async () => {
    const { context, book } = await sellingContext(1);
    const parts = { request: "r", usable: 9n, trusted: 0n, block: 1, now: START };
    const [first, second] = [await signed(), await signed({ nonce: 1n })];
    await book.take({ receipt: first, ...parts });
    await book.take({ receipt: second, ...parts });
    await book.answered(second);
    const next = new ReceiptBook(context.store.database, PLACE, "run-2");
    expect(await book.sweep()).to.equal(0);
    expect(await next.sweep()).to.equal(1);
    expect((await book.find(first))?.state).to.equal("returned");
    expect((await book.find(second))?.state).to.equal("owed");
    const late = await book.answered(first).catch((error: unknown) => error);
    expect(late).to.include({ code: "RECEIPT_LOST" });
    await next.take({ receipt: first, ...parts });
    await book.giveBack(first, "not mine");
    expect((await book.find(first))?.state).to.equal("taken");
  });

  it("keeps contracts, accounts and ids apart, and counts what was made impossible to settle as used", async () => {
    const { context, book } = await sellingContext(1);
    const other = new ReceiptBook(context.store.database, { ...PLACE, chainId: 1 }, "run-1");
    const parts = { request: "r", usable: 9n, trusted: 9n, block: 1, now: START };
    const receipt = await signed({ units: 4 });
    await book.take({ receipt, ...parts });
    await book.answered(receipt);
    expect(await book.held(PAYER.address, 1n)).to.equal(4n);
    expect([await other.held(PAYER.address, 1n), await book.held(PAYER.address, 2n)]).to.deep.equal([0n, 0n]);
    expect((await other.take({ receipt, ...parts })).kind).to.equal("taken");
    for (const [reason, held] of [
      ["cancelled", 4n],
      ["expired", 0n],
    ] as const) {
      const again = await signed({ units: 4, nonce: reason === "expired" ? 1n : 0n });
      if (reason === "expired") {
        await book.take({ receipt: again, ...parts });
        await book.answered(again);
      }
      const batch = (await book.makeBatch(9, START, new Set())) ?? 0;
      await book.endBatch(batch, [{ receipt: again, state: "lost", reason, block: null }]);
      expect((await book.held(PAYER.address, 1n)) - (reason === "expired" ? 4n : 0n)).to.equal(held);
    }
  });

  it("lets an account owe more than a credit a receipt only as far as it has paid before, and one receipt at least", async () => {
    const { book } = await sellingContext(1);
    const take = async (nonce: bigint, units: number, trusted = 0n) => {
      const receipt = await signed({ nonce, units });
      return (await book.take({ receipt, request: "r", usable: 1_000n, trusted, block: 1, now: START })).kind;
    };
    const end = async (nonce: bigint, units: number, end: "settled" | "replaced") => {
      const receipt = await signed({ nonce, units });
      await book.answered(receipt);
      const batch = (await book.makeBatch(1, START, new Set())) ?? 0;
      const state = end === "settled" ? "settled" : "lost";
      const reason = end === "settled" ? null : end;
      await book.endBatch(batch, [{ receipt, state, reason, block: null }]);
    };
    expect(await take(0n, 10)).to.equal("taken");
    expect([await take(1n, 1), await take(2n, 2)]).to.deep.equal(["taken", "unproven"]);
    expect([await take(2n, 3, 10n), await take(2n, 2, 10n)]).to.deep.equal(["unproven", "taken"]);
    await end(0n, 10, "settled");
    expect([await take(3n, 11), await take(3n, 10)]).to.deep.equal(["unproven", "taken"]);
    await end(3n, 10, "replaced");
    expect(await take(4n, 2)).to.equal("unproven");
    expect([await take(5n, 1), await book.held(PAYER.address, 1n)]).to.deep.equal(["taken", 1n + 2n + 10n + 1n]);
  });

  it("forgets after an hour what was given back: whoever asks in vain pays nothing, and shall not fill the store", async () => {
    const { book } = await sellingContext(1);
    const parts = { request: "r", usable: 9n, trusted: 0n, block: 1 };
    const [old, recent, paid] = [await signed(), await signed({ nonce: 1n }), await signed({ nonce: 2n })];
    await book.take({ receipt: old, ...parts, now: START });
    await book.take({ receipt: paid, ...parts, now: START });
    await book.take({ receipt: recent, ...parts, now: START + 2 });
    for (const receipt of [old, recent]) await book.giveBack(receipt, "no answer");
    await book.answered(paid);
    await book.makeBatch(9, START + 3_600, new Set());
    expect((await book.find(old))?.state).to.equal("returned");
    await book.makeBatch(9, START + 3_601, new Set());
    expect([await book.find(old), (await book.find(recent))?.state]).to.deep.equal([undefined, "returned"]);
    expect((await book.find(paid))?.state).to.equal("settling");
  });

  it("looks at no more rows the more an account has paid: whoever names an account is told a nonce of it", async () => {
    const { context } = await sellingContext(1);
    const { database } = context.store;
    const plans: string[] = [];
    const explained = (inner: Database): Database => ({
      run: (sql, ...values) => inner.run(sql, ...values),
      all: (sql, ...values) => inner.all(sql, ...values),
      close: () => inner.close(),
      atomically: (work) => inner.atomically((db) => work(explained(db))),
      get: async (sql, ...values) => {
        for (const { detail } of await inner.all(`EXPLAIN QUERY PLAN ${sql}`, ...values)) plans.push(String(detail));
        return inner.get(sql, ...values);
      },
    });
    const book = new ReceiptBook(explained(database), PLACE, "run-1");
    const parts = { request: "r", usable: 9n, trusted: 0n, block: 1, now: START };
    for (const nonce of [9n, 10n, 2n]) await book.take({ receipt: await signed({ nonce, units: 2 }), ...parts });
    expect(await book.nextNonce(PAYER.address, 1n)).to.equal(10n);
    await book.giveBack(await signed({ nonce: 9n }), "no answer");
    await book.take({ receipt: await signed({ nonce: 10n }), ...parts });
    expect(await book.nextNonce(PAYER.address, 1n)).to.equal(11n);
    const tables = plans.filter((plan) => plan.includes("credit_receipts"));
    const bounded = [
      "INDEX sqlite_autoindex_credit_receipts_1 (pass=? AND account=? AND id=? AND nonce=?)",
      "INDEX credit_receipts_nonce (pass=? AND account=? AND id=?)",
      "INDEX credit_receipts_block (pass=? AND account=? AND state=?)",
      "INDEX credit_receipts_held (pass=? AND account=? AND id=? AND state=?)",
    ];
    expect(tables).to.have.length.greaterThan(8);
    expect(plans.filter((plan) => /SCAN credit|TEMP B-TREE/.test(plan))).to.deep.equal([]);
    expect(tables.filter((plan) => !bounded.some((end) => plan.endsWith(end)))).to.deep.equal([]);
  });
});
