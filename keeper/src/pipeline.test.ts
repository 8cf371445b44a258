import { expect } from "chai";
import { findDataFolder, openCsvFolder } from "./data/csvFolder.ts";
import { createSimulation } from "./data/simulation.ts";
import { captureMarket, decodeSnapshot, encodeSnapshot, type MarketSnapshot } from "./data/snapshot.ts";
import type { MarketDataSource } from "./data/source.ts";
import { DAY, dayFromIso, isoFromDay } from "./data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "./data/vault.fixture.ts";
import { AssetFlag, decodeVault, encodeVault, type VaultSnapshot } from "./data/vault.ts";
import { DECISION_LOOKBACK } from "./features/dataPoints.ts";
import { toMarketPanel } from "./features/marketPanel.ts";
import { decide } from "./pipeline.ts";
import { defaultPlanParams } from "./plan/params.ts";
import { aiPolicy, marketCapPolicy, type Policy } from "./plan/policy.ts";
import { decisionHash, dueOf, recordText, withDue } from "./plan/record.ts";
import { markovStates } from "./signals/hiddenStates.ts";
import { NO_MEMORY } from "./signals/opinion.ts";
import { marketRegime } from "./signals/regime.ts";
import { defaultRegimeParams } from "./signals/regimeParams.ts";

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const COINS = ["BTC", "ETH", "SIM003", "SIM004", "SIM005", "SIM006"];

/** A vault of the first coins in equal parts, seen at the first second of `date`. */
function vaultAt(date: string, coins: readonly string[]): VaultSnapshot {
  const assets = [
    ...coins.map((asset, i) => fixtureAsset(asset, i, 100_000)),
    fixtureStable("USDC", coins.length, 1_000),
  ];
  const vault = fixtureVault(assets);
  return { ...vault, block: { ...vault.block, timestamp: dayFromIso(date) * DAY } };
}

async function inputsAt(source: MarketDataSource, date: string, coins: readonly string[] = COINS) {
  const vault = vaultAt(date, coins);
  return {
    market: await captureMarket(source.at(vault.block.timestamp), { assets: coins, lookbackDays: DECISION_LOOKBACK }),
    vault,
    policy,
    model: null,
    memory: NO_MEMORY,
  };
}

