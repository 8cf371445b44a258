import { expect } from "chai";
import type { Address } from "viem";
import type { Finding } from "../data/quality.ts";
import { createSimulation } from "../data/simulation.ts";
import type { MarketSnapshot } from "../data/snapshot.ts";
import { captureMarket } from "../data/snapshot.ts";
import { firstKnown } from "../data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { netAssetValue, type VaultSnapshot } from "../data/vault.ts";
import { JournalError } from "../errors.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { type HaltEvent, observerOf } from "../health/observer.ts";
import { EVERY_VAULT } from "../journal/haltBook.ts";
import { Journal } from "../journal/journal.ts";
import { decide } from "../pipeline.ts";
import { marketCapPolicy } from "../plan/policy.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import { NO_MEMORY } from "../signals/opinion.ts";
import { type BreakerLimits, Breakers, defaultBreakerLimits } from "./breakers.ts";
import { silentLogger } from "./logger.ts";

const OTHER: Address = "0x00000000000000000000000000000000000000bb";
const SIGNER: Address = "0x00000000000000000000000000000000000000cc";
const SUPPLY = 10n ** 18n;

describe("Breakers", () => {
  let journal: Journal;
  let told: HaltEvent[];
  let market: MarketSnapshot;
  let vault: VaultSnapshot;
  let decision: DecisionRecord;

  before(async () => {
    vault = fixtureVault([
      ...["BTC", "ETH", "SIM003"].map((coin, i) => fixtureAsset(coin, i, 1_000)),
      fixtureStable("USDC", 3, 10),
    ]);
    const view = createSimulation({ seed: 7, assets: 3 }).at(vault.block.timestamp);
    market = await captureMarket(view, { assets: ["BTC", "ETH", "SIM003"], lookbackDays: DECISION_LOOKBACK });
    const policy = { ...marketCapPolicy, ensemble: null };
    decision = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
  });
  beforeEach(async () => {
    journal = await Journal.open(":memory:");
    told = [];
  });
  afterEach(() => journal.close());

  const time = 1_700_000_000;
  const open = (over: Partial<BreakerLimits> = {}) =>
    new Breakers({
      book: journal.halts(1),
      limits: { ...defaultBreakerLimits, ...over },
      logger: silentLogger,
      observer: observerOf({ halt: (event) => told.push(event) }),
    });
  const inputs = (over: Partial<VaultSnapshot> = {}) => ({ market, vault: { ...vault, ...over }, totalSupply: SUPPLY });
  const kinds = async () => (await journal.halts(1).list()).map(({ scope, kind }) => [scope, kind]);
  const priced = (factor: bigint): Partial<VaultSnapshot> => ({
    assets: vault.assets.map((asset) => ({ ...asset, price: (asset.price * factor) / 100n })),
  });
  const pay = async (intent: string, block: bigint, cost: bigint) => {
    const { id } = await journal.plan({ chainId: 1, intent, signer: SIGNER, target: OTHER, data: "0x", validUntil: 0 });
    await journal.advance(id, "SIMULATED", { gas: 1n });
    await journal.addAttempt(id, { hash: `0x${id}`, kind: "send", raw: "0x", maxFee: 1n, tip: 1n }, id);
    await journal.advance(id, "MINED", { minedHash: `0x${id}`, minedBlock: block, minedBlockHash: "0x01" });
    await journal.advance(id, "DONE", { gasUsed: cost, gasPrice: 1n, spentAt: time + 12 * Number(block) });
  };

  it("lets a usual decision through, with the defaults", async () => {
    expect(await open().stops(decision, inputs())).to.equal(false);
    expect(await open().stops(decision, inputs(priced(80n)))).to.equal(false);
    expect([await kinds(), told]).to.deep.equal([[], []]);
  });

  it("halts a vault after three refused proposals in a row, over restarts, and no other vault", async () => {
    for (const refusal of ["first", "second", null, "one", "two"]) await open().proposed(vault.vault, refusal);
    expect(await kinds()).to.deep.equal([]);
    await open().proposed(vault.vault, "three");
    expect(await kinds()).to.deep.equal([[vault.vault, "refused-proposals"]]);
    expect(told.map(({ reason }) => reason)).to.deep.equal(["3 proposals in a row were refused. The last: three"]);
    expect(await open().halts(OTHER)).to.deep.equal([]);
  });

  it("tells a new process of old halts, and of a clear", async () => {
    for (let i = 0; i < 3; i++) await open().proposed(vault.vault, "no");
    told.length = 0;
    const breakers = open();
    await breakers.halts(vault.vault);
    await breakers.halts(OTHER);
    await journal.halts(1).clear(vault.vault);
    await breakers.halts(OTHER);
    const name = `refused-proposals ${vault.vault}`;
    expect(told.map(({ breaker, isHalted }) => [breaker, isHalted])).to.deep.equal([
      [name, true],
      [name, false],
    ]);
  });

  it("halts everything when the gas of a day is above its budget; what was paid before a clear counts no more", async () => {
    const breakers = open({ gasBudget: 100n });
    await pay("old", 1n, 1_000n);
    await pay("a", 10_000n, 60n);
    await pay("b", 10_100n, 40n);
    const now = time + 12 * 10_200;
    await breakers.checkGas(now);
    expect(await kinds(), "on the budget is not above it").to.deep.equal([]);
    await pay("c", 10_150n, 1n);
    await breakers.checkGas(now);
    expect(await kinds()).to.deep.equal([[EVERY_VAULT, "gas-budget"]]);
    expect(await breakers.halts(OTHER)).to.have.length(1);
    await journal.halts(1).clear(EVERY_VAULT);
    await breakers.checkGas(now);
    expect(await kinds()).to.deep.equal([]);
    await pay("d", 10_160n, 101n);
    await breakers.checkGas(now);
    expect(await kinds()).to.have.length(1);
  });

  it("halts when the value of a share jumps and nothing was traded, and goes on from the new value once cleared", async () => {
    expect(await open().stops(decision, inputs())).to.equal(false);
    expect(await open().stops(decision, inputs(priced(1_000n)))).to.equal(true);
    expect(told[0]?.reason).to.match(/90000 bps, and nothing was traded/);
    await journal.halts(1).clear(vault.vault);
    expect(await open().stops(decision, inputs(priced(1_000n)))).to.equal(false);
    expect(await open().stops(decision, inputs(priced(300n))), "a fall counts too").to.equal(true);
  });

  it("does not halt for a value that a fill may explain, nor for deposits", async () => {
    await open().stops(decision, inputs());
    const deposited = vault.assets.map((asset) => ({ ...asset, holdings: asset.holdings * 10n }));
    const doubled = { ...inputs({ assets: deposited }), totalSupply: 10n * SUPPLY };
    expect(await open().stops(decision, doubled)).to.equal(false);
    const fill = { block: 9n, logIndex: 0, at: vault.block.timestamp + 1, filler: OTHER, sold: "BTC", bought: "USDC" };
    await journal.fills.add(1, vault.vault, [{ ...fill, usd: 1, costCentiBps: 1 }], 9n);
    expect(await open().stops(decision, inputs(priced(1_000n)))).to.equal(false);
    expect(netAssetValue(vault) > 0n).to.equal(true);
  });

  it("halts for a change of weights above the cap, but never keeps a vault from safety; a person may let it pass once", async () => {
    const [first, second, ...rest] = decision.assets;
    const wild: DecisionRecord = {
      ...decision,
      action: "propose",
      lane: "RISK",
      assets: [
        { ...first!, currentBps: 0, proposedBps: 6_001 },
        { ...second!, currentBps: 6_001, proposedBps: 0 },
        ...rest.map((asset) => ({ ...asset, proposedBps: asset.currentBps })),
      ],
    };
    expect(await open().stops({ ...wild, lane: "DERISK" }, inputs())).to.equal(false);
    expect(await open().stops({ ...wild, action: "none" }, inputs())).to.equal(false);
    expect(await open({ weightChangeBps: 6_001 }).stops(wild, inputs()), "the cap itself is allowed").to.equal(false);
    expect(await open().stops(wild, inputs())).to.equal(true);
    expect(await kinds()).to.deep.equal([[vault.vault, "weight-change"]]);
    await journal.halts(1).clear(vault.vault);
    expect(await open().stops(wild, inputs()), "once").to.equal(false);
    expect(await open().stops(wild, inputs()), "not twice").to.equal(true);
  });

  it("halts when too many of the basket's tokens have data that cannot be trusted, and names them", async () => {
    const finding = (asset: string): Finding => {
      return { family: "spike", asset, firstDay: "2022-05-01", days: 1, action: "dropped", words: "it jumped" };
    };
    const one = { ...decision, findings: [finding("BTC")] };
    expect(await open().stops(one, inputs())).to.equal(false);
    const two = { ...decision, findings: [finding("BTC"), finding("SIM003")] };
    expect(await open().stops(two, inputs())).to.equal(true);
    expect(told[0]?.reason).to.equal("Data of 2 of the basket's 3 tokens cannot be trusted: BTC, SIM003.");
  });

  it("halts after three decisions in a row on stale data, or on days of a source that was not believed", async () => {
    const late = { ...decision, asOf: firstKnown(market.lastDay) + defaultBreakerLimits.staleData };
    expect(await open().stops(late, inputs())).to.equal(false);
    const stale = { ...late, asOf: late.asOf + 1 };
    const source: Finding = {
      family: "source",
      asset: null,
      firstDay: new Date(market.lastDay * 86_400_000).toISOString().slice(0, 10),
      days: 1,
      action: "dropped",
      words: "no market moves like this",
    };
    const outcomes = [];
    for (const record of [stale, stale, late, stale, { ...decision, findings: [source] }, stale]) {
      outcomes.push(await open().stops(record, inputs()));
    }
    expect(outcomes).to.deep.equal([false, false, false, false, false, true]);
    expect(await kinds()).to.deep.equal([[vault.vault, "stale-data"]]);
  });

  it("halts everything when nodes disagree again and again", async () => {
    const breakers = open({ disagreements: 2 });
    await breakers.compared("look", "A says so");
    await breakers.compared("block", "B says so");
    await breakers.compared("look", null);
    await breakers.compared("look", "A says so");
    expect(await kinds()).to.deep.equal([]);
    await breakers.compared("block", "B says so");
    expect(await kinds()).to.deep.equal([[EVERY_VAULT, "nodes-disagree"]]);
  });

  it("is turned off by zero", async () => {
    const off = { refusedProposals: 0, gasBudget: 0n, shareValueBps: 0, weightChangeBps: 0, disagreements: 0 };
    const breakers = open({ ...off, anomalousBps: 0, staleData: 0, staleDecisions: 0 });
    await pay("dear", 1n, 10n ** 30n);
    await breakers.checkGas(time);
    for (let i = 0; i < 10; i++) {
      await breakers.proposed(vault.vault, "refused");
      await breakers.compared("look", "no");
      await breakers.stops({ ...decision, asOf: decision.asOf + 10_000_000 }, inputs(priced(BigInt(1 + 1_000 * i))));
    }
    expect(await kinds()).to.deep.equal([]);
  });

  it("tells a halt once, and refuses to clear what is not halted", async () => {
    for (let i = 0; i < 5; i++) await open().proposed(vault.vault, "refused");
    expect(told).to.have.length(1);
    expect(await rejectionOf(journal.halts(1).clear(OTHER))).to.be.instanceOf(JournalError);
    expect(await journal.halts(2).list(), "another chain").to.deep.equal([]);
    expect((await journal.halts(1).clear(vault.vault)).map(({ kind }) => kind)).to.deep.equal(["refused-proposals"]);
    await open().proposed(vault.vault, "refused");
    expect(await kinds(), "counts begin anew").to.deep.equal([]);
  });
});
