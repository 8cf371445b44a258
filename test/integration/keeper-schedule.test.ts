import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import type { KeeperOptions } from "../../keeper/src/execute/keeper.ts";
import { defaultTransactionSettings } from "../../keeper/src/execute/transactions.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { decisionHash, dueOf } from "../../keeper/src/plan/record.ts";
import { scheduleSchema } from "../../keeper/src/schedule/settings.ts";
import { verifyDecision } from "../../keeper/src/verify.ts";
import { deployKeeperWorld, type KeeperWorld, openKeeper } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";

// A Thursday.
const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Decides, and finds that it does not pay: what a decision does to a vault is another test's affair. */
const base: Policy = { ...marketCapPolicy, ensemble: null };
const still: Policy = { ...base, plan: { ...base.plan, benefitMultipleBps: 2_000_000_000 } };

describe("keeper by a schedule", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-schedule-"));
  let files = 0;
  after(() => rmSync(folder, { recursive: true }));

  const deployed = () => deployKeeperWorld(ethers, provider);

  async function start(settings: object, over: Partial<KeeperOptions> = {}) {
    const world = await networkHelpers.loadFixture(deployed);
    const journal = await Journal.open(join(folder, `${files++}.db`));
    const schedule = scheduleSchema.parse(settings);
    const open = () => openKeeper(world, journal, { schedule, ...over });
    return { world, journal, open, keeper: await open() };
  }

  /** Lets time pass; the feeds go on with the same prices, or others. */
  async function later({ protocol }: KeeperWorld, seconds: number, prices: Record<string, string> = {}) {
    await networkHelpers.time.increase(seconds);
    await setPrices(protocol, prices);
  }

  it("decides once a slot, and after a stop once for the newest that was missed", async () => {
    const { world, journal, open, keeper } = await start({ every: "daily", at: { hour: 6 } });
    const first = (await runOnce(keeper, world.vault, still)).decision;
    expect(first && dueOf(first)?.slot?.id).to.equal("2022-05-11"); // before six
    const { at, reason } = await keeper.nextDue(world.vault, still);
    expect([new Date(at * 1000).toISOString(), reason]).to.deep.equal([
      "2022-05-12T06:15:00.000Z",
      "The daily decision of 2022-05-12.",
    ]);
    expect((await runOnce(keeper, world.vault, still)).decision).to.equal(null);

    // Nobody runs for four days; then two keepers come back, one after the other.
    await later(world, 4 * DAY);
    const late = (await runOnce(await open(), world.vault, still)).decision;
    expect(late && dueOf(late)?.reason).to.equal(
      "The daily decision of 2022-05-15, due since 2022-05-15 06:15 UTC. " +
        "2022-05-12 to 2022-05-14 passed without their decisions: these 3 are skipped.",
    );
    expect((await runOnce(await open(), world.vault, still)).decision).to.equal(null);
    // The reason is a part of the record, and of what is recomputed from its inputs.
    expect((await verifyDecision(decisionHash(late!), journal, world.client)).chain).to.equal("none");
    await journal.close();
  });

  it("of calls at the same time for one vault only one decides, whoever's turn they are", async () => {
    const { world, journal, keeper } = await start({ every: "weekly" });
    const fence = async () => {};
    const calls = [keeper, keeper.under(fence), keeper, keeper.under(fence)];
    const rounds = await Promise.all(calls.map((one) => runOnce(one, world.vault, base)));
    expect(rounds.filter(({ decision }) => decision !== null)).to.have.length(1);
    expect(await journal.decisions(world.chainId, world.vault)).to.have.length(1);
    expect((await world.index.epoch()).id).to.equal(1n);
    await journal.close();
  });

  it("decides when the weights have drifted, rests, and keeps the slot for its own decision", async () => {
    const drift = { largestBps: 300, oneWayBps: 10_000, checkEvery: HOUR };
    const { world, journal, keeper } = await start({ every: "weekly", at: { weekday: "saturday" }, drift });
    const round = async () => {
      const { decision } = await runOnce(keeper, world.vault, still);
      return decision === null ? null : (dueOf(decision) ?? null);
    };
    expect((await round())?.slot?.id).to.equal("2022-W18");
    await later(world, 7 * HOUR);
    expect(await round()).to.equal(null); // looked, and nothing had moved
    await later(world, HOUR / 2, { WETH: "2600" });
    expect(await round()).to.equal(null); // looked half an hour ago
    await later(world, HOUR / 2);
    const early = await round();
    expect(early?.trigger).to.equal("drift");
    expect(early?.reason).to.match(/^Drift: ETH is \d+ bps above what the last decision set, more than 300\.$/);
    expect(early?.slot?.id).to.equal("2022-W18");

    // Back again: as far as before, but within the cooldown.
    await later(world, 5 * HOUR, { WETH: "2000" });
    expect(await round()).to.equal(null);
    await later(world, HOUR + 60);
    expect((await round())?.trigger).to.equal("drift");
    // Saturday comes, and the slot has not been used up.
    await later(world, DAY + 12 * HOUR);
    expect(await round()).to.deep.include({ trigger: "schedule" });
    const [hash] = await journal.decisions(world.chainId, world.vault);
    const newest = await journal.decision(hash!);
    expect(newest && dueOf(newest)?.slot?.id).to.equal("2022-W19");
    await journal.close();
  });

  it("decides when the exposure changes, and looks no oftener than it is told", async () => {
    const { world, journal, keeper } = await start({ every: "quarterly", cooldown: 0, regime: { checkEvery: HOUR } });
    const always: Policy = { ...still, regime: { ...still.regime, mode: "none" } };
    const round = async (policy: Policy) => (await runOnce(keeper, world.vault, policy)).decision;
    expect((await round(always))?.regime.exposureBps).to.equal(10_000);
    await later(world, HOUR);
    expect(await round(always)).to.equal(null); // looked: the same
    await later(world, HOUR - 60);
    expect(await round(still)).to.equal(null); // looked less than an hour ago
    await later(world, 60);
    const decision = await round(still);
    expect(decision && dueOf(decision)).to.deep.include({
      trigger: "regime",
      reason: "Regime: the exposure goes from 100% to 0% in a bear market.",
    });
    await later(world, 2 * HOUR);
    expect(await round(still)).to.equal(null);
    expect((await keeper.nextDue(world.vault, still)).reason).to.equal("The quarterly decision of 2022-Q3.");
    await journal.close();
  });

  it("decides again in its slot when gas was too dear until the decision was over", async () => {
    const { world, journal, open } = await start({ every: "quarterly" });
    const poor = { ...defaultTransactionSettings, pollInterval: 5, giveUpAfter: 50, maxFeeCeiling: 1n };
    const stopped = await openKeeper(world, journal, {
      schedule: scheduleSchema.parse({ every: "quarterly" }),
      transactions: poor,
    });
    await runOnce(stopped, world.vault, base).catch(() => null);
    expect(await journal.decisions(world.chainId, world.vault)).to.have.length(1);
    expect((await world.index.epoch()).id).to.equal(0n);

    // As long as the decision is valid it is sent again as it is; then there is another one.
    await later(world, base.plan.validity + 60);
    const keeper = await open();
    const { decision, proposal } = await runOnce(keeper, world.vault, base);
    expect(decision && dueOf(decision)?.reason).to.equal(
      "The last decision could not be proposed in time: another one is made in 2022-Q2.",
    );
    expect([proposal?.result, (await world.index.epoch()).id]).to.deep.equal(["mined", 1n]);
    await later(world, base.plan.validity + 60);
    expect((await runOnce(keeper, world.vault, base)).decision).to.equal(null);
    await journal.close();
  });

  it("has a schedule of its own for a vault", async () => {
    const own = scheduleSchema.parse({ every: "monthly" });
    const world = await networkHelpers.loadFixture(deployed);
    const schedules = new Map([[world.vault.toLowerCase(), own]]);
    const { journal, keeper } = await start({ every: "daily" }, { schedules });
    const { decision } = await runOnce(keeper, world.vault, still);
    expect(decision && dueOf(decision)?.slot?.id).to.equal("2022-05");
    await journal.close();
  });
});
