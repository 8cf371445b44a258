import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { DAY, dayFromIso, isoFromDay } from "../data/time.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { smallSpec } from "../training/specs.ts";
import { encodeState } from "../training/state.ts";
import { verifyTraining } from "../verify.ts";
import { Journal } from "./journal.ts";
import { ModelStore, trainingDay } from "./modelStore.ts";

/** Two quick members on half a year: enough to be trained, stored and found again. */
const spec: EnsembleSpec = {
  ...smallSpec,
  id: "test",
  params: { ...smallSpec.params, universe: 20, historyDays: 120, leastRows: 100, warmUpWeeks: 1 },
  members: smallSpec.members.filter(({ id }) => id === "ridge" || id === "sentiment"),
};
const MONDAY = dayFromIso("2022-03-07") * DAY;

describe("ModelStore", function () {
  this.timeout(20_000);
  const source = createSimulation({ seed: 7, assets: 25, from: "2020-01-01", to: "2022-12-31" });
  const folder = mkdtempSync(join(tmpdir(), "gimbal-models-"));
  const journals: Journal[] = [];
  const open = async (trained: string[]) => {
    const journal = await Journal.open(":memory:");
    journals.push(journal);
    const store = new ModelStore(journal, folder, ({ day, ms }) => ms !== null && trained.push(isoFromDay(day)));
    return { journal, store };
  };
  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  it("trains on the last Sunday that is over", async () => {
    expect(isoFromDay(trainingDay(MONDAY - 1))).to.equal("2022-02-27");
    expect(isoFromDay(trainingDay(MONDAY))).to.equal("2022-03-06");
    expect(isoFromDay(trainingDay(MONDAY + 7 * DAY - 1))).to.equal("2022-03-06");
  });

  it("trains once a week, and finds what another journal trained at another second of the same weeks", async () => {
    const [early, late]: [string[], string[]] = [[], []];
    const first = await open(early);
    const second = await open(late);
    const hashes: string[][] = [[], []];
    for (const week of [0, 7]) {
      const monday = MONDAY + week * DAY;
      hashes[0]?.push(encodeState(await first.store.stateFor(source, monday, spec)).hash);
      await first.store.stateFor(source, monday + 3 * DAY, spec);
      const state = await second.store.stateFor(source, monday + 5 * DAY + 4_711, spec);
      hashes[1]?.push(encodeState(state).hash);
      await verifyTraining(state, second.journal);
    }
    expect(early).to.deep.equal(["2022-03-06", "2022-03-13"]);
    expect(late).to.deep.equal([]);
    expect(hashes[1]).to.deep.equal(hashes[0]);
    expect(new Set(hashes[0]).size).to.equal(2);
  });

  it("trains again when a kept file is damaged, or the configuration is another one", async () => {
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), "half a file");
    const trained: string[] = [];
    const { store } = await open(trained);
    const state = await store.stateFor(source, MONDAY, spec);
    const other = { ...spec, params: { ...spec.params, halfLifeDays: 100 } };
    const another = await store.stateFor(source, MONDAY, other);
    expect(trained).to.deep.equal(["2022-03-06", "2022-03-06"]);
    expect(encodeState(another).hash).not.to.equal(encodeState(state).hash);
  });
});
