import { expect } from "chai";
import { getCreateAddress } from "ethers";
import { network } from "hardhat";
import {
  HostileToken__factory,
  StrategyShares__factory,
  StrategySharesFactory__factory,
} from "../../../typechain-types/index.js";
import { deployPass, EARNED_A_CREDIT, useAsset } from "../../helpers/accessPass.ts";
import { DAY, deployLocked, HASH, lockToken, RESERVE, SUPPLY, sell } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
/** Mode of HostileToken. */
const BLOCKLIST = 2;

describe("StrategyShares: royalties", () => {
  const base = async () => deployLocked(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);
  type World = Awaited<ReturnType<typeof load>>;

  /** Royalties of 1,000 come and are shared. */
  async function round({ shares, receiver, fees }: World, amount = 1_000n): Promise<void> {
    await fees.mint(receiver, amount);
    await time.increase(DAY);
    await shares.harvest(fees);
  }

  describe("harvest", () => {
    it("reverts when nothing came", async () => {
      const { shares, fees, errors } = await load();
      await expect(shares.harvest(fees))
        .to.be.revertedWithCustomError(errors, "StrategyShares_NothingCame")
        .withArgs(await fees.getAddress());
    });

    it("reverts for the shares themselves", async () => {
      const { shares, errors, address } = await load();
      await expect(shares.harvest(shares))
        .to.be.revertedWithCustomError(errors, "StrategyShares_TokenInvalid")
        .withArgs(address);
    });

    it("reverts until a day has passed since the last round, to the second; other tokens do not wait", async () => {
      const world = await load();
      const { shares, receiver, fees, gim, errors } = world;
      await round(world);
      const nextAt = BigInt(await time.latest()) + DAY;
      expect(await shares.nextRoundAt(fees)).to.equal(nextAt);
      await fees.mint(receiver, 1n);
      await gim.mint(receiver, 1n);
      await shares.harvest(gim);
      await time.setNextBlockTimestamp(nextAt - 1n);
      await expect(shares.harvest(fees))
        .to.be.revertedWithCustomError(errors, "StrategyShares_RoundTooEarly")
        .withArgs(await fees.getAddress(), nextAt, nextAt - 1n);
      await time.setNextBlockTimestamp(nextAt);
      await shares.harvest(fees);
      expect(await shares.roundCount(fees)).to.equal(2);
    });

    it("reverts in the second of the lock: nobody had shares at the end of the one before", async () => {
      const { registry, factory, usdc, fees, author } = await load();
      await registry.register(0, "ipfs://second", HASH, 0, 0);
      await registry.approve(factory, 2);
      await fees.mint(await registry.receiverOf(2), 1_000n);
      const from = await factory.getAddress();
      const address = getCreateAddress({ from, nonce: await ethers.provider.getTransactionCount(from) });
      const shares = StrategyShares__factory.connect(address, author);
      await ethers.provider.send("evm_setAutomine", [false]);
      try {
        const lock = await factory.lock(2, "Second", "SEC", SUPPLY, RESERVE, usdc, { gasLimit: 2_000_000 });
        const harvest = await shares.harvest(fees, { gasLimit: 1_000_000 });
        await networkHelpers.mine();
        const receipts = await Promise.all(
          [lock, harvest].map(({ hash }) => ethers.provider.getTransactionReceipt(hash)),
        );
        expect(receipts.map((receipt) => receipt?.status)).to.deep.equal([1, 0]);
        expect(await shares.nextRoundAt(fees)).to.equal((await shares.terms()).lockedAt + 1n);
      } finally {
        await ethers.provider.send("evm_setAutomine", [true]);
      }
      await shares.harvest(fees);
      expect(await shares.claimable(author, fees)).to.equal(1_000);
    });

    it("shares what the receiver pays out, by balances at the end of the second before", async () => {
      const { shares, receiver, fees, address, author, carol } = await load();
      await fees.mint(receiver, 1_000n);
      await networkHelpers.mine();
      const at = BigInt(await time.latest()) + 100n;
      await time.setNextBlockTimestamp(at);
      const transaction = shares.connect(carol).harvest(fees);
      await expect(transaction)
        .to.emit(shares, "Harvested")
        .withArgs(await fees.getAddress(), 0, 1_000, at - 1n);
      await expect(transaction)
        .to.emit(receiver, "PaidOut")
        .withArgs(await fees.getAddress(), address, 1_000);
      expect(await shares.rounds(fees, 0, 5)).to.deep.equal([[1_000n, at - 1n]]);
      expect(await shares.rounds(fees, 1, 5)).to.deep.equal([]);
      expect(await shares.accounted(fees)).to.equal(1_000);
      expect(await shares.claimable(author, fees)).to.equal(500);
      expect(await shares.balanceOfAt(author, at - 1n)).to.equal(SUPPLY / 2n);
    });

    it("shares what somebody paid out before, gifts, and what the token earned by receipts, in both currencies", async () => {
      const { shares, receiver, usdc, gim, pass, payer, alice } = await load();
      for (const currency of [usdc, gim]) {
        await currency.mint(receiver, 100n);
        await receiver.payOut(currency);
        await currency.mint(shares, 10n);
        await useAsset(pass, { payer, currency, asset: 1n, units: 25n });
        await shares.harvest(currency);
        expect(await shares.accounted(currency)).to.equal(110n + 25n * EARNED_A_CREDIT);
        expect(await shares.claimable(alice, currency)).to.equal(333);
      }
      expect(await pass.earnedOf(1)).to.deep.equal([0n, 0n]);
    });

    it("does not take what another token earned, and pays its own last earnings with a settlement", async () => {
      const world = await load();
      const { shares, registry, usdc, pass, payer, alice, carol } = world;
      await registry.register(1, "ipfs://data", HASH, 0, 0);
      await useAsset(pass, { payer, currency: usdc, asset: 2n, units: 5n });
      await expect(shares.harvest(usdc)).to.be.revertedWithCustomError(world.errors, "StrategyShares_NothingCame");
      await useAsset(pass, { payer, currency: usdc, asset: 1n, units: 25n });
      await sell(world, time, carol, RESERVE, [await usdc.getAddress()]);
      expect(await shares.claimable(alice, usdc)).to.equal(300);
      expect(await pass.earnedOf(2)).to.deep.equal([5n * EARNED_A_CREDIT, 0n]);
    });

    it("leaves out a pass that cannot pay, which then pays with a later round", async () => {
      const { registry, gim, author, payer, splitter } = await load();
      const usdc = await new HostileToken__factory(author).deploy(6);
      const pass = await deployPass(author, { usdc, gim, registry, splitter });
      const factory = await new StrategySharesFactory__factory(author).deploy(registry, usdc, gim, pass);
      await registry.register(0, "ipfs://second", HASH, 0, 0);
      const shares = await lockToken({ registry, factory, usdc }, author, 2n);
      await useAsset(pass, { payer, currency: usdc, asset: 2n, units: 25n });
      await usdc.mint(await registry.receiverOf(2), 7n);
      await usdc.setBlocked(pass);
      await usdc.setMode(BLOCKLIST);
      await shares.harvest(usdc);
      expect(await shares.accounted(usdc)).to.equal(7);
      await usdc.setMode(0);
      await time.increase(DAY);
      await shares.harvest(usdc);
      expect(await shares.accounted(usdc)).to.equal(7n + 25n * EARNED_A_CREDIT);
    });

    it("shares a token that the pass does not know, from the receiver alone", async () => {
      const { shares, receiver, fees } = await load();
      await fees.mint(receiver, 7n);
      await shares.harvest(fees);
      expect(await shares.accounted(fees)).to.equal(7);
    });

    it("shares 2^128 - 1 at most at once, the rest in the next round", async () => {
      const world = await load();
      const { shares, fees } = world;
      await round(world, 2n ** 128n + 9n);
      await time.increase(DAY);
      await shares.harvest(fees);
      expect((await shares.rounds(fees, 0, 9)).map(({ amount }) => amount)).to.deep.equal([2n ** 128n - 1n, 10n]);
    });
  });

  describe("claim", () => {
    it("reverts when it is to look at no round", async () => {
      const { shares, fees, author, errors } = await load();
      await expect(shares.claim(author, fees, 0)).to.be.revertedWithCustomError(errors, "StrategyShares_RoundsZero");
    });

    it("pays the account alone, whoever calls, once", async () => {
      const world = await load();
      const { shares, fees, alice, carol } = world;
      await round(world);
      await expect(shares.connect(carol).claim(alice, fees, 10))
        .to.emit(shares, "Claimed")
        .withArgs(alice.address, await fees.getAddress(), 300, 0, 1);
      expect([await fees.balanceOf(alice), await fees.balanceOf(carol)]).to.deep.equal([300n, 0n]);
      expect(await shares.claim.staticCall(alice, fees, 10)).to.deep.equal([0n, true]);
      await expect(shares.claim(alice, fees, 10)).to.not.emit(shares, "Claimed");
      expect(await shares.accounted(fees)).to.equal(700);
    });

    it("goes on where it stopped, oldest rounds first", async () => {
      const world = await load();
      const { shares, fees, bob } = world;
      for (const amount of [1_000n, 2_000n, 4_000n]) await round(world, amount);
      expect(await shares.claimable(bob, fees)).to.equal(1_400);
      expect(await shares.claim.staticCall(bob, fees, 2)).to.deep.equal([600n, false]);
      await shares.claim(bob, fees, 2);
      expect(await shares.nextRoundOf(bob, fees)).to.equal(2);
      expect(await shares.claim.staticCall(bob, fees, 2n ** 256n - 1n)).to.deep.equal([800n, true]);
      await shares.claim(bob, fees, 2n ** 256n - 1n);
      expect(await fees.balanceOf(bob)).to.equal(1_400);
    });

    it("pays who had the shares at the round, also after they were sold", async () => {
      const world = await load();
      const { shares, fees, alice, carol } = world;
      await round(world);
      await shares.connect(alice).transfer(carol, await shares.balanceOf(alice));
      await round(world);
      await shares.claim(alice, fees, 10);
      await shares.claim(carol, fees, 10);
      expect([await fees.balanceOf(alice), await fees.balanceOf(carol)]).to.deep.equal([300n, 300n]);
    });

    it("rounds down each part of each round", async () => {
      const world = await load();
      const { shares, fees, author, alice, bob } = world;
      await round(world, 9n);
      await round(world, 9n);
      for (const account of [author, alice, bob]) await shares.claim(account, fees, 10);
      const paid = await Promise.all([author, alice, bob].map((account) => fees.balanceOf(account)));
      expect(paid).to.deep.equal([8n, 4n, 2n]);
      expect(await shares.accounted(fees)).to.equal(4);
    });
  });

  describe("after the end", () => {
    it("gives what comes late to those who had shares when the buy-out was settled", async () => {
      const world = await load();
      const { shares, fees, alice, bob, carol } = world;
      await sell(world, time, carol, 2_000_000_000n);
      await shares.connect(alice).cashOut(await shares.balanceOf(alice));
      await shares.connect(bob).transfer(carol, await shares.balanceOf(bob));
      await fees.mint(shares, 1_000n);
      await shares.harvest(fees);
      for (const account of [alice, bob, carol]) await shares.claim(account, fees, 9);
      const paid = await Promise.all([alice, bob, carol].map((account) => fees.balanceOf(account)));
      expect(paid).to.deep.equal([300n, 200n, 0n]);
    });

    it("leaves to the winner what waited in the receiver, unless it was named at the settlement", async () => {
      const world = await load();
      const { shares, receiver, fees, gim, carol } = world;
      await fees.mint(receiver, 1_000n);
      await gim.mint(receiver, 1_000n);
      await sell(world, time, carol, 2_000_000_000n, [await gim.getAddress()]);
      await receiver.payOut(fees);
      expect(await fees.balanceOf(carol)).to.equal(1_000);
      expect([await shares.roundCount(fees), await shares.accounted(gim)]).to.deep.equal([0n, 1_000n]);
    });

    it("leaves what waits in the receiver where it is when it shares what came late", async () => {
      const world = await load();
      const { shares, receiver, fees, carol } = world;
      await sell(world, time, carol, 2_000_000_000n);
      await fees.mint(receiver, 1_000n);
      await fees.mint(shares, 10n);
      await shares.harvest(fees);
      expect([await shares.accounted(fees), await fees.balanceOf(receiver)]).to.deep.equal([10n, 1_000n]);
    });

    it("gives to who redeemed what came too late for a round, and nothing that others can claim", async () => {
      const world = await load();
      const { shares, fees, author, alice, bob, carol, errors } = world;
      await round(world);
      for (const account of [alice, bob]) {
        await shares.connect(account).transfer(author, await shares.balanceOf(account));
      }
      await fees.mint(shares, 50n);
      await shares.redeem();
      await expect(shares.connect(carol).harvest(fees))
        .to.emit(shares, "Released")
        .withArgs(await fees.getAddress(), author.address, 50);
      await expect(shares.harvest(fees)).to.be.revertedWithCustomError(errors, "StrategyShares_NothingCame");
      for (const account of [author, alice, bob]) await shares.claim(account, fees, 9);
      const paid = await Promise.all([author, alice, bob].map((account) => fees.balanceOf(account)));
      expect(paid).to.deep.equal([550n, 300n, 200n]);
    });
  });

  describe("shares", () => {
    it("cannot be sent to their own contract", async () => {
      const { shares, address, errors } = await load();
      await expect(shares.transfer(shares, 1n))
        .to.be.revertedWithCustomError(errors, "StrategyShares_ReceiverInvalid")
        .withArgs(address);
    });

    it("tell balances of past seconds only", async () => {
      const { shares, alice, carol, errors } = await load();
      const before = BigInt(await time.latest());
      await shares.connect(alice).transfer(carol, 5n);
      await time.increase(10);
      const now = BigInt(await time.latest());
      await expect(shares.balanceOfAt(alice, now)).to.be.revertedWithCustomError(errors, "StrategyShares_FutureLookup");
      expect(await shares.balanceOfAt(alice, before)).to.equal((SUPPLY * 3n) / 10n);
      expect(await shares.balanceOfAt(alice, now - 1n)).to.equal((SUPPLY * 3n) / 10n - 5n);
      expect(await shares.balanceOfAt(alice, 0)).to.equal(0);
    });
  });
});