describe("decide", () => {
  const source = createSimulation({ seed: 7 });

  it("is a pure function: stored and restored inputs give the same record to the byte", async () => {
    const inputs = await inputsAt(source, "2022-04-20");
    const record = decide(inputs);
    const stored = encodeSnapshot(inputs.market);
    const market = await decodeSnapshot(stored.hash, async (hash) =>
      hash === stored.hash ? stored.manifest : stored.blobs.get(hash),
    );
    const vault = decodeVault(encodeVault(inputs.vault).text);
    expect(recordText(decide({ ...inputs, market, vault }))).to.equal(recordText(record));
    expect(record.inputs).to.deep.equal({ market: stored.hash, vault: encodeVault(inputs.vault).hash });
  });

  it("tells why it was due, and decides nothing by it", async () => {
    const inputs = await inputsAt(source, "2022-04-20");
    const record = decide(inputs);
    const slot = { id: "2022-W16", start: dayFromIso("2022-04-18") * DAY };
    const due = { trigger: "schedule", slot, reason: "The weekly decision of 2022-W16." } as const;
    const told = decide({ ...inputs, due });
    expect(recordText(told)).to.equal(recordText(withDue(record, due)));
    expect([dueOf(told), dueOf(record)]).to.deep.equal([due, undefined]);
    expect(decisionHash(told)).not.to.equal(decisionHash(record));
    expect({ ...told, due: null }).to.deep.equal({ ...record, due: null });
  });

  it("charges by the depth of the pools where the vault's snapshot knows it, stored and restored", async () => {
    const inputs = await inputsAt(source, "2022-05-10");
    const at = (depthUsd: bigint | null) => {
      const assets = inputs.vault.assets.map((asset) => ({ ...asset, depthUsd }));
      const vault = decodeVault(encodeVault({ ...inputs.vault, assets }).text);
      expect(vault.assets[0]?.depthUsd).to.equal(depthUsd);
      return decide({ ...inputs, vault }).estimateCentiBps?.["impact"] ?? Number.NaN;
    };
    // All of six coins, $100,000 each: 50 bps of a million of depth for a tenth of it.
    expect(at(1_000_000n)).to.be.closeTo((50 * 100 * 600_000) / 601_000 / 10, 2);
    expect(at(500_000n)).to.be.closeTo(2 * at(1_000_000n), 2);
    expect(at(null)).not.to.equal(at(1_000_000n));
  });

  it("records every asset, reasons in words, parameters and where the data is from", async () => {
    const record = decide(await inputsAt(source, "2022-04-20"));
    expect(record.assets.map(({ asset }) => asset)).to.deep.equal([...COINS, "USDC"]);
    for (const column of ["currentBps", "targetBps", "proposedBps"] as const) {
      expect(record.assets.reduce((sum, asset) => sum + asset[column], 0)).to.equal(10_000);
    }
    expect(record.reasons).not.to.be.empty;
    expect(record.regime.reasons).to.have.length(8);
    expect([record.model.spoke, record.policy.weighting]).to.deep.equal(["fallback", "market-cap"]);
    expect(record.source.label).to.contain("SIMULATION");
    expect(record.validUntil).to.equal(record.asOf + defaultPlanParams.validity);
    expect(record.epoch).to.equal(1);
  });

  it("changes its hash with any input: a price, a holding, a parameter", async () => {
    const inputs = await inputsAt(source, "2022-04-20");
    const block = inputs.market.months[3]!;
    const close = block.assets["BTC"]!.close!.with(0, 1);
    const assets = { ...block.assets, BTC: { ...block.assets["BTC"], close } };
    const market = { ...inputs.market, months: inputs.market.months.with(3, { ...block, assets }) };
    const first = inputs.vault.assets[0]!;
    const vault = { ...inputs.vault, assets: inputs.vault.assets.with(0, { ...first, holdings: first.holdings + 1n }) };
    const other = { ...policy, plan: { ...policy.plan, validity: 1 } };
    const variants = [inputs, { ...inputs, market }, { ...inputs, vault }, { ...inputs, policy: other }];
    expect(new Set(variants.map((variant) => decisionHash(decide(variant)))).size).to.equal(4);
  });

  it("goes to the stable asset when the simulated market crashes in May and November 2022", async () => {
    for (const date of ["2022-05-10", "2022-11-12"]) {
      const record = decide(await inputsAt(source, date));
      expect([record.regime.regime, record.action, record.lane], date).to.deep.equal(["bear", "propose", "DERISK"]);
      expect(record.assets.at(-1)?.proposedBps).to.equal(10_000);
    }
  });

  it("does not act on too little history: exposure stays as it is", async () => {
    const young = createSimulation({ seed: 7, from: "2022-04-10" });
    const record = decide(await inputsAt(young, "2022-04-20"));
    expect(record.regime.regime).to.equal("unknown");
    expect(record.assets.at(-1)?.targetBps).to.equal(record.assets.at(-1)?.currentBps);
  });

  it("error: refuses a market and a vault seen at different moments", async () => {
    const inputs = await inputsAt(source, "2022-04-20");
    const block = { ...inputs.vault.block, timestamp: inputs.vault.block.timestamp + 1 };
    expect(() => decide({ ...inputs, vault: { ...inputs.vault, block } })).to.throw("same moment");
  });
});

