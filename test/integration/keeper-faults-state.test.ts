import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getEpoch } from "@gimbal/sdk";
import { expect } from "chai";
import { network } from "hardhat";
import { type Address, type Hex, keccak256, toHex } from "viem";
import type { AssetColumn } from "../../keeper/src/data/columns.ts";
import type { MonthColumns } from "../../keeper/src/data/months.ts";
import { createRandom } from "../../keeper/src/data/random.ts";
import { createSimulation } from "../../keeper/src/data/simulation.ts";
import type { MarketDataSource } from "../../keeper/src/data/source.ts";
import { dayFromIso } from "../../keeper/src/data/time.ts";
import { DataSourceError, JournalFullError } from "../../keeper/src/errors.ts";
import { defaultBreakerLimits } from "../../keeper/src/execute/breakers.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import { createPort, type TransactionPort } from "../../keeper/src/execute/port.ts";
import type { Database, SqlValue } from "../../keeper/src/journal/database.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../keeper/src/journal/sqlite.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { rejectionOf } from "../../keeper/src/rejection.fixture.ts";
import { EmbeddedCoordinator } from "../../keeper/src/service/embedded.ts";
import { Service } from "../../keeper/src/service/service.ts";
import {
  createAnother,
  deployKeeperWorld,
  type KeeperWorld,
  openKeeper,
  proposedDecisions,
} from "../helpers/keeper.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

type Columns = MonthColumns<AssetColumn>;

/** The nightly run takes another seed and more kills: GIMBAL_FAULTS_SEED, GIMBAL_FAULTS_KILLS. */
const SEED = Number(process.env["GIMBAL_FAULTS_SEED"] ?? 20_261_121);
const KILLS = Number(process.env["GIMBAL_FAULTS_KILLS"] ?? 8);
const LAST = dayFromIso("2022-05-11"); // the newest day that is known at the chain's start
const policy: Policy = { ...marketCapPolicy, ensemble: null };

async function deployed(): Promise<KeeperWorld> {
  return deployKeeperWorld(ethers, provider);
}

/** The same with a second index, which has a proposal to be made too. */
async function deployedTwo() {
  const world = await deployed();
  const strategy = { recipient: world.owner.address, royaltyBps: 0, methodologyHash: keccak256(toHex("none")) };
  const limits = { riskDelay: 3_600, curveLength: 3_600 };
  return { world, second: await createAnother(world, { strategy, limits, salt: keccak256(toHex("second")) }) };
}

