import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  BatchDepositor__factory,
  BatchFactory__factory,
  Errors__factory,
  TokenMock__factory,
} from "../../../typechain-types/index.js";
import { createIndex, deployProtocol } from "../../helpers/protocol.ts";
import { SPECS } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const errors = { interface: Errors__factory.createInterface() };

describe("BatchFactory", () => {
  const deploy = async () => {
    const [owner, guardian, creator, stranger] = await ethers.getSigners();
    if (!owner || !guardian || !creator || !stranger) throw new Error("too few accounts");
    const protocol = await deployProtocol({ tokens: SPECS, owner, guardian });
    const vault = await createIndex(protocol, { creator });
    const cash = await new TokenMock__factory(owner).deploy("Cash", "CASH", 6);
    const batches = await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash);
    return { protocol, vault, address: await vault.getAddress(), cash, batches, owner, creator, stranger };
  };

  describe("constructor", () => {
    it("reverts for addresses without code", async () => {
      const { protocol, cash, owner, stranger } = await networkHelpers.loadFixture(deploy);
      const good = [protocol.factory, protocol.assetRegistry, cash] as const;
      for (const k of [0, 1, 2]) {
        const parts = good.map((part, i) => (i === k ? stranger : part));
        const factory = new BatchFactory__factory(owner);
        await expect(factory.deploy(...(parts as unknown as typeof good)))
          .to.be.revertedWithCustomError(errors, "BatchFactory_AddressInvalid")
          .withArgs(stranger.address);
      }
    });

    it("reverts for cash of more than eight decimals", async () => {
      const { protocol, owner } = await networkHelpers.loadFixture(deploy);
      for (const decimals of [9, 18]) {
        const cash = await new TokenMock__factory(owner).deploy("Cash", "CASH", decimals);
        await expect(new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash))
          .to.be.revertedWithCustomError(errors, "BatchFactory_DecimalsTooLarge")
          .withArgs(decimals, 8);
      }
      const cash = await new TokenMock__factory(owner).deploy("Cash", "CASH", 8);
      await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash);
    });

    it("keeps what it was given", async () => {
      const { protocol, cash, batches } = await networkHelpers.loadFixture(deploy);
      expect(await batches.factory()).to.equal(await protocol.factory.getAddress());
      expect(await batches.registry()).to.equal(await protocol.assetRegistry.getAddress());
      expect(await batches.cash()).to.equal(await cash.getAddress());
    });
  });

  describe("create", () => {
    it("reverts for what is no index, and for an index that has a batch depositor", async () => {
      const { batches, stranger, address } = await networkHelpers.loadFixture(deploy);
      await expect(batches.create(stranger))
        .to.be.revertedWithCustomError(errors, "BatchFactory_VaultUnknown")
        .withArgs(stranger.address);
      await batches.create(address);
      await expect(batches.connect(stranger).create(address))
        .to.be.revertedWithCustomError(errors, "BatchFactory_DepositorExists")
        .withArgs(address, await batches.depositorOf(address));
    });

    it("lets anyone create the one of an index, at the address foretold", async () => {
      const { batches, stranger, address, cash } = await networkHelpers.loadFixture(deploy);
      const foretold = await batches.predict(address);
      expect(await batches.depositorOf(address)).to.equal(ZeroAddress);
      expect(await batches.isDepositor(foretold)).to.equal(false);
      await expect(batches.connect(stranger).create(address))
        .to.emit(batches, "DepositorCreated")
        .withArgs(address, foretold, stranger.address);
      expect(await batches.depositorOf(address)).to.equal(foretold);
      expect(await batches.isDepositor(foretold)).to.equal(true);
      expect(await batches.isDepositor(await batches.implementation())).to.equal(false);
      const depositor = BatchDepositor__factory.connect(foretold, stranger);
      expect(await depositor.share()).to.equal(address);
      expect(await depositor.asset()).to.equal(await cash.getAddress());
    });

    it("gives two indices two", async () => {
      const { batches, protocol, creator, address } = await networkHelpers.loadFixture(deploy);
      const other = await createIndex(protocol, { creator, salt: ethers.id("another") });
      await batches.create(address);
      await batches.create(other);
      expect(await batches.depositorOf(other)).to.not.equal(await batches.depositorOf(address));
      const depositor = BatchDepositor__factory.connect(await batches.depositorOf(other), creator);
      expect(await depositor.share()).to.equal(await other.getAddress());
    });
  });
});
