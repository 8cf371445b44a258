import { expect } from "chai";
import { network } from "hardhat";
import { SCORE_TIERS } from "../../../sdk/src/governance/tiers.ts";
import { HostileToken__factory, TetherLikeToken__factory, TokenMock__factory } from "../../../typechain-types/index.js";
import { addressOf } from "../../helpers/assets.ts";
import { deploySales, ONE, STATUS, USD } from "../../helpers/sales.ts";
import { DAY } from "../../helpers/scores.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("SaleRound", () => {
  const base = () => deploySales({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  describe("fund", () => {
    it("reverts when the caller is not the issuer", async () => {
      const { announce, owner, guardian, errors } = await load();
      const round = await announce();
      for (const caller of [owner, guardian]) {
        await expect(round.connect(caller).fund())
          .to.be.revertedWithCustomError(errors, "SaleRound_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("reverts when the sale was cancelled, and when it is funded already", async () => {
      const { announce, fund, guardian, issuer, errors } = await load();
      const cancelled = await announce();
      await cancelled.connect(guardian).cancel();
      await expect(cancelled.connect(issuer).fund()).to.be.revertedWithCustomError(errors, "SaleRound_Cancelled");
      const round = await announce();
      await fund(round);
      await expect(round.connect(issuer).fund()).to.be.revertedWithCustomError(errors, "SaleRound_AlreadyFunded");
    });

    it("reverts from the start on, and works the second before", async () => {
      const { announce, sold, terms, issuer, errors } = await load();
      const [late, early] = [await announce(), await announce()];
      await sold.mint(issuer, 2n * terms.saleAmount);
      for (const round of [late, early]) await sold.connect(issuer).approve(round, terms.saleAmount);
      await time.setNextBlockTimestamp(terms.start - 1n);
      await expect(early.connect(issuer).fund()).to.emit(early, "Funded").withArgs(issuer.address, terms.saleAmount);
      expect(await early.status()).to.equal(STATUS.funded);
      await time.setNextBlockTimestamp(terms.start);
      await expect(late.connect(issuer).fund())
        .to.be.revertedWithCustomError(errors, "SaleRound_FundedTooLate")
        .withArgs(terms.start, terms.start);
      await time.increaseTo(terms.start);
      expect(await late.status()).to.equal(STATUS.lapsed);
      expect(await sold.balanceOf(early)).to.equal(terms.saleAmount);
    });

    it("reverts when the token takes a fee on the way", async () => {
      const { announce, owner, issuer, terms, errors } = await load();
      const token = await new TetherLikeToken__factory(owner).deploy();
      await token.mint(issuer, terms.saleAmount);
      await token.setFee(1);
      const round = await announce({ saleToken: await addressOf(token) });
      await token.connect(issuer).approve(round, terms.saleAmount);
      const short = terms.saleAmount - terms.saleAmount / 10_000n;
      await expect(round.connect(issuer).fund())
        .to.be.revertedWithCustomError(errors, "SaleRound_TransferInexact")
        .withArgs(await addressOf(token), short, terms.saleAmount);
    });
  });

  describe("commit", () => {
    it("reverts for an amount of zero", async () => {
      const { open, buyers, errors } = await load();
      const round = await open();
      await expect(round.connect(buyers[9]).commit(0)).to.be.revertedWithCustomError(errors, "SaleRound_AmountZero");
    });

    it("reverts when the sale was cancelled", async () => {
      const { open, buyers, guardian, errors } = await load();
      const round = await open();
      await round.connect(guardian).cancel();
      await expect(round.connect(buyers[9]).commit(USD)).to.be.revertedWithCustomError(errors, "SaleRound_Cancelled");
    });

    it("reverts when the issuer has not funded", async () => {
      const { announce, buyers, terms, errors } = await load();
      const round = await announce();
      await time.increaseTo(terms.start + DAY);
      await expect(round.connect(buyers[9]).commit(USD)).to.be.revertedWithCustomError(errors, "SaleRound_NotFunded");
    });

    it("reverts before the start and from the end on, and works in the first and the last second", async () => {
      const { announce, fund, bring, buyers, terms, errors } = await load();
      const round = await announce();
      await fund(round);
      const last = buyers[9]!;
      await bring(round, last, 4n * USD);
      const commitAt = async (timestamp: bigint) => {
        await time.setNextBlockTimestamp(timestamp);
        return round.connect(last).commit(USD);
      };
      await expect(commitAt(terms.start - 1n))
        .to.be.revertedWithCustomError(errors, "SaleRound_NotOpen")
        .withArgs(terms.start, terms.start - 1n);
      await commitAt(terms.start);
      expect(await round.status()).to.equal(STATUS.open);
      await commitAt(terms.end - 1n);
      await expect(commitAt(terms.end))
        .to.be.revertedWithCustomError(errors, "SaleRound_Over")
        .withArgs(terms.end, terms.end);
      expect(await round.totalCommitted()).to.equal(2n * USD);
    });

    it("reverts for an account without a tier at the snapshot, whatever it locked since", async () => {
      const { open, stranger, lockForScore, terms, registry, bring, errors, now } = await load();
      const round = await open({ start: terms.start + 14n * DAY, end: terms.end + 14n * DAY });
      await lockForScore(stranger, SCORE_TIERS[9]!.minScore);
      await bring(round, stranger, USD);
      expect(await registry.tierAt(stranger, (await now()) - 1n)).to.equal(10);
      await expect(round.connect(stranger).commit(USD))
        .to.be.revertedWithCustomError(errors, "SaleRound_NotEligible")
        .withArgs(stranger.address);
    });

    it("lets in whoever had the tier at the snapshot and has left since", async () => {
      const { open, buyers, escrow, terms, commit, registry, now } = await load();
      const round = await open({ start: terms.start + 14n * DAY, end: terms.end + 14n * DAY });
      await escrow.connect(buyers[4]).earlyExit(ethers.MaxUint256);
      await commit(round, buyers[4]!, USD);
      expect(await registry.tierAt(buyers[4]!, (await now()) - 1n)).to.equal(0);
    });

    it("opens for each tier at its own second", async () => {
      const { announce, fund, bring, buyers, terms, errors } = await load();
      const round = await announce();
      await fund(round);
      for (const [index, { saleOpensAfter }] of [...SCORE_TIERS.entries()].reverse()) {
        const buyer = buyers[index]!;
        await bring(round, buyer, USD);
        const opensAt = terms.start + BigInt(saleOpensAfter);
        if (saleOpensAfter !== 0) {
          await time.setNextBlockTimestamp(opensAt - 1n);
          await expect(round.connect(buyer).commit(USD))
            .to.be.revertedWithCustomError(errors, "SaleRound_NotOpen")
            .withArgs(opensAt, opensAt - 1n);
        }
        await time.setNextBlockTimestamp(opensAt);
        await expect(round.connect(buyer).commit(USD))
          .to.emit(round, "Committed")
          .withArgs(buyer.address, index + 1, USD, USD, BigInt(10 - index) * USD);
      }
    });

    it("accepts each tier's cap times its multiplier over all commitments, and not a unit more", async () => {
      const { open, bring, buyers, pay, errors } = await load();
      const round = await open();
      for (const [index, { saleCapUsd, launchMultiplierBps }] of SCORE_TIERS.entries()) {
        const buyer = buyers[index]!;
        const cap = (BigInt(saleCapUsd) * BigInt(launchMultiplierBps) * USD) / 10_000n;
        expect((await round.accessOf(buyer)).cap).to.equal(cap);
        await bring(round, buyer, cap + 1n);
        await expect(round.connect(buyer).commit(cap + 1n))
          .to.be.revertedWithCustomError(errors, "SaleRound_CapExceeded")
          .withArgs(cap + 1n, cap, await addressOf(pay));
        await round.connect(buyer).commit(cap - 5n);
        await expect(round.connect(buyer).commit(6n)).to.be.revertedWithCustomError(errors, "SaleRound_CapExceeded");
        await round.connect(buyer).commit(5n);
        expect((await round.commitmentOf(buyer)).committed).to.equal(cap);
      }
      await bring(round, buyers[0]!, 1n);
      await expect(round.connect(buyers[0]).commit(ethers.MaxUint256 >> 1n)).to.be.revertedWithCustomError(
        errors,
        "SaleRound_CapExceeded",
      );
    });

    it("counts a dollar in the decimals of the payment token", async () => {
      const { announce, owner, buyers } = await load();
      for (const decimals of [0, 2, 18]) {
        const token = await new TokenMock__factory(owner).deploy("Other dollar", "OUSD", decimals);
        const round = await announce({ paymentToken: await addressOf(token) });
        expect((await round.accessOf(buyers[9]!)).cap).to.equal(45_000n * 10n ** BigInt(decimals));
      }
    });

    it("reverts when the payment token takes a fee on the way", async () => {
      const { open, owner, buyers, errors } = await load();
      const token = await new TetherLikeToken__factory(owner).deploy();
      const round = await open({ paymentToken: await addressOf(token) });
      const buyer = buyers[9]!;
      await token.mint(buyer, 100n * USD);
      await token.connect(buyer).approve(round, 100n * USD);
      await token.setFee(100);
      await expect(round.connect(buyer).commit(10n * USD))
        .to.be.revertedWithCustomError(errors, "SaleRound_TransferInexact")
        .withArgs(await addressOf(token), 9_900_000n, 10n * USD);
      await token.setFee(0);
      await round.connect(buyer).commit(10n * USD);
      expect(await round.totalCommitted()).to.equal(10n * USD);
    });

    it("reverts when the payment token moves nothing, or says so", async () => {
      const { open, owner, buyers } = await load();
      const token = await new HostileToken__factory(owner).deploy(6);
      const round = await open({ paymentToken: await addressOf(token) });
      const buyer = buyers[9]!;
      await token.mint(buyer, 100n * USD);
      await token.connect(buyer).approve(round, 100n * USD);
      for (const mode of [3, 7, 12]) {
        await token.setMode(mode); // false return, return bomb, lying return
        await expect(round.connect(buyer).commit(USD)).to.be.revert(ethers);
      }
      await token.setMode(4); // no return value
      await round.connect(buyer).commit(USD);
      expect(await round.totalCommitted()).to.equal(USD);
    });

    it("reverts when the buyer has not paid", async () => {
      const { open, buyers, pay } = await load();
      const round = await open();
      await expect(round.connect(buyers[9]).commit(USD)).to.be.revertedWithCustomError(
        pay,
        "ERC20InsufficientAllowance",
      );
      expect(await round.totalCommitted()).to.equal(0);
    });
  });

  describe("accessOf", () => {
    it("reverts until the snapshot has passed", async () => {
      const { announce, buyers, terms, errors } = await load();
      const round = await announce({ snapshot: terms.start - 1n });
      await expect(round.accessOf(buyers[9]!)).to.be.revertedWithCustomError(errors, "ScoreRegistry_FutureLookup");
    });

    it("says tier, cap and opening, by the table of the snapshot for ever", async () => {
      const { announce, buyers, stranger, terms, registry } = await load();
      const round = await announce();
      const before = [3n, 3_750n * USD, terms.start + 20n * 3600n];
      expect([...(await round.accessOf(buyers[2]!))]).to.deep.equal(before);
      expect([...(await round.accessOf(stranger))]).to.deep.equal([0n, 0n, terms.start]);
      await registry.setTiers(SCORE_TIERS.map((tier) => ({ ...tier, saleCapUsd: 1, saleOpensAfter: 0 })));
      await time.increase(30n * DAY);
      expect([...(await round.accessOf(buyers[2]!))]).to.deep.equal(before);
    });
  });

  describe("the code behind the clones", () => {
    it("is no sale itself", async () => {
      const { factory, announce, issuer, guardian, sold, owner, errors } = await load();
      const code = (await announce()).attach(await factory.implementation()) as Awaited<ReturnType<typeof announce>>;
      await sold.mint(issuer, ONE);
      for (const call of [
        () => code.connect(issuer).fund(),
        () => code.connect(owner).commit(1),
        () => code.connect(guardian).cancel(),
        () => code.close(),
        () => code.settle(owner),
        () => code.release(owner),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(errors, "SaleRound_NotASale");
      }
    });
  });
});
