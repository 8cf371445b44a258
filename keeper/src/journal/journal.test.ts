import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { captureMarket, encodeSnapshot } from "../data/snapshot.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { encodeVault } from "../data/vault.ts";
import { JournalError, SnapshotError, VerificationError } from "../errors.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { decide } from "../pipeline.ts";
import { marketCapPolicy } from "../plan/policy.ts";
import { decisionHash, recordText } from "../plan/record.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import { NO_MEMORY } from "../signals/opinion.ts";
import { verifyDecision } from "../verify.ts";
import { Journal } from "./journal.ts";

const wanted = {
  chainId: 1,
  intent: "1/vault/propose/1",
  signer: "0x00000000000000000000000000000000000000aa",
  target: "0x00000000000000000000000000000000000000bb",
  data: "0x1234",
  validUntil: 0,
} as const;

describe("Journal", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-journal-"));
  let path: string;
  let journal: Journal;
  let files = 0;

  beforeEach(async () => {
    path = join(folder, `${files++}.db`);
    journal = await Journal.open(path);
  });
  afterEach(() => journal.close());
  after(() => rmSync(folder, { recursive: true }));

  it("has one writer at a time, until its lease runs out", async () => {
    const second = await Journal.open(path);
    await journal.acquireLease("keeper", "a", 1_000, 60);
    await journal.acquireLease("keeper", "a", 1_030, 60);
    const taken = await rejectionOf(second.acquireLease("keeper", "b", 1_089, 60));
    expect(taken).to.be.instanceOf(JournalError).with.property("message").that.contains("owner: a");
    await second.acquireLease("keeper", "b", 1_090, 60);
    expect(await rejectionOf(journal.acquireLease("keeper", "a", 1_091, 60))).to.be.instanceOf(JournalError);
    await second.releaseLease("keeper", "b");
    await journal.acquireLease("keeper", "a", 1_092, 60);
    await second.close();
  });

  it("allows one live transaction an intent, and a new one after the first failed", async () => {
    const { id } = await journal.plan(wanted);
    const second = await rejectionOf(journal.plan(wanted));
    expect(second).to.be.instanceOf(JournalError).with.property("message").that.contains("not started twice");
    await journal.advance(id, "REVERTED", { reason: "refused" });
    expect((await journal.plan(wanted)).id).not.to.equal(id);
    expect(await journal.transactions("1/vault/")).to.have.length(2);
    expect(await journal.transactions("1/other/")).to.have.length(0);
  });

  it("refuses steps that make no sense", async () => {
    const { id } = await journal.plan(wanted);
    for (const state of ["SIGNED", "BROADCAST", "MINED", "DONE"] as const) {
      const error = await rejectionOf(journal.advance(id, state));
      expect(error, state)
        .to.be.instanceOf(JournalError)
        .with.property("message")
        .that.contains("cannot take this step");
    }
    await journal.advance(id, "EXPIRED");
    expect(await rejectionOf(journal.advance(id, "SIMULATED"))).to.be.instanceOf(JournalError);
  });

  it("keeps what was written when the process is killed at once", async () => {
    await journal.close();
    const script = `
      import { Journal } from ${JSON.stringify(join(import.meta.dirname, "journal.ts"))};
      const journal = await Journal.open(${JSON.stringify(path)});
      const { id } = await journal.plan(${JSON.stringify(wanted)});
      await journal.advance(id, "SIMULATED", { gas: 5n });
      await journal.addAttempt(id, { hash: "0x01", kind: "send", raw: "0x02", maxFee: 3n, tip: 1n }, 9);
      console.log("written");
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");

    journal = await Journal.open(path);
    const [row] = await journal.unfinished();
    expect([row?.state, row?.gas, row?.nonce]).to.deep.equal(["SIGNED", 5n, 9]);
    expect(await journal.attempts(row!.id)).to.deep.equal([
      { hash: "0x01", kind: "send", raw: "0x02", maxFee: 3n, tip: 1n },
    ]);
  });

  describe("decisions", () => {
    const coins = ["BTC", "ETH", "SIM003"];

    async function save() {
      const vault = fixtureVault([
        ...coins.map((coin, i) => fixtureAsset(coin, i, 1_000)),
        fixtureStable("USDC", 3, 10),
      ]);
      const view = createSimulation({ seed: 7, assets: 3 }).at(vault.block.timestamp);
      const market = await captureMarket(view, { assets: coins, lookbackDays: DECISION_LOOKBACK });
      const policy = { ...marketCapPolicy, ensemble: null };
      const record = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
      return { record, hash: await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text) };
    }

    const tamper = (sql: string) => {
      const db = new DatabaseSync(path);
      expect(db.prepare(sql).run().changes, sql).to.be.greaterThan(0);
      db.close();
    };

    it("are stored with their inputs and found again", async () => {
      const { record, hash } = await save();
      expect(hash).to.equal(decisionHash(record));
      expect(recordText((await journal.decision(hash))!)).to.equal(recordText(record));
      expect(await journal.decisions(record.chainId, record.vault)).to.deep.equal([hash]);
      expect(await journal.decision("0x00")).to.equal(undefined);
      expect((await verifyDecision(hash, journal)).record).to.deep.equal(record);
    });

    it("error: verify notices an altered record", async () => {
      const { hash } = await save();
      tamper(`UPDATE decisions SET record = replace(record, '"validity":21600', '"validity":21601')`);
      const error = await verifyDecision(hash, journal).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains("altered");
    });

    it("error: verify notices a record that was altered together with its hash", async () => {
      const { record } = await save();
      const forged = { ...record, reasons: ["because"] };
      const text = recordText(forged).replaceAll("'", "''");
      tamper(`UPDATE decisions SET record = '${text}', hash = '${decisionHash(forged)}'`);
      const error = await verifyDecision(decisionHash(forged), journal).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains("$.reasons.0");
    });

    it("error: verify notices altered and missing inputs", async () => {
      const { record, hash } = await save();
      tamper(
        `UPDATE blobs SET body = (SELECT body FROM blobs WHERE hash != '${record.inputs.market}') WHERE hash = '${record.inputs.market}'`,
      );
      const altered = await verifyDecision(hash, journal).catch((reason: unknown) => reason);
      expect(altered).to.be.instanceOf(SnapshotError).with.property("message").that.contains("altered");
      tamper(`DELETE FROM blobs WHERE hash = '${record.inputs.vault}'`);
      const missing = await verifyDecision(hash, journal).catch((reason: unknown) => reason);
      expect(missing).to.be.instanceOf(SnapshotError);
    });

    it("error: verify does not know a hash of another keeper", async () => {
      const error = await verifyDecision("0x12", journal).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(VerificationError);
    });
  });
});
