import { expect } from "chai";
import { keccak256, id as keccakOf, MaxUint256, parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  BatchFactory__factory,
  Errors__factory,
  HostileToken__factory,
  IBatchDepositor__factory,
  RecurringOrders__factory,
} from "../../../typechain-types/index.js";
import { Mode } from "../../helpers/batch.ts";
import { attachReceiver, deployCre, NEVER, nodes } from "../../helpers/cre.ts";
import {
  deliver,
  deployForwarder,
  donOf,
  encodeReport,
  metadataOf,
  quorumOf,
  rawReport,
  signedBy,
  type UpkeepReport,
} from "../../helpers/keystone.ts";
import { setPrices } from "../../helpers/market.ts";
import { createIndex, equalWeights, LIMITS, propose } from "../../helpers/protocol.ts";
import {
  DAY,
  deployRecurring,
  dueOrders,
  encodeIds,
  HOUR,
  makePlan,
  NO_PERMIT,
  newPlan,
  USD,
} from "../../helpers/recurring.ts";
import { Action, check, encodeUpkeep } from "../../helpers/upkeep.ts";

const { ethers, networkHelpers } = await network.create({ override: { initialDate: "2027-01-04T09:00:00Z" } });
const { loadFixture, time } = networkHelpers;
const errors = { interface: Errors__factory.createInterface() };

const quorum = quorumOf(nodes);
const ONE_PERCENT = 317_097_919n; // D18{1/s} a year
const MOVE = 100; // {bps}
const LEAST_FEES = parseEther("0.1"); // {share wei}
const GAS = 5_000_000; // {gas} of a report that carries more than one call

/**
 * Nobody looks after anything here: prices ran away from the targets of one index, another has nothing left to trade, a
 * third has a month of fees, and a saver's order is due, with a tip of a dollar.
 */
async function deploy() {
  const cre = await deployCre(ethers);
  const { protocol, owner, vaults, other, receiver, orders, upkeep } = cre;
  const fees = { streamingRate: ONE_PERCENT, mintFeeBps: 0, recipient: other.address };
  const earning = await createIndex(protocol, { creator: owner, fees, salt: `0x${"02".repeat(32)}` });
  await time.increase(30 * DAY);
  await setPrices(protocol);
  const plan = await makePlan(cre, { tipCap: USD });
  const [moving, resting] = vaults;
  const away = equalWeights(3).map((weight, i) => weight + (i === 0 ? 2_000 : -1_000));
  await propose(protocol, moving, { weights: away });
  await propose(protocol, resting, { weights: equalWeights(3) });
  await time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
  await setPrices(protocol, { LINK: "21.2" });

  const address = await receiver.getAddress();
  const targets = { upkeep: await upkeep.getAddress(), orders: await orders.getAddress() };
  const close: UpkeepReport = {
    target: targets.upkeep,
    performData: encodeUpkeep({ vault: await resting.getAddress(), action: Action.CLOSE_EPOCH }),
    deadline: NEVER,
  };
  /** What the workflow does each time its clock rings: asks both contracts what is needed, and reports the answers. */
  async function ring(run: string): Promise<UpkeepReport[]> {
    const reports: UpkeepReport[] = [];
    for (const index of [moving, resting, earning]) {
      const plan = { vault: await index.getAddress(), minMoveBps: MOVE, minFeeShares: LEAST_FEES };
      const needed = await check(upkeep, plan);
      if (needed) reports.push({ target: targets.upkeep, performData: needed.data, deadline: NEVER });
    }
    const { data, ids } = await dueOrders(orders);
    if (ids.length > 0) reports.push({ target: targets.orders, performData: data, deadline: NEVER });
    for (const [i, report] of reports.entries()) await cre.send(report, `${run}, report ${i}`, GAS);
    return reports;
  }
  return { ...cre, address, targets, earning, moving, resting, plan, close, ring };
}

/** A receiver that takes reports from an account which the test controls, to see the errors behind the forwarder. */
async function deployDirect() {
  const world = await loadFixture(deploy);
  const forwarder = await world.forwarder.getAddress();
  await networkHelpers.impersonateAccount(forwarder);
  await networkHelpers.setBalance(forwarder, parseEther("1"));
  const direct = world.receiver.connect(await ethers.getSigner(forwarder));
  const metadata = metadataOf(world.workflow);
  return { ...world, direct, metadata };
}

type World = Awaited<ReturnType<typeof deploy>>;

