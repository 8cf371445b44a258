import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { Errors__factory } from "../../../typechain-types/index.js";
import { deployRecurring, NO_PERMIT, permitFor, type RecurringWorld, USD } from "../../helpers/recurring.ts";
import { PERMIT2_ADDRESS } from "../../helpers/uniswap.ts";
import { signPermit2 } from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

const deploy = () => deployRecurring(ethers);

async function requests({ depositors }: RecurringWorld, amounts: readonly [bigint, bigint]) {
  return [
    { batchDepositor: await depositors[0].getAddress(), assets: amounts[0] },
    { batchDepositor: await depositors[1].getAddress(), assets: amounts[1] },
  ];
}

async function pending({ depositors, saver }: RecurringWorld): Promise<bigint[]> {
  return Promise.all(
    depositors.map(async (depositor) => depositor.pendingDepositRequest(await depositor.collecting(), saver)),
  );
}

describe("RecurringOrders: requestDeposits", () => {
  it("reverts when it names no index", async () => {
    const { orders, saver } = await loadFixture(deploy);
    await expect(orders.connect(saver).requestDeposits([], NO_PERMIT)).to.be.revertedWithCustomError(
      errors,
      "RecurringOrders_RequestsEmpty",
    );
  });

  it("reverts when one is for nothing, and takes nothing for the others", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, cash } = world;
    await expect(orders.connect(saver).requestDeposits(await requests(world, [70n * USD, 0n]), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "RecurringOrders_AmountInvalid")
      .withArgs(0n, 1n, 2n ** 64n - 1n);
    expect(await cash.balanceOf(saver)).to.equal(10_000n * USD);
  });

  it("reverts when one is below the least request of its batch depositor", async () => {
    const world = await loadFixture(deploy);
    await expect(
      world.orders.connect(world.saver).requestDeposits(await requests(world, [70n * USD, 1n]), NO_PERMIT),
    ).to.revert(ethers);
  });

  it("reverts when one is not a batch depositor of the factory: nothing that a caller chooses is called", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, vaults, other } = world;
    const good = await requests(world, [70n * USD, 30n * USD]);
    for (const batchDepositor of [await vaults[0].getAddress(), other.address]) {
      await expect(orders.connect(saver).requestDeposits([...good, { batchDepositor, assets: USD }], NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "RecurringOrders_DepositorUnknown")
        .withArgs(batchDepositor);
    }
  });

  it("reverts when allowance or balance do not cover the sum", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, cash } = world;
    const wanted = await requests(world, [70n * USD, 30n * USD]);
    await cash.connect(saver).approve(orders, 100n * USD - 1n);
    await expect(orders.connect(saver).requestDeposits(wanted, NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
      .withArgs(cash, 100n * USD - 1n, 100n * USD);
    await cash.connect(saver).approve(orders, MaxUint256);
    const large = await requests(world, [70n * USD, 10_000n * USD]);
    await expect(orders.connect(saver).requestDeposits(large, NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "RecurringOrders_BalanceTooSmall")
      .withArgs(cash, 10_000n * USD, 10_070n * USD);
  });

  it("requests every deposit for the caller, takes the sum once and keeps nothing", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, cash, depositors } = world;
    const wanted = await requests(world, [70n * USD, 30n * USD]);
    const batch = await depositors[0].collecting();
    const connected = orders.connect(saver);
    expect(await connected.requestDeposits.staticCall(wanted, NO_PERMIT)).to.deep.equal([batch, batch]);
    const sent = connected.requestDeposits(wanted, NO_PERMIT);
    await expect(sent)
      .to.emit(orders, "DepositsRequested")
      .withArgs(saver.address, 100n * USD, 2n);
    await expect(sent)
      .to.emit(cash, "Transfer")
      .withArgs(saver.address, orders, 100n * USD);
    expect(await pending(world)).to.deep.equal([70n * USD, 30n * USD]);
    expect(await cash.balanceOf(saver)).to.equal(9_900n * USD);
    expect(await cash.balanceOf(orders)).to.equal(0n);
  });

  it("takes the same index twice, and a donation is nobody's", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, other, cash } = world;
    await cash.mint(orders, 5n * USD);
    const [first] = await requests(world, [70n * USD, 0n]);
    if (!first) throw new Error("no request");
    await orders.connect(saver).requestDeposits([first, { ...first, assets: 30n * USD }], NO_PERMIT);
    expect(await pending(world)).to.deep.equal([100n * USD, 0n]);
    expect(await cash.balanceOf(orders)).to.equal(5n * USD);
    await expect(orders.connect(other).requestDeposits([{ ...first, assets: USD }], NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "RecurringOrders_AllowanceTooSmall")
      .withArgs(cash, 0n, USD);
  });

  it("takes a permit of the cash, also one that somebody has submitted already", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, other, cash } = world;
    await cash.connect(saver).approve(orders, 0n);
    const permit = await permitFor(orders, cash, saver, 100n * USD);
    const { v, r, s } = ethers.Signature.from(permit.signature);
    await cash.connect(other).permit(saver, orders, 100n * USD, permit.deadline, v, r, s);
    await orders.connect(saver).requestDeposits(await requests(world, [70n * USD, 30n * USD]), permit);
    expect(await pending(world)).to.deep.equal([70n * USD, 30n * USD]);
    expect(await cash.allowance(saver, orders)).to.equal(0n);
  });

  it("takes a signature for Permit2, which is of no use to anybody else", async () => {
    const world = await loadFixture(deploy);
    const { orders, saver, other, cash } = world;
    await cash.connect(saver).approve(orders, 0n);
    await cash.connect(saver).approve(PERMIT2_ADDRESS, MaxUint256);
    const signature = await signPermit2(saver, await cash.getAddress(), 100n * USD, String(orders.target));
    const permit = { kind: 2n, amount: 100n * USD, nonce: 7n, deadline: MaxUint256, signature };
    const wanted = await requests(world, [70n * USD, 30n * USD]);
    await expect(orders.connect(other).requestDeposits(wanted, permit)).to.revert(ethers);
    await orders.connect(saver).requestDeposits(wanted, permit);
    expect(await pending(world)).to.deep.equal([70n * USD, 30n * USD]);
    expect(await cash.balanceOf(orders)).to.equal(0n);
  });
});
