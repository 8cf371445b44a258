import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { type Address, concatHex, encodeAbiParameters, getAddress, type Hex, keccak256, pad, toHex } from "viem";
import {
  decisionHashOf,
  type GradedRecord,
  GradeInvalidError,
  GradeMissingError,
  type GradeProof,
  GradesEmptyError,
  gradeProof,
  gradesRoot,
  isGradeProven,
  NO_GRADE,
} from "./grades.ts";

const address = (n: number): Address => getAddress(pad(toHex(n), { size: 20 }));
const CONTENT = keccak256("0xc0");
const VAULT = address(0xa1);

function recordOf(count: number): GradedRecord {
  const assets = Array.from({ length: count }, (_, k) => ({
    token: address(k + 1),
    traderGrade: k % 5 === 4 ? null : k % 101,
    investorGrade: k % 7 === 6 ? null : 100 - (k % 101),
  }));
  return { chainId: 31_337, vault: VAULT, epoch: 7, assets };
}

/** The root that a proof leads to, computed as the contract does. */
function rootOf({ chainId, vault, epoch, grade, proof }: GradeProof): Hex {
  const types = ["uint256", "address", "uint32", "address", "uint16", "uint16"].map((type) => ({ type }));
  const fields = [BigInt(chainId), vault, epoch, grade.token, grade.traderBps, grade.investorBps];
  const leaf = keccak256(keccak256(encodeAbiParameters(types, fields)));
  return proof.reduce((node, other) => keccak256(concatHex(node < other ? [node, other] : [other, node])), leaf);
}

describe("gradesRoot", () => {
  it("default", () => {
    const types = ["uint256", "address", "uint32", "address", "uint16", "uint16"];
    const leaves = [
      ["31337", VAULT, "7", address(1), "0", "10000"],
      ["31337", VAULT, "7", address(2), "100", "9900"],
    ];
    expect(gradesRoot(recordOf(2))).to.equal(StandardMerkleTree.of(leaves, types).root);
  });

  it("behavior: neither the order of the assets nor the letters of an address count", () => {
    const record = recordOf(9);
    expect(gradesRoot({ ...record, assets: record.assets.toReversed() })).to.equal(gradesRoot(record));
    const small = record.assets.map((asset) => ({ ...asset, token: asset.token.toLowerCase() as Address }));
    const vault = VAULT.toLowerCase() as Address;
    expect(gradesRoot({ ...record, vault, assets: small })).to.equal(gradesRoot(record));
  });

  it("behavior: chain, vault, epoch and every grade are part of it", () => {
    const record = recordOf(3);
    const graded = (field: string, grade: number | null) => ({
      ...record,
      assets: record.assets.map((asset, k) => (k === 1 ? { ...asset, [field]: grade } : asset)),
    });
    const roots = [
      record,
      { ...record, chainId: 1 },
      { ...record, vault: address(0xa2) },
      { ...record, epoch: 8 },
      { ...record, assets: record.assets.slice(1) },
      graded("traderGrade", null),
      graded("traderGrade", 2),
      graded("investorGrade", null),
      graded("investorGrade", 98),
    ].map(gradesRoot);
    expect(new Set(roots).size).to.equal(roots.length);
  });

  it("error: no asset", () => {
    expect(() => gradesRoot(recordOf(0))).to.throw(GradesEmptyError, "epoch 7");
  });

  it("error: a grade that is none", () => {
    for (const traderGrade of [-1, 101, 0.5, Number.NaN]) {
      const assets = [{ token: address(3), traderGrade, investorGrade: null }];
      expect(() => gradesRoot({ ...recordOf(1), assets }))
        .to.throw(GradeInvalidError)
        .with.property("token", address(3));
    }
  });
});

describe("gradeProof", () => {
  it("default", () => {
    const { grade, proof, ...place } = gradeProof(recordOf(30), address(5));
    expect(place).to.deep.equal({ chainId: 31_337, vault: VAULT, epoch: 7 });
    expect(grade).to.deep.equal({ token: address(5), traderBps: NO_GRADE, investorBps: 9_600 });
    expect(proof.length).to.equal(5);
  });

  it("behavior: every token of trees of every size leads to the root", () => {
    for (const count of [1, 2, 3, 5, 8, 13, 21, 40]) {
      const record = recordOf(count);
      const root = gradesRoot(record);
      for (const { token } of record.assets) expect(rootOf(gradeProof(record, token)), `${count}`).to.equal(root);
    }
  });

  it("error: a token that the record does not name", () => {
    expect(() => gradeProof(recordOf(3), address(4))).to.throw(GradeMissingError, address(4));
  });
});

describe("isGradeProven", () => {
  const record = recordOf(12);
  const parts = { contentHash: CONTENT, gradesRoot: gradesRoot(record) };
  const decisionHash = decisionHashOf(parts.contentHash, parts.gradesRoot);
  const proof = gradeProof(record, address(3));

  it("default", () => {
    expect(decisionHash).to.equal(keccak256(concatHex([CONTENT, parts.gradesRoot])));
    expect(isGradeProven(proof, parts, decisionHash)).to.equal(true);
    expect(isGradeProven(proof, parts, decisionHash.toUpperCase().replace("0X", "0x") as Hex)).to.equal(true);
  });

  it("behavior: refuses every single change", () => {
    const { grade } = proof;
    const changed: readonly GradeProof[] = [
      { ...proof, chainId: 1 },
      { ...proof, vault: address(0xa2) },
      { ...proof, epoch: 8 },
      { ...proof, grade: { ...grade, token: address(4) } },
      { ...proof, grade: { ...grade, traderBps: grade.traderBps + 1 } },
      { ...proof, grade: { ...grade, investorBps: NO_GRADE } },
      { ...proof, proof: proof.proof.slice(1) },
      { ...proof, proof: proof.proof.toReversed() },
      ...proof.proof.map((hash, at) => ({ ...proof, proof: proof.proof.with(at, keccak256(hash)) })),
    ];
    for (const other of changed) expect(isGradeProven(other, parts, decisionHash)).to.equal(false);
    expect(isGradeProven(proof, { ...parts, contentHash: keccak256(CONTENT) }, decisionHash)).to.equal(false);
    expect(isGradeProven(proof, parts, keccak256(decisionHash))).to.equal(false);
  });

  it("behavior: a root that the decision does not have proves nothing", () => {
    const better = { ...record, assets: record.assets.map((asset) => ({ ...asset, traderGrade: 100 })) };
    const forged = { contentHash: CONTENT, gradesRoot: gradesRoot(better) };
    expect(isGradeProven(gradeProof(better, address(3)), forged, decisionHash)).to.equal(false);
    const swapped = { contentHash: parts.gradesRoot, gradesRoot: parts.contentHash };
    expect(isGradeProven(proof, swapped, decisionHash)).to.equal(false);
  });
});
