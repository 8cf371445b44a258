import { type Methodology, methodologyHash } from "@gimbal/sdk";
import { expect } from "chai";
import { readMethodologies } from "./data/methodologyFolder.ts";
import { createSimulation } from "./data/simulation.ts";
import { captureMarket } from "./data/snapshot.ts";
import { dayFromIso, firstKnown } from "./data/time.ts";
import { newVault, seenWith } from "./endToEnd.fixture.ts";
import { decisionPeriod, methodologyPolicy, policyFor } from "./methodology/policy.ts";
import { decide } from "./pipeline.ts";
import { aiPolicy, type Policy } from "./plan/policy.ts";
import { type DecisionRecord, decisionHash, recordText } from "./plan/record.ts";
import { NO_MEMORY } from "./signals/opinion.ts";

const BASKET = ["BTC", "ETH", "SIM003", "SIM004", "SIM005", "SIM006"];
const source = createSimulation({ seed: 1, assets: 14, from: "2021-06-01", to: "2022-12-31" });
const documents = new Map([...readMethodologies().values()].map(({ id, document }) => [id, document]));
const documentOf = (id: string): Methodology => documents.get(id)!;
const always: Methodology = { ...documentOf("top-5"), universe: { ...documentOf("top-5").universe, minVolumeUsd: 0 } };

async function inputsFor(document: Methodology) {
  const view = source.at(firstKnown(dayFromIso("2022-04-20")));
  const market = await captureMarket(view, { assets: "listed", also: BASKET, lookbackDays: 300 });
  const vault = seenWith(newVault(BASKET, 100_000), market);
  const base = { ...aiPolicy, plan: { ...aiPolicy.plan, benefitMultipleBps: 0, firstStepBps: 10_000 } };
  const policy: Policy = { ...policyFor({ document, base }, market, vault), ensemble: null };
  return { market, vault, policy, model: null, memory: NO_MEMORY };
}

const weights = ({ assets }: DecisionRecord) =>
  Object.fromEntries(assets.flatMap(({ asset, targetBps }) => (targetBps > 0 ? [[asset, targetBps]] : [])));

describe("a methodology's decision", function () {
  this.timeout(60_000);

  it("names the document's hash in every record, and equal inputs give equal bytes", async () => {
    for (const id of ["top-10", "momentum", "low-volatility", "rsi", "moving-average", "ai-conservative"]) {
      const inputs = await inputsFor(documentOf(id));
      const record = decide(inputs);
      expect(recordText(record)).to.contain(methodologyHash(documentOf(id)));
      expect(recordText(decide(await inputsFor(documentOf(id)))), id).to.equal(recordText(record));
    }
    const [one, other] = [always, { ...always, caps: { ...always.caps, assetBps: 3_999 } }];
    expect(decisionHash(decide(await inputsFor(one)))).to.not.equal(decisionHash(decide(await inputsFor(other))));
  });

  it("holds members only, within the document's caps, and sells who is none at once", async () => {
    const inputs = await inputsFor(always);
    const record = decide(inputs);
    const { members } = (inputs.policy as { methodology: { members: readonly string[] } }).methodology;
    expect(members.length).to.equal(5);
    const risk = Object.entries(weights(record)).filter(([asset]) => asset !== "USDC");
    expect(risk.map(([asset]) => asset).every((asset) => members.includes(asset))).to.equal(true);
    expect(Math.max(...risk.map(([, bps]) => bps))).to.be.at.most(4_000);

    const alone: Policy = methodologyPolicy(always, ["ETH", "SIM003", "SIM004"], aiPolicy);
    const vault = { ...inputs.vault, assets: inputs.vault.assets.map((item) => heldAs(item)) };
    const left = decide({ ...inputs, vault, policy: alone });
    expect(weights(left)).to.not.have.property("BTC");
    expect(left.reasons.join(" ")).to.contain("At once to a lower target: BTC");
  });

  it("carries no more than its exposure cap, and is always in where its regime says none", async () => {
    const half = { ...always, caps: { ...always.caps, exposureBps: 5_000 } };
    const stable = weights(decide(await inputsFor(half)))["USDC"] ?? 0;
    expect(stable).to.be.at.least(5_000);
    const whole = weights(decide(await inputsFor({ ...always, caps: { ...always.caps, assetBps: 10_000 } })));
    expect(whole["USDC"] ?? 0).to.equal(0);
  });

  it("keeps a sector within its cap", async () => {
    // Every invented coin is of the sector "other", BTC of payments and ETH a layer 1.
    const capped = { ...always, caps: { assetBps: 10_000, sectorBps: 2_000, exposureBps: 10_000 } };
    const found = weights(decide(await inputsFor(capped)));
    const others = Object.entries(found).filter(([asset]) => asset.startsWith("SIM"));
    expect(others.reduce((sum, [, bps]) => sum + bps, 0)).to.be.at.most(2_000);
    expect([found["BTC"], found["ETH"]]).to.satisfy((list: number[]) => list.every((bps) => (bps ?? 0) <= 2_000));
    expect(found["USDC"]).to.be.at.least(4_000);
  });

  it("decides as often as the document says", () => {
    const days = ["rsi", "global-100", "momentum", "top-10"].map((id) => decisionPeriod(documentOf(id)) / 86_400);
    expect(days).to.deep.equal([1, 7, 14, 28]);
  });

  it("takes regime and risk from the document", () => {
    const global = methodologyPolicy(documentOf("global-100"), []);
    expect([global.regime.mode, global.regime.bullScoreBps, global.regime.weakRangeScoreBps]).to.deep.equal([
      "binary",
      4_000,
      -6_000,
    ]);
    const careful = methodologyPolicy(documentOf("ai-conservative"), []);
    expect([careful.weighting, careful.weights.assetCapBps, careful.regime.bullBps]).to.deep.equal([
      "grades",
      1_000,
      7_000,
    ]);
  });
});

/** BTC holds a tenth of the vault's first value. */
function heldAs(item: Awaited<ReturnType<typeof inputsFor>>["vault"]["assets"][number]) {
  if (item.asset !== "BTC") return item;
  return { ...item, holdings: (10_000n * 10n ** 27n * 10n ** BigInt(item.decimals)) / item.price };
}
