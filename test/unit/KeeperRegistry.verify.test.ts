import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { SignerWalletMock__factory } from "../../typechain-types/index.js";
import { addresses, DECISION, deployWithSigners, encodeSignature as encode, wallets } from "../helpers/keepers.ts";

const { ethers, networkHelpers } = await network.create();

describe("KeeperRegistry decisions", () => {
  const ready = () => deployWithSigners(ethers);
  const load = () => networkHelpers.loadFixture(ready);

  describe("verify", () => {
    it("reverts when the caller is not a vault with signers, the signed vault's owner included", async () => {
      const { item, verify, structHash, owner, other, errors } = await load();
      const signatures = [await item(wallets[0]!), await item(wallets[1]!)];
      for (const from of [other, owner.address]) {
        await expect(verify(signatures, structHash, from))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_NoSigners")
          .withArgs(from);
      }
    });

    it("reverts when there are fewer signatures than the threshold", async () => {
      const { item, verify, errors } = await load();
      await expect(verify([await item(wallets[0]!)]))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignaturesTooFew")
        .withArgs(1n, 2n);
    });

    it("reverts when signers are not strictly ascending: one signer cannot count twice", async () => {
      const { item, verify, errors } = await load();
      const [a, b] = [await item(wallets[0]!), await item(wallets[1]!)];
      for (const [signatures, previous, signer] of [
        [[a, a], 0, 0],
        [[b, a], 1, 0],
        [[a, b, b], 1, 1],
      ] as [string[], number, number][]) {
        await expect(verify(signatures))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignersNotAscending")
          .withArgs(wallets[previous]!.address, wallets[signer]!.address);
      }
    });

    it("reverts when a signer does not belong to the vault, surplus ones included", async () => {
      const { item, verify, errors } = await load();
      const signatures = [await item(wallets[0]!), await item(wallets[1]!), await item(wallets[3]!)];
      await expect(verify(signatures))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignerUnknown")
        .withArgs(wallets[3]!.address);
      await expect(verify([encode(ZeroAddress, "0x"), ...signatures])).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_SignersNotAscending",
      );
    });

    it("reverts when a signature is another's, over something else, mangled or empty", async () => {
      const { item, sign, verify, structHash, errors } = await load();
      const good = await item(wallets[0]!);
      const signature = await sign(wallets[1]!);
      for (const bad of [
        await item(wallets[0]!, wallets[1]!.address),
        encode(wallets[1]!.address, "0x"),
        encode(wallets[1]!.address, signature.slice(0, -2)),
        encode(wallets[1]!.address, `0x${"00".repeat(65)}`),
        encode(wallets[1]!.address, await wallets[1]!.signMessage(ethers.getBytes(structHash))),
      ]) {
        await expect(verify([good, bad]))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignatureInvalid")
          .withArgs(wallets[1]!.address);
      }
      await expect(verify([good, encode(wallets[1]!.address, signature)], id("another decision")))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignatureInvalid")
        .withArgs(wallets[0]!.address);
    });

    it("reverts when a signature is for another chain or another registry", async () => {
      const { domain, decision, verify, errors, stranger } = await load();
      for (const change of [{ chainId: 1n }, { verifyingContract: stranger.address }, { version: "2" }]) {
        const signatures = await Promise.all(
          wallets.slice(0, 2).map(async (wallet) => {
            const signature = await wallet.signTypedData({ ...domain, ...change }, DECISION, decision);
            return encode(wallet.address, signature);
          }),
        );
        await expect(verify(signatures)).to.be.revertedWithCustomError(errors, "KeeperRegistry_SignatureInvalid");
      }
    });

    it("reverts when an item is not what abi.encode gives", async () => {
      const { item, verify, errors } = await load();
      const good = await item(wallets[0]!);
      const word = (value: bigint) => ethers.toBeHex(value, 32);
      const signer = BigInt(wallets[1]!.address);
      const malformed: [string, string][] = [
        ["empty", "0x"],
        ["too short", ethers.concat([word(signer), word(0x40n)])],
        ["another offset", ethers.concat([word(signer), word(0x60n), word(0n), word(0n)])],
        ["no address", ethers.concat([word(signer + (1n << 160n)), word(0x40n), word(0n)])],
        ["a length beyond the item", ethers.concat([word(signer), word(0x40n), word(1n)])],
        ["an enormous length", ethers.concat([word(signer), word(0x40n), word(2n ** 256n - 1n)])],
      ];
      for (const [, bad] of malformed) {
        await expect(verify([good, bad]))
          .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignatureMalformed")
          .withArgs(1n);
      }
    });

    it("accepts the threshold and more, from any members", async () => {
      const { item, verify } = await load();
      const [a, b, c] = await Promise.all(wallets.slice(0, 3).map((wallet) => item(wallet)));
      for (const signatures of [
        [a, b],
        [a, c],
        [b, c],
        [a, b, c],
      ]) {
        expect(await verify(signatures as string[])).to.equal(1n);
      }
    });

    it("accepts one of one", async () => {
      const { registry, factory, other, item, verify, structHash } = await load();
      await registry.connect(factory).initSigners(other, addresses(1, 4), 1);
      expect(await verify([await item(wallets[4]!)], structHash, other)).to.equal(1n);
    });

    it("accepts sixteen of sixteen", async () => {
      const { registry, factory, other, item, verify, structHash } = await load();
      await registry.connect(factory).initSigners(other, addresses(16), 16);
      const signatures = await Promise.all(wallets.slice(0, 16).map((wallet) => item(wallet)));
      expect(await verify(signatures, structHash, other)).to.equal(1n);
    });

    it("accepts contract wallets (ERC-1271) while they stand by the signature, and refuses them after", async () => {
      const { registry, owner, factory, other, sign, verify, structHash, stranger, errors } = await load();
      const wallet = await new SignerWalletMock__factory(owner).deploy(wallets[0]!);
      const signer = await wallet.getAddress();
      await registry.connect(factory).initSigners(other, [signer], 1);
      const signatures = [encode(signer, await sign(wallets[0]!))];
      expect(await verify(signatures, structHash, other)).to.equal(1n);
      await expect(verify([encode(signer, await sign(wallets[1]!))], structHash, other))
        .to.be.revertedWithCustomError(errors, "KeeperRegistry_SignatureInvalid")
        .withArgs(signer);
      await expect(verify([encode(signer, "0x1234")], structHash, other)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_SignatureInvalid",
      );
      await wallet.setOwner(stranger);
      await expect(verify(signatures, structHash, other)).to.be.revertedWithCustomError(
        errors,
        "KeeperRegistry_SignatureInvalid",
      );
    });
  });

  describe("digest", () => {
    it("is what wallets sign", async () => {
      const { registry, domain, decision, structHash } = await load();
      expect(await registry.digest(structHash)).to.equal(ethers.TypedDataEncoder.hash(domain, DECISION, decision));
    });
  });
});
