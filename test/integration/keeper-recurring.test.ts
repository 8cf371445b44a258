import { expect } from "chai";
import { network } from "hardhat";
import { createPublicClient, custom, getAddress, keccak256, type PublicClient, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { defaultRecurringSettings, type RecurringSettings } from "../../keeper/src/execute/recurring.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { type KeeperWorld, openKeeper } from "../helpers/keeper.ts";
import { deployRecurring, fundSaver, HOUR, makePlan, USD, WEEK } from "../helpers/recurring.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2027-01-04T09:00:00Z" },
});
const { loadFixture, time } = networkHelpers;

const account = privateKeyToAccount(keccak256(toHex("gas of the keeper")));

/** Seven plans: the saver's are paid for, every third is the owner's, who allows nothing. */
async function deployed() {
  const world = await deployRecurring(ethers);
  await networkHelpers.setBalance(account.address, 10n ** 20n);
  await fundSaver(world, world.other);
  for (let k = 0; k < 7; k++) await makePlan(world, { tipCap: USD }, k % 3 === 2 ? world.owner : world.saver);
  return world;
}

/** A keeper that serves no vault. */
async function keeperOf(world: Awaited<ReturnType<typeof deployed>>, settings: Partial<RecurringSettings> = {}) {
  const transport = custom(provider, { retryCount: 0 });
  const client: PublicClient = createPublicClient({ transport, pollingInterval: 10, cacheTime: 0 });
  const recurringOrders = getAddress(await world.orders.getAddress());
  const part = { client, chainId: 31_337, account, names: new Map(), at: {}, addresses: { recurringOrders } };
  const recurring = { ...defaultRecurringSettings, ...settings };
  return openKeeper(part as unknown as KeeperWorld, await Journal.open(":memory:"), { recurring });
}

describe("keeper: recurring orders", () => {
  it("files every order that is due and would go through, once, in as many transactions as it takes", async () => {
    const world = await loadFixture(deployed);
    const { saver, cash, orders } = world;
    const keeper = await keeperOf(world, { ordersPerTransaction: 2, page: 3 });
    expect(await keeper.fileRecurringOrders()).to.have.length(3);
    expect(await cash.balanceOf(saver)).to.be.within(9_499n * USD, 9_500n * USD); // tips have only begun to rise
    for (const id of [3n, 6n]) expect((await orders.plan(id)).next).to.be.at.most(BigInt(await time.latest()));
    expect(await keeper.fileRecurringOrders()).to.deep.equal([]);

    await time.increase(3 * WEEK);
    await networkHelpers.mine();
    expect(await keeper.fileRecurringOrders()).to.have.length(3);
    expect(await keeper.fileRecurringOrders()).to.deep.equal([]);
    const tips = await cash.balanceOf(account.address);
    expect(tips).to.be.at.least(5n * USD); // of the second time, after an hour
    expect(await cash.balanceOf(saver)).to.equal(9_000n * USD - tips);
  });

  it("leaves to others what pays less than it is told to ask for", async () => {
    const world = await loadFixture(deployed);
    const keeper = await keeperOf(world, { leastTip: USD });
    expect(await keeper.fileRecurringOrders()).to.deep.equal([]);
    await time.increase(HOUR);
    await networkHelpers.mine();
    expect(await keeper.fileRecurringOrders()).to.have.length(1);
    expect(await world.cash.balanceOf(account.address)).to.equal(5n * USD);
  });

  it("does nothing when it is told so, and stops at its largest run", async () => {
    const world = await loadFixture(deployed);
    expect(await (await keeperOf(world, { enabled: false })).fileRecurringOrders()).to.deep.equal([]);
    const keeper = await keeperOf(world, { ordersPerTransaction: 1, largestRun: 2 });
    expect(await keeper.fileRecurringOrders()).to.have.length(2);
  });
});
