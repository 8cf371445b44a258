import { expect } from "chai";
import { concat, getBytes, keccak256 } from "ethers";
import { network } from "hardhat";
import type { Address, Hex } from "viem";
import {
  decisionHashOf,
  type GradedRecord,
  type GradeProof,
  gradeProof,
  gradesRoot,
  isGradeProven,
  NO_GRADE,
} from "../../../sdk/src/grades.ts";
import { GradeBook__factory, type IndexVault, ServiceErrors__factory } from "../../../typechain-types/index.js";
import { plainTokens, setPrices } from "../../helpers/market.ts";
import { createIndex, deployProtocol, LIMITS, type Protocol, propose } from "../../helpers/protocol.ts";

const { ethers, networkHelpers } = await network.create();

const CHAIN = 31_337;
const CONTENT = keccak256("0x01") as Hex;
const errors = ServiceErrors__factory.connect(ethers.ZeroAddress, ethers.provider);
const other = (hash: string): Hex => keccak256(hash) as Hex;

/** What a keeper says of the tokens of an index: each another grade, the last one none. */
async function recordOf({ tokens }: Protocol, vault: IndexVault, epoch: number): Promise<GradedRecord> {
  const assets = tokens.map(({ address, stable }, index) => ({
    token: address as Address,
    traderGrade: stable ? null : 10 * index,
    investorGrade: stable ? null : 100 - index,
  }));
  return { chainId: CHAIN, vault: (await vault.getAddress()) as Address, epoch, assets };
}

/** Two equal indices, of which the first has the decision of its first epoch. */
async function deployed() {
  const [owner, creator, stranger] = await ethers.getSigners();
  if (!owner || !creator || !stranger) throw new Error("three signers are needed");
  const protocol = await deployProtocol({ tokens: plainTokens(8), owner, guardian: owner });
  const vault = await createIndex(protocol, { creator });
  const twin = await createIndex(protocol, { creator, salt: ethers.id("twin") });
  const book = await new GradeBook__factory(stranger).deploy(protocol.factory);
  const count = protocol.tokens.length;
  const weights = Array.from({ length: count }, (_, i) => Math.floor(10_000 / count) + (i < 10_000 % count ? 1 : 0));
  const decide = async (index: IndexVault, record: GradedRecord, contentHash: Hex = CONTENT) => {
    const decisionHash = decisionHashOf(contentHash, gradesRoot(record));
    await propose(protocol, index, { weights, decisionHash, epoch: record.epoch });
    return decisionHash;
  };
  const record = await recordOf(protocol, vault, 1);
  const decisionHash = await decide(vault, record);
  const verify = ({ vault: of, epoch, grade, proof }: GradeProof, contentHash: string = CONTENT) =>
    book.verifyGrade(of, epoch, contentHash, grade, proof);
  const nextEpoch = async () => {
    await networkHelpers.time.increase(LIMITS.cooldown + LIMITS.riskDelay + 2 * LIMITS.curveLength);
    await setPrices(protocol, Object.fromEntries(protocol.tokens.map(({ symbol }) => [symbol, "1.00"])));
    return decide(vault, await recordOf(protocol, vault, 2));
  };
  const proofs = record.assets.map(({ token }) => gradeProof(record, token));
  const [neighbour, proof] = proofs.filter(({ grade }) => grade.traderBps !== NO_GRADE);
  if (neighbour === undefined || proof === undefined) throw new Error("two tokens with a grade are needed");
  return {
    protocol,
    vault,
    twin,
    book,
    stranger,
    record,
    decisionHash,
    decide,
    verify,
    nextEpoch,
    proofs,
    proof,
    neighbour,
  };
}

type World = Awaited<ReturnType<typeof deployed>>;

/** Refused by the contract, and by the SDK as well. */
async function refused(world: World, changed: GradeProof, contentHash: Hex = CONTENT): Promise<void> {
  const { vault, epoch, grade } = changed;
  await expect(world.verify(changed, contentHash))
    .to.be.revertedWithCustomError(errors, "GradeBook_ProofInvalid")
    .withArgs(vault, epoch, grade.token);
  const parts = { contentHash, gradesRoot: gradesRoot(world.record) };
  expect(isGradeProven(changed, parts, world.decisionHash as Hex)).to.equal(false);
}

