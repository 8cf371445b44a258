import { expect } from "chai";
import { network } from "hardhat";
import { type Address, getAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  type AnyClient,
  ArgumentInvalidError,
  ContractError,
  type CreatePlanParameters,
  cancelPlan,
  createPlan,
  executeOrders,
  getPlans,
  type PreparedAction,
  requestDeposits,
  send,
  upcomingOrders,
  type ZapPermit,
} from "../../sdk/src/index.ts";
import { at, DAY, deployRecurring, SHARE, USD, WEEK } from "../helpers/recurring.ts";
import { failureOf, viemClient } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2027-01-04T09:00:00Z" },
});
const { loadFixture, time } = networkHelpers;

/** Holds what it is given and signs by itself, as a wallet does. */
const WALLET = privateKeyToAccount(`0x${"42".repeat(32)}`);

async function deployed() {
  const world = await deployRecurring(ethers);
  const { orders, depositors, cash, vaults, saver } = world;
  await networkHelpers.setBalance(WALLET.address, 10n ** 20n);
  await cash.mint(WALLET.address, 10_000n * USD);
  await vaults[0].connect(saver).transfer(WALLET.address, 20n * SHARE);
  const addresses = await Promise.all(depositors.map((depositor) => depositor.getAddress()));
  const [first, second] = addresses.map((address) => getAddress(address)) as [Address, Address];
  const recurringOrders = getAddress(await orders.getAddress());
  const plan: CreatePlanParameters = {
    ...{ recurringOrders, batchDepositor: first, kind: "deposit", period: "1-week", amount: 100n * USD },
  };
  return { ...world, client: viemClient(provider, WALLET), recurringOrders, first, second, plan };
}

/** Does what the action requires, then sends it; returns the kinds of what was required. */
async function act<T>(client: AnyClient, action: PreparedAction<T, ZapPermit>): Promise<string[]> {
  const kinds: string[] = [];
  let permit: ZapPermit | undefined;
  for (const requirement of await action.getRequirements()) {
    kinds.push(requirement.kind);
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    if (requirement.kind === "permit") permit = requirement.toPermit(await WALLET.signTypedData(requirement.typedData));
    if (requirement.kind === "permit2")
      permit = requirement.toPermit(await WALLET.signTypedData(requirement.typedData));
  }
  await send(client, { tx: action.buildTx(permit) });
  return kinds;
}