describe("keeper with bad data, a full disk, and killed", function () {
  this.timeout(240_000 + KILLS * 10_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-faults-"));
  let files = 0;
  const freshPath = () => join(folder, `${files++}.db`);
  after(() => rmSync(folder, { recursive: true }));
  before(() => console.log(`    seed ${SEED}`));

  describe("data source", () => {
    /** Enough tokens for a market to be compared with. */
    const healthy = createSimulation({ seed: 7, assets: 14, to: "2022-12-31" });
    type Edit = (value: number, day: number, series: Float64Array, row: number) => number;
    const PRICES: readonly string[] = ["open", "high", "low", "close", "marketCap"] satisfies AssetColumn[];

    /** A source that tells other prices of some tokens, or of all. */
    function lying(edit: Edit, assets: readonly string[] | null): MarketDataSource {
      const changed = (firstDay: number, columns: Columns): Columns => {
        const edited = Object.entries<Float64Array>(columns).map(([column, values]) => {
          if (!PRICES.includes(column) || values === undefined) return [column, values] as const;
          return [column, values.map((value, t) => edit(value, firstDay + t, values, t))] as const;
        });
        return Object.fromEntries(edited) as Columns;
      };
      return {
        ...healthy,
        at: (asOf) => {
          const view = healthy.at(asOf);
          const months: typeof view.months = async (asked, from) => {
            const blocks = await view.months(asked, from);
            return blocks.map((block) => {
              const told = Object.entries(block.assets).map(([name, columns]) => {
                const isWrong = assets === null || assets.includes(name);
                return [name, isWrong ? changed(block.firstDay, columns) : columns];
              });
              return { ...block, assets: Object.fromEntries(told) as typeof block.assets };
            });
          };
          return { ...view, months };
        },
      };
    }

    /** The close of ten days ago, again and again. */
    const repeated: Edit = (value, day, series, row) =>
      day > LAST - 9 ? (series[row - (day - (LAST - 9))] ?? value) : value;

    const FAULTS: readonly (readonly [what: string, edit: Edit, asset: string | null, family: string])[] = [
      ["a price times 1000", (value, day) => (day === LAST - 1 ? value * 1_000 : value), "SIM003", "spike"],
      ["a price of zero", (value, day) => (day === LAST ? 0 : value), "SIM003", "zero"],
      ["a negative price", (value, day) => (day === LAST ? -value : value), "SIM003", "zero"],
      ["missing days", (value, day) => (day >= LAST - 3 && day < LAST ? Number.NaN : value), "SIM003", "gap"],
      ["the same day repeated", repeated, "SIM003", "stale"],
      ["every price times ten", (value, day) => (day === LAST ? value * 10 : value), null, "source"],
    ];
    for (const [what, edit, asset, family] of FAULTS) {
      it(`fault: the source tells ${what}: it is rejected, the record says why, one proposal`, async () => {
        const world = await networkHelpers.loadFixture(deployed);
        const journal = await Journal.open(freshPath());
        const clean = await openKeeper(world, await Journal.open(":memory:"), { market: healthy });
        const keeper = await openKeeper(world, journal, { market: lying(edit, asset === null ? null : [asset]) });
        const expected = (await clean.observe(world.vault, policy)).vault;
        const { decision, proposal } = await runOnce(keeper, world.vault, policy);
        const finding = decision?.findings.find((item) => item.family === family && item.asset === asset);
        expect(finding?.words, JSON.stringify(decision?.findings)).to.be.a("string").and.not.to.equal("");
        expect(decision?.assets.reduce((sum, { proposedBps }) => sum + proposedBps, 0)).to.equal(10_000);
        const own = decision?.assets.find((item) => item.asset === "SIM003");
        expect(own?.proposedBps, "nonsense buys nothing").to.be.at.most(own?.currentBps ?? 0);
        expect(expected.assets).to.have.length(decision?.assets.length ?? 0);
        expect(await proposedDecisions(world)).to.have.length(proposal === null ? 0 : 1);
        await journal.close();
      });
    }

    it("fault: the source is down: nothing is decided or sent; then one proposal", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const journal = await Journal.open(freshPath());
      const down: MarketDataSource = {
        ...healthy,
        prepare: () => Promise.reject(new DataSourceError("The provider does not answer. Try later.")),
      };
      const keeper = await openKeeper(world, journal, { market: down });
      expect(await rejectionOf(runOnce(keeper, world.vault, policy))).to.be.instanceOf(DataSourceError);
      expect(await journal.decisions(world.chainId, world.vault)).to.deep.equal([]);
      expect(await journal.transactions(`31337/${world.vault}/propose/`)).to.deep.equal([]);
      await runOnce(await openKeeper(world, journal, { market: healthy }), world.vault, policy);
      expect(await proposedDecisions(world)).to.have.length(1);
      await journal.close();
    });

    it("fault: the source repeats nonsense for most of the basket: the vault is halted, nothing is sent", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const journal = await Journal.open(freshPath());
      const nonsense = lying(repeated, ["BTC", "ETH", "SIM003"]);
      const keeper = await openKeeper(world, journal, { market: nonsense, breakers: defaultBreakerLimits });
      expect((await runOnce(keeper, world.vault, policy)).decision).to.equal(null);
      const [halt] = await journal.halts(world.chainId).list();
      expect([halt?.kind, halt?.scope]).to.deep.equal(["anomalous-tokens", world.vault]);
      await runOnce(keeper, world.vault, policy);
      expect(await proposedDecisions(world)).to.deep.equal([]);
      await journal.close();
    });
  });

  describe("disk", () => {
    const pages = async (database: Database, name: string) => Number((await database.get(`PRAGMA ${name}`))?.[name]);

    it("fault: disk full at any step: nothing is sent that is not in the journal; with room again, one proposal", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const start = await networkHelpers.takeSnapshot();
      // What a whole round takes tells where it may run out.
      const probe = await openSqlite(freshPath());
      const empty = await pages(probe, "page_count");
      await runOnce(await openKeeper(world, new Journal(probe)), world.vault, policy);
      const full = await pages(probe, "page_count");
      await probe.close();
      await start.restore();
      expect(full - empty).to.be.greaterThan(5);

      const limits = [empty, Math.floor((empty + full) / 2), full - 3, full - 2, full - 1];
      let stopped = 0;
      for (const limit of limits) {
        const database = await openSqlite(freshPath());
        await database.get(`PRAGMA max_page_count = ${limit}`);
        const journal = new Journal(database);
        const sent: Hex[] = [];
        const port = createPort(world.client);
        const send = async (raw: Hex) => {
          const attempts = await Promise.all((await journal.transactions()).map(({ id }) => journal.attempts(id)));
          expect(attempts.flat().map((attempt) => attempt.raw)).to.include(raw);
          sent.push(raw);
          return port.send(raw);
        };
        const keeper = await openKeeper(world, journal, { port: { ...port, send } });
        const error = await runOnce(keeper, world.vault, policy).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error !== null) {
          expect(error, `${limit} pages`).to.be.instanceOf(JournalFullError);
          stopped++;
        }
        await database.get("PRAGMA max_page_count = 1000000");
        await runOnce(keeper, world.vault, policy);
        expect(await proposedDecisions(world), `${limit} of ${full} pages`).to.have.length(1);
        expect(new Set(sent).size, `${limit} of ${full} pages`).to.equal(1);
        await journal.close();
        await start.restore();
      }
      expect(stopped).to.be.greaterThan(2);
    });
  });

  describe("service", () => {
    it("fault: killed at any step in service mode with several vaults: the next one goes on, one proposal a vault", async () => {
      const { world, second } = await networkHelpers.loadFixture(deployedTwo);
      const vaults = [world.vault, second];
      const start = await networkHelpers.takeSnapshot();
      const whole = new Death(Number.POSITIVE_INFINITY);
      await serveOnce(world, vaults, freshPath(), whole);
      const counts = await Promise.all(vaults.map((vault) => proposalsOf(world, vault)));
      expect(counts).to.deep.equal([1, 1]);
      await start.restore();

      const random = createRandom(SEED);
      const steps = Array.from({ length: KILLS }, () => 1 + Math.floor(random.uniform() * whole.steps));
      let deaths = 0;
      for (const step of steps) {
        const path = freshPath();
        const death = new Death(step);
        await serveOnce(world, vaults, path, death);
        // Two vaults at once never take the same steps twice: late ones may not come.
        if (death.hasDied) deaths++;
        await serveOnce(world, vaults, path, new Death(Number.POSITIVE_INFINITY), { isNext: true });
        for (const vault of vaults) expect(await proposalsOf(world, vault), `killed at step ${step}`).to.equal(1);
        const journal = await Journal.open(path);
        expect(await journal.unfinished(), `killed at step ${step}`).to.deep.equal([]);
        await journal.close();
        await start.restore();
      }
      console.log(`      killed ${deaths} times, at steps ${steps.join(", ")} of about ${whole.steps}`);
      expect(deaths).to.be.greaterThan(steps.length / 2);
    });
  });

  /** One round of the service with its lease and its fence; a death at a step leaves what is on disk and on chain. */
  async function serveOnce(
    world: KeeperWorld,
    vaults: readonly Address[],
    path: string,
    death: Death,
    { isNext = false } = {},
  ): Promise<void> {
    const journal = new Journal(mortalDatabase(await openSqlite(path), death));
    // The lease of a dead process of this machine is given back for it; in one process it is its own.
    const options = { journal, logger: silentLogger, roundEvery: 60, atOnce: 2 };
    const coordinator = new EmbeddedCoordinator(options);
    const keeper = await openKeeper(world, journal, { port: mortalPort(createPort(world.client), death) });
    const service = new Service({
      keeper,
      logger: silentLogger,
      vaults: async () => vaults.map((vault) => ({ vault, guide: policy })),
      explain: (error) => ({ error: String(error) }),
    });
    const work = async () => {
      await coordinator.open();
      await coordinator.round(await service.scopes(), (turn) => service.turn(turn));
      await coordinator.stop();
    };
    await work().catch((error: unknown) => {
      if (isNext || !death.isDead) throw error;
    });
    await death.bury(() => journal.close());
  }

  async function proposalsOf({ client }: KeeperWorld, vault: Address): Promise<number> {
    return (await getEpoch(client, { vault })).id;
  }
});

