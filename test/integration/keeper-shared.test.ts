import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { createRandom } from "../../keeper/src/data/random.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { startPostgres, type TestPostgres } from "../../keeper/src/journal/postgres.fixture.ts";
import { openPostgres } from "../../keeper/src/journal/postgres.ts";
import { deployKeeperWorld } from "../helpers/keeper.ts";
import { createVaults, Fleet, nextWeek, reconcile, untilDecided, urlOf } from "../helpers/keeperFleet.ts";
import { serve } from "../helpers/rpcServer.ts";

const { ethers, provider } = await network.create({ override: { initialDate: "2022-04-04T00:10:00Z" } });

/** The nightly run takes another seed and more weeks: GIMBAL_KEEPERS_SEED, GIMBAL_KEEPERS_WEEKS, GIMBAL_KEEPERS_VAULTS. */
const SEED = Number(process.env["GIMBAL_KEEPERS_SEED"] ?? 20_261);
const WEEKS = Number(process.env["GIMBAL_KEEPERS_WEEKS"] ?? 3);
const VAULTS = Number(process.env["GIMBAL_KEEPERS_VAULTS"] ?? 3);
const KEEPERS = 3;
const KILLS_A_WEEK = 2;
const LIMIT = 180_000; // {ms} a week

describe("several keepers with one journal", function () {
  this.timeout(WEEKS * LIMIT + 120_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-keepers-"));
  let postgres: TestPostgres;
  let server: Server;
  let fleet: Fleet;
  before(async () => {
    postgres = await startPostgres();
    server = await serve(provider);
  });
  after(async () => {
    await fleet?.stop();
    server.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  it("killed at random, they decide once a week for each vault and propose no epoch twice", async () => {
    console.log(
      `      seed ${SEED}: ${KEEPERS} keepers, ${VAULTS} vaults, ${WEEKS} weeks, ${KILLS_A_WEEK} kills a week`,
    );
    const random = createRandom(SEED);
    const world = await deployKeeperWorld(ethers, provider);
    const vaults = await createVaults(world, VAULTS);
    const url = await postgres.database("keepers");
    const options = { world, provider, vaults, folder, postgres: url, keepers: KEEPERS, rpcUrl: () => urlOf(server) };
    fleet = new Fleet(options);
    const journal = new Journal(await openPostgres(url));
    let decisions = 0;
    let proposals = 0;
    for (let week = 0; week < WEEKS; week++) {
      const since = await nextWeek(world, provider, random.uniform);
      if (week === 0) await fleet.start();
      const decided = untilDecided(world, journal, vaults, since, LIMIT);
      const killed = kill(random.uniform);
      await Promise.all([decided, killed]).catch((error: unknown) => {
        console.log(fleet.said.map((lines, keeper) => `keeper ${keeper}\n${lines.slice(-15).join("\n")}`).join("\n\n"));
        throw error;
      });
      // Those who were killed last may still have had something in hand.
      await untilDecided(world, journal, vaults, since, LIMIT);
      const tally = await reconcile(world, journal, vaults, since);
      decisions += tally.decisions;
      proposals += tally.proposals;
    }
    const codes = await fleet.stop();
    console.log(
      `      ${fleet.kills} kills, ${decisions} decisions, ${proposals} proposals; ${await whoActed(journal)}`,
    );
    expect(decisions).to.equal(WEEKS * VAULTS);
    expect(proposals, "weeks without anything to propose prove little").to.be.greaterThan(decisions / 2);
    expect(fleet.kills).to.equal(WEEKS * KILLS_A_WEEK);
    expect(await journal.unfinished()).to.deep.equal([]);
    expect(codes, "asked to stop, each ends well").to.deep.equal(Array.from({ length: KEEPERS }, () => 0));
    await journal.close();
  });

  /** Kills keepers at moments that nobody chose. */
  async function kill(chance: () => number): Promise<void> {
    for (let i = 0; i < KILLS_A_WEEK; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000 + chance() * 6_000));
      await fleet.kill(Math.floor(chance() * KEEPERS));
    }
  }

  /** How many transactions each account brought on chain. */
  async function whoActed(journal: Journal): Promise<string> {
    const done = (await journal.transactions()).filter(({ state }) => state === "DONE");
    const counts = new Map<string, number>();
    for (const { signer } of done) counts.set(signer, (counts.get(signer) ?? 0) + 1);
    return `transactions by account: ${[...counts.values()].join(", ")}`;
  }
});