describe("sdk: recurring orders", () => {
  it("makes a plan with one approval, shows its dates, files its order and cancels it", async () => {
    const { client, plan, recurringOrders, keeper } = await loadFixture(deployed);
    const action = await createPlan(client, { ...plan, period: "month", start: at("2027-01-31"), tipCap: USD });
    expect(action.allowance).to.equal(12n * 101n * USD);
    expect(await act(client, action)).to.deep.equal(["approval"]);

    const { plans } = await getPlans(client, { recurringOrders, owner: WALLET.address });
    expect(plans).to.have.length(1);
    expect(plans[0]).to.include({ id: 1n, kind: "deposit", period: "month", amount: 100n * USD, tipCap: USD });
    expect(upcomingOrders(plans[0]!, 3)).to.deep.equal(["2027-01-31", "2027-02-28", "2027-03-31"].map(at));
    expect((await getPlans(client, { recurringOrders, owner: getAddress(keeper.address) })).plans).to.deep.equal([]);

    await time.increaseTo(at("2027-02-27"));
    const file = executeOrders(client, { recurringOrders, ids: [1n, 2n] });
    expect(await file.simulate()).to.deep.equal({ executed: 1n });
    await send(client, { tx: file.buildTx() });
    const [after] = (await getPlans(client, { recurringOrders })).plans;
    expect(after?.next).to.equal(at("2027-02-28"));

    await send(client, { tx: cancelPlan(client, { recurringOrders, id: 1n }).buildTx() });
    expect((await getPlans(client, { recurringOrders })).plans).to.deep.equal([]);
    const failure = await failureOf(ContractError, () => cancelPlan(client, { recurringOrders, id: 1n }).simulate());
    expect(failure.errorName).to.equal("RecurringOrders_PlanUnknown");
  });

  it("makes a plan in one transaction with a permit, of the cash or of the shares", async () => {
    const { client, plan, cash, vaults, orders } = await loadFixture(deployed);
    const signed = await createPlan(client, { ...plan, orders: 5, end: at("2027-06-01"), authorization: "erc2612" });
    expect(await act(client, signed)).to.deep.equal(["permit"]);
    expect(await cash.allowance(WALLET.address, orders)).to.equal(500n * USD);

    const withdrawal = { ...plan, kind: "withdraw-part", amount: 1_000n, tipCap: USD } as const;
    const shares = await createPlan(client, { ...withdrawal, allowance: 7n * SHARE, authorization: "erc2612" });
    expect(await act(client, shares)).to.deep.equal(["permit"]); // the cash allowance covers the tip
    expect(await vaults[0].allowance(WALLET.address, orders)).to.equal(7n * SHARE);
    expect((await orders.plan(1n)).lastDay).to.equal(BigInt(at("2027-06-01") / DAY));
    await orders.executeMany([1n, 2n]);
    expect(await vaults[0].balanceOf(WALLET.address)).to.equal(18n * SHARE);
  });

  it("refuses what cannot be, before anything is sent", async () => {
    const { client, plan, recurringOrders } = await loadFixture(deployed);
    for (const change of [
      { amount: 0n },
      { amount: 2n ** 64n },
      { kind: "withdraw-part" as const, amount: 10_001n, allowance: 1n },
      { kind: "withdraw-sum" as const },
      { orders: 1.5 },
      { start: -1 },
      { end: 2 ** 40 },
      { tipCap: -1n },
      { allowance: 0n },
    ]) {
      await failureOf(ArgumentInvalidError, () => createPlan(client, { ...plan, ...change }));
    }
    await failureOf(ArgumentInvalidError, async () => executeOrders(client, { recurringOrders, ids: [] }));
    await failureOf(ArgumentInvalidError, () => requestDeposits(client, { recurringOrders, deposits: [] }));
    const deposits = [{ batchDepositor: plan.batchDepositor, assets: 0n }];
    await failureOf(ArgumentInvalidError, () => requestDeposits(client, { recurringOrders, deposits }));
    const [now, late] = [await time.latest(), await createPlan(client, { ...plan, start: 1 })];
    expect(now).to.be.greaterThan(1);
    const failure = await failureOf(ContractError, () => late.simulate());
    expect(failure.shortMessage).to.contain("A plan starts from now");
  });

  for (const authorization of ["approval", "erc2612", "permit2"] as const) {
    it(`buys two indices in one action, by ${authorization}`, async () => {
      const { client, recurringOrders, first, second, depositors, cash } = await loadFixture(deployed);
      const action = await requestDeposits(client, {
        recurringOrders,
        deposits: [
          { batchDepositor: first, assets: 70n * USD },
          { batchDepositor: second, assets: 30n * USD },
        ],
        authorization,
      });
      expect(action.assets).to.equal(100n * USD);
      const kinds = { approval: ["approval"], erc2612: ["permit"], permit2: ["approval", "permit2"] };
      expect(await act(client, action)).to.deep.equal(kinds[authorization]);
      const batch = await depositors[0].collecting();
      expect(await depositors[0].pendingDepositRequest(batch, WALLET.address)).to.equal(70n * USD);
      expect(await depositors[1].pendingDepositRequest(batch, WALLET.address)).to.equal(30n * USD);
      expect(await cash.balanceOf(WALLET.address)).to.equal(9_900n * USD);
    });
  }

  it("skips weeks that passed without an order", async () => {
    const { client, plan, recurringOrders } = await loadFixture(deployed);
    await act(client, await createPlan(client, plan));
    const [before] = (await getPlans(client, { recurringOrders })).plans;
    await time.increase(3 * WEEK);
    await send(client, { tx: executeOrders(client, { recurringOrders, ids: [1n] }).buildTx() });
    const [after] = (await getPlans(client, { recurringOrders })).plans;
    expect(after?.next).to.equal((before?.next ?? 0) + 4 * WEEK);
  });
});
