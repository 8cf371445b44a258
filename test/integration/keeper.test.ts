import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { ModelError, UnknownAssetError, VerificationError, WrongChainError } from "../../keeper/src/errors.ts";
import { createPort, type TransactionPort } from "../../keeper/src/execute/port.ts";
import type { Database } from "../../keeper/src/journal/database.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { ModelStore } from "../../keeper/src/journal/modelStore.ts";
import { openSqlite } from "../../keeper/src/journal/sqlite.ts";
import { decide, runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { decisionHash } from "../../keeper/src/plan/record.ts";
import { smallSpec } from "../../keeper/src/training/specs.ts";
import { verifyDecision } from "../../keeper/src/verify.ts";
import { deployKeeperWorld, type KeeperWorld, openKeeper, proposedDecisions } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };

async function deployed(): Promise<KeeperWorld> {
  return deployKeeperWorld(ethers, provider);
}

describe("keeper", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-keeper-"));
  let files = 0;
  const freshPath = () => join(folder, `${files++}.db`);
  after(() => rmSync(folder, { recursive: true }));

  it("decides, proposes through the DERISK lane and fills through Uniswap into the stable token", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const keeper = await openKeeper(world, journal);

    const first = await runOnce(keeper, world.vault, policy);
    expect(first.decision?.regime.regime).to.equal("bear");
    expect([first.decision?.lane, first.proposal?.result]).to.deep.equal(["DERISK", "mined"]);
    const hash = decisionHash(first.decision!);
    const epoch = await world.index.epoch();
    expect([epoch.id, epoch.decisionHash]).to.deep.equal([1n, hash]);
    expect((await verifyDecision(hash, journal, world.client)).chain).to.equal("matches");

    // Near the end of the curve the vault's price is low enough for the pools' fees.
    await networkHelpers.time.increase(3_400);
    await setPrices(world.protocol);
    const second = await runOnce(keeper, world.vault, policy);
    expect(second.decision).to.equal(null);
    expect(second.fills.transactions).not.to.be.empty;
    const booked = await journal.fills.since(world.chainId, world.vault, 0);
    expect(booked).to.have.length(0); // no decision has told their volumes yet
    const seen = await keeper.observe(world.vault, policy);
    const again = decide(seen);
    const fills = await journal.fills.since(world.chainId, world.vault, 0);
    expect(fills).to.have.length(second.fills.orders);
    for (const { size, dailyVolume, costBps } of fills) {
      expect(size).to.be.greaterThan(50);
      expect(dailyVolume).to.be.greaterThan(0);
      expect(costBps).to.be.within(-100, 100);
    }
    expect(again.costModel?.words).to.contain("Cost model unchanged");
    const stable = again.assets.find(({ asset }) => asset === "USDT");
    expect(first.decision?.assets.find(({ asset }) => asset === "USDT")?.currentBps).to.equal(2_000);
    expect(stable?.currentBps).to.be.greaterThan(4_000);
    await journal.close();
  });

  it("records a decision to do nothing, proposes none, and verifies it", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const keeper = await openKeeper(world, journal);
    const still = { ...policy, plan: { ...policy.plan, benefitMultipleBps: 2_000_000_000 } };
    const { decision, proposal } = await runOnce(keeper, world.vault, still);
    expect([decision?.action, proposal]).to.deep.equal(["none", null]);
    expect(decision?.reasons.join(" ")).to.contain("It does not pay");
    const [hash] = await journal.decisions(world.chainId, world.vault);
    expect((await verifyDecision(hash!, journal, world.client)).chain).to.equal("none");
    expect(await proposedDecisions(world)).to.deep.equal([]);
    await journal.close();
  });

  it("decides before its time when an event fired, and not again while the trigger rests", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const keeper = await openKeeper(world, await Journal.open(freshPath()), {
      decideEvery: 30 * 86_400,
      eventEvery: 3_600,
    });
    // Any move of the market is a spike, once in two days.
    const events = { ...policy.events, spikePercent: 0, spikeLeastBps: 0, spikeCooldown: 2 * 86_400 };
    const nervous = { ...policy, events, plan: { ...policy.plan, benefitMultipleBps: 2_000_000_000 } };
    const calm = { ...nervous, events: { ...events, spikeLeastBps: 1_000_000_000, fearDrop: 1_000_000 } };
    const round = async (seconds: number, chosen: Policy) => {
      await networkHelpers.time.increase(seconds);
      await setPrices(world.protocol);
      return (await runOnce(keeper, world.vault, chosen)).decision?.events ?? null;
    };
    expect((await runOnce(keeper, world.vault, nervous)).decision?.events.join(" ")).to.contain("Volatility spike");
    expect(await round(86_400, nervous)).to.equal(null); // rests
    expect(await round(86_400, calm)).to.equal(null); // looked, and nothing had happened
    expect(await round(1_800, nervous)).to.equal(null); // looked half an hour ago
    expect((await round(1_800, nervous))?.join(" ")).to.contain("Volatility spike");
  });

  it("reads from the pools what moves each price by 1%, and decides with it", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const keeper = await openKeeper(world, await Journal.open(freshPath()));
    const seen = await keeper.observe(world.vault, policy);
    const depths = Object.fromEntries(seen.vault.assets.map(({ asset, depthUsd }) => [asset, depthUsd]));
    const expected = 49_875; // of ten million dollars a side
    for (const asset of ["ETH", "BTC", "SIM003"]) {
      expect(Number(depths[asset]), asset).to.be.closeTo(expected, 50);
    }
    // Pools of DUST are in Ether, which the routes may pass through; a stable token has none to be charged for.
    expect(Number(depths["SIM004"])).to.be.greaterThan(0);
    expect(depths["USDT"]).to.equal(null);

    const assets = seen.vault.assets.map((asset) => ({ ...asset, depthUsd: asset.depthUsd === null ? null : 1_000n }));
    const shallow = decide({ ...seen, vault: { ...seen.vault, assets } });
    expect(shallow.estimateCentiBps?.["impact"]).to.be.greaterThan(decide(seen).estimateCentiBps?.["impact"] ?? 0);
  });

  it("decides without new models when a training fails: the fallback speaks", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const models = new ModelStore(journal, null);
    models.stateFor = () => Promise.reject(new ModelError("Nothing can be learnt from this."));
    const keeper = await openKeeper(world, journal, { models });
    const seen = await keeper.observe(world.vault, { ...policy, ensemble: smallSpec });
    expect(seen.model).to.equal(null);
    expect(decide(seen).model.spoke).to.equal("fallback");
    await journal.close();
  });

  it("notices on verifying that the chain carries other weights or nothing at all", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const keeper = await openKeeper(world, journal);
    const seen = await keeper.observe(world.vault, policy);
    const record = decide(seen);
    const hash = await keeper.remember(record, seen);
    const error = await verifyDecision(hash, journal, world.client).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains("does not know");
    await journal.close();
  });

  it("leaves an epoch alone that another decision took, and one that carries its own decision", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const [mine, other] = [await Journal.open(freshPath()), await Journal.open(freshPath())];
    const keeper = await openKeeper(world, mine);
    const seen = await keeper.observe(world.vault, policy);
    const record = decide(seen);
    await keeper.remember(record, seen);
    const rival = await openKeeper(world, other);
    expect((await rival.propose(record)).result).to.equal("mined");
    expect((await keeper.propose(record)).result).to.equal("already");
    expect((await keeper.propose({ ...record, reasons: ["another"] })).result).to.equal("taken");
    expect(await proposedDecisions(world)).to.have.length(1);
    mine.close();
    other.close();
  });

  it("reports the vault's refusal as a typed reason and changes nothing", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const keeper = await openKeeper(world, journal);
    const record = decide(await keeper.observe(world.vault, policy));
    const [first, ...rest] = record.assets;
    const absurd = { ...record, assets: [{ ...first!, proposedBps: 1 }, ...rest] };
    const outcome = await keeper.propose(absurd);
    expect([outcome.result, outcome.hash]).to.deep.equal(["refused", null]);
    expect(outcome.reason).to.match(/^IndexVault_\w+: /);
    expect((await world.index.epoch()).id).to.equal(0n);
    await journal.close();
  });

  it("refuses a node of another chain, an unnamed token and missing signers before anything is sent", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const wrongChain = await openKeeper(world, journal, { chainId: 1 }).catch((reason: unknown) => reason);
    expect(wrongChain).to.be.instanceOf(WrongChainError);
    const unnamed = await openKeeper(world, journal, { names: new Map() });
    expect(await unnamed.observe(world.vault, policy).catch((reason: unknown) => reason)).to.be.instanceOf(
      UnknownAssetError,
    );
    const unsigned = await openKeeper(world, journal, { signers: [] });
    const error = await runOnce(unsigned, world.vault, policy).catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "SIGNATURES_MISSING");
    expect(await journal.transactions()).to.deep.equal([]);
    await journal.close();
  });

  it("does not believe a node that reports success for a proposal the vault does not have", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(freshPath());
    const real = createPort(world.client);
    const block = await world.client.getBlock();
    const lie = { succeeded: true, block: block.number, blockHash: block.hash, gasUsed: 1n, gasPrice: 1n };
    const port: TransactionPort = { ...real, send: async () => {}, receipt: async () => lie };
    const keeper = await openKeeper(world, journal, { port });
    const error = await runOnce(keeper, world.vault, policy).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains("does not carry");
    await journal.close();
  });

  for (const when of ["before", "after"] as const) {
    it(`killed ${when} any step, a new keeper on the same journal finishes with exactly one proposal`, async function () {
      this.timeout(240_000);
      const world = await networkHelpers.loadFixture(deployed);
      const start = await networkHelpers.takeSnapshot();
      for (let deadAt = 1; ; deadAt++) {
        const path = freshPath();
        const death = new Death(deadAt, when);
        const doomed = new MortalJournal(await openSqlite(path), death);
        const keeper = await openKeeper(world, doomed, { port: mortalPort(createPort(world.client), death) });
        const died = await runOnce(keeper, world.vault, policy).then(
          () => false,
          (error: unknown) => {
            if (error !== death.error) throw error;
            return true;
          },
        );
        await doomed.close();

        const journal = await Journal.open(path);
        const next = await openKeeper(world, journal);
        await runOnce(next, world.vault, policy);
        const proposed = await proposedDecisions(world);
        const place = `${when} step ${deadAt} (${death.step})`;
        expect(proposed, place).to.have.length(1);
        expect((await verifyDecision(proposed[0]!, journal, world.client)).chain, place).to.equal("matches");
        expect(await journal.unfinished(), place).to.deep.equal([]);
        await journal.close();
        await start.restore();
        if (!died) {
          expect(deadAt, "steps that were tried").to.be.greaterThan(12);
          return;
        }
      }
    });
  }
});

