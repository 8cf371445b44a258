import { expect } from "chai";
import { Client } from "pg";
import { FenceLostError, JournalError } from "../errors.ts";
import { silentLogger } from "../execute/logger.ts";
import { Journal } from "../journal/journal.ts";
import { startPostgres, type TestPostgres } from "../journal/postgres.fixture.ts";
import { openPostgres } from "../journal/postgres.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import type { Turn, Work } from "./coordinator.ts";
import { EmbeddedCoordinator } from "./embedded.ts";
import { SharedCoordinator } from "./shared.ts";

const wanted = {
  chainId: 1,
  intent: "1/vault/propose/1",
  signer: "0x00000000000000000000000000000000000000aa",
  target: "0x00000000000000000000000000000000000000bb",
  data: "0x12",
  validUntil: 0,
} as const;

/** Work that notes what is under way, and fails when a scope is worked on twice at once. */
function watched(
  took: string[],
  during: (turn: Turn) => Promise<void> = async () => {},
): Work & { most: () => number } {
  const active = new Set<string>();
  let most = 0;
  const work = async (turn: Turn) => {
    if (active.has(turn.scope)) throw new Error(`${turn.scope} twice at once`);
    active.add(turn.scope);
    most = Math.max(most, active.size);
    took.push(turn.scope);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await during(turn);
    active.delete(turn.scope);
  };
  return Object.assign(work, { most: () => most });
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 45_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("EmbeddedCoordinator", () => {
  let journal: Journal;
  beforeEach(async () => {
    journal = await Journal.open(":memory:");
  });
  afterEach(() => journal.close());
  const open = (over: object = {}) =>
    new EmbeddedCoordinator({ journal, logger: silentLogger, roundEvery: 1, atOnce: 2, ...over });

  it("deals every scope once a round, as many at once as it may", async () => {
    const took: string[] = [];
    const work = watched(took);
    const coordinator = open();
    await coordinator.open();
    await coordinator.round(["a", "b", "c"], work);
    expect([took.sort(), work.most()]).to.deep.equal([["a", "b", "c"], 2]);
    await coordinator.stop();
  });

  it("ends the others' turns before it tells of one that failed", async () => {
    const took: string[] = [];
    const work = watched(took, async ({ scope }) => {
      if (scope === "a") throw new Error("a failed");
    });
    const error = await rejectionOf(open().round(["a", "b", "c"], work));
    expect([took.sort(), String(error)]).to.deep.equal([["a", "b", "c"], "Error: a failed"]);
  });

  it("goes on round after round until it is stopped, and then gives its lease back", async () => {
    const took: string[] = [];
    const coordinator = open();
    await coordinator.start(async () => ["a"], watched(took));
    await until(() => took.length > 1);
    expect(await journal.leaseOwner("keeper")).not.to.equal(undefined);
    await coordinator.stop();
    expect(await journal.leaseOwner("keeper")).to.equal(undefined);
  });

  it("goes on after a round whose vaults could not be listed", async () => {
    const took: string[] = [];
    let asked = 0;
    const coordinator = open();
    const scopes = async () => {
      if (++asked === 1) throw new Error("the node is away");
      return ["a"];
    };
    await coordinator.start(scopes, watched(took));
    await until(() => took.length > 0);
    await coordinator.stop();
  });

  it("keeps its lease during a round that takes longer than the lease", async () => {
    const coordinator = open({ renewEvery: 20 });
    await coordinator.open();
    await coordinator.round(["a"], async ({ fence }) => {
      const owner = (await journal.leaseOwner("keeper")) ?? "";
      await journal.acquireLease("keeper", owner, Math.floor(Date.now() / 1000), 0); // as if it had taken that long
      const mine = journal.under(fence);
      expect(await rejectionOf(mine.plan(wanted))).to.be.instanceOf(FenceLostError);
      let planned = false;
      const end = Date.now() + 45_000;
      while (!planned && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        planned = await mine.plan(wanted).then(
          () => true,
          () => false,
        );
      }
      expect(planned).to.equal(true);
    });
    await coordinator.stop();
    expect(await journal.leaseOwner("keeper")).to.equal(undefined);
  });

  it("error: does not start beside another live keeper", async () => {
    await journal.acquireLease("keeper", "elsewhere/1", Math.floor(Date.now() / 1000), 60);
    expect(await rejectionOf(open().open())).to.be.instanceOf(JournalError);
  });

  it("error: writes nothing once another keeper has the lease", async () => {
    const coordinator = open();
    await coordinator.open();
    await coordinator.round(["a"], async ({ fence }) => {
      const mine = journal.under(fence);
      const { id } = await mine.plan(wanted);
      await journal.releaseLease("keeper", (await journal.leaseOwner("keeper")) ?? "");
      await journal.acquireLease("keeper", "elsewhere/1", Math.floor(Date.now() / 1000), 60);
      expect(await rejectionOf(mine.advance(id, "SIMULATED"))).to.be.instanceOf(FenceLostError);
      expect((await journal.transaction(id)).state).to.equal("PLANNED");
    });
  });
});

describe("SharedCoordinator", function () {
  this.timeout(60_000);
  let postgres: TestPostgres;
  let url: string;
  let made = 0;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres.stop());
  beforeEach(async () => {
    url = await postgres.database(`turns_${made++}`);
  });
  const open = () => new SharedCoordinator({ url, logger: silentLogger, roundEvery: 1, atOnce: 2, heartbeat: 10 });

  it("deals a scope to one of several keepers at a time, again and again", async () => {
    const took: string[] = [];
    // One scope takes longer than the interval between two turns.
    const work = watched(took, async ({ scope }) => {
      if (scope === "a") await new Promise((resolve) => setTimeout(resolve, 1_500));
    });
    const failures: unknown[] = [];
    const keepers = [open(), open(), open()];
    const counts = [0, 0, 0];
    for (const [i, keeper] of keepers.entries()) {
      await keeper.start(
        async () => ["a", "b", "c"],
        async (turn) => {
          counts[i] = (counts[i] ?? 0) + 1;
          await work(turn).catch((error: unknown) => failures.push(error));
        },
      );
    }
    await until(() => ["a", "b", "c"].every((scope) => took.filter((name) => name === scope).length >= 3));
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    expect(failures).to.deep.equal([]);
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(took.length);
  });

  it("ends the turns in hand before it stops", async () => {
    const took: string[] = [];
    let ended = 0;
    const keeper = open();
    const work = watched(took, async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      ended++;
    });
    await keeper.start(async () => ["a"], work);
    await until(() => took.length > 0);
    await keeper.stop();
    expect(ended).to.equal(took.length);
  });

  it("error: writes nothing once the turn was dealt to another keeper", async () => {
    const journal = new Journal(await openPostgres(url));
    const outcomes: unknown[] = [];
    const keeper = open();
    await keeper.start(
      async () => ["a"],
      async ({ fence }) => {
        if (outcomes.length > 0) return;
        const mine = journal.under(fence);
        const { id } = await mine.plan(wanted);
        // What happens to the job when its keeper gives no sign of life: it fails, waits, and is active again elsewhere.
        const client = new Client({ connectionString: url });
        await client.connect();
        await client.query("UPDATE gimbal_jobs.job SET retry_count = retry_count + 1 WHERE state = 'active'");
        await client.end();
        outcomes.push(await rejectionOf(mine.advance(id, "SIMULATED")));
      },
    );
    await until(() => outcomes.length > 0);
    await keeper.stop();
    expect(outcomes[0]).to.be.instanceOf(FenceLostError);
    expect((await journal.transactions()).map(({ state }) => state)).to.deep.equal(["PLANNED"]);
    await journal.close();
  });
});
