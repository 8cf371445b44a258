import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Buyback__factory, Compounder__factory, GovernanceToken__factory } from "../../../typechain-types/index.js";
import {
  type CompounderWorld,
  deployCompounder,
  GIM,
  LOCKED,
  Mode,
  order,
  payRevenue,
  policy,
  swap,
} from "../../helpers/compounder.ts";
import { erc20 } from "../../helpers/periphery.ts";
import { NONCE, routesTo, SHARE, USD } from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const SWAP = policy({ mode: Mode.SWAP_AND_LOCK, anyone: true, maxSlippageBps: 100n });

async function deploy() {
  return deployCompounder(ethers, time);
}

/** Nothing of any token stays, and no approval but the escrow's. */
async function expectEmpty({ compounder, zap, tokens, at, gimAt, vaultAt, owner }: CompounderWorld) {
  for (const token of [...tokens, at.CASH, gimAt, vaultAt]) {
    expect(await erc20(token, owner).balanceOf(compounder), `${token} in the compounder`).to.equal(0n);
    expect(await erc20(token, owner).allowance(compounder, zap), `${token} approved`).to.equal(0n);
  }
}

describe("Compounder", () => {
  const load = () => networkHelpers.loadFixture(deploy);

  describe("constructor", () => {
    it("reverts when the buyback buys another token than the escrow locks", async () => {
      const { owner, distributor, zap, lens, protocol, stack, gimAt, errors } = await load();
      const other = await new GovernanceToken__factory(owner).deploy(owner);
      const buyback = await new Buyback__factory(owner).deploy(other, stack.factory.target, owner);
      const factory = new Compounder__factory(owner);
      await expect(factory.deploy(distributor, buyback, zap, lens, protocol.assetRegistry, stack.factory.target))
        .to.be.revertedWithCustomError(errors, "Compounder_TokenMismatch")
        .withArgs(await other.getAddress(), gimAt);
    });
  });

  describe("setPolicy", () => {
    it("reverts for a fee above 2%", async () => {
      const { compounder, errors } = await load();
      await expect(compounder.setPolicy(policy({ maxFeeBps: 201n })))
        .to.be.revertedWithCustomError(errors, "Compounder_FeeTooHigh")
        .withArgs(201n, 200n);
    });

    it("reverts for a slippage of 0 or above 10% where it trades, and for any where it does not", async () => {
      const { compounder, errors, vaultAt } = await load();
      for (const maxSlippageBps of [0n, 1_001n]) {
        for (const mode of [Mode.SWAP_AND_LOCK, Mode.INDEX]) {
          const vault = mode === Mode.INDEX ? vaultAt : ZeroAddress;
          await expect(compounder.setPolicy(policy({ mode, maxSlippageBps, vault })))
            .to.be.revertedWithCustomError(errors, "Compounder_SlippageInvalid")
            .withArgs(maxSlippageBps, 1_000n);
        }
      }
      for (const mode of [Mode.PAY_OUT, Mode.LOCK]) {
        await expect(compounder.setPolicy(policy({ mode, maxSlippageBps: 1n })))
          .to.be.revertedWithCustomError(errors, "Compounder_SlippageInvalid")
          .withArgs(1n, 0n);
      }
    });

    it("reverts for an index that the factory does not know, and for one where none is needed", async () => {
      const { compounder, errors, vaultAt, at } = await load();
      for (const vault of [ZeroAddress, at.USDT]) {
        await expect(compounder.setPolicy(policy({ mode: Mode.INDEX, maxSlippageBps: 1n, vault })))
          .to.be.revertedWithCustomError(errors, "Compounder_VaultInvalid")
          .withArgs(vault);
      }
      await expect(compounder.setPolicy(policy({ mode: Mode.LOCK, vault: vaultAt })))
        .to.be.revertedWithCustomError(errors, "Compounder_VaultInvalid")
        .withArgs(vaultAt);
    });

    it("keeps the caller's choice and tells what it was before", async () => {
      const { compounder, alice, bob, vaultAt } = await load();
      const none = [Mode.PAY_OUT, false, 0n, 0n, ZeroAddress];
      const chosen = { mode: Mode.INDEX, anyone: true, maxFeeBps: 200n, maxSlippageBps: 1_000n, vault: vaultAt };
      await expect(compounder.connect(alice).setPolicy(chosen))
        .to.emit(compounder, "PolicySet")
        .withArgs(
          alice.address,
          none,
          Object.values(chosen).map((value, k) => (k === 0 ? Mode.INDEX : value)),
        );
      expect(await compounder.policyOf(alice)).to.deep.equal([Mode.INDEX, true, 200n, 1_000n, vaultAt]);
      expect(await compounder.policyOf(bob)).to.deep.equal(none);
    });
  });

  describe("compound", () => {
    it("reverts for anyone but the account unless its policy lets anyone", async () => {
      const { compounder, errors, alice, keeper, at } = await load();
      for (const anyone of [false, true]) {
        await compounder.connect(alice).setPolicy(policy({ anyone }));
        const call = compounder.connect(keeper).compound(order(alice, [at.USDT]));
        if (anyone) await call;
        else {
          await expect(call)
            .to.be.revertedWithCustomError(errors, "Compounder_Unauthorized")
            .withArgs(keeper.address, alice.address);
        }
      }
    });

    it("reverts when the account has not named it, or names it no longer", async () => {
      const { compounder, distributor, errors, alice, keeper, at } = await load();
      await compounder.connect(alice).setPolicy(policy({ anyone: true }));
      await distributor.connect(alice).setClaimer(ZeroAddress);
      await expect(compounder.connect(keeper).compound(order(alice, [at.USDT])))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_Unauthorized")
        .withArgs(await compounder.getAddress(), alice.address);
    });

    it("reverts for a fee above the policy's", async () => {
      const { compounder, errors, alice, keeper, at } = await load();
      await compounder.connect(alice).setPolicy(policy({ anyone: true, maxFeeBps: 50n }));
      await expect(compounder.connect(keeper).compound(order(alice, [at.USDT], { feeBps: 51n })))
        .to.be.revertedWithCustomError(errors, "Compounder_FeeTooHigh")
        .withArgs(51n, 50n);
    });

    it("does nothing when there is nothing to claim", async () => {
      const { compounder, alice, at, gimAt } = await load();
      await expect(compounder.connect(alice).compound(order(alice, [at.USDT, gimAt]))).to.not.emit(
        compounder,
        "Compounded",
      );
    });

    it("pays out without a policy, to the account that calls", async () => {
      const world = await load();
      const { compounder, alice, usd, at } = world;
      await payRevenue(world, time, [[at.USDT, 1_000n * USD]]);
      const call = compounder.connect(alice).compound(order(alice, [at.USDT, at.USDT]));
      const half = 500n * USD - 1n; // rounding is the distributor's
      await expect(call)
        .to.emit(compounder, "Compounded")
        .withArgs(alice.address, alice.address, at.USDT, Mode.PAY_OUT, half, 0n, half);
      expect(await usd.balanceOf(alice)).to.equal(half);
      await expectEmpty(world);
    });

    it("pays the caller's fee out of what was claimed, and the rest to the account", async () => {
      const world = await load();
      const { compounder, alice, keeper, usd, at } = world;
      await compounder.connect(alice).setPolicy(policy({ anyone: true, maxFeeBps: 50n }));
      await payRevenue(world, time, [[at.USDT, 1_000n * USD]]);
      await compounder.connect(keeper).compound(order(alice, [at.USDT], { feeBps: 50n }));
      const half = 500n * USD - 1n;
      expect(await usd.balanceOf(keeper)).to.equal((half * 50n) / 10_000n);
      expect(await usd.balanceOf(alice)).to.equal(half - (half * 50n) / 10_000n);
      await expectEmpty(world);
    });

    it("gives a donation to whoever comes next, and keeps nothing", async () => {
      const world = await load();
      const { compounder, alice, cash, at } = world;
      await cash.transfer(compounder, 77n);
      await compounder.connect(alice).compound(order(alice, [at.CASH]));
      expect(await cash.balanceOf(alice)).to.equal(77n);
      await expectEmpty(world);
    });

    describe("LOCK", () => {
      it("tops the lock up with GIM, keeps its end, and pays the other tokens out", async () => {
        const world = await load();
        const { compounder, escrow, alice, keeper, usd, gim, gimAt, at } = world;
        await compounder.connect(alice).setPolicy(policy({ mode: Mode.LOCK, anyone: true }));
        await payRevenue(world, time, [
          [gimAt, 500n * GIM],
          [at.USDT, 100n * USD],
        ]);
        const before = await escrow.locked(alice);
        await compounder.connect(keeper).compound(order(alice, [gimAt, at.USDT]));
        const held = await escrow.locked(alice);
        expect(held.amount).to.be.within(LOCKED + 250n * GIM - 1n, LOCKED + 250n * GIM);
        expect(held.end).to.equal(before.end);
        expect(await gim.balanceOf(alice)).to.equal(0n);
        expect(await usd.balanceOf(alice)).to.equal(50n * USD - 1n);
        await expectEmpty(world);
      });

      it("leaves a permanent lock permanent", async () => {
        const world = await load();
        const { compounder, escrow, alice, gimAt } = world;
        await compounder.connect(alice).setPolicy(policy({ mode: Mode.LOCK }));
        await payRevenue(world, time, [[gimAt, 500n * GIM]]);
        await escrow.connect(alice).setPermanent(true);
        await compounder.connect(alice).compound(order(alice, [gimAt]));
        const { permanent, end, amount } = await escrow.locked(alice);
        expect([permanent, end, amount > LOCKED]).to.deep.equal([true, 0n, true]);
      });

      it("pays out when the lock has ended, to the second, and when there is none", async () => {
        const world = await load();
        const { compounder, escrow, alice, gim, gimAt } = world;
        for (const mode of [Mode.LOCK, Mode.SWAP_AND_LOCK]) {
          const maxSlippageBps = mode === Mode.LOCK ? 0n : 100n;
          await compounder.connect(alice).setPolicy(policy({ mode, maxSlippageBps }));
          if (mode === Mode.SWAP_AND_LOCK) continue;
          await payRevenue(world, time, [[gimAt, 500n * GIM]]);
        }
        const { end } = await escrow.locked(alice);
        await time.setNextBlockTimestamp(end);
        await compounder.connect(alice).compound(order(alice, [gimAt]));
        const paid = await gim.balanceOf(alice);
        expect(paid).to.be.within(250n * GIM - 1n, 250n * GIM);
        expect((await escrow.locked(alice)).amount).to.equal(LOCKED);

        await escrow.connect(alice).withdraw();
        await gim.transfer(compounder, 5n);
        await compounder.connect(alice).compound(order(alice, [gimAt]));
        expect(await gim.balanceOf(alice)).to.equal(paid + LOCKED + 5n);
      });

      it("locks a second before the end", async () => {
        const world = await load();
        const { compounder, escrow, alice, gimAt } = world;
        await compounder.connect(alice).setPolicy(policy({ mode: Mode.LOCK }));
        await payRevenue(world, time, [[gimAt, 500n * GIM]]);
        const { end } = await escrow.locked(alice);
        await time.setNextBlockTimestamp(end - 1n);
        await compounder.connect(alice).compound(order(alice, [gimAt]));
        expect((await escrow.locked(alice)).amount).to.be.greaterThan(LOCKED);
      });

      it("costs at most 225,000 gas as a whole transaction, claim and top-up", async () => {
        const world = await load();
        const { compounder, alice, keeper, gimAt } = world;
        await compounder.connect(alice).setPolicy(policy({ mode: Mode.LOCK, anyone: true }));
        const used: bigint[] = [];
        for (let week = 0; week < 2; week++) {
          await payRevenue(world, time, [[gimAt, 500n * GIM]]);
          await world.distributor.finalize(gimAt);
          const tx = await compounder.connect(keeper).compound(order(alice, [gimAt]));
          used.push((await tx.wait())!.gasUsed);
        }
        for (const gas of used) expect(gas).to.be.at.most(225_000n);
      });
    });

    describe("SWAP_AND_LOCK, with real pools", () => {
      it("swaps along one hop and two, locks what came out and pays out what has no route", async () => {
        const world = await load();
        const { compounder, escrow, alice, keeper, cash, usd, alt, gim, gimAt, at } = world;
        await compounder.connect(alice).setPolicy(SWAP);
        await payRevenue(world, time, [
          [at.USDT, 1_000n * USD],
          [at.ALT, 600n * GIM],
          [gimAt, 40n * GIM],
          [at.CASH, 10n * USD],
        ]);
        await compounder.connect(keeper).compound(order(alice, [at.USDT, gimAt, at.ALT, at.CASH]));
        // 500 + 300 dollars' worth and 20 GIM, less pool fees of 0.3% and 0.6% and a little impact
        const added = (await escrow.locked(alice)).amount - LOCKED;
        expect(added).to.be.within(813n * GIM, 818n * GIM);
        expect(await cash.balanceOf(alice)).to.equal(5n * USD - 1n);
        for (const token of [usd, alt, gim]) expect(await token.balanceOf(alice)).to.equal(0n);
        await expectEmpty(world);
      });

      it("reverts below the mean price of half an hour, and the claim stays", async () => {
        const world = await load();
        const { compounder, distributor, errors, owner, alice, keeper, at, gimAt } = world;
        await compounder.connect(alice).setPolicy(SWAP);
        await payRevenue(world, time, [[at.USDT, 1_000n * USD]]);
        const claimable = await distributor.claimable(alice, at.USDT);
        await swap(world, owner, at.USDT, gimAt, 20_000n * USD); // GIM 4% up, for a moment
        await expect(compounder.connect(keeper).compound(order(alice, [at.USDT])))
          .to.be.revertedWithCustomError(errors, "Compounder_OutputTooLow")
          .withArgs(
            at.USDT,
            (out: bigint) => out < 490n * GIM,
            (least: bigint) => least > 490n * GIM,
          );
        expect(await distributor.claimable(alice, at.USDT)).to.equal(claimable);
        await time.increase(1_900); // now it is the price
        await compounder.connect(keeper).compound(order(alice, [at.USDT]));
        await expectEmpty(world);
      });

      it("reverts for dust that buys no wei of GIM", async () => {
        const world = await load();
        const { compounder, alt, errors, alice, at } = world;
        await compounder.connect(alice).setPolicy(SWAP);
        await alt.transfer(compounder, 1n);
        await expect(compounder.connect(alice).compound(order(alice, [at.ALT])))
          .to.be.revertedWithCustomError(errors, "Compounder_AmountTooSmall")
          .withArgs(at.ALT, 1n);
      });

      it("pays out in kind once the route is gone", async () => {
        const world = await load();
        const { compounder, buyback, usd, alice, at } = world;
        await compounder.connect(alice).setPolicy(SWAP);
        await payRevenue(world, time, [[at.USDT, 1_000n * USD]]);
        await buyback.removeRoute(at.USDT);
        await compounder.connect(alice).compound(order(alice, [at.USDT]));
        expect(await usd.balanceOf(alice)).to.equal(500n * USD - 1n);
      });

      it("lets nobody else swap, or compound in another's name", async () => {
        const { compounder, errors, keeper, alice } = await load();
        const from = compounder.connect(keeper);
        const self = await compounder.getAddress();
        await expect(from.swap("0x", 1n))
          .to.be.revertedWithCustomError(errors, "Compounder_Unauthorized")
          .withArgs(keeper.address, self);
        await expect(from.compoundFor(order(alice, []), alice))
          .to.be.revertedWithCustomError(errors, "Compounder_Unauthorized")
          .withArgs(keeper.address, self);
      });
    });

    describe("INDEX, with the real zap", () => {
      const setUp = async (maxSlippageBps = 200n) => {
        const world = await load();
        const { compounder, alice, vaultAt, at } = world;
        await compounder
          .connect(alice)
          .setPolicy(policy({ mode: Mode.INDEX, anyone: true, maxSlippageBps, vault: vaultAt }));
        await payRevenue(world, time, [[at.USDT, 2_000n * USD]]);
        const deposit = (shares: bigint) => ({
          shares,
          basketNonce: NONCE,
          entry: "0x",
          routes: routesTo(world, at.USDT),
        });
        return { ...world, deposit };
      };

      it("reverts when an order does not say how its tokens are deposited", async () => {
        const { compounder, errors, alice, at } = await setUp();
        await expect(compounder.connect(alice).compound(order(alice, [at.USDT])))
          .to.be.revertedWithCustomError(errors, "Compounder_OrderInvalid")
          .withArgs(at.USDT);
      });

      it("reverts for fewer shares than the amount is worth at oracle prices less the slippage", async () => {
        const { compounder, errors, alice, keeper, at, vaultAt, deposit, distributor } = await setUp();
        const amount = await distributor.claimable(alice, at.USDT);
        const least = await compounder.minShares(vaultAt, at.USDT, amount, 200n);
        expect(least).to.be.within((98n * SHARE) / 10n - SHARE / 100n, (98n * SHARE) / 10n + SHARE / 100n); // 9.8 at $100
        await expect(compounder.connect(keeper).compound(order(alice, [at.USDT], { deposits: [deposit(least - 1n)] })))
          .to.be.revertedWithCustomError(errors, "Compounder_OutputTooLow")
          .withArgs(at.USDT, least - 1n, least);
        await compounder.connect(keeper).compound(order(alice, [at.USDT], { deposits: [deposit(least)] }));
      });

      it("reverts without a price", async () => {
        const { compounder, errors, alice, at, vaultAt, deposit, protocol } = await setUp();
        await time.increase(2n * 86_400n); // all feeds are stale
        await expect(compounder.connect(alice).compound(order(alice, [at.USDT], { deposits: [deposit(10n * SHARE)] })))
          .to.be.revertedWithCustomError(errors, "Compounder_PriceUnknown")
          .withArgs(at.USDT, vaultAt);
        expect(await protocol.assetRegistry.price(at.USDT)).to.equal(0n);
      });

      it("gives the account its shares, exactly, and what is left over", async () => {
        const world = await setUp();
        const { compounder, alice, keeper, usd, vault, at, deposit } = world;
        const shares = (985n * SHARE) / 100n; // 985 of 1,000 dollars
        const call = compounder.connect(keeper).compound(order(alice, [at.USDT], { deposits: [deposit(shares)] }));
        await expect(call)
          .to.emit(compounder, "Compounded")
          .withArgs(alice.address, keeper.address, at.USDT, Mode.INDEX, 1_000n * USD - 1n, 0n, shares);
        expect(await vault.balanceOf(alice)).to.equal(shares);
        expect(await usd.balanceOf(alice)).to.be.within(8n * USD, 15n * USD);
        await expectEmpty(world);
      });

      it("passes shares of the index, and tokens without a feed, straight on", async () => {
        const world = await setUp();
        const { compounder, alice, user, cash, vault, vaultAt, distributor, owner, at, deposit } = world;
        await vault.connect(user).transfer(owner, 10n * SHARE);
        await vault.connect(owner).approve(distributor, MaxUint256);
        await payRevenue(world, time, [
          [vaultAt, 10n * SHARE],
          [at.CASH, 10n * USD],
        ]);
        const deposits = [deposit(0n), deposit(0n)];
        await compounder.connect(alice).compound(order(alice, [vaultAt, at.CASH], { deposits }));
        expect(await vault.balanceOf(alice)).to.be.within(5n * SHARE - 1n, 5n * SHARE);
        expect(await cash.balanceOf(alice)).to.equal(5n * USD - 1n);
        await expectEmpty(world);
      });
    });
  });

  describe("compoundMany", () => {
    it("skips those that fail, says why, and leaves their claims", async () => {
      const world = await load();
      const { compounder, distributor, escrow, errors, alice, bob, keeper, gimAt } = world;
      await compounder.connect(bob).setPolicy(policy({ mode: Mode.LOCK, anyone: true, maxFeeBps: 100n }));
      await payRevenue(world, time, [[gimAt, 500n * GIM]]);
      const orders = [order(alice, [gimAt]), order(bob, [gimAt], { feeBps: 100n })];
      const reason = errors.interface.encodeErrorResult("Compounder_Unauthorized", [keeper.address, alice.address]);
      const call = compounder.connect(keeper).compoundMany(orders);
      await expect(call).to.emit(compounder, "CompoundFailed").withArgs(alice.address, reason);
      await expect(call).to.emit(compounder, "Compounded");
      expect(await distributor.claimable(alice, gimAt)).to.be.greaterThan(0n);
      expect(await distributor.claimable(bob, gimAt)).to.equal(0n);
      expect((await escrow.locked(bob)).amount).to.be.greaterThan(LOCKED + 247n * GIM);
      expect(await world.gim.balanceOf(keeper)).to.be.within((5n * GIM) / 2n - 1n, (5n * GIM) / 2n); // the keeper's fee
      await expectEmpty(world);
    });
  });

  it("refuses a second call out of a token's transfer", async () => {
    const world = await load();
    const { compounder, alice, alt, at } = world;
    await compounder.connect(alice).setPolicy(policy({ anyone: true }));
    await payRevenue(world, time, [[at.ALT, 100n * GIM]]);
    const again = order(alice, [at.ALT]);
    const { interface: abi } = compounder;
    const calls = [abi.encodeFunctionData("compound", [again]), abi.encodeFunctionData("compoundMany", [[again]])];
    for (const [k, call] of calls.entries()) {
      await alt.setHook(await compounder.getAddress(), call);
      if (k !== 0) await payRevenue(world, time, [[at.ALT, 100n * GIM]]);
      await compounder.connect(alice).compound(again);
      expect(await alt.hookSucceeded()).to.equal(false);
      expect(await alt.hookReason()).to.equal(abi.getError("ReentrancyGuardReentrantCall")!.selector);
    }
    expect(await alt.balanceOf(alice)).to.be.within(100n * GIM - 4n, 100n * GIM);
    await expectEmpty(world);
  });
});
