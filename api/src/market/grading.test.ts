import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import { captureMarket, encodeSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { encodeVault } from "../../../keeper/src/data/vault.ts";
import { newVault, seenWith } from "../../../keeper/src/endToEnd.fixture.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { decide } from "../../../keeper/src/pipeline.ts";
import { aiPolicy } from "../../../keeper/src/plan/policy.ts";
import { NO_MEMORY } from "../../../keeper/src/signals/opinion.ts";
import { openJournalReader } from "../decisions/open.ts";
import { Store } from "../store/store.ts";
import { type GradedDay, Grading, gradeInThread, inputsOf, JournalIsReadOnlyError } from "./grading.ts";
import { MARKET_FIXTURE } from "./market.fixture.ts";
import { MarketStore } from "./marketStore.ts";

const quiet = () => {};
const NO_LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe("Grading", function () {
  this.timeout(60_000);

  it("grades when there is a new decision, and not otherwise", async () => {
    let [revision, runs] = ["1", 0];
    const grade = async () => {
      runs++;
    };
    const grading = new Grading({ revision: async () => revision, grade, logger: NO_LOG, intervalMs: 1e6 });
    await grading.look();
    await grading.look();
    expect(runs).to.equal(1);
    revision = "2";
    await grading.look();
    expect(runs).to.equal(2);
  });

  it("tries a failed run again, says so, and runs once at a time", async () => {
    const warnings: object[] = [];
    let [runs, fails] = [0, true];
    const grade = async () => {
      runs++;
      if (fails) throw new Error("no room");
    };
    const logger = { ...NO_LOG, warn: (fields: object) => warnings.push(fields) };
    const grading = new Grading({ revision: async () => "1", grade, logger, intervalMs: 1e6 });
    await Promise.all([grading.look(), grading.look()]);
    expect([runs, warnings.length]).to.deep.equal([1, 1]);
    fails = false;
    await grading.look();
    await grading.look();
    expect([runs, warnings.length]).to.deep.equal([2, 1]);
  });

  it("looks at once when it is started, and ends the run under way when it is stopped", async () => {
    const warnings: object[] = [];
    let begun: () => void = quiet;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const grade = (_: unknown, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("ended")));
        begun();
      });
    const logger = { ...NO_LOG, warn: (fields: object) => warnings.push(fields) };
    const grading = new Grading({ revision: async () => "1", grade, logger, intervalMs: 1e6 });
    grading.start();
    await hasBegun;
    await grading.stop();
    expect(warnings).to.deep.equal([]);
  });

  it("grades in a thread from a journal that it only reads, into the store of the API", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-grading-"));
    const places = {
      journal: join(folder, "keeper.db"),
      store: join(folder, "api.db"),
      chainId: MARKET_FIXTURE.chainId,
    };
    const journal = await Journal.open(places.journal);
    const view = createSimulation({ seed: 5, assets: 3, from: "2021-10-01", to: "2022-04-30" }).at(
      MARKET_FIXTURE.asOf[0]!,
    );
    const market = await captureMarket(view, { assets: "listed", lookbackDays: 100 });
    const vault = seenWith(newVault(["BTC", "ETH"], 1_000), market);
    const policy = { ...aiPolicy, ensemble: null };
    const record = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
    await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
    await journal.close();

    const told: GradedDay[] = [];
    await gradeInThread(places, (day) => told.push(day));
    expect(told).to.deep.equal([{ day: market.lastDay, compared: 3, spoke: "fallback" }]);
    const store = await Store.open(places.store);
    const head = await new MarketStore(store.database).head();
    expect(head).to.include({ day: market.lastDay, market: record.inputs.market });
    await store.close();

    const reader = openJournalReader(places.journal);
    const readOnly = inputsOf(reader);
    expect((await readOnly.inputs(record)).market.lastDay).to.equal(market.lastDay);
    const error = await (readOnly as Journal).saveDecision(record, encodeSnapshot(market), "").catch((cause) => cause);
    expect(error).to.be.instanceOf(JournalIsReadOnlyError);
    await reader.close();
    let failed = "";
    await gradeInThread({ ...places, journal: join(folder, "none.db") }, quiet).catch((cause) => {
      failed = cause.message;
    });
    expect(failed).to.contain("journal");
    rmSync(folder, { recursive: true });
  });
});
