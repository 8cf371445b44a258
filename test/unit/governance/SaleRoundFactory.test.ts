import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { SaleRoundFactory__factory, TokenMock__factory } from "../../../typechain-types/index.js";
import { deploySales } from "../../helpers/sales.ts";
import { DAY } from "../../helpers/scores.ts";

const { ethers, networkHelpers } = await network.create();

describe("SaleRoundFactory", () => {
  const base = () => deploySales({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("constructor", () => {
    it("reverts when the scores or the keepers have no code, or nobody gets the fees", async () => {
      const { owner, registry, keepers, stranger, errors } = await load();
      const deploy = (scores: string, guardians: string, receiver: string) =>
        new SaleRoundFactory__factory(owner).deploy(owner, scores, guardians, receiver);
      const [scores, guardians] = [await registry.getAddress(), await keepers.getAddress()];
      for (const [call, wrong] of [
        [() => deploy(stranger.address, guardians, stranger.address), stranger.address],
        [() => deploy(scores, stranger.address, stranger.address), stranger.address],
        [() => deploy(scores, guardians, ZeroAddress), ZeroAddress],
      ] as const) {
        await expect(call()).to.be.revertedWithCustomError(errors, "SaleRoundFactory_AddressInvalid").withArgs(wrong);
      }
    });
  });

  describe("createRound", () => {
    it("reverts when the caller is not the owner", async () => {
      const { factory, terms, guardian, issuer } = await load();
      for (const caller of [guardian, issuer]) {
        await expect(factory.connect(caller).createRound(terms)).to.be.revertedWithCustomError(
          factory,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when a sale would start now, in the past, or in more than 180 days", async () => {
      const { factory, terms, errors, now } = await load();
      for (const ahead of [0n, -1n, 180n * DAY + 1n]) {
        const timestamp = (await now()) + 10n;
        await networkHelpers.time.setNextBlockTimestamp(timestamp);
        const start = timestamp + ahead;
        await expect(factory.createRound({ ...terms, start, snapshot: start - 1n, end: start + 2n * DAY }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_StartInvalid")
          .withArgs(start, timestamp + 1n, timestamp + 180n * DAY);
      }
    });

    it("reverts when the snapshot is not before the start, or more than 90 days before", async () => {
      const { factory, terms, errors } = await load();
      for (const snapshot of [terms.start, terms.start + 1n, terms.start - 90n * DAY - 1n, 0n]) {
        await expect(factory.createRound({ ...terms, snapshot }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_SnapshotInvalid")
          .withArgs(snapshot, terms.start);
      }
    });

    it("reverts when a sale is shorter than 2 or longer than 30 days", async () => {
      const { factory, terms, errors } = await load();
      const { start } = terms;
      for (const end of [0n, start, start + 2n * DAY - 1n, start + 30n * DAY + 1n]) {
        await expect(factory.createRound({ ...terms, end }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_EndInvalid")
          .withArgs(end, start + 2n * DAY, start + 30n * DAY);
      }
    });

    it("reverts when vesting ends before the cliff or lasts more than four years", async () => {
      const { factory, terms, errors } = await load();
      const longest = 4n * 365n * DAY;
      for (const [cliff, vesting] of [
        [1n, 0n],
        [100n, 99n],
        [0n, longest + 1n],
      ] as const) {
        await expect(factory.createRound({ ...terms, cliff, vesting }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_VestingInvalid")
          .withArgs(cliff, vesting, longest);
      }
    });

    it("reverts when the issuer is missing, a token has no code, or the payment token no decimals", async () => {
      const { factory, terms, errors, stranger, keepers } = await load();
      for (const change of [
        { issuer: ZeroAddress },
        { paymentToken: stranger.address },
        { saleToken: stranger.address },
        { paymentToken: await keepers.getAddress() },
      ]) {
        await expect(factory.createRound({ ...terms, ...change }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_AddressInvalid")
          .withArgs(Object.values(change)[0]);
      }
    });

    it("reverts when a token would be paid for with itself", async () => {
      const { factory, terms, errors } = await load();
      await expect(factory.createRound({ ...terms, paymentToken: terms.saleToken }))
        .to.be.revertedWithCustomError(errors, "SaleRoundFactory_TokensEqual")
        .withArgs(terms.saleToken);
    });

    it("reverts when the hard cap is zero or below the soft cap", async () => {
      const { factory, terms, errors } = await load();
      for (const [softCap, hardCap] of [
        [0n, 0n],
        [101n, 100n],
      ] as const) {
        await expect(factory.createRound({ ...terms, softCap, hardCap }))
          .to.be.revertedWithCustomError(errors, "SaleRoundFactory_CapsInvalid")
          .withArgs(softCap, hardCap);
      }
    });

    it("reverts when nothing is sold, or the fee is above 10%", async () => {
      const { factory, terms, errors } = await load();
      await expect(factory.createRound({ ...terms, saleAmount: 0n })).to.be.revertedWithCustomError(
        errors,
        "SaleRoundFactory_SaleAmountZero",
      );
      await expect(factory.createRound({ ...terms, feeBps: 1001n }))
        .to.be.revertedWithCustomError(errors, "SaleRoundFactory_FeeTooHigh")
        .withArgs(1001, 1000);
    });

    it("reverts when the payment token has more than 18 decimals", async () => {
      const { factory, terms, errors, owner } = await load();
      const paymentToken = await (await new TokenMock__factory(owner).deploy("Fine", "FINE", 19)).getAddress();
      await expect(factory.createRound({ ...terms, paymentToken }))
        .to.be.revertedWithCustomError(errors, "SaleRoundFactory_DecimalsTooMany")
        .withArgs(19, 18);
    });

    it("announces a sale with its terms in its code", async () => {
      const { factory, terms, announce, issuer, feeReceiver, registry, keepers } = await load();
      const round = await announce();
      const [created] = await factory.queryFilter(factory.filters.RoundCreated);
      expect(created!.args.round).to.equal(await round.getAddress());
      expect(created!.args.issuer).to.equal(issuer.address);
      expect(created!.args.saleToken).to.equal(terms.saleToken);
      expect([...created!.args.terms]).to.deep.equal(Object.values(terms));
      expect([...(await round.terms())]).to.deep.equal(Object.values(terms));
      expect(await round.feeReceiver()).to.equal(feeReceiver.address);
      expect(await round.scores()).to.equal(await registry.getAddress());
      expect(await round.keepers()).to.equal(await keepers.getAddress());
      expect(await factory.isRound(round)).to.equal(true);
      expect(await factory.isRound(await factory.implementation())).to.equal(false);
    });

    it("accepts every term at its limits", async () => {
      const { announce, terms, now } = await load();
      const start = (await now()) + 1n + 180n * DAY;
      const lengths = { cliff: 4n * 365n * DAY, vesting: 4n * 365n * DAY };
      await announce({ ...lengths, start, snapshot: start - 1n, end: start + 30n * DAY, feeBps: 1000n });
      await announce({ snapshot: terms.start - 90n * DAY, end: terms.start + 2n * DAY, cliff: 0n, vesting: 0n });
      await announce({ softCap: terms.hardCap, feeBps: 0n });
      await announce({ softCap: 0n, hardCap: 1n, saleAmount: 1n });
    });
  });

  describe("setFeeReceiver", () => {
    it("reverts when the caller is not the owner, or the receiver is missing", async () => {
      const { factory, stranger, errors } = await load();
      await expect(factory.connect(stranger).setFeeReceiver(stranger)).to.be.revertedWithCustomError(
        factory,
        "OwnableUnauthorizedAccount",
      );
      await expect(factory.setFeeReceiver(ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "SaleRoundFactory_AddressInvalid",
      );
    });

    it("changes the receiver of later sales only", async () => {
      const { factory, stranger, feeReceiver, announce } = await load();
      const before = await announce();
      await expect(factory.setFeeReceiver(stranger))
        .to.emit(factory, "FeeReceiverSet")
        .withArgs(feeReceiver.address, stranger.address);
      expect(await factory.feeReceiver()).to.equal(stranger.address);
      expect(await before.feeReceiver()).to.equal(feeReceiver.address);
      expect(await (await announce()).feeReceiver()).to.equal(stranger.address);
    });
  });

  describe("rounds", () => {
    it("lists sales in order, a page at a time", async () => {
      const { factory, announce } = await load();
      const made: string[] = [];
      for (let k = 0; k < 3; k++) made.push(await (await announce()).getAddress());
      expect(await factory.roundCount()).to.equal(3);
      expect(await factory.rounds(0, 100)).to.deep.equal(made);
      expect(await factory.rounds(1, 1)).to.deep.equal([made[1]]);
      expect(await factory.rounds(2, ethers.MaxUint256)).to.deep.equal([made[2]]);
      expect(await factory.rounds(3, 1)).to.deep.equal([]);
      expect(await factory.rounds(ethers.MaxUint256, 1)).to.deep.equal([]);
    });
  });
});
