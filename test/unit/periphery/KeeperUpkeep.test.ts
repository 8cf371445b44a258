import { expect } from "chai";
import { AbiCoder, id as keccakOf, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory, KeeperUpkeep__factory } from "../../../typechain-types/index.js";
import { deployLensWorld, Freeze, Manner, makeRude, openRisk, placeOf, reset } from "../../helpers/lens.ts";
import { addTokens, plainTokens, setPrices, tokenOf } from "../../helpers/market.ts";
import { createIndex, deployProtocol, equalWeights, LIMITS, propose } from "../../helpers/protocol.ts";
import {
  Action,
  basketArguments,
  check,
  checkArguments,
  encodePlan,
  encodeUpkeep,
  feesArguments,
  indexArguments,
  proposeBasket,
  strategyArguments,
} from "../../helpers/upkeep.ts";

const { ethers, networkHelpers } = await network.create();
const { time, loadFixture } = networkHelpers;

const DAY = 86_400;
const HOUR = 3_600;
const errors = { interface: Errors__factory.createInterface() };
const STREAMING_RATE = 317_097_919n; // D18{1/s} 1% a year

describe("KeeperUpkeep", () => {
  const deploy = async () =>
    deployLensWorld(await ethers.getSigners(), {
      fees: { streamingRate: STREAMING_RATE, mintFeeBps: 0, recipient: (await ethers.getSigners())[2]?.address ?? "" },
    });
  const fresh = async () => reset(await loadFixture(deploy));
  const deployOpen = async () => openRisk(networkHelpers, await fresh());

  describe("performUpkeep", () => {
    it("reverts when the address is no index of the factory", async () => {
      const { upkeep, stranger } = await fresh();
      const data = encodeUpkeep({ vault: stranger.address, action: Action.CLOSE_EPOCH });
      await expect(upkeep.performUpkeep(data))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_VaultUnknown")
        .withArgs(stranger.address);
    });

    it("reverts when the data cannot be decoded or names an action that does not exist", async () => {
      const { upkeep, address } = await fresh();
      await expect(upkeep.performUpkeep("0x1234")).to.revert(ethers);
      const good = encodeUpkeep({ vault: address, action: Action.DISTRIBUTE_FEES });
      const bad = AbiCoder.defaultAbiCoder().encode(["tuple(address, uint8, uint256, bytes)"], [[address, 8, 0, "0x"]]);
      await upkeep.performUpkeep(good);
      await expect(upkeep.performUpkeep(bad)).to.revert(ethers);
    });

    it("reverts when a check of a price would change nothing", async () => {
      const { upkeep, vault, address } = await deployOpen();
      const [[first]] = await vault.basket();
      const data = encodeUpkeep({
        vault: address,
        action: Action.CHECK_PRICE,
        arguments: checkArguments(0, first?.token ?? "", 0),
      });
      await expect(upkeep.performUpkeep(data))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(address, Action.CHECK_PRICE);
    });

    it("reverts when the token to sync is not short, a donation included", async () => {
      const world = await fresh();
      const token = tokenOf(world.protocol, "TK4");
      await token.token.mint(world.address, 10n ** 18n);
      const i = placeOf(world, "TK4");
      const data = encodeUpkeep({ vault: world.address, action: Action.SYNC, arguments: indexArguments(i) });
      await expect(world.upkeep.performUpkeep(data))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(world.address, Action.SYNC);
    });

    it("reverts when prices moved less, or fewer fees are pending, than the caller asked for", async () => {
      const { upkeep, vault, address, protocol } = await deployOpen();
      await time.increase(HOUR);
      await setPrices(protocol, { TK4: "36.2" }); // 1.97%
      const refresh = (minimum: bigint) => encodeUpkeep({ vault: address, action: Action.REFRESH_TARGETS, minimum });
      await expect(upkeep.performUpkeep(refresh(198n)))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(address, Action.REFRESH_TARGETS);
      await expect(upkeep.performUpkeep(refresh(197n))).to.emit(vault, "TargetsRefreshed");

      const minimum = (await vault.pendingFeeShares()) * 2n;
      await expect(upkeep.performUpkeep(encodeUpkeep({ vault: address, action: Action.DISTRIBUTE_FEES, minimum })))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(address, Action.DISTRIBUTE_FEES);
    });

    it("passes the vault's own error on", async () => {
      const { upkeep, address } = await fresh();
      for (const [action, error] of [
        [Action.CLOSE_EPOCH, "IndexVault_EpochNotOpen"],
        [Action.REFRESH_TARGETS, "IndexVault_EpochNotOpen"],
      ] as const) {
        await expect(upkeep.performUpkeep(encodeUpkeep({ vault: address, action }))).to.be.revertedWithCustomError(
          errors,
          error,
        );
      }
      const unknown = { vault: address, action: Action.APPLY_FEES, arguments: feesArguments(1n, 1, address) };
      await expect(upkeep.performUpkeep(encodeUpkeep(unknown))).to.be.revertedWithCustomError(
        errors,
        "IndexVault_ChangeUnknown",
      );
    });

    it("is open to anybody, and says what was done for whom by whom", async () => {
      const { upkeep, vault, address, stranger } = await fresh();
      await time.increase(30 * DAY);
      const data = encodeUpkeep({ vault: address, action: Action.DISTRIBUTE_FEES, minimum: 1n });
      const performed = await upkeep.connect(stranger).performUpkeep(data);
      await expect(performed)
        .to.emit(upkeep, "UpkeepPerformed")
        .withArgs(address, Action.DISTRIBUTE_FEES, stranger.address);
      await expect(performed).to.emit(vault, "FeesDistributed");
    });
  });

  describe("simulate", () => {
    it("always reverts: by its own error when the upkeep would work, by the reason when not", async () => {
      const { upkeep, address } = await fresh();
      const works = encodeUpkeep({ vault: address, action: Action.DISTRIBUTE_FEES });
      const fails = encodeUpkeep({ vault: address, action: Action.CLOSE_EPOCH });
      await expect(upkeep.simulate(works)).to.be.revertedWithCustomError(errors, "KeeperUpkeep_Simulated");
      await expect(upkeep.simulate(fails)).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
    });
  });

  describe("checkUpkeep", () => {
    it("has the shape that bots speak", async () => {
      const { upkeep } = await fresh();
      expect(upkeep.interface.getFunction("checkUpkeep").selector).to.equal("0x6e04ff0d");
      expect(upkeep.interface.getFunction("performUpkeep").selector).to.equal("0x4585e33b");
    });

    it("reverts when the address is no index of the factory", async () => {
      const { upkeep, stranger } = await fresh();
      await expect(upkeep.checkUpkeep(encodePlan({ vault: stranger.address })))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_VaultUnknown")
        .withArgs(stranger.address);
    });

    it("finds nothing to do for a vault at rest", async () => {
      const { upkeep, address } = await fresh();
      const plan = { vault: address, minMoveBps: 1, minFeeShares: 10n ** 24n };
      expect(await check(upkeep, plan)).to.equal(undefined);
    });

    it("changes nothing even when it is sent as a transaction", async () => {
      const world = await deployOpen();
      const { upkeep, vault, address, protocol } = world;
      await setPrices(protocol, { TK4: "3.5" });
      const sent = await upkeep.checkUpkeep(encodePlan({ vault: address, minFeeShares: 1n }));
      expect((await sent.wait())?.logs).to.deep.equal([]);
      expect((await vault.targets())[placeOf(world, "TK4")]?.freeze).to.equal(0n);
      expect((await check(upkeep, { vault: address }))?.upkeep.action).to.equal(Action.CHECK_PRICE);
    });

    it("fits the gas of one transaction while half of 100 tokens are frozen and none may thaw yet", async () => {
      const [owner, guardian, creator] = await ethers.getSigners();
      const crowd = await deployProtocol({ owner: owner!, guardian: guardian!, tokens: plainTokens(100) });
      const vault = await createIndex(crowd, { creator: creator! });
      const upkeep = await new KeeperUpkeep__factory(owner).deploy(crowd.factory, crowd.assetRegistry);
      await propose(crowd, vault, { weights: equalWeights(100) });
      const fallen = crowd.tokens.filter(({ stable }) => !stable).slice(0, 50);
      await setPrices(crowd, Object.fromEntries(fallen.map(({ symbol }) => [symbol, "0.4"])));
      for (const token of fallen) await vault.checkPrice(crowd.tokens.indexOf(token));

      const plan = encodePlan({ vault: await vault.getAddress() });
      const [needed] = await upkeep.checkUpkeep.staticCall(plan, { gasLimit: 16_000_000 });

      expect(needed).to.equal(false);
    });

    it("checks a price beyond its breaker, once, and again when the candidate is old enough", async () => {
      const world = await deployOpen();
      const { upkeep, vault, address, protocol } = world;
      const i = placeOf(world, "TK4");
      await setPrices(protocol, { TK4: "3.5" });
      const found = await check(upkeep, { vault: address });
      expect(found?.upkeep).to.deep.equal({
        vault: address,
        action: Action.CHECK_PRICE,
        minimum: 0n,
        arguments: checkArguments(i, tokenOf(protocol, "TK4").address, 0),
      });
      await expect(upkeep.performUpkeep(found?.data ?? "0x"))
        .to.emit(vault, "FreezeSet")
        .withArgs(tokenOf(protocol, "TK4").address, 0n, Freeze.NOT_SOLD);
      expect(await check(upkeep, { vault: address })).to.equal(undefined);

      await time.increase(6 * HOUR);
      await setPrices(protocol);
      await setPrices(protocol);
      const thaw = await check(upkeep, { vault: address });
      expect(thaw?.upkeep.action).to.equal(Action.CHECK_PRICE);
      await expect(upkeep.performUpkeep(thaw?.data ?? "0x"))
        .to.emit(vault, "FreezeSet")
        .withArgs(tokenOf(protocol, "TK4").address, Freeze.NOT_SOLD, 0n);
    });

    it("syncs a token that is short", async () => {
      const world = await fresh();
      const { upkeep, vault, address, protocol } = world;
      const token = tokenOf(protocol, "TK4");
      await makeRude(networkHelpers, world, token, Manner.LOSES_HALF);
      const found = await check(upkeep, { vault: address });
      expect(found?.upkeep).to.include({ action: Action.SYNC, arguments: indexArguments(placeOf(world, "TK4")) });
      const units = (await vault.basket())[1][placeOf(world, "TK4")] ?? 0n;
      await expect(upkeep.performUpkeep(found?.data ?? "0x"))
        .to.emit(vault, "Synced")
        .withArgs(token.address, units, (lowered: bigint) => lowered < units && lowered > units / 2n - 10n ** 9n);
      expect(await check(upkeep, { vault: address })).to.equal(undefined);
    });

    it("closes an epoch that has nothing left to do", async () => {
      const world = await fresh();
      const [current] = await world.lens.weights(world.address);
      const bySymbol = Object.fromEntries(
        current.map(({ current: bps }, i) => [world.protocol.tokens[i]?.symbol ?? "", Number(bps)]),
      );
      const sum = Object.values(bySymbol).reduce((total, bps) => total + bps, 0);
      await openRisk(networkHelpers, world, { ...bySymbol, USDC: (bySymbol.USDC ?? 0) + 10_000 - sum });
      const found = await check(world.upkeep, { vault: world.address });
      expect(found?.upkeep.action).to.equal(Action.CLOSE_EPOCH);
      await expect(world.upkeep.performUpkeep(found?.data ?? "0x"))
        .to.emit(world.vault, "EpochClosed")
        .withArgs(1);
      expect(await check(world.upkeep, { vault: world.address })).to.equal(undefined);
    });

    it("refreshes targets once a price moved far enough, and no sooner than the vault allows", async () => {
      const { upkeep, vault, address, protocol } = await deployOpen();
      await setPrices(protocol, { TK4: "37.3" }); // 5.07%
      const plan = { vault: address, minMoveBps: 507 };
      expect((await check(upkeep, plan))?.upkeep).to.include({ action: Action.REFRESH_TARGETS, minimum: 507n });
      expect(await check(upkeep, { ...plan, minMoveBps: 508 })).to.equal(undefined);
      expect(await check(upkeep, { ...plan, minMoveBps: 0 })).to.equal(undefined);
      await expect(upkeep.performUpkeep((await check(upkeep, plan))?.data ?? "0x")).to.emit(vault, "TargetsRefreshed");

      await setPrices(protocol, { TK4: "39.5" });
      expect(await check(upkeep, plan)).to.equal(undefined);
    });

    it("does not take a missing price for a move", async () => {
      const { upkeep, address, protocol } = await deployOpen();
      await time.increase(HOUR + 60);
      await networkHelpers.setCode(await tokenOf(protocol, "TK4").feed.getAddress(), "0x");
      const data = encodeUpkeep({ vault: address, action: Action.REFRESH_TARGETS, minimum: 1n });
      await expect(upkeep.performUpkeep(data))
        .to.be.revertedWithCustomError(errors, "KeeperUpkeep_NotNeeded")
        .withArgs(address, Action.REFRESH_TARGETS);
    });

    it("applies announced fees and strategies once their delay is over", async () => {
      const { upkeep, vault, address, protocol, stranger } = await fresh();
      const curator = await ethers.getSigner(await vault.curator());
      const fees = { streamingRate: STREAMING_RATE * 2n, mintFeeBps: 50, recipient: curator.address };
      const strategy = { recipient: stranger.address, royaltyBps: 1_000, methodologyHash: keccakOf("methodology") };
      await vault.connect(curator).setFees(fees);
      await vault.connect(curator).setStrategy(strategy);
      const announcements = [
        {
          action: Action.APPLY_FEES,
          arguments: feesArguments(fees.streamingRate, fees.mintFeeBps, fees.recipient),
        },
        {
          action: Action.APPLY_STRATEGY,
          arguments: strategyArguments(strategy.recipient, strategy.royaltyBps, strategy.methodologyHash),
        },
      ];
      expect(await check(upkeep, { vault: address, announcements })).to.equal(undefined);

      await time.increase(7 * DAY);
      await setPrices(protocol);
      const first = await check(upkeep, { vault: address, announcements });
      expect(first?.upkeep.action).to.equal(Action.APPLY_FEES);
      await expect(upkeep.performUpkeep(first?.data ?? "0x")).to.emit(vault, "FeesSet");
      const second = await check(upkeep, { vault: address, announcements });
      expect(second?.upkeep.action).to.equal(Action.APPLY_STRATEGY);
      await expect(upkeep.performUpkeep(second?.data ?? "0x")).to.emit(vault, "StrategyAdopted");
      expect((await vault.fees()).mintFeeBps).to.equal(50n);
      expect((await vault.strategy()).recipient).to.equal(stranger.address);
      expect(await check(upkeep, { vault: address, announcements })).to.equal(undefined);
    });

    it("applies an announced basket once its delay is over", async () => {
      const { upkeep, vault, address, protocol } = await fresh();
      const [added] = await addTokens(protocol, [{ symbol: "NEW", price: "5" }]);
      const add = [added?.address ?? ZeroAddress];
      await proposeBasket(protocol, vault, add, []);
      const announcements = [{ action: Action.APPLY_BASKET, arguments: basketArguments(add, []) }];
      expect(await check(upkeep, { vault: address, announcements })).to.equal(undefined);

      await time.increase(LIMITS.basketDelay);
      await setPrices(protocol);
      const found = await check(upkeep, { vault: address, announcements });
      expect(found?.upkeep.action).to.equal(Action.APPLY_BASKET);
      await expect(upkeep.performUpkeep(found?.data ?? "0x")).to.emit(vault, "BasketApplied");
      expect(await vault.basketSize()).to.equal(7n);
    });

    it("distributes fees above the threshold, after everything that is more urgent", async () => {
      const world = await fresh();
      const { upkeep, vault, address, protocol } = world;
      await time.increase(30 * DAY);
      await setPrices(protocol);
      const pending = await vault.pendingFeeShares();
      const plan = { vault: address, minFeeShares: pending };
      expect((await check(upkeep, plan))?.upkeep).to.include({ action: Action.DISTRIBUTE_FEES, minimum: pending });
      expect(await check(upkeep, { ...plan, minFeeShares: pending * 2n })).to.equal(undefined);
      expect(await check(upkeep, { ...plan, minFeeShares: 0n })).to.equal(undefined);

      await makeRude(networkHelpers, world, tokenOf(protocol, "TK5"), Manner.LOSES_HALF);
      expect((await check(upkeep, plan))?.upkeep.action).to.equal(Action.SYNC);
    });

    for (const [name, manner] of Object.entries(Manner)) {
      if (manner === Manner.POLITE || manner === Manner.LOSES_HALF) continue;

      it(`still finds work although one token ${name.toLowerCase().replaceAll("_", " ")}`, async () => {
        const world = await deployOpen();
        const { upkeep, vault, address, protocol } = world;
        await makeRude(networkHelpers, world, tokenOf(protocol, "TK5"), manner);
        await makeRude(networkHelpers, world, tokenOf(protocol, "TK2"), Manner.LOSES_HALF);
        const found = await check(upkeep, { vault: address });
        expect(found?.upkeep).to.include({ action: Action.SYNC, arguments: indexArguments(placeOf(world, "TK2")) });
        await expect(upkeep.performUpkeep(found?.data ?? "0x")).to.emit(vault, "Synced");
        expect(await check(upkeep, { vault: address })).to.equal(undefined);
      });
    }
  });
});
