import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import {
  BatchFactory__factory,
  Errors__factory,
  HostileToken__factory,
  IBatchDepositor__factory,
  RecurringOrders__factory,
} from "../../../typechain-types/index.js";
import { Mode } from "../../helpers/batch.ts";
import { deployRecurring, encodeIds, Kind, NO_PERMIT, newPlan, USD } from "../../helpers/recurring.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

/** The same world with cash that can misbehave, and two plans of the saver of 100 a week. */
async function deploy() {
  const world = await deployRecurring(ethers);
  const { owner, protocol, vaults, permit2, saver, keeper } = world;
  const cash = await new HostileToken__factory(owner).deploy(6);
  const batches = await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash);
  await batches.create(vaults[0]);
  const depositor = IBatchDepositor__factory.connect(await batches.depositorOf(vaults[0]), owner);
  const orders = (await new RecurringOrders__factory(owner).deploy(batches, permit2)).connect(keeper);
  const plan = { ...(await newPlan(world)), batchDepositor: await depositor.getAddress() };
  await cash.mint(saver, 10_000n * USD);
  await cash.connect(saver).approve(orders, MaxUint256);
  for (let k = 0; k < 2; k++) await orders.connect(saver).create(plan, NO_PERMIT, NO_PERMIT);
  return { ...world, cash, batches, depositor, orders, plan };
}

describe("RecurringOrders: hostile cash", () => {
  it("nothing can be called again from within a transfer", async () => {
    const { orders, cash, saver, plan, depositor } = await loadFixture(deploy);
    const encode = orders.interface;
    const request = { batchDepositor: depositor, assets: USD };
    const payloads = [
      encode.encodeFunctionData("execute", [1n]),
      encode.encodeFunctionData("execute", [2n]),
      encode.encodeFunctionData("executeMany", [[1n, 2n]]),
      encode.encodeFunctionData("executeFor", [2n, saver.address]),
      encode.encodeFunctionData("performUpkeep", [encodeIds([2n])]),
      encode.encodeFunctionData("simulate", [2n]),
      encode.encodeFunctionData("cancel", [1n]),
      encode.encodeFunctionData("create", [plan, NO_PERMIT, NO_PERMIT]),
      encode.encodeFunctionData("requestDeposits", [
        [{ batchDepositor: await depositor.getAddress(), assets: request.assets }],
        NO_PERMIT,
      ]),
    ];
    await cash.setHook(orders, payloads);
    await cash.setMode(Mode.REENTRANT);
    await orders.execute(1n);
    expect(await cash.attempts()).to.equal(BigInt(payloads.length) * 2n); // into this contract, and on to the depositor
    expect(await cash.reentries()).to.equal(0n);
    expect(await cash.books(saver)).to.equal(9_900n * USD);
    expect(await cash.books(orders)).to.equal(0n);
    expect((await orders.plan(2n)).next).to.be.lessThan((await orders.plan(1n)).next);
  });

  it("an order whose transfer is refused, or says so, is not filed and stays due", async () => {
    const { orders, cash, saver, keeper } = await loadFixture(deploy);
    for (const mode of [Mode.PAUSED, Mode.FALSE_RETURN]) {
      await cash.setMode(mode);
      await expect(orders.execute(1n))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_TransferFailed")
        .withArgs(cash, saver.address, orders);
      expect(await orders.connect(keeper).executeMany.staticCall([1n, 2n])).to.equal(0n);
    }
    await cash.setMode(Mode.HONEST);
    expect(await orders.executeMany.staticCall([1n, 2n])).to.equal(2n);
  });

  it("cash that takes a fee is not made up for from anybody else's", async () => {
    const { orders, cash, saver } = await loadFixture(deploy);
    await cash.setMode(Mode.FEE);
    await expect(orders.execute(1n)).to.revert(ethers);
    expect(await cash.books(saver)).to.equal(10_000n * USD);
  });

  it("an owner whom the cash blocks stops nobody else, and can still cancel", async () => {
    const { orders, cash, saver, other, plan } = await loadFixture(deploy);
    await cash.mint(other, 100n * USD);
    await cash.connect(other).approve(orders, MaxUint256);
    await orders.connect(other).create(plan, NO_PERMIT, NO_PERMIT);
    await cash.setBlocked(saver);
    await cash.setMode(Mode.BLOCKLIST);
    await expect(orders.executeMany([1n, 2n, 3n])).to.emit(orders, "OrderFailed");
    expect(await cash.books(other)).to.equal(0n);
    await orders.connect(saver).cancel(1n);
  });

  it("a part of the shares is withdrawn while the cash does anything at all", async () => {
    const { orders, cash, saver, vaults, plan } = await loadFixture(deploy);
    await vaults[0].connect(saver).approve(orders, MaxUint256);
    const withdrawal = { ...plan, kind: Kind.WITHDRAW_PART, amount: 1_000n };
    await orders.connect(saver).create(withdrawal, NO_PERMIT, NO_PERMIT);
    await cash.setMode(Mode.PAUSED);
    await expect(orders.execute(3n)).to.emit(orders, "OrderExecuted");
  });
});
