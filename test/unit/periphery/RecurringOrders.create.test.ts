import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory, RecurringOrders__factory } from "../../../typechain-types/index.js";
import {
  at,
  DAY,
  dayOf,
  deployRecurring,
  Kind,
  makePlan,
  NO_PERMIT,
  newPlan,
  Period,
  permitFor,
  SHARE,
  USD,
} from "../../helpers/recurring.ts";
import { signErc2612 } from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture, time } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

const deploy = () => deployRecurring(ethers);

describe("RecurringOrders: plans", () => {
  describe("deployment", () => {
    it("reverts when a contract that it depends on has no code", async () => {
      const { batchFactory, permit2, owner, other } = await loadFixture(deploy);
      const factory = new RecurringOrders__factory(owner);
      for (const [first, second] of [
        [other.address, permit2.target],
        [await batchFactory.getAddress(), other.address],
      ] as const) {
        await expect(factory.deploy(first, second))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_AddressInvalid")
          .withArgs(other.address);
      }
    });

    it("takes the cash of the batch factory, and ten whole units of it as the highest tip", async () => {
      const { orders, cash, batchFactory } = await loadFixture(deploy);
      expect(await orders.cash()).to.equal(await cash.getAddress());
      expect(await orders.factory()).to.equal(await batchFactory.getAddress());
      expect(await orders.MAX_TIP()).to.equal(10n * USD);
      expect(await orders.planCount()).to.equal(0n);
    });
  });

  describe("create", () => {
    it("reverts when the batch depositor is not of the factory, however much it looks like one", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, vaults, batchFactory, other } = world;
      const strangers = [
        ZeroAddress,
        other.address,
        await vaults[0].getAddress(),
        await batchFactory.implementation(),
        await batchFactory.getAddress(),
      ];
      for (const batchDepositor of strangers) {
        await expect(orders.connect(saver).create(await newPlan(world, { batchDepositor }), NO_PERMIT, NO_PERMIT))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_DepositorUnknown")
          .withArgs(batchDepositor);
      }
    });

    it("reverts when the amount is none, below the least request or more than there can be", async () => {
      const world = await loadFixture(deploy);
      const least = await world.depositors[0].minAssets();
      const largest = 2n ** 64n - 1n;
      const cases = [
        [Kind.DEPOSIT, 0n, least, largest],
        [Kind.DEPOSIT, least - 1n, least, largest],
        [Kind.WITHDRAW_SUM, 0n, 1n, largest],
        [Kind.WITHDRAW_PART, 0n, 1n, 10_000n],
        [Kind.WITHDRAW_PART, 10_001n, 1n, 10_000n],
      ] as const;
      for (const [kind, amount, minimum, maximum] of cases) {
        await expect(makePlan(world, { kind, amount }))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_AmountInvalid")
          .withArgs(amount, minimum, maximum);
      }
      for (const [kind, amount] of [
        [Kind.DEPOSIT, least],
        [Kind.WITHDRAW_SUM, 1n],
        [Kind.WITHDRAW_PART, 10_000n],
      ] as const) {
        await makePlan(world, { kind, amount });
      }
    });

    it("reverts when the tip is above the protocol's ceiling", async () => {
      const world = await loadFixture(deploy);
      await makePlan(world, { tipCap: 10n * USD });
      await expect(makePlan(world, { tipCap: 10n * USD + 1n }))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_TipTooHigh")
        .withArgs(10n * USD + 1n, 10n * USD);
    });

    it("reverts when the start is past or more than a year ahead", async () => {
      const world = await loadFixture(deploy);
      const now = (await time.latest()) + 100;
      for (const start of [now - 1, now + 366 * DAY + 1, 2 ** 40 - 1]) {
        await time.setNextBlockTimestamp(now);
        await expect(makePlan(world, { start }))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_StartInvalid")
          .withArgs(start, now);
      }
      await time.setNextBlockTimestamp(now);
      await makePlan(world, { start: now });
      await time.setNextBlockTimestamp(now + 1);
      await makePlan(world, { start: now + 1 + 366 * DAY });
    });

    it("reverts when the last day is before the start", async () => {
      const world = await loadFixture(deploy);
      const start = (await time.latest()) + DAY;
      await expect(makePlan(world, { start, lastDay: dayOf(start) - 1 }))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_EndInvalid")
        .withArgs(dayOf(start) - 1, start);
      await makePlan(world, { start, lastDay: dayOf(start) });
    });

    it("keeps what was asked for, belongs to the caller and says so", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, depositors } = world;
      const start = at("2027-01-31T10:30:00Z");
      const wanted = await newPlan(world, {
        ...{ kind: Kind.WITHDRAW_SUM, period: Period.MONTH, start, lastDay: dayOf(at("2028-01-31")), orders: 12n },
        ...{ amount: 123n, tipCap: 45n },
      });
      await expect(orders.connect(saver).create(wanted, NO_PERMIT, NO_PERMIT))
        .to.emit(orders, "PlanCreated")
        .withArgs(1n, saver.address, depositors[0], Object.values(wanted), start);
      const { owner, next, ordersLeft, kind, period, day, lastDay, batchDepositor, amount, tipCap } =
        await orders.plan(1n);
      expect([owner, next, ordersLeft, kind, period, day]).to.deep.equal([
        saver.address,
        BigInt(start),
        12n,
        1n,
        3n,
        31n,
      ]);
      expect([batchDepositor, lastDay]).to.deep.equal([
        await depositors[0].getAddress(),
        BigInt(dayOf(at("2028-01-31"))),
      ]);
      expect([amount, tipCap]).to.deep.equal([123n, 45n]);
    });

    it("starts now when no start is given, and moves no money", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, cash } = world;
      await makePlan(world);
      expect((await orders.plan(1n)).next).to.equal(BigInt(await time.latest()));
      expect(await cash.balanceOf(saver)).to.equal(10_000n * USD);
    });

    it("takes a permit of the cash along, also one that somebody has submitted already", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other, cash } = world;
      await cash.connect(saver).approve(orders, 0n);
      const permit = await permitFor(orders, cash, saver, 1_200n * USD);
      const { deadline, signature } = permit;
      const { v, r, s } = ethers.Signature.from(signature);
      await cash.connect(other).permit(saver, orders, 1_200n * USD, deadline, v, r, s);
      await orders.connect(saver).create(await newPlan(world), permit, NO_PERMIT);
      expect(await cash.allowance(saver, orders)).to.equal(1_200n * USD);
      await orders.execute(1n);
      expect(await cash.allowance(saver, orders)).to.equal(1_100n * USD);
    });

    it("takes a permit of the shares along, and one of the cash for tips", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, cash, vaults } = world;
      await cash.connect(saver).approve(orders, 0n);
      await vaults[0].connect(saver).approve(orders, 0n);
      const cashPermit = await permitFor(orders, cash, saver, 3n * USD);
      const sharePermit = await permitFor(orders, vaults[0], saver, 7n * SHARE);
      const plan = await newPlan(world, { kind: Kind.WITHDRAW_PART, amount: 1_000n, tipCap: USD });
      await orders.connect(saver).create(plan, cashPermit, sharePermit);
      expect(await cash.allowance(saver, orders)).to.equal(3n * USD);
      expect(await vaults[0].allowance(saver, orders)).to.equal(7n * SHARE);
    });

    it("reverts when a permit leaves less than one order needs: a wrong one is noticed at once", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other, cash, vaults } = world;
      await cash.connect(saver).approve(orders, 0n);
      await vaults[0].connect(saver).approve(orders, 0n);
      const token = await cash.getAddress();
      const small = await permitFor(orders, cash, saver, 101n * USD - 1n);
      const plan = await newPlan(world, { tipCap: USD });
      await expect(orders.connect(saver).create(plan, small, NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(token, 101n * USD - 1n, 101n * USD);
      const foreign = { ...small, amount: 101n * USD, ...(await signedBy(other)) };
      await expect(orders.connect(saver).create(plan, foreign, NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(token, 0n, 101n * USD);
      const shares = { ...small, signature: `0x${"11".repeat(65)}` };
      await expect(orders.connect(saver).create(await newPlan(world, { kind: Kind.WITHDRAW_SUM }), NO_PERMIT, shares))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(vaults[0], 0n, 1n);

      async function signedBy(signer: typeof other) {
        return { signature: await signErc2612(token, "USDC", signer, String(orders.target), 101n * USD) };
      }
    });

    it("reverts when a permit is for Permit2, which leaves no allowance, or is not 65 bytes long", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver } = world;
      const plan = await newPlan(world);
      const permit = { kind: 2n, amount: MaxUint256, nonce: 0n, deadline: MaxUint256, signature: "0x" };
      for (const permits of [
        [permit, NO_PERMIT],
        [NO_PERMIT, permit],
      ] as const) {
        await expect(orders.connect(saver).create(plan, ...permits))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_PermitInvalid")
          .withArgs(2n);
      }
      await expect(orders.connect(saver).create(plan, { ...permit, kind: 1n, signature: "0x1234" }, NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_SignatureInvalid")
        .withArgs(2n);
    });

    it("another one's permit and allowance are of no use: a plan is its maker's", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver, other, cash } = world;
      await cash.connect(saver).approve(orders, 0n);
      const permit = await permitFor(orders, cash, saver, 1_000n * USD);
      await expect(orders.connect(other).create(await newPlan(world), permit, NO_PERMIT)).to.be.revertedWithCustomError(
        errors,
        "RecurringOrders_AllowanceTooSmall",
      );
      await cash.connect(saver).approve(orders, MaxUint256);
      await makePlan(world, {}, other);
      await expect(orders.execute(1n))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
        .withArgs(cash, 0n, 100n * USD);
      expect(await cash.balanceOf(saver)).to.equal(10_000n * USD);
    });
  });

  describe("cancel", () => {
    it("reverts when there is no such plan, or none any more", async () => {
      const world = await loadFixture(deploy);
      const id = await makePlan(world);
      await world.orders.connect(world.saver).cancel(id);
      for (const gone of [0n, id, id + 1n, MaxUint256]) {
        await expect(world.orders.connect(world.saver).cancel(gone))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_PlanUnknown")
          .withArgs(gone);
      }
    });

    it("reverts when the caller is not the owner: ids can be guessed, and it does not help", async () => {
      const world = await loadFixture(deploy);
      const id = await makePlan(world);
      for (const stranger of [world.other, world.keeper, world.owner]) {
        await expect(world.orders.connect(stranger).cancel(id))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_Unauthorized")
          .withArgs(stranger.address);
      }
    });

    it("ends a plan also while its order is due; its id never comes back", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver } = world;
      const id = await makePlan(world);
      await time.increase(30 * DAY);
      await expect(orders.connect(saver).cancel(id)).to.emit(orders, "PlanCancelled").withArgs(id, saver.address);
      await expect(orders.execute(id))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_PlanUnknown")
        .withArgs(id);
      expect((await orders.plan(id)).owner).to.equal(ZeroAddress);
      expect(await makePlan(world)).to.equal(id + 1n);
    });

    it("leaves other plans of the owner as they are", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver } = world;
      const [kept, gone] = [await makePlan(world), await makePlan(world)];
      await orders.connect(saver).cancel(gone);
      await expect(orders.execute(kept)).to.emit(orders, "OrderExecuted");
    });
  });

  describe("plans", () => {
    it("returns pages as far as plans were ever made", async () => {
      const world = await loadFixture(deploy);
      const { orders, saver } = world;
      for (const amount of [1n, 2n, 3n]) await makePlan(world, { amount: amount * USD });
      await orders.connect(saver).cancel(2n);
      const amounts = async (first: bigint, count: bigint) =>
        (await orders.plans(first, count)).map(({ amount }) => amount / USD);
      expect(await amounts(1n, 100n)).to.deep.equal([1n, 0n, 3n]);
      expect(await amounts(3n, MaxUint256)).to.deep.equal([3n]);
      expect(await amounts(1n, 2n)).to.deep.equal([1n, 0n]);
      expect(await amounts(4n, 1n)).to.deep.equal([]);
      expect(await amounts(MaxUint256, MaxUint256)).to.deep.equal([]);
    });
  });
});
