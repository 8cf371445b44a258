import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FenceLostError, JournalError, NonceTakenError, SpendingCapError } from "../errors.ts";
import { defaultPlanParams } from "../plan/params.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import type { Database } from "./database.ts";
import { Journal } from "./journal.ts";
import { startPostgres, type TestPostgres } from "./postgres.fixture.ts";
import { openPostgres, openPostgresReadOnly } from "./postgres.ts";
import { openSqlite, openSqliteReadOnly } from "./sqlite.ts";

const ALICE = "0x00000000000000000000000000000000000000aa";
const BOB = "0x00000000000000000000000000000000000000bb";
const wanted = {
  chainId: 1,
  intent: "1/vault/propose/1",
  signer: ALICE,
  target: BOB,
  data: "0x12",
  validUntil: 0,
} as const;
const attempt = { hash: "0x01", kind: "send", raw: "0x02", maxFee: 3n, tip: 1n } as const;

describe("journals in both databases", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-databases-"));
  let postgres: TestPostgres;
  let made = 0;
  before(async () => {
    postgres = await startPostgres();
  });
  after(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  /** A place for a journal, and how to open it, again and again. */
  const places = {
    SQLite: async () => {
      const path = join(folder, `${made++}.db`);
      return () => openSqlite(path);
    },
    PostgreSQL: async () => {
      const url = await postgres.database(`journal_${made++}`);
      return () => openPostgres(url);
    },
  };

  it("are read without being written by whoever only looks", async () => {
    const path = join(folder, `${made++}.db`);
    const url = await postgres.database(`journal_${made++}`);
    const pairs = [
      [openSqlite, openSqliteReadOnly, path],
      [openPostgres, openPostgresReadOnly, url],
    ] as const;
    for (const [open, openReadOnly, at] of pairs) {
      const journal = new Journal(await open(at));
      const reader = openReadOnly(at);
      await journal.plan(wanted);
      expect(await reader.get("SELECT intent FROM transactions")).to.deep.equal({ intent: wanted.intent });
      const refused = await rejectionOf(reader.run("DELETE FROM transactions"));
      expect(refused)
        .to.be.instanceOf(Error)
        .with.property("message")
        .that.matches(/read-?only/);
      await reader.close();
      await journal.close();
    }
  });

  for (const [name, place] of Object.entries(places)) {
    describe(name, () => {
      let open: () => Promise<Database>;
      let database: Database;
      let journal: Journal;
      beforeEach(async () => {
        open = await place();
        database = await open();
        journal = new Journal(database);
      });
      afterEach(() => journal.close());

      it("keeps a transaction through all its steps, and tells it to whoever opens the journal next", async () => {
        const { id } = await journal.plan(wanted);
        await journal.advance(id, "SIMULATED", { gas: 2n ** 70n });
        await journal.addAttempt(id, attempt, 9);
        await journal.advance(id, "BROADCAST");
        const where = { minedHash: "0x01", minedBlock: 12n, minedBlockHash: "0x03" } as const;
        await journal.advance(id, "MINED", where);
        await journal.advance(id, "DONE", { gasUsed: 4n, gasPrice: 5n, spentAt: 6 });
        const again = new Journal(await open());
        const [row] = await again.transactions("1/vault/");
        const end = {
          ...wanted,
          id,
          state: "DONE",
          gas: 2n ** 70n,
          nonce: 9,
          ...where,
          gasUsed: 4n,
          gasPrice: 5n,
          spentAt: 6,
          reason: null,
        };
        expect(row).to.deep.equal(end);
        expect(await again.attempts(id)).to.deep.equal([attempt]);
        expect(await again.unfinished()).to.deep.equal([]);
        await again.close();
      });

      it("starts an intent once, however many ask at the same time", async () => {
        // A file has one keeper, so that all who ask share its connection.
        const connect = async () => (name === "SQLite" ? journal : new Journal(await open()));
        const others = await Promise.all([1, 2, 3, 4].map(connect));
        const outcomes = await Promise.allSettled(others.map((other) => other.plan(wanted)));
        expect(outcomes.filter(({ status }) => status === "fulfilled")).to.have.length(1);
        expect(await journal.transactions()).to.have.length(1);
        await Promise.all(others.filter((other) => other !== journal).map((other) => other.close()));
      });

      it("gives a nonce to one live transaction of an account on a chain", async () => {
        const sign = async (over: Partial<typeof wanted | { chainId: number; signer: string; intent: string }>) => {
          const { id } = await journal.plan({ ...wanted, ...(over as typeof wanted) });
          await journal.advance(id, "SIMULATED");
          return { id, end: journal.addAttempt(id, { ...attempt, hash: `0x${id}` }, 9) };
        };
        const first = await sign({});
        await first.end;
        expect([...(await journal.nonces.live(1, ALICE))]).to.include(9);
        const second = await sign({ intent: "1/other/propose/1" });
        expect(await rejectionOf(second.end)).to.be.instanceOf(NonceTakenError);
        expect(await journal.attempts(second.id)).to.deep.equal([]);
        await (await sign({ intent: "1/third/propose/1", signer: BOB })).end;
        await (await sign({ intent: "2/vault/propose/1", chainId: 2 })).end;
        await journal.advance(first.id, "REPLACED");
        expect((await journal.nonces.live(1, ALICE)).size).to.equal(0);
        await journal.addAttempt(second.id, attempt, 9);
      });

      it("counts what was paid within the window, and the most that unfinished transactions may cost", async () => {
        const start = async (intent: string, over: object = {}) => {
          const { id } = await journal.plan({ ...wanted, intent, ...over });
          await journal.advance(id, "SIMULATED", { gas: 100n });
          return id;
        };
        const finish = async (id: number, spentAt: number, end: "DONE" | "REVERTED" | "EXPIRED") => {
          await journal.advance(id, "MINED");
          await journal.advance(id, end, { gasUsed: 10n, gasPrice: 2n, spentAt });
        };
        const sign = (id: number, nonce: number, maxFee: bigint, kind: "send" | "cancel" = "send") =>
          journal.addAttempt(id, { ...attempt, hash: `0x${id}${maxFee}`, kind, maxFee }, nonce);

        expect(await journal.spending.of(1, ALICE, 1_000)).to.deep.equal({ paid: 0n, open: 0n });
        const ends = [
          [999, "DONE"],
          [1_000, "DONE"],
          [1_001, "DONE"],
          [1_002, "REVERTED"],
          [1_003, "EXPIRED"],
        ] as const;
        for (const [at, end] of ends) {
          const id = await start(`1/ended/${at}`);
          await sign(id, at, 3n);
          await finish(id, at, end);
        }
        const raised = await start("1/raised");
        await sign(raised, 1, 3n);
        await sign(raised, 1, 4n);
        await sign(raised, 1, 1n, "cancel");
        const mined = await start("1/mined");
        await sign(mined, 2, 5n);
        await journal.advance(mined, "MINED");
        await start("1/unsigned");
        const replaced = await start("1/replaced");
        await sign(replaced, 3, 7n);
        await journal.advance(replaced, "REPLACED");
        for (const over of [{ signer: BOB }, { chainId: 2 }])
          await sign(await start(`1/${Object.keys(over)}`, over), 4, 9n);
        // Three were paid for, 20 each. The raised one may cost 21,000 * 1, 100 * 4 or 100 * 3; the mined one 500.
        expect(await journal.spending.of(1, ALICE, 1_000)).to.deep.equal({ paid: 60n, open: 21_000n + 500n });
      });

      it("lets an account sign up to its limit, however many ask at the same time", async () => {
        const connect = async () => (name === "SQLite" ? journal : new Journal(await open()));
        const others = await Promise.all([1, 2, 3, 4, 5, 6].map(connect));
        const limit = { cap: 1_000n, since: 0 };
        const ids = await Promise.all(
          others.map(async (_, i) => {
            const { id } = await journal.plan({ ...wanted, intent: `1/${i}` });
            await journal.advance(id, "SIMULATED", { gas: 100n });
            return id;
          }),
        );
        // 300 each: the limit has room for three of the six.
        const ends = await Promise.allSettled(
          others.map((other, i) => other.addAttempt(ids[i]!, { ...attempt, hash: `0x${i}` }, i, limit)),
        );
        const refused = ends.filter(({ status }) => status === "rejected");
        for (const end of refused) expect((end as PromiseRejectedResult).reason).to.be.instanceOf(SpendingCapError);
        expect(refused).to.have.length(3);
        expect(await journal.spending.of(1, ALICE, 0)).to.deep.equal({ paid: 0n, open: 900n });
        const states = (await journal.transactions()).map(({ state }) => state).sort();
        expect(states).to.deep.equal(["SIGNED", "SIGNED", "SIGNED", "SIMULATED", "SIMULATED", "SIMULATED"]);

        // A raised fee counts for what it adds: 300 become 400, and 1,000 are the most.
        const signed = ids[ends.findIndex(({ status }) => status === "fulfilled")]!;
        await journal.addAttempt(signed, { ...attempt, hash: "0xa", maxFee: 4n }, 0, limit);
        const over = journal.addAttempt(signed, { ...attempt, hash: "0xb", maxFee: 5n }, 0, limit);
        expect(await rejectionOf(over)).to.be.instanceOf(SpendingCapError);
        expect(await journal.attempts(signed)).to.have.length(2);
        await Promise.all(others.filter((other) => other !== journal).map((other) => other.close()));
      });

      it("hands over what nobody signed, and nothing else", async () => {
        const { id } = await journal.plan(wanted);
        expect((await journal.adopt(id, BOB)).signer).to.equal(BOB);
        await journal.advance(id, "SIMULATED");
        await journal.addAttempt(id, attempt, 9);
        expect(await rejectionOf(journal.adopt(id, ALICE))).to.be.instanceOf(JournalError);
        expect((await journal.transaction(id)).signer).to.equal(BOB);
      });

      it("writes nothing for a keeper whose fence is lost, and all for the others", async () => {
        const { id } = await journal.plan(wanted);
        let isLost = false;
        const fenced = journal.under(async () => {
          if (isLost) throw new FenceLostError("lost");
        });
        await fenced.advance(id, "SIMULATED");
        isLost = true;
        const writes = [
          () => fenced.addAttempt(id, attempt, 9),
          () => fenced.advance(id, "EXPIRED"),
          () => fenced.adopt(id, BOB),
          () => fenced.plan({ ...wanted, intent: "1/other" }),
        ];
        for (const write of writes) expect(await rejectionOf(write())).to.be.instanceOf(FenceLostError);
        expect((await journal.transaction(id)).state).to.equal("SIMULATED");
        expect(await journal.transactions()).to.have.length(1);
        await journal.advance(id, "EXPIRED");
      });

      it("leases a scope to one owner until its time is over", async () => {
        await journal.acquireLease("keeper", "a", 1_000, 60);
        await journal.acquireLease("other", "b", 1_000, 60);
        expect(await rejectionOf(journal.acquireLease("keeper", "b", 1_059, 60))).to.be.instanceOf(JournalError);
        await journal.acquireLease("keeper", "b", 1_060, 60);
        await journal.releaseLease("keeper", "a");
        expect(await journal.leaseOwner("keeper")).to.equal("b");
        await journal.releaseLease("keeper", "b");
        expect(await journal.leaseOwner("keeper")).to.equal(undefined);
      });

      it("books fills once, and looks forward only", async () => {
        const fill = { block: 5n, logIndex: 0, at: 60, filler: BOB, sold: "ALT", bought: "USDC", usd: 10_000 } as const;
        await journal.fills.add(1, ALICE, [{ ...fill, costCentiBps: 4_550 }], 9n);
        await journal.fills.add(1, ALICE, [{ ...fill, costCentiBps: 1 }], 7n);
        expect(await journal.fills.scannedBlock(1, ALICE)).to.equal(9n);
        await journal.fills.complete(1, ALICE, new Map([["ALT", 1e6]]), defaultPlanParams);
        expect(await journal.fills.since(1, ALICE, 0)).to.deep.equal([
          { size: 10_000, dailyVolume: 1e6, costBps: 45.5 },
        ]);
      });

      it("undoes all of what fails in the middle", async () => {
        const failing = database.atomically(async (db) => {
          await db.run("INSERT INTO leases VALUES (?, ?, ?)", "x", "me", 1);
          throw new Error("in the middle");
        });
        expect(String(await rejectionOf(failing))).to.contain("in the middle");
        expect(await journal.leaseOwner("x")).to.equal(undefined);
      });

      it("error: leaves a journal of another version alone", async () => {
        await database.run("UPDATE journal SET version = 1");
        const error = await rejectionOf(open());
        expect(error).to.be.instanceOf(JournalError).with.property("message").that.contains("another version");
      });

      it("is made once by keepers that start together", async () => {
        const fresh = await place();
        const all = await Promise.all([fresh(), fresh(), fresh()]);
        const rows = await all[0].all("SELECT version FROM journal");
        expect(rows).to.have.length(1);
        await Promise.all(all.map((one) => one.close()));
      });
    });
  }
});
