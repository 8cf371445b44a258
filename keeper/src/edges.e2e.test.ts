import { expect } from "chai";
import { createSimulation } from "./data/simulation.ts";
import { captureMarket } from "./data/snapshot.ts";
import { createSource, type MarketDataSource } from "./data/source.ts";
import { dayFromIso, firstKnown, isoFromDay } from "./data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "./data/vault.fixture.ts";
import type { VaultSnapshot } from "./data/vault.ts";
import { filled, newVault, renamed, seenWith, tinySpec } from "./endToEnd.fixture.ts";
import { KeeperError, VaultStateError } from "./errors.ts";
import { type DecisionInputs, decide } from "./pipeline.ts";
import { aiPolicy, binaryPolicy, marketCapPolicy, type Policy } from "./plan/policy.ts";
import { type DecisionRecord, recordText } from "./plan/record.ts";
import { NO_MEMORY } from "./signals/opinion.ts";
import type { EnsembleState } from "./training/state.ts";
import { train, trainingLookback } from "./training/train.ts";

const ai: Policy = { ...aiPolicy, ensemble: null };
const DATE = "2022-04-20";
const BASKET = ["BTC", "ETH", "SIM003", "SIM004"];
const source = createSimulation({ seed: 1, assets: 14, from: "2021-06-01", to: "2022-12-31" });

/** What a decision is made from on the day after `date`. */
async function inputsAt(
  from: MarketDataSource,
  date: string,
  vault: VaultSnapshot,
  over: Partial<DecisionInputs> = {},
): Promise<DecisionInputs> {
  const also = vault.assets.filter(({ asset }) => !asset.startsWith("US")).map(({ asset }) => asset);
  const view = from.at(firstKnown(dayFromIso(date)));
  const market = await captureMarket(view, { assets: "listed", also, lookbackDays: 200 });
  return { market, vault: seenWith(vault, market), policy: ai, model: null, memory: NO_MEMORY, ...over };
}

const assetOf = (record: DecisionRecord, name: string) => record.assets.find(({ asset }) => asset === name)!;
const moved = (record: DecisionRecord) =>
  record.assets.filter(({ currentBps, proposedBps }) => currentBps !== proposedBps);