/** Ends a process at its n-th step: everything that is not on disk or on chain by then is lost. */
class Death {
  readonly error = new Error("killed");
  step = "";
  #left: number;
  readonly #when: "before" | "after";

  constructor(deadAt: number, when: "before" | "after") {
    this.#left = deadAt;
    this.#when = when;
  }

  async around<T>(step: string, run: () => Promise<T>): Promise<T> {
    this.#left--;
    if (this.#left < 0) throw this.error;
    if (this.#left > 0) return run();
    this.step = step;
    if (this.#when === "after") await run();
    throw this.error;
  }
}

class MortalJournal extends Journal {
  readonly #death: Death;

  constructor(database: Database, death: Death) {
    super(database);
    this.#death = death;
  }

  override saveDecision(...args: Parameters<Journal["saveDecision"]>) {
    return this.#death.around("saveDecision", () => super.saveDecision(...args));
  }
  override plan(...args: Parameters<Journal["plan"]>) {
    return this.#death.around("plan", () => super.plan(...args));
  }
  override advance(...args: Parameters<Journal["advance"]>) {
    return this.#death.around(`advance to ${args[1]}`, () => super.advance(...args));
  }
  override addAttempt(...args: Parameters<Journal["addAttempt"]>) {
    return this.#death.around("addAttempt", () => super.addAttempt(...args));
  }
}

function mortalPort(port: TransactionPort, death: Death): TransactionPort {
  return {
    time: () => death.around("time", () => port.time()),
    simulate: (call) => death.around("simulate", () => port.simulate(call)),
    explain: (call, block) => death.around("explain", () => port.explain(call, block)),
    balance: (account) => death.around("balance", () => port.balance(account)),
    nonces: (account) => death.around("nonces", () => port.nonces(account)),
    fees: () => death.around("fees", () => port.fees()),
    send: (raw) => death.around("send", () => port.send(raw)),
    receipt: (hash) => death.around("receipt", () => port.receipt(hash)),
    height: () => death.around("height", () => port.height()),
  };
}
