import { expect } from "chai";
import { captureMarket } from "./data/snapshot.ts";
import { firstKnown } from "./data/time.ts";
import { filled, newVault, plantedSource, seenWith } from "./endToEnd.fixture.ts";
import { DECISION_LOOKBACK } from "./features/dataPoints.ts";
import { decide } from "./pipeline.ts";
import { aiPolicy, type Policy } from "./plan/policy.ts";
import { type DecisionRecord, recordText } from "./plan/record.ts";
import { EXAMPLE, exampleAssets } from "./signals/example.fixture.ts";
import { NO_MEMORY } from "./signals/opinion.ts";

/**
 * The index of the example: few tokens of one sector, so that its caps are wide. The fallback speaks: it learns nothing, and
 * whatever the decisions say comes from the planted prices alone.
 */
const policy: Policy = {
  ...aiPolicy,
  ensemble: null,
  weights: {
    ...aiPolicy.weights,
    assetCapBps: 4_000,
    sectorCapBps: 10_000,
    ecosystemCapBps: 10_000,
    midCapBps: 10_000,
    smallCapBps: 10_000,
    turnoverBps: 10_000,
  },
};

/** Three weekly decisions, each on a vault that has carried out the one before and with its memory. */
async function threeWeeks(): Promise<readonly [DecisionRecord, DecisionRecord, DecisionRecord]> {
  const calm = (value: number) => new Float64Array(EXAMPLE.days).fill(value);
  const macro = { fearGreed: calm(62), equityVolatility: calm(17) };
  const columns = Object.entries(exampleAssets()).map(([asset, { category = "coin", columns: own }]) => {
    const arrays = Object.entries(own).map(([name, values]) => [name, Float64Array.from(values)]);
    return [asset, { category, columns: Object.fromEntries(arrays) }] as const;
  });
  const source = plantedSource({ firstDay: EXAMPLE.firstDay, assets: Object.fromEntries(columns), macro });
  const options = { assets: "listed", also: EXAMPLE.tokens, lookbackDays: DECISION_LOOKBACK } as const;
  let vault = newVault(EXAMPLE.tokens, 1_000_000);
  let memory = NO_MEMORY;
  const records: DecisionRecord[] = [];
  for (const day of EXAMPLE.decisions) {
    const market = await captureMarket(source.at(firstKnown(EXAMPLE.firstDay + day)), options);
    const seen = seenWith(vault, market);
    const record = decide({ market, vault: seen, policy, model: null, memory });
    records.push(record);
    vault = filled(seen, record);
    memory = record.memory.after;
  }
  return [records[0]!, records[1]!, records[2]!];
}

const assetOf = (record: DecisionRecord, name: string) => record.assets.find(({ asset }) => asset === name)!;
const heldAfter = (record: DecisionRecord) =>
  record.assets.filter(({ asset, proposedBps }) => asset !== "USDC" && proposedBps > 0).map(({ asset }) => asset);

describe("the product's example, decided end to end", function () {
  this.timeout(30_000);
  let week1: DecisionRecord;
  let week2: DecisionRecord;
  let week3: DecisionRecord;

  before(async () => {
    [week1, week2, week3] = await threeWeeks();
  });

  it("week 1: AAVE, LDO and RUNE are bullish and in", () => {
    expect([week1.regime.regime, week1.action, week1.lane]).to.deep.equal(["bull", "propose", "RISK"]);
    expect(heldAfter(week1)).to.deep.equal(["AAVE", "LDO", "RUNE"]);
    for (const name of ["AAVE", "LDO", "RUNE"]) {
      expect(assetOf(week1, name).stance, name).to.equal("bullish");
      expect(assetOf(week1, name).reasons[0], name).to.match(
        /^[A-Z]+: trader grade \d\d, investor grade \d\d, computed/,
      );
      expect(week1.reasons.join(" "), name).to.match(
        new RegExp(`${name} comes in: its score is better than \\d+% of all`),
      );
    }
    expect(assetOf(week1, "GMX").reasons.join(" ")).to.contain("GMX is not bought: it is neutral.");
  });

  it("week 2: LDO is bearish and out, all of it, and GMX is in", () => {
    expect(assetOf(week2, "LDO").stance).to.equal("bearish");
    expect(assetOf(week2, "LDO").currentBps).to.be.greaterThan(500);
    expect(heldAfter(week2)).to.deep.equal(["AAVE", "GMX", "RUNE"]);
    expect(assetOf(week2, "LDO").reasons).to.include("LDO is bearish: it leaves.");
    expect(assetOf(week2, "LDO").reasons[1]).to.match(/^LDO is bearish: combined grade \d+, price \d+% below/);
    expect(assetOf(week2, "GMX").stance).to.equal("bullish");
    expect(week2.reasons.join(" ")).to.match(/GMX comes in: its score is better than \d+% of all/);
    expect(week2.events.join(" ")).to.match(/^Grade drop: trader grade of LDO from \d+ to \d+/);
  });

  it("week 3: the sector is weak, and 30% of the vault is in USDC", () => {
    expect([week3.regime.regime, week3.regime.exposureBps]).to.deep.equal(["bull", 10_000]);
    expect(heldAfter(week3)).to.deep.equal(["AAVE", "GMX", "RUNE"]);
    expect(assetOf(week3, "USDC").targetBps).to.equal(3_000);
    expect(assetOf(week3, "USDC").proposedBps).to.equal(3_000);
    expect(week3.reasons.join(" ")).to.match(
      /defi is weak: 3000 bps of it go to the stable destinations\. .* 30% of its/,
    );
  });

  it("every week: weights sum to 10,000, memory is handed on, and the same inputs give the same bytes", async () => {
    for (const record of [week1, week2, week3]) {
      for (const column of ["currentBps", "targetBps", "proposedBps"] as const) {
        expect(record.assets.reduce((sum, asset) => sum + asset[column], 0)).to.equal(10_000);
      }
      expect(record.model.spoke).to.equal("fallback");
      expect(record.assets.every(({ asset, reasons }) => asset === "USDC" || reasons.length > 1)).to.equal(true);
    }
    expect(week2.memory.before).to.deep.equal(week1.memory.after);
    expect(week3.memory.before).to.deep.equal(week2.memory.after);
    expect((await threeWeeks()).map(recordText)).to.deep.equal([week1, week2, week3].map(recordText));
  });
});
