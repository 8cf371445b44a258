import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Hex } from "viem";
import { contentHash } from "./data/canonical.ts";
import { createSimulation } from "./data/simulation.ts";
import { captureMarket, encodeSnapshot } from "./data/snapshot.ts";
import { DAY, dayFromIso } from "./data/time.ts";
import { encodeVault } from "./data/vault.ts";
import { filled, newVault, seenWith, tinySpec } from "./endToEnd.fixture.ts";
import { SnapshotError, VerificationError } from "./errors.ts";
import { Journal } from "./journal/journal.ts";
import { ModelStore } from "./journal/modelStore.ts";
import { decide } from "./pipeline.ts";
import { aiPolicy, type Policy } from "./plan/policy.ts";
import { type DecisionRecord, decisionHash, recordText } from "./plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "./signals/opinion.ts";
import { type EnsembleState, encodeState } from "./training/state.ts";
import { verifyDecision } from "./verify.ts";

const MARKET = { seed: 5, assets: 14, from: "2021-01-01", to: "2022-06-30" } as const;
const MONDAY = dayFromIso("2022-04-11") * DAY;
const BASKET = ["BTC", "ETH", "SIM003", "SIM004", "SIM005"];
const policy: Policy = { ...aiPolicy, ensemble: tinySpec };

