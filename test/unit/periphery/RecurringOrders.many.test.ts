import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory } from "../../../typechain-types/index.js";
import {
  DAY,
  deployRecurring,
  dueOrders,
  encodeIds,
  fundSaver,
  HOUR,
  Kind,
  makePlan,
  USD,
  WEEK,
} from "../../helpers/recurring.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture, time } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

const deploy = () => deployRecurring(ethers);

/** Four plans: the saver's, the other's, one without allowance, one that is not due. */
async function deployFour() {
  const world = await deploy();
  const { saver, other, owner, cash, orders } = world;
  await fundSaver(world, other);
  const ids = [
    await makePlan(world),
    await makePlan(world, {}, other),
    await makePlan(world, {}, owner),
    await makePlan(world, { start: (await time.latest()) + DAY }),
  ] as const;
  await cash.connect(owner).approve(orders, 0n);
  return { ...world, ids, saver };
}

describe("RecurringOrders: many orders", () => {
  describe("executeMany", () => {
    it("files each on its own: one that fails stops none of the others", async () => {
      const { orders, saver, other, cash, ids } = await loadFixture(deployFour);
      const before = [await cash.balanceOf(saver), await cash.balanceOf(other)] as const;
      const order = [ids[2], ids[0], 99n, ids[3], ids[1]];
      expect(await orders.executeMany.staticCall(order)).to.equal(2n);
      const sent = orders.executeMany(order);
      await expect(sent).to.emit(orders, "OrderExecuted");
      const receipt = await (await sent).wait();
      const logs = (receipt?.logs ?? []).flatMap((log) => orders.interface.parseLog(log) ?? []);
      const named = (name: string) => logs.filter((log) => log.name === name).map(({ args }) => args.id as bigint);
      expect(named("OrderExecuted")).to.deep.equal([ids[0], ids[1]]);
      expect(named("OrderFailed")).to.deep.equal([ids[2], 99n, ids[3]]);
      const reasons = logs
        .filter(({ name }) => name === "OrderFailed")
        .map(({ args }) => errors.interface.parseError(args.reason)?.name);
      expect(reasons).to.deep.equal([
        "RecurringOrders_AllowanceTooSmall",
        "RecurringOrders_PlanUnknown",
        "RecurringOrders_NotDue",
      ]);
      expect(await cash.balanceOf(saver)).to.equal(before[0] - 100n * USD);
      expect(await cash.balanceOf(other)).to.equal(before[1] - 100n * USD);
    });

    it("files an order that is named twice once", async () => {
      const { orders, saver, cash, ids } = await loadFixture(deployFour);
      const before = await cash.balanceOf(saver);
      await orders.executeMany([ids[0], ids[0], ids[0]]);
      expect(await cash.balanceOf(saver)).to.equal(before - 100n * USD);
    });

    it("pays the tips of all plans to the caller, each at most once a period: a loop drains nobody", async () => {
      const world = await loadFixture(deploy);
      const { orders, keeper, saver, cash } = world;
      const ids: bigint[] = [];
      for (let k = 0; k < 5; k++) ids.push(await makePlan(world, { tipCap: USD }));
      await time.increase(2 * WEEK);
      for (let round = 0; round < 3; round++) await orders.executeMany([...ids, ...ids]);
      expect(await cash.balanceOf(keeper)).to.equal(5n * USD);
      expect(await cash.balanceOf(saver)).to.equal((10_000n - 505n) * USD);
    });

    it("reverts when an order runs out of gas, so that no estimate leaves one out", async () => {
      const { orders, keeper, saver, other, cash, ids } = await loadFixture(deployFour);
      const both = [ids[0], ids[1]];
      const enough = await orders.executeMany.estimateGas(both);
      const before = [await cash.balanceOf(saver), await cash.balanceOf(other)] as const;
      let outcomes = 0;
      for (let gas = 90_000n; gas < enough; gas += 7_000n) {
        const snapshot = await networkHelpers.takeSnapshot();
        await orders
          .connect(keeper)
          .executeMany(both, { gasLimit: gas })
          .then((sent) => sent.wait())
          .catch(() => undefined);
        const paid = [await cash.balanceOf(saver), await cash.balanceOf(other)] as const;
        expect(before[0] - paid[0], `with ${gas} gas`).to.equal(before[1] - paid[1]);
        outcomes += 1;
        await snapshot.restore();
      }
      expect(outcomes).to.be.greaterThan(10);
      await orders.executeMany(both, { gasLimit: enough });
      expect(await cash.balanceOf(other)).to.equal(before[1] - 100n * USD);
    });

    it("reverts when a dear order lacks its last gas, although what is left would do to say that it failed", async () => {
      const world = await loadFixture(deploy);
      const id = await makePlan(world, { kind: Kind.WITHDRAW_SUM, amount: 50n * USD });
      const enough = await world.orders.executeMany.estimateGas([id]);
      let starved = 0;
      for (let gas = enough - 60_000n; gas < enough; gas += 1_000n) {
        const call = world.orders.executeMany.staticCall([id], { gasLimit: gas });
        const executed = await call.catch(() => undefined);
        expect(executed, `with ${gas} of ${enough} gas`).to.be.oneOf([undefined, 1n]);
        if (executed === undefined) starved += 1;
      }
      expect(starved).to.be.greaterThan(10);
    });

    it("nobody but the contract files for somebody else's tip", async () => {
      const { orders, keeper, saver, ids } = await loadFixture(deployFour);
      for (const caller of [keeper, saver]) {
        await expect(orders.connect(caller).executeFor(ids[0], keeper))
          .to.be.revertedWithCustomError(errors, "RecurringOrders_Unauthorized")
          .withArgs(caller.address);
      }
    });
  });

  describe("checkUpkeep and performUpkeep", () => {
    it("propose the orders that would go through, file them, and then nothing more", async () => {
      const { orders, ids } = await loadFixture(deployFour);
      const { data, ids: found } = await dueOrders(orders);
      expect(found).to.deep.equal([ids[0], ids[1]]);
      await expect(orders.performUpkeep(data)).to.emit(orders, "OrderExecuted");
      expect((await dueOrders(orders)).ids).to.deep.equal([]);
      await expect(orders.performUpkeep(data)).to.be.revertedWithCustomError(errors, "RecurringOrders_NothingExecuted");
    });

    it("go on when an order of the list was filed by somebody else in between", async () => {
      const { orders, other, cash, ids } = await loadFixture(deployFour);
      const { data } = await dueOrders(orders);
      await orders.execute(ids[0]);
      const before = await cash.balanceOf(other);
      await orders.performUpkeep(data);
      expect(await cash.balanceOf(other)).to.equal(before - 100n * USD);
    });

    it("look at the plans asked for, as many as asked for", async () => {
      const { orders, ids } = await loadFixture(deployFour);
      const asked = async (check: Parameters<typeof dueOrders>[1]) => (await dueOrders(orders, check)).ids;
      expect(await asked({ first: 2 })).to.deep.equal([ids[1]]);
      expect(await asked({ first: 1, count: 1 })).to.deep.equal([ids[0]]);
      expect(await asked({ most: 1 })).to.deep.equal([ids[0]]);
      expect(await asked({ most: 0 })).to.deep.equal([]);
      expect(await asked({ first: 0, count: 2 })).to.deep.equal([ids[0]]);
      expect(await asked({ first: 5 })).to.deep.equal([]);
      expect(await asked({ first: 1, count: 2n ** 255n, most: 2 })).to.deep.equal([ids[0], ids[1]]);
    });

    it("leave out orders whose tip is too small, and those beyond the gas asked for", async () => {
      const world = await loadFixture(deployFour);
      const { orders, ids } = world;
      const paying = await makePlan(world, { tipCap: 2n * USD });
      await time.increase(HOUR / 2);
      await networkHelpers.mine();
      const asked = async (check: Parameters<typeof dueOrders>[1]) => (await dueOrders(orders, check)).ids;
      expect(await asked({ minTip: USD })).to.deep.equal([paying]);
      await time.increase(HOUR);
      await networkHelpers.mine();
      expect(await asked({ minTip: 2n * USD })).to.deep.equal([paying]);
      expect(await asked({ minTip: 2n * USD + 1n })).to.deep.equal([]);
      expect(await asked({ maxGas: 400_000 })).to.have.length.lessThan(3);
      expect(await asked({ maxGas: 50_000 })).to.deep.equal([]);
      expect(await asked({})).to.deep.equal([ids[0], ids[1], paying]);
    });

    it("leave no trace when the check is sent as a transaction", async () => {
      const { orders, saver, cash, ids } = await loadFixture(deployFour);
      const before = [await orders.plan(ids[0]), await cash.balanceOf(saver)];
      const tuple = [[1, 100, 20, 10_000_000, 0]];
      const data = ethers.AbiCoder.defaultAbiCoder().encode(["tuple(uint256,uint256,uint256,uint256,uint256)"], tuple);
      await orders.checkUpkeep(data);
      expect([await orders.plan(ids[0]), await cash.balanceOf(saver)]).to.deep.equal(before);
    });

    it("revert when the data cannot be decoded", async () => {
      const { orders } = await loadFixture(deployFour);
      await expect(orders.performUpkeep("0x1234")).to.revert(ethers);
      await expect(orders.checkUpkeep("0x")).to.revert(ethers);
      await expect(orders.performUpkeep(encodeIds([]))).to.be.revertedWithCustomError(
        errors,
        "RecurringOrders_NothingExecuted",
      );
    });
  });

  describe("simulate", () => {
    it("always reverts: with the tip when the order would go through, else with its error", async () => {
      const world = await loadFixture(deployFour);
      const { orders, ids } = world;
      const paying = await makePlan(world, { kind: Kind.WITHDRAW_PART, amount: 100n, tipCap: 2n * USD });
      await time.increase(HOUR);
      await expect(orders.simulate(paying))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_Simulated")
        .withArgs(2n * USD);
      await expect(orders.simulate(ids[3])).to.be.revertedWithCustomError(errors, "RecurringOrders_NotDue");
      const provider = ethers.provider;
      await expect(
        provider.call({
          to: orders,
          from: ZeroAddress,
          data: orders.interface.encodeFunctionData("simulate", [ids[0]]),
        }),
      ).to.be.revertedWithCustomError(errors, "RecurringOrders_Simulated");
    });
  });
});
