import { expect } from "chai";
import { id as keccakOf } from "ethers";
import { network } from "hardhat";
import {
  HookToken__factory,
  HostileToken__factory,
  StrategySharesFactory__factory,
} from "../../../typechain-types/index.js";
import { DAY, deployLocked, lockToken, RESERVE, SUPPLY, sell } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** Modes of HostileToken. */
const MODE = {
  honest: 0,
  paused: 1,
  blocklist: 2,
  falseReturn: 3,
  returnBomb: 7,
  revertBomb: 8,
  reentrant: 9,
  fee: 10,
};

describe("Attacks on strategies and their shares", () => {
  const base = async () => deployLocked(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);

  describe("transfer or relock of a locked token", () => {
    it("nobody moves, approves, publishes for, reprices or locks a token that is locked", async () => {
      const { registry, factory, address, usdc, errors, author, alice, bob, carol } = await load();
      for (const thief of [author, alice, bob, carol]) {
        const as = registry.connect(thief);
        for (const call of [
          as.transferFrom(address, thief, 1),
          as["safeTransferFrom(address,address,uint256)"](address, thief, 1),
        ]) {
          await expect(call).to.be.revertedWithCustomError(registry, "ERC721InsufficientApproval");
        }
        await expect(as.approve(thief, 1)).to.be.revertedWithCustomError(registry, "ERC721InvalidApprover");
        await expect(as.publish(1, "ipfs://worse", keccakOf("worse"))).to.be.revertedWithCustomError(
          errors,
          "StrategyRegistry_Unauthorized",
        );
        await expect(as.setRoyalty(1, 5_000)).to.be.revertedWithCustomError(errors, "StrategyRegistry_Unauthorized");
        await expect(
          factory.connect(thief).lock(1, "Again", "AGN", SUPPLY, RESERVE, usdc),
        ).to.be.revertedWithCustomError(registry, "ERC721InsufficientApproval");
      }
      expect(await registry.ownerOf(1)).to.equal(address);
      expect(await registry.getApproved(1)).to.equal(ethers.ZeroAddress);
    });

    it("approvals that were given before the lock are worth nothing after it", async () => {
      const world = await load();
      const { registry, shares, author, alice, bob, carol } = world;
      for (const account of [alice, bob]) {
        await shares.connect(account).transfer(author, await shares.balanceOf(account));
      }
      await shares.redeem();
      await registry.setApprovalForAll(carol, true);
      await registry.approve(carol, 1);
      const again = await lockToken({ ...world, registry: registry.connect(author) }, author);
      await expect(
        registry.connect(carol).transferFrom(await again.getAddress(), carol, 1),
      ).to.be.revertedWithCustomError(registry, "ERC721InsufficientApproval");
    });

    it("an approval for the factory does not let another lock the token for himself", async () => {
      const { registry, factory, usdc, author, alice } = await load();
      await registry.register(0, "ipfs://x", keccakOf("x"), 0, 0);
      await registry.approve(factory, 2);
      await expect(factory.connect(alice).lock(2, "Mine", "MINE", SUPPLY, RESERVE, usdc)).to.be.revertedWithCustomError(
        registry,
        "ERC721IncorrectOwner",
      );
      expect(await registry.ownerOf(2)).to.equal(author.address);
    });
  });

  describe("claiming twice", () => {
    it("shares that go from account to account between claims are paid once a round", async () => {
      const { shares, receiver, fees, author, alice, bob, carol } = await load();
      await fees.mint(receiver, 1_000n);
      await time.increase(DAY);
      await shares.harvest(fees);
      const all = await shares.balanceOf(alice);
      for (const [from, to] of [
        [alice, carol],
        [carol, bob],
        [bob, alice],
      ] as const) {
        await shares.claim(from, fees, 9);
        await shares.connect(from).transfer(to, all);
        await shares.claim(to, fees, 9);
      }
      await shares.claim(author, fees, 9);
      const paid = await Promise.all([author, alice, bob, carol].map((account) => fees.balanceOf(account)));
      expect(paid).to.deep.equal([500n, 300n, 200n, 0n]);
    });

    it("shares borrowed for a round get nothing: what counts is the end of the second before", async () => {
      const { shares, receiver, fees, alice, carol } = await load();
      await fees.mint(receiver, 1_000n);
      await time.increase(DAY);
      const loan = await shares.balanceOf(alice);
      const at = BigInt(await time.latest()) + 10n;
      await ethers.provider.send("evm_setAutomine", [false]);
      try {
        const sent = [
          await shares.connect(alice).transfer(carol, loan, { gasLimit: 500_000 }),
          await shares.connect(carol).harvest(fees, { gasLimit: 1_000_000 }),
          await shares.connect(carol).transfer(alice, loan, { gasLimit: 500_000 }),
        ];
        await time.setNextBlockTimestamp(at);
        await networkHelpers.mine();
        for (const transaction of sent) expect((await transaction.wait())?.status).to.equal(1);
      } finally {
        await ethers.provider.send("evm_setAutomine", [true]);
      }
      expect((await shares.rounds(fees, 0, 1))[0]?.timepoint).to.be.lessThan(at);
      expect([await shares.claimable(carol, fees), await shares.claimable(alice, fees)]).to.deep.equal([0n, 300n]);
    });
  });

  describe("hostile reward tokens", () => {
    const hostile = async (deployer: Awaited<ReturnType<typeof load>>["author"]) =>
      new HostileToken__factory(deployer).deploy(18);

    it("one that refuses stops itself, and neither another token, nor a redemption, nor the buy-out", async () => {
      const world = await load();
      const { shares, receiver, fees, author, alice, carol } = world;
      const bad = await hostile(author);
      await bad.mint(receiver, 1_000n);
      await fees.mint(receiver, 1_000n);
      await shares.harvest(bad);
      for (const mode of [MODE.paused, MODE.falseReturn, MODE.returnBomb, MODE.revertBomb]) {
        await bad.setMode(mode);
        await expect(shares.claim(alice, bad, 9)).to.revert(ethers);
      }
      await shares.harvest(fees);
      await shares.claim(alice, fees, 9);
      expect(await fees.balanceOf(alice)).to.equal(300);
      await sell(world, time, carol, RESERVE);
      await bad.setMode(MODE.honest);
      await shares.claim(alice, bad, 9);
      expect(await bad.books(alice)).to.equal(300);
    });

    it("one that calls back while it is harvested, claimed or settled gets nowhere", async () => {
      const { shares, registry, receiver, fees, usdc, address, author, alice, carol } = await load();
      const bad = await hostile(author);
      const token = await bad.getAddress();
      const encode = shares.interface.encodeFunctionData.bind(shares.interface);
      const calls = [
        encode("harvest", [token]),
        encode("harvest", [await fees.getAddress()]),
        encode("claim", [alice.address, token, 9]),
        encode("settle", [[]]),
        encode("withdrawBid", [alice.address]),
        encode("bid", [RESERVE * 9n]),
        encode("redeem"),
        encode("cashOut", [1n]),
        encode("initialize"),
      ];
      await bad.setHook(address, calls);
      await bad.mint(receiver, 1_000n);
      await fees.mint(receiver, 1_000n);
      await bad.setMode(MODE.reentrant);
      await shares.harvest(bad);
      await shares.claim(alice, bad, 9);
      await shares.connect(alice).bid(RESERVE);
      await shares.connect(carol).bid(2n * RESERVE);
      await time.increase(7n * DAY);
      await bad.mint(receiver, 500n);
      await shares.settle([token, await usdc.getAddress()]);
      expect(await bad.attempts()).to.equal(3 * calls.length);
      expect(await bad.reentries()).to.equal(0);
      expect(await registry.ownerOf(1)).to.equal(carol.address);
      expect([await bad.books(alice), await shares.refundOf(alice)]).to.deep.equal([300n, RESERVE]);
    });

    it("one that moves shares while it is harvested changes nobody's part", async () => {
      const { shares, receiver, address, author, alice, carol } = await load();
      const hook = await new HookToken__factory(author).deploy("Hook", "HOOK", 18);
      const all = await shares.balanceOf(alice);
      await shares.connect(alice).approve(hook, all);
      await hook.mint(receiver, 1_000n);
      const move = shares.interface.encodeFunctionData("transferFrom", [alice.address, carol.address, all]);
      await hook.setHook(address, move);
      await shares.harvest(hook);
      expect(await hook.hookSucceeded()).to.equal(true);
      expect([await shares.claimable(alice, hook), await shares.claimable(carol, hook)]).to.deep.equal([300n, 0n]);
    });

    it("one that takes a fee or loses balance shares what arrived, and never another token", async () => {
      const { shares, receiver, usdc, address, author, alice, carol } = await load();
      await shares.connect(carol).bid(RESERVE);
      const bad = await hostile(author);
      await bad.mint(receiver, 1_000n);
      await bad.setMode(MODE.fee);
      await shares.harvest(bad);
      expect(await shares.accounted(bad)).to.equal(990);
      await bad.setMode(MODE.honest);
      await bad.take(address, 800n);
      await expect(shares.claim(alice, bad, 9)).to.be.revertedWithCustomError(bad, "HostileToken_BalanceTooSmall");
      await time.increase(DAY);
      await expect(shares.harvest(bad)).to.revert(ethers);
      expect(await usdc.balanceOf(address)).to.equal(RESERVE);
    });

    it("one that blocks a holder keeps nobody else from his part", async () => {
      const { shares, receiver, author, alice, bob } = await load();
      const bad = await hostile(author);
      await bad.mint(receiver, 1_000n);
      await shares.harvest(bad);
      await bad.setBlocked(alice);
      await bad.setMode(MODE.blocklist);
      await expect(shares.claim(alice, bad, 9)).to.be.revertedWithCustomError(bad, "HostileToken_Refused");
      await shares.claim(bob, bad, 9);
      expect(await bad.books(bob)).to.equal(200);
    });
  });

  describe("outbid griefing", () => {
    it("a bidder whom the currency blocks cannot keep others from bidding, winning, and cashing out", async () => {
      const world = await load();
      const { factory, registry, author, alice, carol, gim, pass } = world;
      const dollars = await new HostileToken__factory(author).deploy(6);
      const other = await new StrategySharesFactory__factory(author).deploy(registry, dollars, gim, pass);
      await registry.register(0, "ipfs://y", keccakOf("y"), 0, 0);
      const shares = (await lockToken({ registry, factory: other, usdc: dollars }, author, 2n)).connect(alice);
      for (const bidder of [alice, carol]) {
        await dollars.mint(bidder, 9n * RESERVE);
        await dollars.connect(bidder).approve(shares, 9n * RESERVE);
      }
      await shares.bid(RESERVE);
      await dollars.setBlocked(alice);
      await dollars.setMode(MODE.blocklist);
      await shares.connect(carol).bid(2n * RESERVE);
      await expect(shares.withdrawBid(alice)).to.be.revertedWithCustomError(dollars, "HostileToken_Refused");
      await time.increase(7n * DAY);
      await shares.settle([]);
      await shares.connect(author).cashOut(SUPPLY);
      expect([await registry.ownerOf(2), await dollars.books(author)]).to.deep.equal([carol.address, 2n * RESERVE]);
      await dollars.setMode(MODE.honest);
      await shares.withdrawBid(alice);
      expect(await dollars.books(alice)).to.equal(9n * RESERVE);
      expect(await factory.sharesCount()).to.equal(1);
    });

    it("a currency that takes a fee is refused: a bid is there in full or not at all", async () => {
      const { registry, author, alice, gim, pass, errors } = await load();
      const dollars = await new HostileToken__factory(author).deploy(6);
      const other = await new StrategySharesFactory__factory(author).deploy(registry, dollars, gim, pass);
      await registry.register(0, "ipfs://y", keccakOf("y"), 0, 0);
      const shares = (await lockToken({ registry, factory: other, usdc: dollars }, author, 2n)).connect(alice);
      await dollars.mint(alice, RESERVE);
      await dollars.connect(alice).approve(shares, RESERVE);
      await dollars.setMode(MODE.fee);
      await expect(shares.bid(RESERVE))
        .to.be.revertedWithCustomError(errors, "StrategyShares_TransferInexact")
        .withArgs(await dollars.getAddress(), RESERVE - RESERVE / 100n, RESERVE);
    });

    it("stretching an auction by bids in the last second costs 5% more each time", async () => {
      const { shares, usdc, alice, carol } = await load();
      await shares.connect(carol).bid(RESERVE);
      let paid = RESERVE;
      for (let k = 0; k < 20; k++) {
        const { endsAt } = await shares.buyout();
        await time.setNextBlockTimestamp(endsAt - 1n);
        const bidder = k % 2 === 0 ? alice : carol;
        paid = await shares.minBid();
        await shares.connect(bidder).bid(paid);
        await shares.withdrawBid(k % 2 === 0 ? carol : alice);
      }
      expect(paid).to.be.greaterThan((RESERVE * 265n) / 100n);
      expect(await shares.accounted(usdc)).to.equal(paid);
    });
  });

  describe("harvest spam", () => {
    it("dust sent every day makes one round a day, and takes nothing from what comes with it", async () => {
      const { shares, receiver, fees, errors, alice, carol } = await load();
      for (let day = 0; day < 5; day++) {
        await time.increase(DAY);
        await fees.mint(receiver, 1_000n);
        await fees.connect(carol).mint(shares, 1n);
        await shares.connect(carol).harvest(fees);
        for (let k = 0; k < 3; k++) {
          await fees.connect(carol).mint(shares, 1n);
          await expect(shares.connect(carol).harvest(fees)).to.be.revertedWithCustomError(
            errors,
            "StrategyShares_RoundTooEarly",
          );
        }
      }
      expect(await shares.roundCount(fees)).to.equal(5);
      // 30% of 1,001, then of 1,004 four times: the dust of a day comes with the next round.
      expect(await shares.claimable(alice, fees)).to.equal(300 + 4 * 301);
    });

    it("a claim over a year of rounds fits a transaction, and can be split", async () => {
      const { shares, fees, alice } = await load();
      for (let day = 0; day < 365; day++) {
        await time.increase(DAY);
        await fees.mint(shares, 10n);
        await shares.harvest(fees);
      }
      const gas = await shares.claim.estimateGas(alice, fees, 365);
      expect(gas).to.be.lessThan(4_000_000n);
      while ((await shares.claim.staticCall(alice, fees, 100))[1] === false) await shares.claim(alice, fees, 100);
      await shares.claim(alice, fees, 100);
      expect(await fees.balanceOf(alice)).to.equal(1_095);
    });
  });
});