describe("a decision with little to go by", function () {
  this.timeout(30_000);

  it("without any history: nothing is done, and every token is said to be unknown", async () => {
    for (const from of [DATE, "2022-04-10", "2022-03-15"]) {
      const young = createSimulation({ seed: 1, assets: 14, from, to: "2022-12-31" });
      const record = decide(await inputsAt(young, DATE, newVault(BASKET, 100_000)));
      expect([record.regime.regime, record.action, moved(record).length]).to.deep.equal(["unknown", "none", 0]);
      expect(record.assets.map(({ stance }) => stance)).to.deep.equal([...BASKET.map(() => "unknown"), "stable"]);
      expect(record.reasons.length).to.be.greaterThan(0);
    }
  });

  it("before the first day of the data: no crash, and nothing is done", async () => {
    const record = decide(await inputsAt(source, "2021-05-20", newVault(BASKET, 100_000)));
    expect([record.regime.regime, record.action]).to.deep.equal(["unknown", "none"]);
  });

  it("while the regime is unknown: the exposure stays as it is, up or down", async () => {
    const blind: Policy = { ...ai, regime: { ...ai.regime, leastVoters: 99 } };
    const empty = decide(await inputsAt(source, DATE, newVault(BASKET, 100_000), { policy: blind }));
    expect([empty.regime.regime, empty.action]).to.deep.equal(["unknown", "none"]);
    const seeing = await inputsAt(source, DATE, newVault(BASKET, 100_000));
    const first = decide(seeing);
    expect(first.assets.some(({ stance, proposedBps }) => stance === "bullish" && proposedBps > 0)).to.equal(true);
    const vault = filled(seeing.vault, first);
    const later = decide({ ...seeing, vault, policy: blind, memory: first.memory.after });
    expect(assetOf(later, "USDC").targetBps).to.equal(assetOf(later, "USDC").currentBps);
  });

  it("an empty universe: no listing, no grade, no trade", async () => {
    const bare = createSource({
      info: source.info,
      assetTable: async () => ({ firstDay: dayFromIso("2021-06-01"), columns: {} }),
      listingPages: async () => [],
    });
    const record = decide(await inputsAt(bare, DATE, newVault(BASKET, 100_000)));
    expect([record.regime.regime, record.action, moved(record).length]).to.deep.equal(["unknown", "none", 0]);
  });

  it("a vault of stables alone: nothing to choose from, and the reason why", async () => {
    const vault = fixtureVault([fixtureStable("USDC", 0, 75_000), fixtureStable("USDT", 1, 25_000)]);
    for (const policy of [ai, { ...marketCapPolicy, ensemble: null }, { ...binaryPolicy, ensemble: null }]) {
      const record = decide(await inputsAt(source, DATE, vault, { policy }));
      expect([record.action, record.reasons.length > 0]).to.deep.equal(["none", true]);
    }
  });

  it("a basket token that the data never heard of: not bought, sold once held for two decisions, told either way", async () => {
    const basket = [...BASKET.map((asset, i) => fixtureAsset(asset, i, 0)), fixtureAsset("NOPE", 7, 3_000)];
    const vault = fixtureVault([...basket, fixtureStable("USDC", 9, 97_000)]);
    const first = await inputsAt(source, DATE, vault);
    const one = decide(first);
    expect(assetOf(one, "NOPE")).to.deep.include({ stance: "unknown", known: 0, currentBps: 300, proposedBps: 300 });
    expect(assetOf(one, "NOPE").reasons.join(" ")).to.contain("too little is known about it");
    const next = await inputsAt(source, "2022-04-27", filled(first.vault, one), { memory: one.memory.after });
    const two = decide(next);
    expect(assetOf(two, "NOPE").proposedBps).to.equal(0);
    expect(assetOf(two, "NOPE").reasons.join(" ")).to.contain("NOPE is without a stance: it leaves.");
    const byRule = decide({ ...first, policy: { ...marketCapPolicy, ensemble: null } });
    expect(assetOf(byRule, "NOPE").proposedBps).to.be.within(1, 300);
    expect(byRule.reasons.join(" ")).to.contain("NOPE keeps its share: the market data says nothing about it.");
  });

  it("error: a vault that holds nothing with a price", async () => {
    const inputs = await inputsAt(source, DATE, newVault(BASKET, 0));
    expect(() => decide(inputs))
      .to.throw(VaultStateError)
      .that.is.instanceOf(KeeperError);
  });
});

describe("renamed tokens", function () {
  this.timeout(30_000);
  const from = "2024-02-01";
  const market = (rename: Readonly<Record<string, string>>) =>
    renamed(createSimulation({ seed: 1, assets: 14, from, to: "2024-12-31" }), rename);
  const before = market({ SIM003: "MATIC" });
  const after = market({ SIM003: "POL" });
  const both: MarketDataSource = {
    ...before,
    at: (asOf) => (asOf < firstKnown(dayFromIso("2024-09-04")) ? before : after).at(asOf),
  };
  const basket = (name: string) => newVault(["BTC", "ETH", name, "SIM004"], 100_000);

  it("a vault that calls its token by the old name is decided as one that calls it by the new one", async () => {
    const old = decide(await inputsAt(after, "2024-10-01", basket("MATIC")));
    const present = decide(await inputsAt(after, "2024-10-01", basket("POL")));
    expect(old.assets).to.deep.equal(present.assets);
    expect(assetOf(old, "POL").stance).not.to.equal("unknown");
    expect(assetOf(old, "POL").known).to.be.greaterThan(50);
  });

  it("what is remembered of the old name counts for the new one", async () => {
    const first = await inputsAt(both, "2024-09-01", basket("MATIC"));
    const one = decide(first);
    const token = { ...one.memory.after.tokens["MATIC"]!, unwantedFor: 5, entryPrice: "1.5", profitSteps: 2 };
    const memory = { ...one.memory.after, tokens: { ...one.memory.after.tokens, MATIC: token } };
    const held = fixtureVault(
      first.vault.assets.map((item) => ({ ...item, holdings: 10n ** BigInt(item.decimals + 2) })),
    );
    const two = decide(await inputsAt(both, "2024-09-08", held, { memory }));
    expect(two.memory.before).to.deep.equal(memory);
    expect(two.memory.after.tokens).to.have.property("POL").that.deep.includes({ entryPrice: "1.5" });
    expect(two.memory.after.tokens).not.to.have.property("MATIC");
  });

  it("old and new token side by side stay two, and only the new one has the history", async () => {
    const record = decide(await inputsAt(after, "2024-10-01", newVault(["BTC", "MATIC", "POL"], 100_000)));
    expect(record.assets.map(({ asset }) => asset)).to.deep.equal(["BTC", "MATIC", "POL", "USDC"]);
    expect([assetOf(record, "MATIC").stance, assetOf(record, "MATIC").proposedBps]).to.deep.equal(["unknown", 0]);
  });
});