/** Ends a process at its n-th step: from then on it does nothing at all. */
class Death {
  readonly error = new Error("killed");
  steps = 0;
  isDead = false;
  hasDied = false;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  async around<T>(run: () => Promise<T>): Promise<T> {
    if (this.isDead) throw this.error;
    this.steps++;
    if (this.steps < this.#at) return run();
    // Half of the deaths come after the step: it is on disk or on chain, and nobody heard of it.
    if (this.#at % 2 === 0) await run();
    this.isDead = true;
    this.hasDied = true;
    throw this.error;
  }

  /** Closes what a dead process had open. */
  async bury(close: () => Promise<void>): Promise<void> {
    this.isDead = false;
    await close();
  }
}

/** Each statement outside of a transaction, and each transaction as a whole, is a step. */
function mortalDatabase(database: Database, death: Death): Database {
  const isWrite = (sql: string) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql);
  return {
    run: (sql: string, ...values: readonly SqlValue[]) =>
      isWrite(sql) ? death.around(() => database.run(sql, ...values)) : database.run(sql, ...values),
    get: (sql, ...values) => (death.isDead ? Promise.reject(death.error) : database.get(sql, ...values)),
    all: (sql, ...values) => (death.isDead ? Promise.reject(death.error) : database.all(sql, ...values)),
    atomically: (work) => death.around(() => database.atomically(work)),
    close: () => database.close(),
  };
}

function mortalPort(port: TransactionPort, death: Death): TransactionPort {
  return {
    time: () => death.around(() => port.time()),
    simulate: (call) => death.around(() => port.simulate(call)),
    explain: (call, block) => death.around(() => port.explain(call, block)),
    balance: (account) => death.around(() => port.balance(account)),
    nonces: (account) => death.around(() => port.nonces(account)),
    fees: () => death.around(() => port.fees()),
    send: (raw) => death.around(() => port.send(raw)),
    receipt: (hash) => death.around(() => port.receipt(hash)),
    height: () => death.around(() => port.height()),
  };
}
