import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { followingOrder, type OrderPeriod as PeriodName, upcomingOrders } from "../../../sdk/src/index.ts";
import { Errors__factory } from "../../../typechain-types/index.js";
import { setPrices } from "../../helpers/market.ts";
import {
  at,
  DAY,
  dayOf,
  deployRecurring,
  HOUR,
  Kind,
  makePlan,
  Period,
  type RecurringWorld,
  refresh,
  SHARE,
  USD,
  WEEK,
} from "../../helpers/recurring.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture, time } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

const deploy = () => deployRecurring(ethers);

/** {raw cash}, {share wei} that recurring orders and their standing in the tokens come to: nothing, ever. */
async function expectEmpty({ orders, cash, vaults }: RecurringWorld): Promise<void> {
  expect(await cash.balanceOf(orders)).to.equal(0n);
  for (const vault of vaults) expect(await vault.balanceOf(orders)).to.equal(0n);
}

describe("RecurringOrders: execute", () => {
  describe("a deposit", () => {
    it("reverts when there is no such plan", async () => {
      const { orders } = await loadFixture(deploy);
      for (const id of [0n, 1n, 2n ** 255n]) {
        await expect(orders.execute(id))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_PlanUnknown")
          .withArgs(id);
      }
    });

    it("reverts a second before it is due, and not at that second", async () => {
      const world = await loadFixture(deploy);
      const start = (await time.latest()) + DAY;
      const id = await makePlan(world, { start });
      await time.setNextBlockTimestamp(start - 1);
      await expect(world.orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_NotDue")
        .withArgs(id, start, start - 1);
      await time.setNextBlockTimestamp(start);
      await world.orders.execute(id);
    });

    it("files a request that belongs to the owner, and keeps nothing", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, keeper, cash, depositors } = world;
      const id = await makePlan(world);
      const start = (await orders.plan(id)).next;
      const batch = await depositors[0].collecting();
      await expect(orders.execute(id))
        .to.emit(orders, "OrderExecuted")
        .withArgs(id, saver.address, keeper.address, Kind.DEPOSIT, batch, 100n * USD, 0n, start + BigInt(WEEK));
      expect(await depositors[0].pendingDepositRequest(batch, saver)).to.equal(100n * USD);
      for (const account of [orders, keeper]) {
        expect(await depositors[0].pendingDepositRequest(batch, account)).to.equal(0n);
      }
      expect(await cash.balanceOf(saver)).to.equal(9_900n * USD);
      await expectEmpty(world);
      // The owner, and nobody for him, takes it back before the lock.
      await expect(depositors[0].connect(keeper).cancelDepositRequest(batch, keeper, saver)).to.revert(ethers);
      await depositors[0].connect(saver).cancelDepositRequest(batch, saver, saver);
      expect(await cash.balanceOf(saver)).to.equal(10_000n * USD);
    });

    it("goes through once a period, whoever tries again", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other } = world;
      const id = await makePlan(world);
      const start = Number((await orders.plan(id)).next);
      await orders.execute(id);
      for (const caller of [world.keeper, other, saver]) {
        await expect(orders.connect(caller).execute(id))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_NotDue")
          .withArgs(id, start + WEEK, (await time.latest()) + 1);
      }
      await time.setNextBlockTimestamp(start + WEEK);
      await orders.execute(id);
      expect((await orders.plan(id)).next).to.equal(BigInt(start + 2 * WEEK));
    });

    it("reverts when the allowance does not cover it, and changes nothing", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, cash } = world;
      const id = await makePlan(world);
      const before = await orders.plan(id);
      await cash.connect(saver).approve(orders, 100n * USD - 1n);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(cash, 100n * USD - 1n, 100n * USD);
      expect(await orders.plan(id)).to.deep.equal(before);
      await cash.connect(saver).approve(orders, 100n * USD);
      await orders.execute(id);
      expect(await cash.allowance(saver, orders)).to.equal(0n);
    });

    it("reverts when the balance does not cover it, and goes through later", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other, cash } = world;
      const id = await makePlan(world);
      await cash.connect(saver).transfer(other, 9_900n * USD + 1n);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_BalanceTooSmall")
        .withArgs(cash, 100n * USD - 1n, 100n * USD);
      await cash.connect(other).transfer(saver, 1n);
      await orders.execute(id);
    });

    it("stops after its last day: the last order is the last date that is not after it", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver } = world;
      const start = at("2027-01-06T10:00:00Z");
      const lastDay = dayOf(start + WEEK);
      const id = await makePlan(world, { start, lastDay });
      await time.setNextBlockTimestamp(start);
      await orders.execute(id);
      const late = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp((lastDay + 1) * DAY);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_PlanEnded")
        .withArgs(id, lastDay);
      await late.restore();
      await time.setNextBlockTimestamp((lastDay + 1) * DAY - 1);
      await orders.execute(id);

      const again = await makePlan(world, { start: start + 2 * WEEK, lastDay: dayOf(start + 3 * WEEK) });
      await time.setNextBlockTimestamp(start + 2 * WEEK);
      await orders.execute(again);
      await time.setNextBlockTimestamp(start + 3 * WEEK);
      await expect(orders.execute(again)).to.emit(orders, "PlanCompleted").withArgs(again, saver.address);
      expect((await orders.plan(again)).owner).to.equal(ZeroAddress);
      await time.increase(WEEK);
      await expect(orders.execute(again)).to.be.revertedWithCustomError(errors, "RecurringOrders_PlanUnknown");
    });

    it("stops after its number of orders, of which missed ones are none", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, cash } = world;
      const id = await makePlan(world, { orders: 2n });
      await orders.execute(id);
      expect((await orders.plan(id)).ordersLeft).to.equal(1n);
      await time.increase(5 * WEEK);
      await expect(orders.execute(id)).to.emit(orders, "PlanCompleted").withArgs(id, saver.address);
      await time.increase(5 * WEEK);
      await expect(orders.execute(id)).to.be.revertedWithCustomError(errors, "RecurringOrders_PlanUnknown");
      expect(await cash.balanceOf(saver)).to.equal(9_800n * USD);
    });
  });

  describe("the tip", () => {
    it("rises from nothing to the owner's cap within an hour, and no further", async () => {
      const world = await loadFixture(deploy);
      const { orders, keeper, saver, cash } = world;
      const start = (await time.latest()) + DAY;
      const tipCap = 6n * USD;
      for (const [after, tip] of [
        [0, 0n],
        [1, tipCap / 3_600n],
        [HOUR / 2, tipCap / 2n],
        [HOUR - 1, (tipCap * 3_599n) / 3_600n],
        [HOUR, tipCap],
        [2 * DAY, tipCap],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        const id = await makePlan(world, { start, tipCap });
        expect(await orders.tipOf(id)).to.equal(0n);
        await time.setNextBlockTimestamp(start + after);
        await orders.execute(id);
        expect(await cash.balanceOf(keeper), `after ${after} s`).to.equal(tip);
        expect(await cash.balanceOf(saver)).to.equal(9_900n * USD - tip);
        await expectEmpty(world);
        await snapshot.restore();
      }
    });

    it("counts from the order that was missed first, and pays it once", async () => {
      const world = await loadFixture(deploy);
      const { orders, keeper, cash } = world;
      const id = await makePlan(world, { tipCap: 2n * USD });
      await time.increase(3 * WEEK + 60);
      await networkHelpers.mine();
      expect(await orders.tipOf(id)).to.equal(2n * USD);
      await orders.execute(id);
      expect(await orders.tipOf(id)).to.equal(0n);
      await expect(orders.execute(id)).to.be.revertedWithCustomError(errors, "RecurringOrders_NotDue");
      expect(await cash.balanceOf(keeper)).to.equal(2n * USD);
    });

    it("is part of what the allowance must cover: without it nothing is filed", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, cash, depositors } = world;
      const id = await makePlan(world, { tipCap: USD });
      await cash.connect(saver).approve(orders, 101n * USD - 1n);
      await time.increase(HOUR);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(cash, USD - 1n, USD);
      expect(await depositors[0].pendingDepositRequest(await depositors[0].collecting(), saver)).to.equal(0n);
    });
  });

  describe("dates", () => {
    /** Files the order at each of `times` and returns the dates that follow. */
    async function datesOf(period: bigint, start: string, times: readonly string[]): Promise<string[]> {
      const world = await loadFixture(deploy);
      const id = await makePlan(world, { period, start: at(start) });
      const dates: string[] = [];
      for (const when of times) {
        await time.setNextBlockTimestamp(at(when));
        await world.orders.execute(id);
        const { next } = await world.orders.plan(id);
        dates.push(new Date(Number(next) * 1_000).toISOString().slice(0, 19));
      }
      return dates;
    }

    it("weeks stay on the owner's weekday and hour, however late an order was", async () => {
      expect(
        await datesOf(Period.ONE_WEEK, "2027-01-11T08:00:00Z", ["2027-01-11T08:00:00Z", "2027-01-24T23:00:00Z"]),
      ).to.deep.equal(["2027-01-18T08:00:00", "2027-01-25T08:00:00"]);
      expect(
        await datesOf(Period.TWO_WEEKS, "2027-01-11T08:00:00Z", ["2027-01-20", "2027-02-08T08:00:00Z"]),
      ).to.deep.equal(["2027-01-25T08:00:00", "2027-02-22T08:00:00"]);
      expect(
        await datesOf(Period.FOUR_WEEKS, "2027-01-11T08:00:00Z", ["2027-01-11T08:00:01Z", "2027-03-08T07:59:59Z"]),
      ).to.deep.equal(["2027-02-08T08:00:00", "2027-03-08T08:00:00"]);
    });

    it("months keep the day of the start in mind: 31 January, 28 February, 31 March, 30 April", async () => {
      const times = ["2027-01-31T12:00:00Z", "2027-02-28T12:00:00Z", "2027-03-31T12:00:00Z", "2027-04-30T12:00:00Z"];
      expect(await datesOf(Period.MONTH, "2027-01-31T12:00:00Z", times)).to.deep.equal([
        "2027-02-28T12:00:00",
        "2027-03-31T12:00:00",
        "2027-04-30T12:00:00",
        "2027-05-31T12:00:00",
      ]);
    });

    it("months know leap years and the turn of a year", async () => {
      expect(
        await datesOf(Period.MONTH, "2027-12-30T23:59:59Z", [
          "2027-12-30T23:59:59Z",
          "2028-01-30T23:59:59Z",
          "2028-02-29T23:59:59Z",
        ]),
      ).to.deep.equal(["2028-01-30T23:59:59", "2028-02-29T23:59:59", "2028-03-30T23:59:59"]);
    });

    it("missed months are skipped: the next date is the first that is still to come", async () => {
      expect(
        await datesOf(Period.MONTH, "2027-01-31T12:00:00Z", ["2027-02-28T11:59:59Z", "2027-09-30T12:00:00Z"]),
      ).to.deep.equal(["2027-02-28T12:00:00", "2027-10-31T12:00:00"]);
    });

    it("are the ones that the SDK shows beforehand, for any period, start and delay", async () => {
      const world = await loadFixture(deploy);
      const names = ["1-week", "2-weeks", "4-weeks", "month"] as const satisfies PeriodName[];
      let seed = 7;
      const random = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        return seed % below;
      };
      for (let round = 0; round < 24; round++) {
        const start = (await time.latest()) + 2 + random(60 * DAY);
        const period = names[round % 4] as PeriodName;
        const id = await makePlan(world, { start, period: BigInt(names.indexOf(period)) });
        const { day } = await world.orders.plan(id);
        const late = start + random([3, DAY, 200 * DAY][round % 3] as number);
        await time.setNextBlockTimestamp(late);
        await world.orders.execute(id);
        const expected = followingOrder({ period, next: start, day: Number(day) }, late);
        expect((await world.orders.plan(id)).next, `${period} from ${start}, filed at ${late}`).to.equal(
          BigInt(expected),
        );
        await world.orders.connect(world.saver).cancel(id);
      }
      const dates = upcomingOrders({ period: "month", next: at("2027-10-31"), day: 31, lastDay: 0, ordersLeft: 0 }, 5);
      expect(dates).to.deep.equal(["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29"].map(at));
    });
  });

  describe("a withdrawal", () => {
    it("of a sum redeems shares worth at most that sum at the live NAV", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, vaults, depositors } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_SUM, amount: 333n * USD });
      await refresh(world);
      const price = await depositors[0].sharePrice();
      const shares = (333n * USD * 10n ** 27n) / price;
      const batch = await depositors[0].collecting();
      await expect(orders.execute(id)).to.emit(orders, "OrderExecuted");
      expect(await vaults[0].balanceOf(saver)).to.equal(50n * SHARE - shares);
      expect(await depositors[0].pendingRedeemRequest(batch, saver)).to.equal(shares);
      expect((shares * price) / 10n ** 27n).to.be.at.most(333n * USD);
      expect(((shares + 1n) * price) / 10n ** 27n).to.be.at.least(333n * USD - 1n);
      await expectEmpty(world);
    });

    it("of a sum takes fewer shares when they are worth more", async () => {
      const world = await loadFixture(deploy);
      const { orders, protocol, saver, vaults } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_SUM, amount: 400n * USD });
      await setPrices(protocol, { WETH: "4000", LINK: "40" });
      await orders.execute(id);
      // A share is a third each of dollars, Ether and LINK: $33.34 + 2 * $66.66
      const taken = 50n * SHARE - (await vaults[0].balanceOf(saver));
      expect(taken).to.be.closeTo((400n * SHARE * 100n) / 16_666n, SHARE / 1_000n);
    });

    it("of a sum is refused while the NAV is incomplete; a part goes on, and needs no price", async () => {
      const world = await loadFixture(deploy);
      const { orders, depositors } = world;
      const sum = await makePlan(world, { kind: Kind.WITHDRAW_SUM, amount: 100n * USD });
      const part = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 1_000n });
      await time.increase(2 * DAY); // every feed is stale
      await expect(depositors[0].sharePrice()).to.revert(ethers);
      await expect(orders.execute(sum)).to.revert(ethers);
      await expect(orders.execute(part)).to.emit(orders, "OrderExecuted");
      await refresh(world);
      await expect(orders.execute(sum)).to.emit(orders, "OrderExecuted");
    });

    it("of a part takes that part of what the owner holds then", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, vaults, depositors } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 1_000n, period: Period.MONTH });
      await orders.execute(id);
      expect(await vaults[0].balanceOf(saver)).to.equal(45n * SHARE);
      await time.increase(31 * DAY);
      await orders.execute(id);
      expect(await vaults[0].balanceOf(saver)).to.equal(40n * SHARE + SHARE / 2n);
      const batch = await depositors[0].collecting();
      expect(await depositors[0].pendingRedeemRequest(batch, saver)).to.equal(4n * SHARE + SHARE / 2n);
      await expectEmpty(world);
    });

    it("of everything takes everything, and then finds nothing", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, vaults } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 10_000n });
      await orders.execute(id);
      expect(await vaults[0].balanceOf(saver)).to.equal(0n);
      await time.increase(WEEK);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_NothingToRedeem")
        .withArgs(id);
    });

    it("reverts when the allowance or the balance of shares does not cover it", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other, vaults } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 5_000n });
      await vaults[0].connect(saver).approve(orders, 25n * SHARE - 1n);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(vaults[0], 25n * SHARE - 1n, 25n * SHARE);
      const sum = await makePlan(world, { kind: Kind.WITHDRAW_SUM, amount: 1_000n * USD });
      await vaults[0].connect(saver).approve(orders, 50n * SHARE);
      await vaults[0].connect(saver).transfer(other, 49n * SHARE);
      await expect(orders.execute(sum)).to.be.revertedWithCustomError(errors, "RecurringOrders_BalanceTooSmall");
    });

    it("pays its tip in cash, which must be allowed too", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, keeper, cash } = world;
      const id = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 100n, tipCap: 3n * USD });
      await time.increase(HOUR);
      await cash.connect(saver).approve(orders, 3n * USD - 1n);
      await expect(orders.execute(id)).to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall");
      await cash.connect(saver).approve(orders, 3n * USD);
      await orders.execute(id);
      expect(await cash.balanceOf(keeper)).to.equal(3n * USD);
    });
  });

  describe("after settlement", () => {
    it("goes on while an earlier request is settled: the next order folds it into what is claimable", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, depositors, cash } = world;
      const id = await makePlan(world);
      await orders.execute(id);
      await time.increase(WEEK); // nobody opened the batch: it is a refund
      await refresh(world);
      await orders.execute(id);
      const account = await depositors[0].accountOf(saver);
      expect([account.refundAssets, account.pendingAssets]).to.deep.equal([100n * USD, 100n * USD]);
      await depositors[0].claimMany([saver.address]);
      expect(await cash.balanceOf(saver)).to.equal(9_900n * USD);
    });
  });
});
