import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, HDNodeWallet, id, type TypedDataDomain, TypedDataEncoder } from "ethers";
import { CuratedVaultMock__factory, Errors__factory, KeeperRegistry__factory } from "../../typechain-types/index.js";
import { addressOf } from "./assets.ts";

export const GUARDIAN_TERM = 31_536_000n; // {s} 365 days

/** EIP-712 type of a weight decision, as written in IKeeperRegistry. */
export const DECISION = {
  Decision: [
    { name: "vault", type: "address" },
    { name: "epoch", type: "uint32" },
    { name: "weights", type: "uint256[]" },
    { name: "lane", type: "uint8" },
    { name: "decisionHash", type: "bytes32" },
    { name: "validUntil", type: "uint40" },
  ],
};

const MNEMONIC = "test test test test test test test test test test test junk";

/** Decision signers, in ascending order of their addresses. */
export const wallets = Array.from({ length: 17 }, (_, i) =>
  HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/2'/0/${i}`),
).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));

/** Addresses of `count` signers, beginning with the one at `from`. */
export function addresses(count: number, from = 0): string[] {
  return wallets.slice(from, from + count).map(({ address }) => address);
}

/** One item of `signatures` in `KeeperRegistry.verify`. */
export function encodeSignature(signer: string, signature: string): string {
  return AbiCoder.defaultAbiCoder().encode(["address", "bytes"], [signer, signature]);
}

/** A registry without factory, and two vaults of the same curator. */
export async function deployKeeperRegistry(ethers: HardhatEthers) {
  const [owner, guardian, factory, curator, stranger] = await ethers.getSigners();
  const registry = await new KeeperRegistry__factory(owner).deploy(owner!, guardian!);
  const guardianUntil = BigInt((await ethers.provider.getBlock("latest"))!.timestamp) + GUARDIAN_TERM;
  const vault = await addressOf(await new CuratedVaultMock__factory(owner).deploy(curator!));
  const other = await addressOf(await new CuratedVaultMock__factory(owner).deploy(curator!));
  const errors = Errors__factory.connect(await addressOf(registry), owner);
  const accounts = { owner: owner!, guardian: guardian!, factory: factory!, curator: curator!, stranger: stranger! };
  return { ...accounts, registry, guardianUntil, vault, other, errors };
}

/** The same with its factory set, and two of three signers who decide for `vault`. */
export async function deployWithSigners(ethers: HardhatEthers) {
  const base = await deployKeeperRegistry(ethers);
  const { registry, factory, vault } = base;
  await registry.setFactory(factory);
  await registry.connect(factory).initSigners(vault, addresses(3), 2);

  const domain: TypedDataDomain = {
    name: "Gimbal KeeperRegistry",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await addressOf(registry),
  };
  const decision = {
    vault,
    epoch: 1,
    weights: [6_000n, 4_000n],
    lane: 0,
    decisionHash: id("decision 1"),
    validUntil: 2_000_000_000n,
  };
  const structHash = TypedDataEncoder.from(DECISION).hash(decision);
  const sign = (wallet: HDNodeWallet) => wallet.signTypedData(domain, DECISION, decision);
  const item = async (wallet: HDNodeWallet, signer = wallet.address) => encodeSignature(signer, await sign(wallet));
  /** `verify` as the vault calls it. */
  const verify = (signatures: string[], hash = structHash, from = vault) =>
    registry.connect(ethers.provider).verify(hash, signatures, { from });
  return { ...base, domain, decision, structHash, sign, item, verify };
}
