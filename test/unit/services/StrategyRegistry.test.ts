import { expect } from "chai";
import { id as keccakOf, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { deployStrategies, HASH, KIND, URI } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();

describe("StrategyRegistry", () => {
  const base = async () => deployStrategies(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);

  describe("register", () => {
    it("reverts when a royalty is above 50% or a resale royalty above 10%", async () => {
      const { registry, errors } = await load();
      await expect(registry.register(KIND.strategy, URI, HASH, 5_001, 0))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_RoyaltyTooHigh")
        .withArgs(5_001, 5_000);
      await expect(registry.register(KIND.strategy, URI, HASH, 0, 1_001))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_ResaleTooHigh")
        .withArgs(1_001, 1_000);
      await registry.register(KIND.strategy, URI, HASH, 5_000, 1_000);
    });

    it("reverts when a dataset would have a royalty of vaults", async () => {
      const { registry, errors } = await load();
      await expect(registry.register(KIND.dataset, URI, HASH, 1, 0))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_NotAStrategy")
        .withArgs(2);
    });

    it("reverts without a hash, without a URI, and with one of more than 512 bytes", async () => {
      const { registry, errors } = await load();
      await expect(registry.register(KIND.strategy, URI, ZeroHash, 0, 0)).to.be.revertedWithCustomError(
        errors,
        "StrategyRegistry_HashZero",
      );
      for (const uri of ["", "x".repeat(513)]) {
        await expect(registry.register(KIND.strategy, uri, HASH, 0, 0))
          .to.be.revertedWithCustomError(errors, "StrategyRegistry_UriInvalid")
          .withArgs(uri.length, 512);
      }
      await registry.register(KIND.strategy, "x".repeat(512), HASH, 0, 0);
    });

    it("makes the caller author and owner, with a receiver and a first version", async () => {
      const { registry, alice } = await load();
      const hash = keccakOf("data");
      const transaction = registry.connect(alice).register(KIND.dataset, "ipfs://data", hash, 0, 300);
      await expect(transaction).to.emit(registry, "VersionPublished").withArgs(2, 0, hash, "ipfs://data");
      const receiver = await registry.receiverOf(2);
      await expect(transaction)
        .to.emit(registry, "StrategyRegistered")
        .withArgs(2, alice.address, KIND.dataset, receiver, 0, 300);
      expect(await registry.count()).to.equal(2);
      expect(await registry.ownerOf(2)).to.equal(alice.address);
      expect(await registry.tokenURI(2)).to.equal("ipfs://data");
      expect(await registry.recordOf(2)).to.deep.equal([BigInt(KIND.dataset), 0n, 300n, 0n, alice.address]);
      expect(receiver).to.not.equal(await registry.receiverOf(1));
    });

    it("takes a hash that another published before: nobody can squat one", async () => {
      const { registry, alice } = await load();
      await registry.connect(alice).register(KIND.strategy, "ipfs://copy", HASH, 0, 0);
      expect(await registry.latestHash(2)).to.equal(await registry.latestHash(1));
    });
  });

  describe("publish", () => {
    it("reverts when the caller is not the owner, whoever is approved", async () => {
      const { registry, errors, author, alice } = await load();
      await registry.approve(alice, 1);
      await registry.connect(author).setApprovalForAll(alice, true);
      await expect(registry.connect(alice).publish(1, URI, HASH))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_Unauthorized")
        .withArgs(alice.address, 1);
      await expect(registry.publish(2, URI, HASH))
        .to.be.revertedWithCustomError(registry, "ERC721NonexistentToken")
        .withArgs(2);
    });

    it("reverts without a hash and without a URI", async () => {
      const { registry, errors } = await load();
      await expect(registry.publish(1, URI, ZeroHash)).to.be.revertedWithCustomError(
        errors,
        "StrategyRegistry_HashZero",
      );
      await expect(registry.publish(1, "", HASH)).to.be.revertedWithCustomError(errors, "StrategyRegistry_UriInvalid");
    });

    it("appends a version, which is the newest from then on", async () => {
      const { registry } = await load();
      const first = (await registry.versions(1, 0, 1))[0]?.publishedAt ?? 0n;
      const next = keccakOf("the second version");
      await networkHelpers.time.setNextBlockTimestamp(first + 1_000n);
      await expect(registry.publish(1, "ipfs://second", next))
        .to.emit(registry, "VersionPublished")
        .withArgs(1, 1, next, "ipfs://second");
      expect(await registry.versionCount(1)).to.equal(2);
      expect(await registry.latestHash(1)).to.equal(next);
      expect(await registry.tokenURI(1)).to.equal("ipfs://second");
      expect(await registry.versions(1, 0, 10)).to.deep.equal([
        [HASH, first, URI],
        [next, first + 1_000n, "ipfs://second"],
      ]);
    });

    it("hands versions out page by page, and an empty page past the end", async () => {
      const { registry } = await load();
      for (let k = 1; k < 5; k++) await registry.publish(1, `ipfs://${k}`, HASH);
      const page = async (from: bigint, count: bigint) =>
        (await registry.versions(1, from, count)).map(({ uri }) => uri.slice(7));
      expect(await page(0n, 2n)).to.deep.equal(["first", "1"]);
      expect(await page(3n, 2n)).to.deep.equal(["3", "4"]);
      expect(await page(4n, 2n ** 256n - 1n)).to.deep.equal(["4"]);
      expect(await page(5n, 1n)).to.deep.equal([]);
      expect(await page(2n ** 256n - 1n, 1n)).to.deep.equal([]);
    });
  });

  describe("setRoyalty", () => {
    it("reverts when the caller is not the owner, above 50%, and for a dataset", async () => {
      const { registry, errors, alice } = await load();
      await expect(registry.connect(alice).setRoyalty(1, 1))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_Unauthorized")
        .withArgs(alice.address, 1);
      await expect(registry.setRoyalty(1, 5_001)).to.be.revertedWithCustomError(
        errors,
        "StrategyRegistry_RoyaltyTooHigh",
      );
      await registry.register(KIND.dataset, URI, HASH, 0, 0);
      for (const bps of [0, 1]) {
        await expect(registry.setRoyalty(2, bps))
          .to.be.revertedWithCustomError(errors, "StrategyRegistry_NotAStrategy")
          .withArgs(2);
      }
    });

    it("sets the rate that a curator is handed from then on", async () => {
      const { registry } = await load();
      await expect(registry.setRoyalty(1, 5_000)).to.emit(registry, "RoyaltySet").withArgs(1, 2_000, 5_000);
      expect((await registry.strategyOf(1)).royaltyBps).to.equal(5_000);
    });
  });

  describe("setResaleReceiver", () => {
    it("reverts when the caller has not the right, as a later owner has not, and to nobody", async () => {
      const { registry, errors, author, alice } = await load();
      await registry.transferFrom(author, alice, 1);
      await expect(registry.connect(alice).setResaleReceiver(1, alice))
        .to.be.revertedWithCustomError(errors, "StrategyRegistry_Unauthorized")
        .withArgs(alice.address, 1);
      await expect(registry.setResaleReceiver(1, ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "StrategyRegistry_ReceiverZero",
      );
      await expect(registry.setResaleReceiver(9, alice)).to.be.revertedWithCustomError(
        registry,
        "ERC721NonexistentToken",
      );
    });

    it("hands the right on", async () => {
      const { registry, errors, author, bob } = await load();
      await expect(registry.setResaleReceiver(1, bob))
        .to.emit(registry, "ResaleReceiverSet")
        .withArgs(1, author.address, bob.address);
      expect(await registry.royaltyInfo(1, 10_019n)).to.deep.equal([bob.address, 500n]);
      await expect(registry.setResaleReceiver(1, author)).to.be.revertedWithCustomError(
        errors,
        "StrategyRegistry_Unauthorized",
      );
    });
  });

  describe("views", () => {
    it("tell what a curator hands to a vault, and refuse for a dataset", async () => {
      const { registry, errors, receiver } = await load();
      expect(await registry.strategyOf(1)).to.deep.equal([await receiver.getAddress(), 2_000n, HASH]);
      await registry.register(KIND.dataset, URI, HASH, 0, 0);
      await expect(registry.strategyOf(2)).to.be.revertedWithCustomError(errors, "StrategyRegistry_NotAStrategy");
    });

    it("count changes of owner: not the mint, not a transfer to oneself", async () => {
      const { registry, author, alice } = await load();
      expect(await registry.transferNonce(1)).to.equal(0);
      await registry.transferFrom(author, author, 1);
      expect(await registry.transferNonce(1)).to.equal(0);
      await registry.transferFrom(author, alice, 1);
      await registry.connect(alice).transferFrom(alice, author, 1);
      expect(await registry.transferNonce(1)).to.equal(2);
    });

    it("revert for a token that is not there", async () => {
      const { registry } = await load();
      for (const call of [
        registry.recordOf(0),
        registry.strategyOf(2),
        registry.receiverOf(2),
        registry.latestHash(2),
        registry.versionCount(2),
        registry.versions(2, 0, 1),
        registry.transferNonce(2),
        registry.royaltyInfo(2, 1),
        registry.tokenURI(2),
      ]) {
        await expect(call).to.be.revertedWithCustomError(registry, "ERC721NonexistentToken");
      }
    });

    it("say what the token is: ERC-165, ERC-721 with metadata, ERC-2981", async () => {
      const { registry } = await load();
      const answers = ["0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0x2a55205a", "0xffffffff"].map((interfaceId) =>
        registry.supportsInterface(interfaceId),
      );
      expect(await Promise.all(answers)).to.deep.equal([true, true, true, true, false]);
      expect([await registry.name(), await registry.symbol()]).to.deep.equal(["Gimbal Strategies", "GSTRAT"]);
    });
  });
});