describe("models in decisions", function () {
  this.timeout(60_000);
  const policy: Policy = { ...aiPolicy, ensemble: tinySpec };
  let state: EnsembleState;
  let inputs: DecisionInputs;

  before(async () => {
    const view = source.at(firstKnown(dayFromIso("2022-04-10")));
    const market = await captureMarket(view, { assets: "listed", lookbackDays: trainingLookback(tinySpec) });
    state = train(market, [], null, tinySpec);
    inputs = await inputsAt(source, DATE, newVault(BASKET, 100_000), { policy, model: state });
  });

  it("the ensemble speaks, names its day and tells what moved each grade", () => {
    const record = decide(inputs);
    expect([record.model.spoke, record.model.fittedOn]).to.deep.equal(["ensemble", dayFromIso("2022-04-10")]);
    expect(assetOf(record, "BTC").drivers.length).to.be.within(1, 3);
    expect(Object.values(record.model.weightsBps).reduce((sum, bps) => sum + bps, 0)).to.be.within(9_990, 10_010);
  });

  it("expiry: one day longer without a training, and the fallback speaks and says so", async () => {
    const { expiryDays } = tinySpec.params;
    const at = async (days: number) => {
      const date = isoFromDay(dayFromIso("2022-04-10") + days);
      return decide(await inputsAt(source, date, newVault(BASKET, 100_000), { policy, model: state }));
    };
    expect((await at(expiryDays)).model.spoke).to.equal("ensemble");
    const late = await at(expiryDays + 1);
    expect(late.model.spoke).to.equal("fallback");
    expect(late.model.notes[0]).to.equal(
      "The model of 2022-04-10 has expired. The fallback speaks: calm assets in an upward trend come first.",
    );
    expect(late.model.hash).to.equal(decide(inputs).model.hash);
  });

  it("without a model, or with one that is younger than the data, the fallback speaks and says so", () => {
    const none = decide({ ...inputs, model: null });
    expect([none.model.spoke, none.model.hash]).to.deep.equal(["fallback", null]);
    expect(none.model.notes[0]).to.contain("No model yet");
    const fittedOn = dayFromIso("2022-06-01");
    const future = decide({ ...inputs, model: { ...state, champion: { ...state.champion!, fittedOn } } });
    expect(future.model.notes[0]).to.contain("younger than the data");
    expect(none.assets.map(({ stance }) => stance)).to.deep.equal(future.assets.map(({ stance }) => stance));
  });

  it("a challenger that rehearses worse is not taken: the decision still speaks with the champion", async () => {
    const spec = { ...tinySpec, params: { ...tinySpec.params, rehearsalWeeks: 2, warmUpWeeks: 3 } };
    const options = { assets: "listed", lookbackDays: trainingLookback(spec) } as const;
    const trainOn = async (date: string, previous: EnsembleState | null) =>
      train(await captureMarket(source.at(firstKnown(dayFromIso(date))), options), [], previous, spec);
    const first = await trainOn("2022-04-10", null);
    // What spoke before is made to look unbeatable.
    const outcomes = first.outcomes.map((outcome) => ({ ...outcome, ensemble: ["0.99", "0.99"] as const }));
    const second = await trainOn("2022-04-17", { ...first, outcomes });
    expect(second.verdict).to.match(/^No new model\. On the last \d weeks/);
    const record = decide({ ...inputs, policy: { ...policy, ensemble: spec }, model: second });
    expect([record.model.spoke, record.model.fittedOn]).to.deep.equal(["ensemble", dayFromIso("2022-04-10")]);
    expect(record.model.notes).to.deep.equal([second.verdict]);
    const honest = await trainOn("2022-04-17", first);
    expect(honest.champion!.fittedOn).to.equal(dayFromIso("2022-04-17"));
    expect(recordText(record)).not.to.equal(recordText(decide({ ...inputs, model: honest })));
  });
});
