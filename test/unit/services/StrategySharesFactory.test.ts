import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { StrategyShares__factory, StrategySharesFactory__factory } from "../../../typechain-types/index.js";
import { deployStrategies, HASH, KIND, lockToken, RESERVE, SUPPLY, URI } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();

describe("StrategySharesFactory", () => {
  const base = async () => deployStrategies(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);

  describe("constructor", () => {
    it("reverts when an address has no code, but takes no source of earnings", async () => {
      const { registry, usdc, gim, pass, author, errors } = await load();
      const good = [registry, usdc, gim, pass].map((contract) => contract.getAddress());
      const args = (await Promise.all(good)) as [string, string, string, string];
      for (const k of [0, 1, 2, 3]) {
        const wrong = args.with(k, author.address) as typeof args;
        await expect(new StrategySharesFactory__factory(author).deploy(...wrong))
          .to.be.revertedWithCustomError(errors, "StrategySharesFactory_AddressInvalid")
          .withArgs(author.address);
      }
      const factory = await new StrategySharesFactory__factory(author).deploy(args[0], args[1], args[2], ZeroAddress);
      const code = StrategyShares__factory.connect(await factory.implementation(), author);
      expect(await code.accessPass()).to.equal(ZeroAddress);
    });
  });

  describe("lock", () => {
    it("reverts when name or symbol is empty or too long", async () => {
      const { factory, usdc, errors } = await load();
      for (const text of ["", "x".repeat(65)]) {
        for (const [name, symbol] of [
          [text, "S"],
          ["N", text],
        ] as const) {
          await expect(factory.lock(1, name, symbol, SUPPLY, RESERVE, usdc))
            .to.be.revertedWithCustomError(errors, "StrategySharesFactory_NameInvalid")
            .withArgs(text, 64);
        }
      }
    });

    it("reverts when supply or reserve price is out of range", async () => {
      const { factory, usdc, errors } = await load();
      for (const supply of [10n ** 18n - 1n, 10n ** 36n + 1n]) {
        await expect(factory.lock(1, "N", "S", supply, RESERVE, usdc))
          .to.be.revertedWithCustomError(errors, "StrategySharesFactory_SupplyInvalid")
          .withArgs(supply, 10n ** 18n, 10n ** 36n);
      }
      for (const reserve of [0n, 2n ** 128n]) {
        await expect(factory.lock(1, "N", "S", SUPPLY, reserve, usdc))
          .to.be.revertedWithCustomError(errors, "StrategySharesFactory_ReserveInvalid")
          .withArgs(reserve, 2n ** 128n - 1n);
      }
    });

    it("takes the ends of the ranges, and GIM as well as USDC", async () => {
      const { registry, factory, gim, usdc } = await load();
      await registry.register(KIND.dataset, URI, HASH, 0, 0);
      for (const [id, supply, reserve, currency] of [
        [1n, 10n ** 18n, 1n, gim],
        [2n, 10n ** 36n, 2n ** 128n - 1n, usdc],
      ] as const) {
        await registry.approve(factory, id);
        await factory.lock(id, "N", "S".repeat(64), supply, reserve, currency);
      }
      expect(await factory.sharesCount()).to.equal(2);
    });

    it("reverts when bids would be in another currency", async () => {
      const { factory, fees, errors } = await load();
      await expect(factory.lock(1, "N", "S", SUPPLY, RESERVE, fees))
        .to.be.revertedWithCustomError(errors, "StrategySharesFactory_CurrencyInvalid")
        .withArgs(await fees.getAddress());
    });

    it("reverts when the caller does not own the token, or did not approve the factory", async () => {
      const { registry, factory, usdc, alice } = await load();
      await expect(factory.lock(1, "N", "S", SUPPLY, RESERVE, usdc)).to.be.revertedWithCustomError(
        registry,
        "ERC721InsufficientApproval",
      );
      await registry.setApprovalForAll(factory, true);
      await expect(factory.connect(alice).lock(1, "N", "S", SUPPLY, RESERVE, usdc)).to.be.revertedWithCustomError(
        registry,
        "ERC721IncorrectOwner",
      );
    });

    it("takes the token and issues all shares to the locker", async () => {
      const { registry, factory, usdc, author, ...world } = await load();
      await registry.approve(factory, 1);
      const transaction = factory.lock(1, "Momentum shares", "MOM", SUPPLY, RESERVE, usdc);
      await expect(transaction).to.emit(factory, "SharesCreated");
      const shares = StrategyShares__factory.connect(await factory.sharesOf(1), author);
      const now = BigInt(await networkHelpers.time.latest());
      const terms = [1n, SUPPLY, RESERVE, await usdc.getAddress(), author.address, now, "Momentum shares", "MOM"];
      expect(await shares.terms()).to.deep.equal(terms);
      expect([await shares.name(), await shares.symbol(), await shares.decimals()]).to.deep.equal([
        "Momentum shares",
        "MOM",
        18n,
      ]);
      expect([await shares.totalSupply(), await shares.balanceOf(author)]).to.deep.equal([SUPPLY, SUPPLY]);
      expect(await registry.ownerOf(1)).to.equal(await shares.getAddress());
      expect(await shares.registry()).to.equal(await registry.getAddress());
      expect(await shares.accessPass()).to.equal(await world.pass.getAddress());
      expect(await factory.isShares(shares)).to.equal(true);
      expect(await factory.isShares(author)).to.equal(false);
      expect(await factory.sharesList(0, 5)).to.deep.equal([await shares.getAddress()]);
      expect(await factory.sharesList(1, 5)).to.deep.equal([]);
    });

    it("locks a token again after it was redeemed, in shares of their own", async () => {
      const world = await load();
      const first = await lockToken(world, world.author);
      await first.redeem();
      const second = await lockToken(world, world.author);
      expect(await second.getAddress()).to.not.equal(await first.getAddress());
      expect(await world.factory.sharesList(0, 5)).to.have.lengthOf(2);
      expect(await first.totalSupply()).to.equal(0);
    });
  });

  it("is the only caller of initialize", async () => {
    const world = await load();
    const shares = await lockToken(world, world.author);
    await expect(shares.initialize())
      .to.be.revertedWithCustomError(world.errors, "StrategyShares_Unauthorized")
      .withArgs(world.author.address);
  });
});
