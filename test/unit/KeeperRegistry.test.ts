import { expect } from "chai";
import { AbiCoder, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { KeeperRegistry__factory } from "../../typechain-types/index.js";
import {
  addresses,
  deployKeeperRegistry,
  deployWithSigners,
  GUARDIAN_TERM as TERM,
  wallets,
} from "../helpers/keepers.ts";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400n;
const DELAY = 2n * DAY;

describe("KeeperRegistry", () => {
  const bare = () => deployKeeperRegistry(ethers);
  const ready = () => deployWithSigners(ethers);
  const loadBare = () => networkHelpers.loadFixture(bare);
  const load = () => networkHelpers.loadFixture(ready);

  describe("setFactory", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, guardian, stranger } = await loadBare();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).setFactory(caller)).to.be.revertedWithCustomError(
          registry,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when the factory is 0 or set already", async () => {
      const { registry, factory, stranger, errors } = await loadBare();
      await expect(registry.setFactory(ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_ZeroAddress",
      );
      await expect(registry.setFactory(factory)).to.emit(registry, "FactorySet").withArgs(factory.address);
      await expect(registry.setFactory(stranger))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_FactoryAlreadySet")
        .withArgs(factory.address);
      expect(await registry.factory()).to.equal(factory.address);
    });
  });

  describe("setGuardian", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, guardian, stranger, guardianUntil } = await loadBare();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).setGuardian(caller, guardianUntil)).to.be.revertedWithCustomError(
          registry,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when the term ends now, in the past or in more than a year", async () => {
      const { registry, stranger, errors } = await loadBare();
      const now = BigInt(await networkHelpers.time.latest()) + 100n;
      for (const expiresAt of [0n, now, now + TERM + 1n]) {
        await networkHelpers.time.setNextBlockTimestamp(now);
        await expect(registry.setGuardian.staticCall(stranger, expiresAt, { blockTag: "pending" }))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_GuardianExpiryInvalid")
          .withArgs(expiresAt, now);
      }
      await expect(registry.setGuardian(ZeroAddress, now + 10n)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_GuardianExpiryInvalid",
      );
    });

    it("replaces the guardian until the end of its term", async () => {
      const { registry, owner, guardian, stranger } = await loadBare();
      const until = BigInt(await networkHelpers.time.latest()) + DAY;
      await expect(registry.setGuardian(stranger, until))
        .to.emit(registry, "GuardianSet")
        .withArgs(guardian.address, stranger.address, until);
      expect(await registry.guardian()).to.equal(stranger.address);
      expect(await registry.guardianExpiresAt()).to.equal(until);
      await networkHelpers.time.increaseTo(until - 1n);
      expect(await registry.guardian()).to.equal(stranger.address);
      await networkHelpers.time.increaseTo(until);
      expect(await registry.guardian()).to.equal(owner.address);
    });

    it("renews the term of a guardian, also after it is over", async () => {
      const { registry, owner, guardian, guardianUntil } = await loadBare();
      const until = guardianUntil + 100n * DAY;
      await networkHelpers.time.increaseTo(until - TERM);
      await registry.setGuardian(guardian, until);
      await networkHelpers.time.increaseTo(until - 1n);
      expect(await registry.guardian()).to.equal(guardian.address);
      await networkHelpers.time.increaseTo(until + DAY);
      expect(await registry.guardian()).to.equal(owner.address);
      await registry.setGuardian(guardian, until + 2n * DAY);
      expect(await registry.guardian()).to.equal(guardian.address);
    });

    it("takes the guardian away: its powers are the owner's", async () => {
      const { registry, owner, guardian } = await loadBare();
      await expect(registry.setGuardian(ZeroAddress, 0))
        .to.emit(registry, "GuardianSet")
        .withArgs(guardian.address, ZeroAddress, 0n);
      expect(await registry.guardian()).to.equal(owner.address);
    });
  });

  describe("guardian", () => {
    it("has a year from deployment, and is the owner after it or when none is named", async () => {
      const { registry, owner, guardian, guardianUntil } = await loadBare();
      expect(await registry.guardian()).to.equal(guardian.address);
      expect(await registry.guardianExpiresAt()).to.be.within(guardianUntil - 10n, guardianUntil);
      await networkHelpers.time.increaseTo(guardianUntil);
      expect(await registry.guardian()).to.equal(owner.address);
      const without = await new KeeperRegistry__factory(owner).deploy(owner, ZeroAddress);
      expect(await without.guardianExpiresAt()).to.equal(0n);
      expect(await without.guardian()).to.equal(owner.address);
    });

    it("follows the owner after its term", async () => {
      const { registry, owner, stranger, guardianUntil } = await loadBare();
      await networkHelpers.time.increaseTo(guardianUntil);
      await registry.transferOwnership(stranger);
      expect(await registry.guardian()).to.equal(owner.address);
      await registry.connect(stranger).acceptOwnership();
      expect(await registry.guardian()).to.equal(stranger.address);
    });
  });

  describe("initSigners", () => {
    it("reverts when the caller is not the factory, before and after it is set (S48)", async () => {
      const { registry, owner, guardian, factory, curator, stranger, vault, errors } = await loadBare();
      for (const caller of [owner, guardian, factory, curator, stranger]) {
        await expect(registry.connect(caller).initSigners(vault, addresses(1), 1))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_Unauthorized")
          .withArgs(caller.address);
      }
      await registry.setFactory(factory);
      for (const caller of [owner, guardian, curator, stranger]) {
        await expect(registry.connect(caller).initSigners(vault, addresses(1), 1))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("reverts when the vault has or had signers", async () => {
      const { registry, factory, curator, vault, errors } = await load();
      const again = () => registry.connect(factory).initSigners(vault, addresses(1), 1);
      await expect(again())
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_VaultAlreadyInitialized")
        .withArgs(vault);
      await registry.connect(curator).revokeSigners(vault);
      await expect(again()).to.be.revertedWithCustomError(errors, "KeeperRegistry_VaultAlreadyInitialized");
    });

    it("reverts when there is no signer, or more than sixteen", async () => {
      const { registry, factory, other, errors } = await load();
      for (const count of [0, 17]) {
        await expect(registry.connect(factory).initSigners(other, addresses(count), 1))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignerCountInvalid")
          .withArgs(BigInt(count), 16n);
      }
      await registry.connect(factory).initSigners(other, addresses(16), 16);
    });

    it("reverts when the threshold is zero or above the number of signers", async () => {
      const { registry, factory, other, errors } = await load();
      for (const threshold of [0n, 4n]) {
        await expect(registry.connect(factory).initSigners(other, addresses(3), threshold))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_ThresholdInvalid")
          .withArgs(threshold, 3n);
      }
    });

    it("reverts when signers are not strictly ascending or one is zero", async () => {
      const { registry, factory, other, errors } = await load();
      const [a, b] = addresses(2);
      for (const [previous, signer, list] of [
        [b, a, [b, a]],
        [a, a, [a, a]],
        [ZeroAddress, ZeroAddress, [ZeroAddress, a]],
      ] as [string, string, string[]][]) {
        await expect(registry.connect(factory).initSigners(other, list, 1))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignersNotAscending")
          .withArgs(previous, signer);
      }
    });

    it("stores the signers as version 1", async () => {
      const { registry, factory, other } = await load();
      expect(await registry.signersVersion(other)).to.equal(0n);
      await expect(registry.connect(factory).initSigners(other, addresses(2, 1), 1))
        .to.emit(registry, "SignersSet")
        .withArgs(other, 1n, addresses(2, 1), 1n);
      expect(await registry.signersVersion(other)).to.equal(1n);
      expect(await registry.signersOf(other)).to.deep.equal([addresses(2, 1), 1n]);
    });
  });

  describe("proposeSigners", () => {
    it("reverts when the caller is neither curator nor owner (S48)", async () => {
      const { registry, guardian, factory, stranger, vault, errors } = await load();
      for (const caller of [guardian, factory, stranger]) {
        await expect(registry.connect(caller).proposeSigners(vault, addresses(1), 1))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("reverts when the vault never registered signers", async () => {
      const { registry, owner, other, errors } = await load();
      await expect(registry.connect(owner).proposeSigners(other, addresses(1), 1))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_VaultUnknown")
        .withArgs(other);
    });

    it("reverts when the signers or the threshold are no valid set", async () => {
      const { registry, curator, vault, errors } = await load();
      const propose = (signers: string[], threshold: number) =>
        registry.connect(curator).proposeSigners(vault, signers, threshold);
      await expect(propose([], 1)).to.be.revertedWithCustomError(errors, "KeeperRegistry_SignerCountInvalid");
      await expect(propose(addresses(2), 3)).to.be.revertedWithCustomError(errors, "KeeperRegistry_ThresholdInvalid");
      await expect(propose(addresses(2).reverse(), 1)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_SignersNotAscending",
      );
    });

    it("announces new signers and leaves the present ones in charge, by curator and by owner", async () => {
      const { registry, curator, owner, vault } = await load();
      for (const caller of [curator, owner]) {
        const sent = await registry.connect(caller).proposeSigners(vault, addresses(1, 5), 1);
        const eta = BigInt(await networkHelpers.time.latest()) + DELAY;
        await expect(sent).to.emit(registry, "SignersProposed").withArgs(vault, addresses(1, 5), 1n, eta);
        const pending = await registry.pendingSigners(vault);
        const packed = AbiCoder.defaultAbiCoder().encode(["address[]", "uint8"], [addresses(1, 5), 1]);
        expect([...pending]).to.deep.equal([ethers.keccak256(packed), eta]);
      }
      expect(await registry.signersOf(vault)).to.deep.equal([addresses(3), 2n]);
      expect(await registry.signersVersion(vault)).to.equal(1n);
    });
  });

  describe("applySigners", () => {
    it("reverts when nothing or something else was announced", async () => {
      const { registry, curator, vault, errors } = await load();
      const apply = (signers: string[], threshold: number) => registry.applySigners(vault, signers, threshold);
      await expect(apply(addresses(1), 1)).to.be.revertedWithCustomError(errors, "KeeperRegistry_ProposalMismatch");
      await registry.connect(curator).proposeSigners(vault, addresses(3, 5), 2);
      await networkHelpers.time.increase(DELAY);
      for (const [signers, threshold] of [
        [addresses(3, 5), 1],
        [addresses(2, 5), 2],
        [addresses(3, 6), 2],
      ] as [string[], number][]) {
        await expect(apply(signers, threshold)).to.be.revertedWithCustomError(
          errors,
          "KeeperRegistry_ProposalMismatch",
        );
      }
    });

    it("reverts one second before the delay is over", async () => {
      const { registry, curator, stranger, vault, errors } = await load();
      await registry.connect(curator).proposeSigners(vault, addresses(1, 5), 1);
      const { eta } = await registry.pendingSigners(vault);
      const apply = () => registry.connect(stranger).applySigners(vault, addresses(1, 5), 1);
      await networkHelpers.time.setNextBlockTimestamp(eta - 1n);
      await expect(apply())
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_ProposalNotReady")
        .withArgs(eta, eta - 1n);
      await networkHelpers.time.setNextBlockTimestamp(eta);
      await expect(apply()).to.emit(registry, "SignersSet").withArgs(vault, 2n, addresses(1, 5), 1n);
    });

    it("reverts when it is repeated", async () => {
      const { registry, curator, vault, errors } = await load();
      await registry.connect(curator).proposeSigners(vault, addresses(1, 5), 1);
      await networkHelpers.time.increase(DELAY);
      await registry.applySigners(vault, addresses(1, 5), 1);
      await expect(registry.applySigners(vault, addresses(1, 5), 1))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_ProposalMismatch")
        .withArgs((value: string) => value !== ZeroHash, ZeroHash);
    });

    it("starts the delay again when another set is announced", async () => {
      const { registry, curator, vault, errors } = await load();
      await registry.connect(curator).proposeSigners(vault, addresses(1, 5), 1);
      await networkHelpers.time.increase(DELAY);
      await registry.connect(curator).proposeSigners(vault, addresses(1, 5), 1);
      await expect(registry.applySigners(vault, addresses(1, 5), 1)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_ProposalNotReady",
      );
    });

    it("replaces the old signers completely, kept ones included only if they are in the new set", async () => {
      const { registry, curator, vault, item, verify, errors } = await load();
      await registry.connect(curator).proposeSigners(vault, addresses(2, 1), 1);
      await networkHelpers.time.increase(DELAY);
      await registry.applySigners(vault, addresses(2, 1), 1);
      expect(await registry.signersOf(vault)).to.deep.equal([addresses(2, 1), 1n]);
      expect(await verify([await item(wallets[1]!)])).to.equal(2n);
      await expect(verify([await item(wallets[0]!)]))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignerUnknown")
        .withArgs(wallets[0]!.address);
    });
  });

  describe("revokeSigners", () => {
    it("reverts when the caller is neither guardian, curator nor owner (S48)", async () => {
      const { registry, factory, stranger, vault, errors } = await load();
      for (const caller of [factory, stranger]) {
        await expect(registry.connect(caller).revokeSigners(vault))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_Unauthorized")
          .withArgs(caller.address);
      }
    });

    it("reverts on the second on which the guardian's term is over; the owner still revokes (S48)", async () => {
      const { registry, owner, guardian, vault, errors } = await load();
      const end = await registry.guardianExpiresAt();
      await networkHelpers.time.setNextBlockTimestamp(end - 1n);
      await registry.connect(guardian).revokeSigners(vault);
      await networkHelpers.time.setNextBlockTimestamp(end);
      await expect(registry.connect(guardian).revokeSigners(vault))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_Unauthorized")
        .withArgs(guardian.address);
      await registry.connect(owner).revokeSigners(vault);
      expect(await registry.signersVersion(vault)).to.equal(3n);
    });

    it("reverts when the vault never registered signers", async () => {
      const { registry, guardian, other, errors } = await load();
      await expect(registry.connect(guardian).revokeSigners(other)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_VaultUnknown",
      );
    });

    for (const role of ["guardian", "curator", "owner"] as const) {
      it(`takes every signer's power at once, by the ${role}`, async () => {
        const fixture = await load();
        const { registry, vault, item, verify, errors } = fixture;
        const signatures = [await item(wallets[0]!), await item(wallets[1]!)];
        expect(await verify(signatures)).to.equal(1n);
        await expect(registry.connect(fixture[role]).revokeSigners(vault))
          .to.emit(registry, "SignersRevoked")
          .withArgs(vault, 2n);
        await expect(verify(signatures))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_NoSigners")
          .withArgs(vault);
        await expect(verify([])).to.be.revertedWithCustomError(errors, "KeeperRegistry_NoSigners");
        expect(await registry.signersOf(vault)).to.deep.equal([[], 0n]);
        expect(await registry.signersVersion(vault)).to.equal(2n);
      });
    }

    it("takes an announced set with it, so that a stolen curator key cannot put its own signers back", async () => {
      const { registry, curator, guardian, vault, errors } = await load();
      await registry.connect(curator).proposeSigners(vault, addresses(1, 5), 1);
      await networkHelpers.time.increase(DELAY);
      await registry.connect(guardian).revokeSigners(vault);
      await expect(registry.applySigners(vault, addresses(1, 5), 1)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_ProposalMismatch",
      );
    });

    it("lets the same signers return through an announcement and its delay only, under a new version", async () => {
      const { registry, curator, guardian, vault, item, verify } = await load();
      await registry.connect(guardian).revokeSigners(vault);
      await registry.connect(curator).proposeSigners(vault, addresses(3), 2);
      await networkHelpers.time.increase(DELAY);
      await registry.applySigners(vault, addresses(3), 2);
      expect(await verify([await item(wallets[0]!), await item(wallets[2]!)])).to.equal(3n);
    });
  });

  describe("transferOwnership", () => {
    it("takes two steps and is closed to everybody else (S48)", async () => {
      const { registry, owner, guardian, stranger } = await loadBare();
      for (const call of [
        () => registry.connect(guardian).transferOwnership(guardian),
        () => registry.connect(guardian).renounceOwnership(),
        () => registry.connect(guardian).acceptOwnership(),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount");
      }
      await registry.transferOwnership(stranger);
      expect(await registry.owner()).to.equal(owner.address);
      await registry.connect(stranger).acceptOwnership();
      expect(await registry.owner()).to.equal(stranger.address);
    });
  });
});
