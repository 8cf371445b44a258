import { expect } from "chai";
import { network } from "hardhat";
import { SCORE_TIERS, type ScoreTier, tierOfScore } from "../../../sdk/src/governance/tiers.ts";
import { ScoreRegistry__factory } from "../../../typechain-types/index.js";
import { DAY, deployScores, GIM, WEEK, weekOf } from "../../helpers/scores.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** The default table with some fields of some tiers changed. */
function changed(changes: Record<number, Partial<ScoreTier>>): ScoreTier[] {
  return SCORE_TIERS.map((tier, index) => ({ ...tier, ...changes[index + 1] }));
}

const plain = (tier: { minScore: bigint; saleCapUsd: bigint }) => [tier.minScore, tier.saleCapUsd];

describe("ScoreRegistry", () => {
  const base = () => deployScores({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("constructor", () => {
    it("reverts when the escrow has no code", async () => {
      const { owner, people, errors } = await load();
      await expect(new ScoreRegistry__factory(owner).deploy(people[0]!, owner, [...SCORE_TIERS]))
        .to.be.revertedWithCustomError(errors, "ScoreRegistry_AddressInvalid")
        .withArgs(people[0]!.address);
    });

    it("reverts for a table that setTiers would refuse", async () => {
      const { owner, escrow, errors } = await load();
      await expect(
        new ScoreRegistry__factory(owner).deploy(escrow, owner, changed({ 1: { minScore: 0n } })),
      ).to.be.revertedWithCustomError(errors, "ScoreRegistry_ScoresNotAscending");
    });

    it("makes the first table count for all time before the second", async () => {
      const { registry } = await load();
      expect((await registry.tiersAt(0)).map(plain)).to.deep.equal(
        SCORE_TIERS.map((tier) => [tier.minScore, BigInt(tier.saleCapUsd)]),
      );
      expect((await registry.latestTiers()).since).to.equal(0);
    });
  });

  describe("setTiers", () => {
    it("reverts when the caller is not the owner", async () => {
      const { registry, people } = await load();
      await expect(registry.connect(people[0]).setTiers([...SCORE_TIERS])).to.be.revertedWithCustomError(
        registry,
        "OwnableUnauthorizedAccount",
      );
    });

    it("reverts when a score is not above the one before, the first not above zero", async () => {
      const { registry, errors } = await load();
      const table = changed({ 1: { minScore: 0n } });
      await expect(registry.setTiers(table))
        .to.be.revertedWithCustomError(errors, "ScoreRegistry_ScoresNotAscending")
        .withArgs(1, 0, 0);
      for (let tier = 2; tier <= 10; tier++) {
        const previous = SCORE_TIERS[tier - 2]!.minScore;
        await expect(registry.setTiers(changed({ [tier]: { minScore: previous } })))
          .to.be.revertedWithCustomError(errors, "ScoreRegistry_ScoresNotAscending")
          .withArgs(tier, previous, previous);
      }
    });

    it("reverts when a benefit falls with the tier", async () => {
      const { registry, errors } = await load();
      const worse: Partial<ScoreTier>[] = [
        { feeDiscountBps: 1799 },
        { apiDiscountBps: 2799 },
        { proposalsPerMonth: 2 },
        { saleCapUsd: 9_999 },
        { saleOpensAfter: 8 * 3600 + 1 },
        { launchMultiplierBps: 19_999 },
      ];
      for (const change of worse) {
        await expect(registry.setTiers(changed({ 9: change })))
          .to.be.revertedWithCustomError(errors, "ScoreRegistry_BenefitFalls")
          .withArgs(9);
      }
    });

    it("reverts when the first tier opens after a day, or multiplies by less than one", async () => {
      const { registry, errors } = await load();
      for (const change of [{ saleOpensAfter: 86_401 }, { launchMultiplierBps: 9_999 }]) {
        await expect(registry.setTiers(changed({ 1: change })))
          .to.be.revertedWithCustomError(errors, "ScoreRegistry_BenefitFalls")
          .withArgs(1);
      }
    });

    it("reverts when a benefit is above its cap, and accepts all of them at it", async () => {
      const { registry, errors } = await load();
      const most = {
        feeDiscountBps: 5_000,
        apiDiscountBps: 5_000,
        proposalsPerMonth: 30,
        saleCapUsd: 1_000_000,
        launchMultiplierBps: 30_000,
      };
      for (const [field, value] of Object.entries(most)) {
        await expect(registry.setTiers(changed({ 10: { ...most, [field]: value + 1 } })))
          .to.be.revertedWithCustomError(errors, "ScoreRegistry_BenefitTooHigh")
          .withArgs(10);
      }
      await registry.setTiers(changed({ 10: most }));
      expect((await registry.latestTiers()).tiers[9]!.saleCapUsd).to.equal(1_000_000);
    });

    it("accepts tiers that bring the same", async () => {
      const { registry } = await load();
      const same = { ...SCORE_TIERS[0]! };
      await registry.setTiers(SCORE_TIERS.map(({ minScore }) => ({ ...same, minScore })));
    });

    it("counts from the next week start, and changes nothing before it", async () => {
      const { registry, now } = await load();
      const since = weekOf(await now()) + WEEK;
      const table = changed({ 10: { saleCapUsd: 20_000 } });
      await expect(registry.setTiers(table))
        .to.emit(registry, "TiersSet")
        .withArgs(since, (tiers: { saleCapUsd: bigint }[]) => tiers[9]!.saleCapUsd === 20_000n);
      expect((await registry.latestTiers()).since).to.equal(since);
      expect((await registry.latestTiers()).tiers[9]!.saleCapUsd).to.equal(20_000);

      await time.increaseTo(since - 1n);
      expect((await registry.tierData(10, since - 1n)).saleCapUsd).to.equal(15_000);
      await time.increaseTo(since);
      expect((await registry.tierData(10, since)).saleCapUsd).to.equal(20_000);
      expect((await registry.tierData(10, since - 1n)).saleCapUsd).to.equal(15_000);
      expect((await registry.tiersAt(since - 1n))[9]!.saleCapUsd).to.equal(15_000);
    });

    it("waits a whole week when it is called in the first second of one", async () => {
      const { registry, now } = await load();
      const boundary = weekOf(await now()) + WEEK;
      await time.setNextBlockTimestamp(boundary);
      await registry.setTiers(changed({ 10: { saleCapUsd: 20_000 } }));
      expect((await registry.latestTiers()).since).to.equal(boundary + WEEK);
      expect((await registry.tierData(10, boundary)).saleCapUsd).to.equal(15_000);
    });

    it("replaces a table that does not count yet", async () => {
      const { registry, now } = await load();
      const since = weekOf(await now()) + WEEK;
      await registry.setTiers(changed({ 10: { saleCapUsd: 20_000 } }));
      await registry.setTiers(changed({ 10: { saleCapUsd: 30_000 } }));
      await time.increaseTo(since + WEEK);
      expect((await registry.tierData(10, since)).saleCapUsd).to.equal(30_000);
      expect((await registry.tierData(10, since - 1n)).saleCapUsd).to.equal(15_000);
    });

    it("keeps every table that ever counted", async () => {
      const { registry, now, people, lockForScore } = await load();
      const [holder] = people;
      await lockForScore(holder!, 2_200n * GIM);
      const first = weekOf(await now()) + WEEK;
      const cap = 15_000;
      for (let k = 1; k <= 8; k++) {
        await registry.setTiers(changed({ 1: { minScore: BigInt(k) * 1_000n * GIM }, 10: { saleCapUsd: cap + k } }));
        await time.increaseTo(first + BigInt(k) * WEEK - WEEK + 5n);
      }
      const seen = async () =>
        Promise.all(
          [...Array(8).keys()].map(async (k) => {
            const when = first + BigInt(k) * WEEK + 1n;
            return [await registry.tierAt(holder!, when), (await registry.tierData(10, when)).saleCapUsd];
          }),
        );
      await time.increase(WEEK);
      const then = await seen();
      expect(then).to.deep.equal([...Array(8).keys()].map((k) => [k < 2 ? 1n : 0n, BigInt(cap + 1 + k)]));
      await registry.setTiers(changed({ 1: { minScore: 1n } }));
      await time.increase(2n * WEEK);
      expect(await seen()).to.deep.equal(then);
    });
  });

  describe("tierAt", () => {
    it("reverts for the running second and for the future", async () => {
      const { registry, people, errors, now } = await load();
      const timestamp = await now();
      for (const asked of [timestamp, timestamp + 1n, 1n << 250n]) {
        for (const view of [registry.tierAt, registry.scoreAt, registry.multiplierAt, registry.benefitsAt]) {
          await expect(view(people[0]!, asked))
            .to.be.revertedWithCustomError(errors, "ScoreRegistry_FutureLookup")
            .withArgs(asked, timestamp);
        }
      }
      await registry.tierAt(people[0]!, timestamp - 1n);
    });

    it("finds all ten tiers at their thresholds and the one below a wei less", async () => {
      const { registry, people, lockForScore, now } = await load();
      for (const [index, { minScore }] of SCORE_TIERS.entries()) {
        await lockForScore(people[index]!, minScore);
      }
      for (const [index, { minScore }] of SCORE_TIERS.slice(0, 8).entries()) {
        await lockForScore(people[10 + index]!, minScore - 2n);
      }
      await time.increase(10);
      const when = (await now()) - 1n;
      for (const [index, { minScore, saleCapUsd }] of SCORE_TIERS.entries()) {
        expect(await registry.scoreAt(people[index]!, when)).to.equal(minScore);
        const [tier, benefits] = await registry.benefitsAt(people[index]!, when);
        expect(tier).to.equal(index + 1);
        expect(benefits.saleCapUsd).to.equal(saleCapUsd);
        expect(benefits.minScore).to.equal(minScore);
      }
      for (let index = 0; index < 8; index++) {
        expect(await registry.tierAt(people[10 + index]!, when)).to.equal(index);
      }
    });

    it("says the same as the SDK", () => {
      for (const [index, { minScore }] of SCORE_TIERS.entries()) {
        expect(tierOfScore(minScore)).to.equal(index + 1);
        expect(tierOfScore(minScore - 1n)).to.equal(index);
      }
    });

    it("is 0 and brings nothing without a lock, and after its end", async () => {
      const { registry, people, lock, now } = await load();
      await lock(people[0]!, 1_000_000n * GIM, 2n);
      const end = weekOf(await now()) + 2n * WEEK;
      await time.increaseTo(end + 1n);
      expect(await registry.tierAt(people[0]!, end - 1n)).to.equal(10);
      expect(await registry.tierAt(people[0]!, end)).to.equal(0);
      const [tier, benefits] = await registry.benefitsAt(people[1]!, end);
      expect(tier).to.equal(0);
      expect([...benefits]).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    });
  });

  describe("tierOf", () => {
    it("reads the last week start, so that a lock of this week has no tier yet", async () => {
      const { registry, people, lockForScore, now } = await load();
      await lockForScore(people[0]!, 777_700n * GIM);
      const boundary = weekOf(await now()) + WEEK;
      await time.increaseTo(boundary - 1n);
      expect(await registry.tierAt(people[0]!, boundary - 2n)).to.equal(10);
      expect(await registry.tierOf(people[0]!)).to.equal(0);
      expect(await registry.scoreOf(people[0]!)).to.equal(0);
      expect(await registry.lastWeekStart()).to.equal(boundary - WEEK);
      await time.increaseTo(boundary + 1n);
      expect(await registry.lastWeekStart()).to.equal(boundary);
      expect(await registry.tierOf(people[0]!)).to.equal(10);
      expect(await registry.scoreOf(people[0]!)).to.equal(777_700n * GIM);
    });

    it("still reads the week before in the first second of a week, which may still change", async () => {
      const { registry, people, lockForScore, now } = await load();
      await lockForScore(people[0]!, 777_700n * GIM);
      const boundary = weekOf(await now()) + WEEK;
      await time.increaseTo(boundary);
      expect(await registry.lastWeekStart()).to.equal(boundary - WEEK);
      expect(await registry.tierOf(people[0]!)).to.equal(0);
    });

    it("keeps the tier of a holder who left in the running week, and ends it with the next", async () => {
      const { registry, escrow, people, lockForScore } = await load();
      await lockForScore(people[0]!, 777_700n * GIM);
      await time.increase(WEEK + DAY);
      await escrow.connect(people[0]).earlyExit(ethers.MaxUint256);
      expect(await registry.tierOf(people[0]!)).to.equal(10);
      await time.increase(WEEK);
      expect(await registry.tierOf(people[0]!)).to.equal(0);
    });
  });

  describe("multiplierAt", () => {
    it("falls from about 2x to 1x over the term, and is 0 without a running lock", async () => {
      const { registry, people, lock, now } = await load();
      await lock(people[0]!, 1_000n * GIM, 52n);
      const start = weekOf(await now());
      await time.increaseTo(start + 60n * WEEK);
      const at = (weeks: bigint) => registry.multiplierAt(people[0]!, start + weeks * WEEK);
      expect(await at(0n)).to.equal(0);
      expect(await at(13n)).to.equal(17_500);
      expect(await at(26n)).to.equal(15_000);
      expect(await at(39n)).to.equal(12_500);
      expect(await registry.multiplierAt(people[0]!, start + 52n * WEEK - 1n)).to.equal(10_000);
      expect(await at(52n)).to.equal(0);
      expect(await registry.multiplierAt(people[1]!, start)).to.equal(0);
    });

    it("is 2x for a permanent lock", async () => {
      const { registry, people, lockForScore, now } = await load();
      await lockForScore(people[0]!, 2_000n * GIM);
      await time.increase(200n * DAY);
      expect(await registry.multiplierAt(people[0]!, (await now()) - 1n)).to.equal(20_000);
    });
  });

  describe("tierData, tiersAt", () => {
    it("revert for a tier that does not exist", async () => {
      const { registry, errors } = await load();
      for (const tier of [0, 11, 255]) {
        await expect(registry.tierData(tier, 0))
          .to.be.revertedWithCustomError(errors, "ScoreRegistry_TierUnknown")
          .withArgs(tier);
      }
    });

    it("revert for the future, and answer for the running second", async () => {
      const { registry, errors, now } = await load();
      const timestamp = await now();
      const later = timestamp + WEEK;
      await expect(registry.tierData(1, later)).to.be.revertedWithCustomError(errors, "ScoreRegistry_FutureLookup");
      await expect(registry.tiersAt(later)).to.be.revertedWithCustomError(errors, "ScoreRegistry_FutureLookup");
      expect((await registry.tierData(1, timestamp)).minScore).to.equal(2_200n * GIM);
    });
  });
});