describe("decide by grades, when the data fails", () => {
  const byGrades: Policy = { ...aiPolicy, ensemble: null };
  const COUNT = 24;
  const DATE = "2023-02-20";

  async function inputsOf(source: MarketDataSource, usd: ReadonlyMap<string, number>, date = DATE) {
    const asOf = dayFromIso(date) * DAY;
    const listed = await source.at(asOf).universe();
    const coins = listed.filter(({ category }) => category === "coin").map(({ asset }) => asset);
    const assets = coins.map((asset, i) => fixtureAsset(asset, i, usd.get(asset) ?? 0));
    const vault = fixtureVault([...assets, fixtureStable("USDC", coins.length, usd.get("USDC") ?? 0)]);
    const market = await captureMarket(source.at(asOf), { assets: "listed", lookbackDays: DECISION_LOOKBACK });
    return {
      market,
      vault: { ...vault, block: { ...vault.block, timestamp: asOf } },
      policy: byGrades,
      model: null,
      memory: NO_MEMORY,
    };
  }

  it("waits for prices of a day that the source misses, however many decisions fall on it", async () => {
    const source = createSimulation({ seed: 7, assets: COUNT });
    const first = decide(await inputsOf(source, new Map([["USDC", 100_000]])));
    const usd = new Map(first.assets.map(({ asset, proposedBps }) => [asset, 10 * proposedBps]));
    expect(first.assets.at(-1)?.proposedBps).to.be.lessThan(9_000);
    const seen = await inputsOf(source, usd);
    const inputs = { ...seen, market: withoutLastDay(seen.market) };
    let memory = first.memory.after;
    for (let decision = 0; decision < 3; decision++) {
      const record = decide({ ...inputs, memory });
      expect(record.action, record.reasons.join(" ")).to.equal("none");
      memory = record.memory.after;
    }
  });

  it("says why a token that must leave is still there", async () => {
    const source = createSimulation({ seed: 7, assets: COUNT });
    const seen = await inputsOf(source, new Map([["USDC", 100_000]]));
    const first = decide(seen);
    const { asset, stance } = first.assets.find((item) => item.stance === "neutral" || item.stance === "bearish")!;
    const assets = seen.vault.assets.map((item) => {
      return item.asset === asset ? { ...item, holdings: 10n ** 22n, flags: AssetFlag.FROZEN } : item;
    });
    const { tokens } = first.memory.after;
    const memory = { ...NO_MEMORY, tokens: { [asset]: { ...tokens[asset]!, unwantedFor: 1 } } };
    const record = decide({ ...seen, memory, vault: { ...seen.vault, assets } });
    const held = record.assets.find((item) => item.asset === asset);
    expect(held?.proposedBps).to.equal(held?.currentBps);
    expect(held?.reasons).to.include.members([
      `${asset} is ${stance}: it leaves.`,
      `${asset} cannot be sold now: it is frozen.`,
    ]);
  });

  it("knows a renamed token by its present name, and what was planned for it by its old one", async () => {
    const source = createSimulation({ seed: 7, assets: COUNT });
    const seen = await inputsOf(source, new Map([["USDC", 100_000]]), "2024-10-01");
    const rename = (asset: string, to: string) => (asset === "SIM003" ? to : asset);
    const months = seen.market.months.map((month) => {
      const assets = Object.entries(month.assets).map(([asset, columns]) => [rename(asset, "POL"), columns]);
      return { ...month, assets: Object.fromEntries(assets) };
    });
    const profiles = seen.market.profiles.map((profile) => ({ ...profile, asset: rename(profile.asset, "POL") }));
    const market = { ...seen.market, months, profiles: profiles.sort((a, b) => (a.asset < b.asset ? -1 : 1)) };
    const assets = seen.vault.assets.map((item) => {
      return {
        ...item,
        asset: rename(item.asset, "MATIC"),
        ...(item.asset === "SIM003" ? { holdings: 10n ** 22n } : {}),
      };
    });
    const plan = { included: true, entryPrice: "0.4", profitSteps: 1 };
    const memory = {
      ...NO_MEMORY,
      tokens: { MATIC: { ...plan, profitSteps: 0, stance: "bullish", unwantedFor: 0, traderGrade: 70 } as const },
      planned: { epoch: 1, positions: { MATIC: plan } },
    };
    const vault = { ...seen.vault, assets, epoch: { ...seen.vault.epoch, id: 1 } };
    const record = decide({ ...seen, market, vault, memory });
    expect(record.assets.find(({ asset }) => asset === "POL")?.known).to.be.greaterThan(20);
    expect(record.memory.after.tokens.POL).to.include({ entryPrice: "0.4", profitSteps: 1 });
  });

  it("error: refuses a vault of dust, which has no weights", async () => {
    const seen = await inputsOf(createSimulation({ seed: 7, assets: COUNT }), new Map());
    const assets = seen.vault.assets.with(0, { ...seen.vault.assets[0]!, holdings: 1n });
    expect(() => decide({ ...seen, vault: { ...seen.vault, assets } })).to.throw("nothing that has a price");
  });

  it("carries no more risk than it did while nothing is known of the market", async () => {
    const young = createSimulation({ seed: 7, assets: COUNT, from: "2023-02-08" });
    const record = decide(await inputsOf(young, new Map([["USDC", 100_000]])));
    expect([record.regime.regime, record.regime.exposureBps]).to.deep.equal(["unknown", 0]);
    expect(record.regime.reasons.join(" ")).to.contain("the exposure stays at 0%");
    expect(record.assets.at(-1)?.targetBps).to.equal(10_000);
  });
});