describe("GradeBook", () => {
  it("reverts when the factory has no code", async () => {
    const { book, stranger, protocol } = await networkHelpers.loadFixture(deployed);
    await expect(new GradeBook__factory(stranger).deploy(stranger))
      .to.be.revertedWithCustomError(errors, "GradeBook_FactoryInvalid")
      .withArgs(stranger.address);
    expect(await book.factory()).to.equal(await protocol.factory.getAddress());
  });

  describe("remember", () => {
    it("reverts when the vault is not an index of the factory", async () => {
      const { book, stranger, protocol } = await networkHelpers.loadFixture(deployed);
      for (const account of [stranger.address, await protocol.implementation.getAddress()]) {
        await expect(book.remember(account))
          .to.be.revertedWithCustomError(errors, "GradeBook_NotIndex")
          .withArgs(account);
        await expect(book.decisionOf(account, 1)).to.be.revertedWithCustomError(errors, "GradeBook_NotIndex");
      }
    });

    it("reverts when the vault has had no decision", async () => {
      const { book, twin } = await networkHelpers.loadFixture(deployed);
      await expect(book.remember(twin))
        .to.be.revertedWithCustomError(errors, "GradeBook_NoDecision")
        .withArgs(await twin.getAddress());
    });

    it("keeps the hash of the present epoch, for anyone, and tells it once", async () => {
      const { book, vault, decisionHash } = await networkHelpers.loadFixture(deployed);
      expect(await book.remember.staticCall(vault)).to.deep.equal([1n, decisionHash]);
      await expect(book.remember(vault))
        .to.emit(book, "DecisionRemembered")
        .withArgs(await vault.getAddress(), 1, decisionHash);
      expect(await book.remember.staticCall(vault)).to.deep.equal([1n, decisionHash]);
      await expect(book.remember(vault)).not.to.emit(book, "DecisionRemembered");
    });

    it("keeps each epoch for itself, after the vault forgot it", async () => {
      const { book, vault, decisionHash, nextEpoch } = await networkHelpers.loadFixture(deployed);
      await book.remember(vault);
      const second = await nextEpoch();
      expect(await book.decisionOf(vault, 1)).to.equal(decisionHash);
      expect(await book.decisionOf(vault, 2)).to.equal(second);
      await expect(book.remember(vault)).to.emit(book, "DecisionRemembered");
      expect([await book.decisionOf(vault, 1), await book.decisionOf(vault, 2)]).to.deep.equal([decisionHash, second]);
      for (const epoch of [0, 3]) expect(await book.decisionOf(vault, epoch)).to.equal(ethers.ZeroHash);
    });
  });

  describe("verifyGrade", () => {
    it("reverts when the epoch is neither present nor remembered", async () => {
      const { book, twin, vault, proof, verify, nextEpoch } = await networkHelpers.loadFixture(deployed);
      for (const epoch of [0, 2]) {
        await expect(verify({ ...proof, epoch }))
          .to.be.revertedWithCustomError(errors, "GradeBook_DecisionUnknown")
          .withArgs(proof.vault, epoch);
      }
      for (const epoch of [0, 1]) {
        const elsewhere = { ...proof, vault: (await twin.getAddress()) as Address, epoch };
        await expect(verify(elsewhere)).to.be.revertedWithCustomError(errors, "GradeBook_DecisionUnknown");
      }
      await verify(proof);
      await nextEpoch();
      await expect(verify(proof)).to.be.revertedWithCustomError(errors, "GradeBook_DecisionUnknown");
      expect(await book.decisionOf(vault, 1)).to.equal(ethers.ZeroHash);
    });

    it("reverts when the vault is not an index of the factory", async () => {
      const { proof, verify, stranger } = await networkHelpers.loadFixture(deployed);
      const fake = { ...proof, vault: stranger.address as Address };
      await expect(verify(fake)).to.be.revertedWithCustomError(errors, "GradeBook_NotIndex").withArgs(stranger.address);
    });

    it("believes every asset of the record, with and without a grade", async () => {
      const { record, proofs, verify, decisionHash } = await networkHelpers.loadFixture(deployed);
      const parts = { contentHash: CONTENT, gradesRoot: gradesRoot(record) };
      for (const proof of proofs) {
        await verify(proof);
        expect(isGradeProven(proof, parts, decisionHash)).to.equal(true);
      }
      const grades = proofs.map(({ grade }) => grade.traderBps);
      expect(grades).to.include(NO_GRADE).and.to.include(1_000);
    });

    it("believes a past epoch that was remembered", async () => {
      const { book, vault, proofs, verify, nextEpoch } = await networkHelpers.loadFixture(deployed);
      await book.remember(vault);
      await nextEpoch();
      for (const proof of proofs) await verify(proof);
    });

    it("believes the decision of an epoch that was cancelled: the signers signed it all the same", async () => {
      const { vault, proof, verify } = await networkHelpers.loadFixture(deployed);
      await vault.cancelEpoch();
      await verify(proof);
    });

    it("refuses every single change of the grade, the proof, the content and the chain", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { proof, neighbour } = world;
      const { grade } = proof;
      for (const [field, value] of [
        ["token", neighbour.grade.token],
        ["traderBps", grade.traderBps + 1],
        ["traderBps", NO_GRADE],
        ["investorBps", grade.investorBps - 1],
        ["investorBps", 0],
      ] as const) {
        await refused(world, { ...proof, grade: { ...grade, [field]: value } });
      }
      await refused(world, {
        ...proof,
        grade: { ...grade, traderBps: grade.investorBps, investorBps: grade.traderBps },
      });
      for (const [at, hash] of proof.proof.entries()) {
        await refused(world, { ...proof, proof: proof.proof.with(at, other(hash)) });
        await refused(world, { ...proof, proof: proof.proof.toSpliced(at, 1) });
        await refused(world, { ...proof, proof: proof.proof.toSpliced(at, 0, hash) });
      }
      await refused(world, { ...proof, proof: proof.proof.toReversed() });
      await refused(world, { ...proof, proof: neighbour.proof });
      await refused(world, proof, other(CONTENT));
    });
  });

  describe("attacks", () => {
    it("a proof of another chain, whose record is equal in everything else", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const elsewhere = gradeProof({ ...world.record, chainId: 1 }, world.proof.grade.token);
      await refused(world, { ...elsewhere, chainId: CHAIN });
      // The decision of the other chain, proposed on this one with its own root.
      const { twin, protocol, decide, verify } = world;
      const foreign = { ...(await recordOf(protocol, twin, 1)), chainId: 1 };
      await decide(twin, foreign);
      await expect(verify(gradeProof(foreign, world.proof.grade.token))).to.be.revertedWithCustomError(
        errors,
        "GradeBook_ProofInvalid",
      );
    });

    it("a proof of another vault that carries the very same decision", async () => {
      const { twin, record, decide, proof, verify } = await networkHelpers.loadFixture(deployed);
      await decide(twin, record);
      const moved = { ...proof, vault: (await twin.getAddress()) as Address };
      await expect(verify(moved)).to.be.revertedWithCustomError(errors, "GradeBook_ProofInvalid");
      await verify(proof);
    });

    it("a proof of another epoch of the same vault, while both are known", async () => {
      const { book, vault, proof, verify, nextEpoch, protocol } = await networkHelpers.loadFixture(deployed);
      await book.remember(vault);
      await nextEpoch();
      await expect(verify({ ...proof, epoch: 2 })).to.be.revertedWithCustomError(errors, "GradeBook_ProofInvalid");
      const later = gradeProof(await recordOf(protocol, vault, 2), proof.grade.token);
      await verify(later);
      await expect(verify({ ...later, epoch: 1 })).to.be.revertedWithCustomError(errors, "GradeBook_ProofInvalid");
    });

    it("a record whose grades differ from its root: only what the root was made from is believed", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { record, twin, protocol, decide, verify } = world;
      const honest = await recordOf(protocol, twin, 1);
      const better = honest.assets.map((asset) => ({ ...asset, traderGrade: 100 }));
      await decide(twin, honest);
      for (const { token } of better) {
        await expect(verify(gradeProof({ ...honest, assets: better }, token))).to.be.revertedWithCustomError(
          errors,
          "GradeBook_ProofInvalid",
        );
        await verify(gradeProof(honest, token));
      }
      expect(gradesRoot(record)).not.to.equal(gradesRoot(honest));
    });

    it("second preimage: an inner node offered as a leaf, at any height, leads nowhere", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { proof } = world;
      // The parent of the leaf needs one step less. Its 64 bytes cannot be written as a grade, so every grade there fails.
      for (let height = 1; height <= proof.proof.length; height++) {
        const above = proof.proof.slice(height);
        for (const grade of [proof.grade, { ...proof.grade, traderBps: 0, investorBps: 0 }]) {
          await refused(world, { ...proof, grade, proof: above });
        }
      }
    });

    it("second preimage: a tree whose leaves were hashed once is not believed", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { twin, protocol, verify } = world;
      const vault = (await twin.getAddress()) as Address;
      const token = world.proof.grade.token;
      const types = ["uint256", "address", "uint32", "address", "uint16", "uint16"];
      const fields = [CHAIN, vault, 1, token, 10_000, 10_000];
      const once = keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, fields));
      const decisionHash = keccak256(concat([CONTENT, once]));
      const weights = [10_000, ...protocol.tokens.slice(1).map(() => 0)];
      const spread = weights.map((_, i) => Math.floor(10_000 / weights.length) + (i < 10_000 % weights.length ? 1 : 0));
      await propose(protocol, twin, { weights: spread, decisionHash });
      const grade = { token, traderBps: 10_000, investorBps: 10_000 };
      await expect(verify({ chainId: CHAIN, vault, epoch: 1, grade, proof: [] })).to.be.revertedWithCustomError(
        errors,
        "GradeBook_ProofInvalid",
      );
    });

    it("content and root in each other's place: their order counts", async () => {
      const { twin, protocol, decide, verify } = await networkHelpers.loadFixture(deployed);
      const record = await recordOf(protocol, twin, 1);
      const [{ token } = { token: "0x" as Address }] = record.assets;
      const single = { ...record, assets: record.assets.slice(0, 1) };
      const leaf = gradesRoot(single);
      // A decision whose content has the hash of a leaf, and whose tree is something else.
      await decide(twin, { ...record, assets: record.assets.slice(1) }, leaf);
      const root = gradesRoot({ ...record, assets: record.assets.slice(1) });
      await expect(verify(gradeProof(single, token), root)).to.be.revertedWithCustomError(
        errors,
        "GradeBook_ProofInvalid",
      );
      expect(getBytes(leaf).length).to.equal(32);
    });
  });
});