describe("replay of decisions with trained models", function () {
  this.timeout(60_000);
  const source = createSimulation(MARKET);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-replay-"));
  const models = join(folder, "models");
  const path = join(folder, "keeper.db");
  const records: DecisionRecord[] = [];
  const states: EnsembleState[] = [];
  let journal: Journal;

  /** Two weekly decisions as a keeper makes them, with everything stored. */
  before(async () => {
    journal = await Journal.open(path);
    const store = new ModelStore(journal, models);
    let vault = newVault(BASKET, 500_000);
    let memory: DecisionMemory = NO_MEMORY;
    for (const asOf of [MONDAY, MONDAY + 7 * DAY]) {
      const view = source.at(asOf);
      const model = await store.stateFor(source, asOf, tinySpec);
      const market = await captureMarket(view, { assets: "listed", also: BASKET, lookbackDays: 200 });
      const seen = seenWith(vault, market);
      const record = decide({ market, vault: seen, policy, model, memory });
      await journal.saveDecision(record, encodeSnapshot(market), encodeVault(seen).text);
      records.push(record);
      states.push(model);
      vault = filled(seen, record);
      memory = record.memory.after;
    }
  });
  after(async () => {
    await journal.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs `check` on the journal with something altered, and puts it back. */
  async function tampered(sql: string, check: (altered: Journal) => Promise<void>): Promise<void> {
    const copy = join(folder, "altered.db");
    await journal.close();
    writeFileSync(copy, readFileSync(path));
    const forged = new DatabaseSync(copy);
    forged.function("gz", (text) => gzipSync(String(text)));
    forged.function("ungz", (body) => gunzipSync(body as Uint8Array).toString("utf8"));
    expect(forged.prepare(sql).run().changes, sql).to.be.greaterThan(0);
    forged.close();
    const altered = await Journal.open(copy);
    try {
      await check(altered);
    } finally {
      altered.close();
      rmSync(copy, { force: true });
      journal = await Journal.open(path);
    }
  }

  const failure = (hash: Hex, from: Journal) => verifyDecision(hash, from).catch((error: unknown) => error as Error);
  const last = () => records[1]!;

  it("the ensemble spoke, and each state names the one before", async () => {
    for (const record of records) expect(record.model.spoke).to.equal("ensemble");
    expect(states[1]!.previous).to.equal(encodeState(states[0]!).hash);
    expect(records.map(({ model }) => model.hash)).to.deep.equal(states.map((state) => encodeState(state).hash));
    expect(last().assets.some(({ drivers }) => drivers.length > 0)).to.equal(true);
  });

  it("decides and trains again to the same bytes", async () => {
    for (const record of records) {
      const found = await verifyDecision(decisionHash(record), journal);
      expect(recordText(found.record)).to.equal(recordText(record));
      expect(found.retrained).to.equal(record.model.hash);
      expect(found.chain).to.equal("unchecked");
    }
  });

  it("error: an altered state, labels, month, manifest or state before is named", async () => {
    const { inputs, labels, previous } = states[1]!;
    const month = [...encodeSnapshot((await journal.trainingInputs(states[1]!)).market).blobs.keys()][3]!;
    const places: Record<string, Hex> = {
      state: last().model.hash!,
      labels,
      month,
      manifest: inputs,
      previous: previous!,
    };
    for (const [place, hash] of Object.entries(places)) {
      await tampered(`UPDATE blobs SET body = gz(ungz(body) || ' ') WHERE hash = '${hash}'`, async (altered) => {
        const error = await failure(decisionHash(last()), altered);
        expect(error, place).to.be.instanceOf(SnapshotError);
        expect(error, place).to.have.property("message").that.contains(hash);
      });
    }
  });

  it("error: a policy changed together with its hash leads to another decision, and the place is named", async () => {
    const rules = { ...policy.rules, fallenGrade: 61 };
    const grades = { ...policy.grades, bullishFrom: 30 };
    const forged: DecisionRecord = { ...last(), policy: { ...policy, rules, grades } };
    const text = recordText(forged).replaceAll("'", "''");
    const hash = decisionHash(forged);
    const sql = `UPDATE decisions SET record = '${text}', hash = '${hash}' WHERE hash = '${decisionHash(last())}'`;
    await tampered(sql, async (altered) => {
      const error = await failure(hash, altered);
      expect(error)
        .to.be.instanceOf(VerificationError)
        .with.property("message")
        .that.matches(/differsAt: \$\./);
    });
  });

  it("error: a state that was not trained from its inputs is found, though every hash fits", async () => {
    const state = { ...states[1]!, verdict: "New model, so they say." };
    const { hash: forgedState, text: stateText } = encodeState(state);
    const honest = await journal.inputs(last());
    const forged = decide({ ...honest, model: state });
    const put = await Journal.open(path);
    const market = encodeSnapshot(honest.market);
    const trained = await journal.trainingInputs(states[1]!);
    await put.saveState(state, encodeSnapshot(trained.market), {
      hash: state.labels,
      text: JSON.stringify(trained.labels),
    });
    await put.saveDecision(forged, market, encodeVault(honest.vault).text);
    await put.close();
    expect(contentHash(stateText)).to.equal(forgedState);
    const error = await failure(decisionHash(forged), journal);
    expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains("other models");
  });

  describe("kept models", () => {
    const trainedOf = async (days: number[]) => {
      const own = await Journal.open(":memory:");
      const store = new ModelStore(own, models, ({ day, ms }) => ms !== null && days.push(day));
      return { own, store };
    };
    const files = () =>
      readdirSync(models)
        .filter((name) => name.endsWith(".json.gz"))
        .map((name) => join(models, name));

    it("are read by a keeper with the same inputs, which trains nothing", async () => {
      const trained: number[] = [];
      const { own, store } = await trainedOf(trained);
      const state = await store.stateFor(source, MONDAY, tinySpec);
      expect([encodeState(state).hash, trained.length]).to.deep.equal([encodeState(states[0]!).hash, 0]);
      own.close();
    });

    it("are not believed when they are cut off, altered, or another week's under this week's name", async () => {
      // By what it says, not by a search in its text: the next week's predictions name the day too.
      const stored = (file: string) => JSON.parse(gunzipSync(readFileSync(file)).toString("utf8").split("\n")[1]!);
      const name = files().find((file) => stored(file).day === states[0]!.day)!;
      const original = readFileSync(name);
      const text = gunzipSync(original).toString("utf8");
      const other = files().find((file) => file !== name)!;
      const altered = text.replace("New model", "Old model");
      expect(altered).not.to.equal(text);
      const forged = [
        original.subarray(0, original.length / 2),
        gzipSync(altered),
        readFileSync(other),
        gzipSync("{}"),
      ];
      for (const content of forged) {
        writeFileSync(name, content);
        const trained: number[] = [];
        const { own, store } = await trainedOf(trained);
        const state = await store.stateFor(source, MONDAY, tinySpec);
        expect([encodeState(state).hash, trained.length]).to.deep.equal([encodeState(states[0]!).hash, 1]);
        expect(gunzipSync(readFileSync(name)).toString("utf8")).to.equal(text);
        await own.close();
      }
    });

    it("a keeper killed while it trains, or before it has saved, goes on with the same state", async () => {
      rmSync(models, { recursive: true });
      const script = `
        import { createSimulation } from ${JSON.stringify(join(import.meta.dirname, "data/simulation.ts"))};
        import { tinySpec } from ${JSON.stringify(join(import.meta.dirname, "endToEnd.fixture.ts"))};
        import { Journal } from ${JSON.stringify(join(import.meta.dirname, "journal/journal.ts"))};
        import { ModelStore } from ${JSON.stringify(join(import.meta.dirname, "journal/modelStore.ts"))};
        const journal = await Journal.open(${JSON.stringify(join(folder, "killed.db"))});
        // Between training and saving: the process dies before anything of it is on disk.
        journal.saveState = () => process.kill(process.pid, "SIGKILL");
        const store = new ModelStore(journal, process.argv[1] === "kept" ? ${JSON.stringify(models)} : null);
        await store.stateFor(createSimulation(${JSON.stringify(MARKET)}), ${MONDAY}, tinySpec);
      `;
      for (const [mode, trainings] of [
        ["lost", 1],
        ["kept", 0],
      ] as const) {
        const child = spawn(process.execPath, ["--input-type=module", "-e", script, mode], { stdio: "ignore" });
        expect(await once(child, "exit")).to.deep.equal([null, "SIGKILL"]);
        const trained: number[] = [];
        const own = await Journal.open(join(folder, "killed.db"));
        expect(await own.newestState(states[0]!.inputs, states[0]!.day)).to.equal(undefined);
        const kept = mode === "kept" ? models : null;
        const store = new ModelStore(own, kept, ({ day, ms }) => ms !== null && trained.push(day));
        const state = await store.stateFor(source, MONDAY, tinySpec);
        await own.close();
        rmSync(join(folder, "killed.db"));
        expect([mode, encodeState(state).hash, trained.length]).to.deep.equal([
          mode,
          encodeState(states[0]!).hash,
          trainings,
        ]);
      }
    });
  });
});
