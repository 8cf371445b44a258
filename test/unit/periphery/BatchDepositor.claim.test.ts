import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  type BatchWorld,
  deployBatchWorld,
  holdings,
  Mode,
  purse,
  requestDeposit,
  requestRedeem,
  SHARE,
  toEnd,
  toWindow,
  USD,
} from "../../helpers/batch.ts";
import { load } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();

const DEPOSIT = "deposit(uint256,address,address)";
const MINT = "mint(uint256,address,address)";
const REFUNDS = ["claimDepositRefund", "claimRedeemRefund"] as const;

describe("BatchDepositor: claims", () => {
  const deploy = async () => deployBatchWorld(networkHelpers, await ethers.getSigners());
  const fresh = async (): Promise<BatchWorld> => load(networkHelpers, deploy);

  /** Ann deposits $900, Bob $100, Cy redeems 4 shares: $400 cross, $600 are refunded. The window is over. */
  const settled = async (): Promise<BatchWorld> => {
    const world = await fresh();
    const [ann, bob, cy] = world.people;
    await requestDeposit(world, ann, 900n);
    await requestDeposit(world, bob, 100n);
    await requestRedeem(world, cy, 4n);
    await toWindow(networkHelpers, world, world.batch);
    await world.depositor.open(world.batch);
    await toEnd(networkHelpers, world.batch);
    return world;
  };

  describe("deposit and mint", () => {
    it("send the shares that cash became, in parts or at once", async () => {
      const world = await settled();
      const { depositor, vault, people, stranger, batch } = world;
      const [ann] = people;
      expect(await depositor.claimableDepositRequest(batch, ann)).to.equal(360n * USD);
      expect(await depositor.maxDeposit(ann)).to.equal(360n * USD);
      expect(await depositor.maxMint(ann)).to.equal((36n * SHARE) / 10n);

      await expect(depositor.connect(ann)[DEPOSIT](60n * USD, stranger, ann))
        .to.emit(depositor, "Deposit")
        .withArgs(ann.address, stranger.address, 60n * USD, (6n * SHARE) / 10n);
      await expect(depositor.connect(ann)[MINT](SHARE, stranger, ann))
        .to.emit(depositor, "Deposit")
        .withArgs(ann.address, stranger.address, 100n * USD, SHARE);
      expect(await vault.balanceOf(stranger)).to.equal((16n * SHARE) / 10n);
      await depositor.connect(ann)["deposit(uint256,address)"](100n * USD, stranger);
      await depositor.connect(ann)["mint(uint256,address)"](SHARE, stranger);
      expect(await vault.balanceOf(stranger)).to.equal((36n * SHARE) / 10n);
      expect([await depositor.maxDeposit(ann), await depositor.maxMint(ann)]).to.deep.equal([0n, 0n]);
      expect((await depositor.accountOf(ann)).refundAssets).to.equal(540n * USD);
    });

    it("revert for more than is claimable, for zero, and for what would send nothing", async () => {
      const { depositor, people, errors } = await settled();
      const [ann, , , dee] = people;
      const all = [360n * USD, (36n * SHARE) / 10n] as const;
      for (const [k, method] of ([DEPOSIT, MINT] as const).entries()) {
        const available = all[k] ?? 0n;
        for (const amount of [0n, available + 1n]) {
          await expect(depositor.connect(ann)[method](amount, ann, ann))
            .to.be.revertedWithCustomError(errors, "BatchDepositor_ClaimTooLarge")
            .withArgs(amount, available);
        }
        await expect(depositor.connect(dee)[method](1n, dee, dee))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_ClaimTooLarge")
          .withArgs(1n, 0n);
      }
    });

    it("give nothing before the window is over while the batch can still change", async () => {
      const world = await fresh();
      const { depositor, people, batch, errors } = world;
      const [ann, bob] = people;
      await requestDeposit(world, ann, 500n);
      await requestRedeem(world, bob, 1n);
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      await expect(depositor.connect(ann)[MINT](SHARE, ann, ann)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_ClaimTooLarge",
      );
      await expect(depositor.connect(ann).claimDepositRefund(ann, ann)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_NothingToSend",
      );
      await depositor.claimMany([ann]); // passes over
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(500n * USD);
      await depositor.connect(bob).redeem(SHARE, bob, bob); // this side is complete
    });

    it("round against who claims, and never send more than was bought", async () => {
      const world = await fresh();
      const { depositor, people, batch, vault } = world;
      const [ann, bob, cy] = people;
      await depositor.connect(ann).requestDeposit(10_000_003n, ann, ann);
      await depositor.connect(bob).requestDeposit(20_000_005n, bob, bob);
      await depositor.connect(cy).requestRedeem(10n ** 17n + 1n, cy, cy);
      await toWindow(networkHelpers, world, batch, { prices: { WETH: "2111.11" } });
      await depositor.open(batch);
      await toEnd(networkHelpers, batch);
      for (const who of [ann, bob]) {
        const { sharesOut, depositedAssets } = await depositor.accountOf(who);
        let assets = 0n;
        for (const part of [1n, 3n]) {
          const before = await depositor.maxDeposit(who);
          const shares = await vault.balanceOf(who);
          await depositor.connect(who)[MINT](sharesOut / 7n + part, who, who);
          const taken = before - (await depositor.maxDeposit(who));
          expect((await vault.balanceOf(who)) - shares).to.equal(sharesOut / 7n + part);
          expect(taken * sharesOut >= (sharesOut / 7n + part) * depositedAssets).to.equal(true);
          assets += taken;
        }
        await depositor.connect(who)[DEPOSIT](depositedAssets - assets, who, who);
        expect(await depositor.maxMint(who)).to.equal(0n);
      }
      await depositor.claimMany([ann, bob, cy]);
      const left = await holdings(world);
      expect(left.cash <= 4n && left.shares <= 4n).to.equal(true);
    });
  });

  describe("redeem and withdraw", () => {
    it("send the cash that shares became, in parts or at once", async () => {
      const { depositor, cash, people, stranger, batch } = await settled();
      const cy = people[2];
      expect(await depositor.claimableRedeemRequest(batch, cy)).to.equal(4n * SHARE);
      await expect(depositor.connect(cy).redeem(SHARE, stranger, cy))
        .to.emit(depositor, "Withdraw")
        .withArgs(cy.address, stranger.address, cy.address, 100n * USD, SHARE);
      await expect(depositor.connect(cy).withdraw(100n * USD, stranger, cy))
        .to.emit(depositor, "Withdraw")
        .withArgs(cy.address, stranger.address, cy.address, 100n * USD, SHARE);
      expect(await cash.books(stranger)).to.equal(200n * USD);
      await depositor.connect(cy).redeem(2n * SHARE, stranger, cy);
      expect([await depositor.maxRedeem(cy), await depositor.maxWithdraw(cy)]).to.deep.equal([0n, 0n]);
    });

    it("revert for more than is claimable, for zero, and for what would send nothing", async () => {
      const { depositor, people, errors } = await settled();
      const cy = people[2];
      for (const amount of [0n, 4n * SHARE + 1n]) {
        await expect(depositor.connect(cy).redeem(amount, cy, cy))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_ClaimTooLarge")
          .withArgs(amount, 4n * SHARE);
      }
      for (const amount of [0n, 400n * USD + 1n]) {
        await expect(depositor.connect(cy).withdraw(amount, cy, cy))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_ClaimTooLarge")
          .withArgs(amount, 400n * USD);
      }
      await expect(depositor.connect(cy).redeem(1n, cy, cy))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_ClaimTooSmall")
        .withArgs(1n);
    });
  });

  describe("whoever is not the controller", () => {
    it("claims nothing, unless he was made an operator; nobody sends to zero or to the contract", async () => {
      const { depositor, depositorAddress, people, errors, vault, cash } = await settled();
      const [ann, bob, cy] = people;
      const claims = [
        (by: typeof ann, to: string) => depositor.connect(by)[DEPOSIT](USD, to, ann),
        (by: typeof ann, to: string) => depositor.connect(by)[MINT](SHARE, to, ann),
        (by: typeof ann, to: string) => depositor.connect(by).claimDepositRefund(to, ann),
      ];
      for (const claim of claims) {
        await expect(claim(bob, bob.address))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_Unauthorized")
          .withArgs(bob.address, ann.address);
        for (const receiver of [ZeroAddress, depositorAddress]) {
          await expect(claim(ann, receiver))
            .to.be.revertedWithCustomError(errors, "BatchDepositor_ReceiverInvalid")
            .withArgs(receiver);
        }
      }
      for (const method of ["redeem", "withdraw"] as const) {
        await expect(depositor.connect(bob)[method](USD, bob, cy)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_Unauthorized",
        );
        await expect(depositor.connect(cy)[method](USD, ZeroAddress, cy)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_ReceiverInvalid",
        );
      }
      for (const method of REFUNDS) {
        await expect(depositor.connect(bob)[method](bob, ann)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_Unauthorized",
        );
        await expect(depositor.connect(ann)[method](ZeroAddress, ann)).to.be.revertedWithCustomError(
          errors,
          "BatchDepositor_ReceiverInvalid",
        );
      }

      await expect(depositor.connect(ann).setOperator(bob, true))
        .to.emit(depositor, "OperatorSet")
        .withArgs(ann.address, bob.address, true);
      expect(await depositor.isOperator(ann, bob)).to.equal(true);
      expect(await depositor.isOperator(bob, ann)).to.equal(false);
      const before = await vault.balanceOf(ann);
      await depositor.connect(bob)[MINT](SHARE, ann, ann);
      await depositor.connect(bob).claimDepositRefund(ann, ann);
      expect(await vault.balanceOf(ann)).to.equal(before + SHARE);
      await expect(depositor.connect(bob).redeem(SHARE, bob, cy)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_Unauthorized",
      );
      expect(await cash.books(depositor)).to.equal(400n * USD + 60n * USD);
    });
  });

  describe("refunds", () => {
    it("are whole when nobody opened the batch, and need no price", async () => {
      const world = await fresh();
      const { depositor, people, batch, protocol } = world;
      const [ann, bob] = people;
      await requestDeposit(world, ann, 77n);
      await requestRedeem(world, bob, 5n);
      for (const { feed } of protocol.tokens) await networkHelpers.setCode(String(feed.target), "0x");
      await toEnd(networkHelpers, batch);
      await expect(depositor.connect(ann).claimDepositRefund(ann, ann))
        .to.emit(depositor, "DepositRefunded")
        .withArgs(ann.address, ann.address, 77n * USD);
      await expect(depositor.connect(bob).claimRedeemRefund(bob, bob))
        .to.emit(depositor, "RedeemRefunded")
        .withArgs(bob.address, bob.address, 5n * SHARE);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
      await expect(depositor.connect(ann).claimDepositRefund(ann, ann))
        .to.be.revertedWithCustomError(world.errors, "BatchDepositor_NothingToSend")
        .withArgs(ann.address);
      await expect(depositor.connect(bob).claimRedeemRefund(bob, bob)).to.be.revertedWithCustomError(
        world.errors,
        "BatchDepositor_NothingToSend",
      );
    });

    it("come not a second before the end of the window", async () => {
      const world = await fresh();
      const { depositor, people, batch, errors } = world;
      const [ann] = people;
      await requestDeposit(world, ann, 77n);
      const [, , closesAt] = await depositor.windowOf(batch);
      await networkHelpers.time.setNextBlockTimestamp(closesAt - 1n);
      await expect(depositor.connect(ann).claimDepositRefund(ann, ann)).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_NothingToSend",
      );
      await networkHelpers.time.setNextBlockTimestamp(closesAt);
      await depositor.connect(ann).claimDepositRefund(ann, ann);
    });

    it("of shares come while the cash is stopped, and the other way round nothing is lost", async () => {
      const world = await fresh();
      const { depositor, people, batch, cash } = world;
      const [ann] = people;
      await requestDeposit(world, ann, 77n);
      await requestRedeem(world, ann, 5n);
      await toEnd(networkHelpers, batch);
      await cash.setMode(Mode.PAUSED);
      await expect(depositor.connect(ann).claimDepositRefund(ann, ann)).to.revert(ethers);
      await depositor.connect(ann).claimRedeemRefund(ann, ann);
      await cash.setMode(Mode.HONEST);
      await depositor.connect(ann).claimDepositRefund(ann, ann);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
    });
  });

  describe("claimMany", () => {
    it("sends each all that is his, to himself, whoever calls, and tells what", async () => {
      const world = await settled();
      const { depositor, people, stranger } = world;
      const [ann, bob, cy] = people;
      const before = await Promise.all([ann, bob, cy].map((who) => purse(world, who)));
      const sent = depositor.connect(stranger).claimMany([ann, bob, cy]);
      await expect(sent)
        .to.emit(depositor, "Deposit")
        .withArgs(ann.address, ann.address, 360n * USD, (36n * SHARE) / 10n);
      await expect(sent)
        .to.emit(depositor, "DepositRefunded")
        .withArgs(bob.address, bob.address, 60n * USD);
      await expect(sent)
        .to.emit(depositor, "Withdraw")
        .withArgs(stranger.address, cy.address, cy.address, 400n * USD, 4n * SHARE);
      const gained = await Promise.all(
        [ann, bob, cy].map(async (who, k) => {
          const now = await purse(world, who);
          return [now.cash - (before[k]?.cash ?? 0n), now.shares - (before[k]?.shares ?? 0n)];
        }),
      );
      expect(gained).to.deep.equal([
        [540n * USD, (36n * SHARE) / 10n],
        [60n * USD, (4n * SHARE) / 10n],
        [400n * USD, 0n],
      ]);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });

      const again = await depositor.claimMany([ann, ann, bob, cy, stranger]);
      expect((await again.wait())?.logs.length).to.equal(0);
    });

    it("pays nobody twice when he is named twice", async () => {
      const world = await settled();
      const [ann] = world.people;
      const before = await purse(world, ann);
      await world.depositor.claimMany([ann, ann]);
      expect((await purse(world, ann)).cash).to.equal(before.cash + 540n * USD);
    });

    it("is not stopped by one whose transfer the cash refuses; what he is owed stays his", async () => {
      for (const mode of [Mode.BLOCKLIST, Mode.FALSE_RETURN, Mode.PAUSED]) {
        const world = await settled();
        const { depositor, people, cash, vault } = world;
        const [ann, bob, cy] = people;
        await cash.setBlocked(ann);
        await cash.setMode(mode);
        const before = await vault.balanceOf(ann);
        await expect(depositor.claimMany([ann, bob, cy]))
          .to.emit(depositor, "PayoutFailed")
          .withArgs(ann.address, String(cash.target), 540n * USD);
        expect(await vault.balanceOf(ann)).to.equal(before + (36n * SHARE) / 10n); // the shares came
        const account = await depositor.accountOf(ann);
        expect([account.refundAssets, account.sharesOut]).to.deep.equal([540n * USD, 0n]);
        await cash.setMode(Mode.HONEST);
        await depositor.claimMany([ann, bob, cy]);
        expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
      }
    });

    it("reverts rather than fail a transfer for lack of gas", async () => {
      const { depositor, people, errors } = await settled();
      const [ann] = people;
      await expect(depositor.claimMany([ann], { gasLimit: 300_000 })).to.be.revertedWithCustomError(
        errors,
        "BatchDepositor_GasTooLow",
      );
      expect((await depositor.accountOf(ann)).refundAssets).to.equal(540n * USD);
      await depositor.claimMany([ann], { gasLimit: 500_000 });
      expect((await depositor.accountOf(ann)).refundAssets).to.equal(0n);
    });

    it("counts requests of several batches and both sides of one person together", async () => {
      const world = await fresh();
      const { depositor, people, batch } = world;
      const [ann, bob] = people;
      const before = await purse(world, ann);
      for (const day of [0, 1, 2]) {
        await requestDeposit(world, ann, 300n);
        await requestRedeem(world, ann, 1n);
        await requestRedeem(world, bob, 1n);
        await toWindow(networkHelpers, world, batch + day);
        await depositor.open(batch + day);
        await toEnd(networkHelpers, batch + day);
      }
      await depositor.claimMany([ann, bob]);
      const after = await purse(world, ann);
      // Each day Ann buys her own share and Bob's for $200 and gets $100 for hers and $100 back.
      expect(after.shares - before.shares).to.equal(3n * SHARE);
      expect(after.cash - before.cash).to.equal(-300n * USD);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
    });

    it("cannot be entered again from a hook of the cash, and pays once", async () => {
      const world = await settled();
      const { depositor, people, cash } = world;
      const [ann, bob, cy] = people;
      await cash.setHook(depositor, [
        depositor.interface.encodeFunctionData("claimMany", [[ann.address, bob.address, cy.address]]),
        depositor.interface.encodeFunctionData("claimDepositRefund", [ann.address, String(cash.target)]),
      ]);
      await cash.setMode(Mode.REENTRANT);
      await depositor.claimMany([ann, bob, cy]);
      expect(await cash.reentries()).to.equal(0n);
      expect(await holdings(world)).to.deep.equal({ cash: 0n, shares: 0n });
    });

    it("sends to two hundred dust requests; each gets his part and what stays is under a unit each", async () => {
      const world = await fresh();
      const { depositor, people, batch } = world;
      const [ann, bob] = people;
      const crowd = Array.from({ length: 200 }, (_, k) => new Wallet(ethers.id(`dust ${k}`)).address);
      for (const address of crowd) await depositor.connect(ann).requestDeposit(USD + 1n, address, ann);
      await requestDeposit(world, ann, 1_000n);
      await requestRedeem(world, bob, 3n);
      await toWindow(networkHelpers, world, batch, { prices: { WETH: "1987.65" } });
      await depositor.open(batch);
      await toEnd(networkHelpers, batch);
      await depositor.claimMany(crowd.slice(0, 150));
      await depositor.claimMany([...crowd.slice(150), ann.address, bob.address]);
      const left = await holdings(world);
      expect(left.cash <= 402n && left.shares <= 402n).to.equal(true);
      expect(await world.vault.balanceOf(crowd[7] ?? "")).to.equal(await world.vault.balanceOf(crowd[177] ?? ""));
    });
  });

  describe("standards", () => {
    it("names the interfaces of ERC-7540, ERC-7575 and ERC-165 by their published identifiers", async () => {
      const { depositor } = await fresh();
      for (const id of ["0xe3bc4e65", "0xce3bbe50", "0x620ee8e4", "0x2f0a18c5", "0x01ffc9a7"]) {
        expect(await depositor.supportsInterface(id)).to.equal(true, id);
      }
      for (const id of ["0xffffffff", "0x00000000"]) expect(await depositor.supportsInterface(id)).to.equal(false);
    });

    it("names cash and share, and previews nothing", async () => {
      const { depositor, cash, address, errors } = await fresh();
      expect(await depositor.asset()).to.equal(String(cash.target));
      expect(await depositor.share()).to.equal(address);
      for (const preview of ["previewDeposit", "previewMint", "previewWithdraw", "previewRedeem"] as const) {
        await expect(depositor[preview](1n)).to.be.revertedWithCustomError(errors, "BatchDepositor_PreviewUnsupported");
      }
    });

    it("tells pending and claimable amounts apart, by batch and controller", async () => {
      const world = await settled();
      const { depositor, people, batch } = world;
      const [ann, bob, cy, dee] = people;
      expect(await depositor.claimableDepositRequest(batch, bob)).to.equal(40n * USD);
      expect(await depositor.claimableDepositRequest(batch + 1, bob)).to.equal(0n);
      expect(await depositor.claimableDepositRequest(batch, dee)).to.equal(0n);
      expect(await depositor.claimableRedeemRequest(batch, cy)).to.equal(4n * SHARE);
      expect(await depositor.pendingRedeemRequest(batch, cy)).to.equal(0n);
      await requestDeposit(world, ann, 5n);
      expect(await depositor.pendingDepositRequest(batch + 1, ann)).to.equal(5n * USD);
      const account = await depositor.accountOf(ann);
      expect([account.pendingAssets, account.depositedAssets]).to.deep.equal([5n * USD, 360n * USD]);
    });
  });
});