/** Expects a report to be counted by the forwarder as delivered, or as failed. */
async function expectProcessed(
  { forwarder, address }: World,
  sent: ReturnType<World["send"]>,
  run: string,
  ok: boolean,
) {
  await expect(sent).to.emit(forwarder, "ReportProcessed").withArgs(address, keccakOf(run), "0x0001", ok);
}

describe("CreReceiver: upkeep", () => {
  describe("onReport", () => {
    it("reverts when the caller is not the forwarder", async () => {
      const { stranger, workflow, receiver, resting, close } = await loadFixture(deploy);
      await expect(receiver.connect(stranger).onReport(metadataOf(workflow), encodeReport(close)))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_CallerNotForwarder")
        .withArgs(stranger.address);
      expect(await resting.isOpen()).to.equal(true);
    });

    it("reverts when the report is another workflow's or another owner's, or its metadata is cut short", async () => {
      const { direct, stranger, workflow, metadata, resting, close } = await deployDirect();
      const payload = encodeReport(close);
      const id = keccakOf("another workflow");
      await expect(direct.onReport(metadataOf({ ...workflow, id }), payload))
        .to.be.revertedWithCustomError(direct, "CreReceiver_WorkflowUnknown")
        .withArgs(id, workflow.owner);
      await expect(direct.onReport(metadataOf({ ...workflow, owner: stranger.address }), payload))
        .to.be.revertedWithCustomError(direct, "CreReceiver_WorkflowUnknown")
        .withArgs(workflow.id, stranger.address);
      await expect(direct.onReport(metadata.slice(0, -2), payload))
        .to.be.revertedWithCustomError(direct, "CreReceiver_MetadataTooShort")
        .withArgs(61, 62);
      expect(await resting.isOpen()).to.equal(true);
    });

    it("reverts when the target is neither of the two, although it would understand the call", async () => {
      const { direct, metadata, deployer, batchFactory, permit2, resting, cash, close } = await deployDirect();
      const twin = await new RecurringOrders__factory(deployer).deploy(batchFactory, permit2);
      for (const contract of [twin, resting, cash, direct]) {
        const target = await contract.getAddress();
        await expect(direct.onReport(metadata, encodeReport({ ...close, target })))
          .to.be.revertedWithCustomError(direct, "CreReceiver_TargetUnknown")
          .withArgs(target);
      }
      await expect(direct.onReport(metadata, encodeReport({ ...close, target: ZeroAddress, deadline: 0 })))
        .to.be.revertedWithCustomError(direct, "CreReceiver_TargetUnknown")
        .withArgs(ZeroAddress);
    });

    it("reverts when the payload is empty, cut short or malformed", async () => {
      const { direct, metadata, close, resting } = await deployDirect();
      const good = encodeReport(close);
      for (const words of [0, 0.5, 1, 2, 3, 4, 5, 8]) {
        await expect(direct.onReport(metadata, good.slice(0, 2 + 64 * words)), `${words} words`).to.revert(ethers);
      }
      const farAway = `${good.slice(0, 2 + 2 * 64)}${"ff".repeat(32)}${good.slice(2 + 3 * 64)}`; // where the bytes begin
      const tooLate = `${good.slice(0, 2 + 3 * 64)}${"ff".repeat(32)}${good.slice(2 + 4 * 64)}`; // no uint40
      for (const payload of [farAway, tooLate, encodeReport({ ...close, performData: "0x1234" })]) {
        await expect(direct.onReport(metadata, payload)).to.revert(ethers);
      }
      expect(await resting.isOpen()).to.equal(true);
      await direct.onReport(metadata, good);
      expect(await resting.isOpen()).to.equal(false);
    });

    it("passes the target's own error on", async () => {
      const { direct, metadata, earning, moving, targets, plan, close } = await deployDirect();
      const report = (performData: string, target = targets.upkeep) =>
        direct.onReport(metadata, encodeReport({ target, performData, deadline: NEVER }));
      const fees = { vault: await earning.getAddress(), action: Action.DISTRIBUTE_FEES, minimum: parseEther("1000") };
      await expect(report(encodeUpkeep(fees)))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(fees.vault, fees.action);
      const early = { vault: await moving.getAddress(), action: Action.CLOSE_EPOCH };
      await expect(report(encodeUpkeep(early))).to.be.revertedWithCustomError(errors, "IndexVault_EpochUnfinished");
      await expect(report(encodeIds([plan + 1n]), targets.orders)).to.be.revertedWithCustomError(
        errors,
        "RecurringOrders_NothingExecuted",
      );
      await direct.onReport(metadata, encodeReport(close));
      await expect(direct.onReport(metadata, encodeReport(close))).to.be.revertedWithCustomError(
        errors,
        "IndexVault_EpochNotOpen",
      );
    });
  });

  describe("through the real KeystoneForwarder", () => {
    it("reverts when a forged forwarder delivers, the real contract with nodes of its own", async () => {
      const { deployer, workflow, forwarder, address, resting, close } = await loadFixture(deploy);
      const own = donOf(8);
      const forged = await deployForwarder(deployer, own);
      const raw = rawReport(workflow, keccakOf("run 1"), encodeReport(close));
      await expect(deliver(forged, quorumOf(own), address, raw))
        .to.emit(forged, "ReportProcessed")
        .withArgs(address, keccakOf("run 1"), "0x0001", false);
      const signedByStrangers = deliver(forwarder, quorumOf(own), address, raw);
      await expect(signedByStrangers).to.be.revertedWithCustomError(forwarder, "InvalidSigner");
      expect(await resting.isOpen()).to.equal(true);
    });

    it("takes nothing from another customer's workflow, although the same DON signed its report", async () => {
      const world = await loadFixture(deploy);
      const { workflow, stranger, forwarder, address, resting, close } = world;
      const others = [
        { ...workflow, id: keccakOf("another customer's workflow"), owner: stranger.address },
        { ...workflow, owner: stranger.address },
        { ...workflow, id: keccakOf("another of the same owner's workflows") },
      ];
      for (const [i, other] of others.entries()) {
        const sent = deliver(forwarder, quorum, address, rawReport(other, keccakOf(`run ${i}`), encodeReport(close)));
        await expectProcessed(world, sent, `run ${i}`, false);
      }
      expect(await resting.isOpen()).to.equal(true);
    });

    it("discards a report after its deadline, without an error and without a call, but not in its last second", async () => {
      const world = await loadFixture(deploy);
      const { forwarder, receiver, upkeep, earning, targets, send } = world;
      const performData = encodeUpkeep({ vault: await earning.getAddress(), action: Action.DISTRIBUTE_FEES });
      const deadline = (await time.latest()) + 100;
      const report = { target: targets.upkeep, performData, deadline };
      await time.setNextBlockTimestamp(deadline);
      const inTime = await send(report, "run 1");
      await expect(inTime).to.emit(receiver, "UpkeepForwarded").withArgs(targets.upkeep, keccak256(performData));
      await expect(inTime).to.emit(upkeep, "UpkeepPerformed");

      await time.setNextBlockTimestamp(deadline + 1);
      const late = await send(report, "run 2");
      await expect(late).to.emit(receiver, "UpkeepDiscarded").withArgs(targets.upkeep, deadline);
      await expect(late).not.to.emit(receiver, "UpkeepForwarded");
      await expect(late).not.to.emit(upkeep, "UpkeepPerformed");
      await expectProcessed(world, Promise.resolve(late), "run 2", true);
      await expect(send(report, "run 2")).to.be.revertedWithCustomError(forwarder, "AlreadyAttempted");
    });

    it("does a repeated report once, in the same run and in another, and records a failure", async () => {
      const world = await loadFixture(deploy);
      const { forwarder, resting, orders, plan, saver, cash, targets, close, send } = world;
      const order = { target: targets.orders, performData: encodeIds([plan]), deadline: NEVER };
      await expectProcessed(world, send(close, "close"), "close", true);
      await expectProcessed(world, send(order, "order"), "order", true);
      const left = await cash.balanceOf(saver);
      for (const run of ["close", "order"]) {
        const again = send(run === "close" ? close : order, run);
        await expect(again).to.be.revertedWithCustomError(forwarder, "AlreadyAttempted");
      }
      await expectProcessed(world, send(close, "close again"), "close again", false);
      await expectProcessed(world, send(order, "order again"), "order again", false);
      expect(await resting.queryFilter(resting.filters.EpochClosed())).to.have.length(1);
      expect(await orders.queryFilter(orders.filters.OrderExecuted())).to.have.length(1);
      expect(await cash.balanceOf(saver)).to.equal(left);
    });

    it("records a failure when somebody else was first, and the next round finds nothing left", async () => {
      const world = await loadFixture(deploy);
      const { upkeep, orders, stranger, plan, targets, close, send, ring } = world;
      await upkeep.connect(stranger).performUpkeep(close.performData);
      await orders.connect(stranger).performUpkeep(encodeIds([plan]));
      const order = { target: targets.orders, performData: encodeIds([plan]), deadline: NEVER };
      await expectProcessed(world, send(close, "close"), "close", false);
      await expectProcessed(world, send(order, "order"), "order", false);
      expect(await ring("round 1")).to.have.length(2); // fees and refresh, which nobody did
      expect(await ring("round 2")).to.deep.equal([]);
    });

    it("lets a report that came too early be delivered again, by anybody", async () => {
      const world = await loadFixture(deploy);
      const { forwarder, workflow, stranger, address, orders, plan, saver, cash, targets } = world;
      await cash.connect(saver).approve(orders, 0n);
      const order = { target: targets.orders, performData: encodeIds([plan]), deadline: NEVER };
      await expectProcessed(world, world.send(order, "order"), "order", false);
      await cash.connect(saver).approve(orders, MaxUint256);
      const theirs = forwarder.connect(stranger);
      const raw = rawReport(workflow, keccakOf("order"), encodeReport(order));
      await expectProcessed(world, deliver(theirs, quorum, address, raw), "order", true);
      expect(await orders.queryFilter(orders.filters.OrderExecuted(plan))).to.have.length(1);
    });

    it("files all orders of a report or none, whatever gas it is given, and then with more gas", async () => {
      const world = await loadFixture(deploy);
      const { forwarder, receiver, orders, cash, plan, targets, send } = world;
      const second = await makePlan(world, { tipCap: USD });
      await time.increase(HOUR);
      const report = { target: targets.orders, performData: encodeIds([plan, second]), deadline: NEVER };
      let failures = 0;
      for (let gas = 250_000; ; gas += 20_000) {
        await send(report, "run 1", gas);
        const [processed] = await forwarder.queryFilter(forwarder.filters.ReportProcessed(), "latest");
        const filed = await orders.queryFilter(orders.filters.OrderExecuted());
        expect(filed).to.have.length(processed?.args.result ? 2 : 0);
        expect(await cash.balanceOf(receiver)).to.equal(0n);
        if (processed?.args.result) break;
        failures++;
      }
      expect(failures).to.be.greaterThan(3);
    });
  });

  describe("with real vaults and no keeper running", () => {
    it("closes an epoch that has nothing left to trade", async () => {
      const { resting, receiver, upkeep, close, send } = await loadFixture(deploy);
      const closed = await send(close, "run 1");
      await expect(closed).to.emit(resting, "EpochClosed");
      await expect(closed)
        .to.emit(upkeep, "UpkeepPerformed")
        .withArgs(await resting.getAddress(), Action.CLOSE_EPOCH, await receiver.getAddress());
      expect(await resting.isOpen()).to.equal(false);
    });

    it("closes, refreshes, hands out fees and files a recurring deposit, each by what checkUpkeep answered", async () => {
      const { ring, forwarder, moving, resting, earning, orders, plan, depositors, saver, other } =
        await loadFixture(deploy);
      const refreshedAt = (await moving.epoch()).refreshedAt;
      const batch = await depositors[0].collecting();
      expect(await ring("round 1")).to.have.length(4);

      expect((await moving.epoch()).refreshedAt, "targets refreshed").to.be.greaterThan(refreshedAt);
      expect(await moving.isOpen()).to.equal(true);
      expect(await resting.isOpen(), "nothing left to do: closed").to.equal(false);
      expect(await earning.balanceOf(other), "fees reach their owner").to.be.greaterThan(parseEther("0.5"));
      expect(await depositors[0].pendingDepositRequest(batch, saver)).to.equal(100n * USD);
      expect(await orders.queryFilter(orders.filters.OrderExecuted(plan))).to.have.length(1);
      const processed = await forwarder.queryFilter(forwarder.filters.ReportProcessed());
      expect(processed.map(({ args }) => args.result)).to.deep.equal([true, true, true, true]);

      expect(await ring("round 2"), "nothing is needed any more").to.deep.equal([]);
    });
  });

  describe("tips", () => {
    const orderOf = ({ targets, plan }: World, ids = [plan]): UpkeepReport => ({
      target: targets.orders,
      performData: encodeIds(ids),
      deadline: NEVER,
    });

    it("tips go on to their receiver in the same transaction, all of them", async () => {
      const world = await loadFixture(deploy);
      const { receiver, cash, orders, plan, tipReceiver, saver, send } = world;
      const second = await makePlan(world, { tipCap: 3n * USD });
      await time.increase(2 * HOUR);
      const before = await cash.balanceOf(saver);
      const filed = await send(orderOf(world, [plan, second]), "run 1", GAS);
      await expect(filed)
        .to.emit(receiver, "TipsPassedOn")
        .withArgs(tipReceiver.address, 4n * USD);
      expect(await cash.balanceOf(tipReceiver)).to.equal(4n * USD);
      expect(await cash.balanceOf(receiver)).to.equal(0n);
      expect(before - (await cash.balanceOf(saver))).to.equal(204n * USD);
      const executed = await orders.queryFilter(orders.filters.OrderExecuted());
      expect(executed.map(({ args }) => args.tip)).to.deep.equal([USD, 3n * USD]);
    });

    it("tips are not missed where there are none", async () => {
      const world = await loadFixture(deploy);
      const { receiver, cash, orders, tipReceiver, send } = world;
      const free = await makePlan(world);
      const filed = await send(orderOf(world, [free]), "run 1");
      await expect(filed).to.emit(orders, "OrderExecuted");
      await expect(filed).not.to.emit(receiver, "TipsPassedOn");
      expect(await cash.balanceOf(tipReceiver)).to.equal(0n);
    });

    it("does not keep what somebody sent by mistake either", async () => {
      const { receiver, cash, tipReceiver, close, send } = await loadFixture(deploy);
      await cash.mint(receiver, 5n * USD);
      await send(close, "run 1");
      expect([await cash.balanceOf(receiver), await cash.balanceOf(tipReceiver)]).to.deep.equal([0n, 5n * USD]);
    });

    /** The same receiver with cash that can misbehave, and two plans of the saver of 100 a week with a tip of a dollar. */
    async function deployHostile() {
      const base = await deployRecurring(ethers);
      const { owner, protocol, vaults, permit2, saver } = base;
      const cash = await new HostileToken__factory(owner).deploy(6);
      const batches = await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash);
      await batches.create(vaults[0]);
      const depositor = IBatchDepositor__factory.connect(await batches.depositorOf(vaults[0]), owner);
      const orders = await new RecurringOrders__factory(owner).deploy(batches, permit2);
      const plan = { ...(await newPlan(base, { tipCap: USD })), batchDepositor: await depositor.getAddress() };
      await cash.mint(saver, 10_000n * USD);
      await cash.connect(saver).approve(orders, MaxUint256);
      for (let k = 0; k < 2; k++) await orders.connect(saver).create(plan, NO_PERMIT, NO_PERMIT);
      await time.increase(HOUR);
      const cre = await attachReceiver(ethers, base, orders);
      const order = (id: bigint) => ({
        target: orders.target as string,
        performData: encodeIds([id]),
        deadline: NEVER,
      });
      return { ...cre, cash, orders, order };
    }

    it("tips file nothing when their receiver is refused them: no money is left in the contract", async () => {
      const { cash, receiver, forwarder, orders, tipReceiver, saver, order, send } = await loadFixture(deployHostile);
      await cash.setBlocked(tipReceiver);
      for (const mode of [Mode.BLOCKLIST, Mode.HONEST]) {
        await cash.setMode(mode);
        const sent = send(order(1n), "run 1", GAS);
        await expect(sent)
          .to.emit(forwarder, "ReportProcessed")
          .withArgs(receiver, keccakOf("run 1"), "0x0001", mode === Mode.HONEST);
        const filed = mode === Mode.HONEST ? 1 : 0;
        expect(await orders.queryFilter(orders.filters.OrderExecuted())).to.have.length(filed);
        expect(await cash.books(saver)).to.equal(10_000n * USD - BigInt(filed) * 101n * USD);
        expect(await cash.books(receiver)).to.equal(0n);
      }
    });

    it("tips survive a report that is delivered again from within their transfer, and another one", async () => {
      const world = await loadFixture(deployHostile);
      const { cash, receiver, forwarder, workflow, orders, tipReceiver, saver, order, send } = world;
      const deliveries = [1n, 2n].map((id) => rawReport(workflow, keccakOf(`run ${id}`), encodeReport(order(id))));
      const payloads = deliveries.map((raw) =>
        forwarder.interface.encodeFunctionData("report", [receiver.target as string, ...signedBy(quorum, raw)]),
      );
      await cash.setHook(forwarder, payloads);
      await cash.setMode(Mode.REENTRANT);
      await send(order(1n), "run 1", GAS);
      expect(await cash.reentries()).to.be.greaterThan(0n);
      expect(await orders.queryFilter(orders.filters.OrderExecuted())).to.have.length(2);
      expect(await cash.books(saver)).to.equal(10_000n * USD - 202n * USD);
      expect([await cash.books(receiver), await cash.books(tipReceiver)]).to.deep.equal([0n, 2n * USD]);
    });
  });
});
