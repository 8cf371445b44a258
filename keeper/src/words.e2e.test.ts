import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createSimulation } from "./data/simulation.ts";
import { captureMarket } from "./data/snapshot.ts";
import { type Day, dayFromIso, firstKnown } from "./data/time.ts";
import { filled, newVault, seenWith } from "./endToEnd.fixture.ts";
import { dataPoints } from "./features/dataPoints.ts";
import { decide } from "./pipeline.ts";
import { aiPolicy, binaryPolicy, type Policy } from "./plan/policy.ts";
import type { DecisionRecord } from "./plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "./signals/opinion.ts";
import type { EnsembleSpec } from "./training/params.ts";
import { smallSpec } from "./training/specs.ts";
import { train } from "./training/train.ts";

const ROOT = join(import.meta.dirname, "../..");
const BASKET = ["BTC", "ETH", ...Array.from({ length: 12 }, (_, i) => `SIM${String(i + 3).padStart(3, "0")}`)];
const LOOKBACK = 400;
/** Two quick members are enough to have drivers. */
const spec: EnsembleSpec = {
  ...smallSpec,
  params: { ...smallSpec.params, universe: 20, historyDays: 150, leastRows: 100, warmUpWeeks: 0 },
  members: smallSpec.members.filter(({ learner }) => learner === "ridge" || learner === "gradient-boosting"),
};

/** Decisions of some weeks, each on the vault that the one before left; the models of the first week speak until they expire. */
async function replay(policy: Policy, seed: number, days: readonly Day[]): Promise<readonly DecisionRecord[]> {
  const source = createSimulation({ seed, assets: 16, from: "2020-06-01", to: "2022-12-31" });
  let vault = newVault(BASKET, 1_000_000);
  let memory: DecisionMemory = NO_MEMORY;
  const records: DecisionRecord[] = [];
  const first = await captureMarket(source.at(firstKnown(days[0]!)), { assets: "listed", lookbackDays: LOOKBACK });
  const model = train(first, [], null, spec);
  for (const day of days) {
    const view = source.at(firstKnown(day));
    const market = await captureMarket(view, { assets: "listed", also: BASKET, lookbackDays: LOOKBACK });
    const seen = seenWith(vault, market);
    const record = decide({ market, vault: seen, policy, model, memory });
    records.push(record);
    vault = filled(seen, record);
    memory = record.memory.after;
  }
  return records;
}

/** Everything in a record that a person reads. */
function sentencesOf({ reasons, regime, events, model, findings, assets }: DecisionRecord): readonly string[] {
  return [
    ...reasons,
    ...regime.reasons,
    ...Object.values(regime.sectors).map(({ reason }) => reason),
    ...events,
    ...model.notes,
    ...findings.flatMap(({ words, action }) => [words, action]),
    ...assets.flatMap(({ drivers, ...row }) => [
      ...row.reasons,
      ...drivers.map(({ words, value }) => `${words} ${value}`),
    ]),
  ];
}

/** Words in lower case, without the 's of a possessive. */
const wordsOf = (text: string) =>
  (text.toLowerCase().match(/[a-z][a-z']*/g) ?? []).map((word) => word.replace(/'s?$/, ""));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Terms of the glossary: the first column of its table, and what an explanation sets in bold. */
function glossary(): ReadonlySet<string> {
  const rows = read("docs/GLOSSARY.md")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return new Set(
    rows.flatMap((row) => [row.split("|")[1] ?? "", ...(row.match(/\*\*[^*]+\*\*/g) ?? [])].flatMap(wordsOf)),
  );
}

describe("words of decisions", function () {
  this.timeout(60_000);
  const known = new Set([
    ...glossary(),
    ...read("keeper/fixtures/plain-words.txt").split("\n").flatMap(wordsOf),
    ...[...BASKET, "USDC"].flatMap(wordsOf),
  ]);
  /** A term may stand in the plural. */
  const isKnown = (word: string) => [word, `${word}s`, word.replace(/s$/, "")].some((form) => known.has(form));
  const unknownIn = (sentences: readonly string[]) =>
    [...new Set(sentences.flatMap(wordsOf).filter((word) => !isKnown(word)))].sort();
  const weeks = (from: string, count: number) => Array.from({ length: count }, (_, i) => dayFromIso(from) + 7 * i);

  it("are everyday English or in the glossary, whoever decides and in whatever market", async () => {
    const runs = [
      await replay({ ...aiPolicy, ensemble: spec }, 1, weeks("2022-03-25", 6)),
      await replay({ ...aiPolicy, ensemble: spec }, 2, weeks("2022-07-01", 4)),
      await replay({ ...binaryPolicy, ensemble: spec }, 3, weeks("2022-03-25", 3)),
    ];
    const records = runs.flat();
    expect(new Set(records.map(({ model }) => model.spoke))).to.deep.equal(new Set(["ensemble", "fallback"]));
    expect(records.flatMap(({ assets }) => assets.flatMap(({ drivers }) => drivers)).length).to.be.greaterThan(50);
    expect(unknownIn(records.flatMap(sentencesOf))).to.deep.equal([]);
  });

  it("name every data point in such words", () => {
    expect(unknownIn(dataPoints.map(({ words }) => words))).to.deep.equal([]);
  });
});