/** The same market without any figure of the newest day. */
function withoutLastDay(market: MarketSnapshot): MarketSnapshot {
  const month = market.months.at(-1)!;
  const cut = Object.entries(month.assets).map(([asset, columns]) => {
    const known = Object.entries(columns).map(([name, series]) => [name, series.with(-1, Number.NaN)]);
    return [asset, Object.fromEntries(known)];
  });
  return { ...market, months: market.months.with(-1, { ...month, assets: Object.fromEntries(cut) }) };
}

describe("regime on real prices (../shared/data)", () => {
  let source: MarketDataSource;

  before(async function () {
    const folder = findDataFolder(undefined, process.env["GIMBAL_DATA"]);
    if (folder === undefined) {
      console.log("      no market data beside the repository and no GIMBAL_DATA: real prices are not tested here");
      this.skip();
    }
    source = await openCsvFolder(folder);
  });

  for (const [month, calm] of [
    ["2022-05", "2022-05-01"],
    ["2022-11", "2022-11-01"],
  ] as const) {
    it(`turns bearish in ${month}, and was not at its beginning`, async function () {
      this.timeout(30_000);
      const coins = await tenLargest(source);
      const regimes: string[] = [];
      for (let day = dayFromIso(calm); isoFromDay(day).startsWith(month); day++) {
        const view = source.at(day * DAY);
        const market = await captureMarket(view, { assets: coins, lookbackDays: DECISION_LOOKBACK });
        regimes.push(marketRegime(toMarketPanel(market), defaultRegimeParams, markovStates).regime);
      }
      expect(regimes[0]).not.to.equal("bear");
      expect(regimes.slice(0, 15)).to.include("bear");
      expect(regimes.filter((regime) => regime === "bear").length).to.be.greaterThan(6);
    });
  }

  it("puts a vault into the stable asset on 10 May 2022, with everything recorded", async () => {
    const record = decide(await inputsAt(source, "2022-05-10", await tenLargest(source)));
    expect([record.regime.regime, record.lane]).to.deep.equal(["bear", "DERISK"]);
    expect(record.source.label).to.contain("real");
  });
});

/** The ten largest coins on 3 January 2022 as they were listed then. */
async function tenLargest(source: MarketDataSource): Promise<readonly string[]> {
  const listings = await source.at(dayFromIso("2022-01-03") * DAY).universe();
  return listings
    .filter(({ category }) => category === "coin")
    .slice(0, 10)
    .map(({ asset }) => asset);
}
