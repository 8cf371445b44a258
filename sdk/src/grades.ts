import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { type Address, concatHex, encodeAbiParameters, type Hex, isAddressEqual, keccak256 } from "viem";
import { BaseError } from "./errors/base.ts";

/** What stands for a missing grade in a leaf. */
export const NO_GRADE = 65_535;
/** {points} of the best grade. */
const BEST = 100;
/** {bps} a point of a grade. */
const BPS_A_POINT = 100;
const LEAF = [
  { name: "chainId", type: "uint256" },
  { name: "vault", type: "address" },
  { name: "epoch", type: "uint32" },
  { name: "token", type: "address" },
  { name: "traderBps", type: "uint16" },
  { name: "investorBps", type: "uint16" },
] as const;
const DOCS = { docsPath: "/sdk/grades" };

/** What of a decision's record its tree of grades is made from. Every record has it. */
export type GradedRecord = {
  readonly chainId: number;
  readonly vault: Address;
  readonly epoch: number;
  readonly assets: readonly {
    readonly token: Address;
    readonly traderGrade: number | null; // {points} 0 to 100
    readonly investorGrade: number | null; // {points} 0 to 100
  }[];
};

/** What a decision says of one token, as `GradeBook.verifyGrade` takes it. */
export type Grade = {
  token: Address;
  /** {bps} 10,000 is the best; NO_GRADE: none. */
  traderBps: number;
  /** {bps} 10,000 is the best; NO_GRADE: none. */
  investorBps: number;
};

/** A grade with its way to the root. */
export type GradeProof = {
  chainId: number;
  vault: Address;
  epoch: number;
  grade: Grade;
  proof: Hex[];
};

/** What a decision's hash is made of. */
export type DecisionParts = {
  /** keccak256 of the record's canonical JSON. */
  readonly contentHash: Hex;
  /** Root of the tree of its assets' grades. */
  readonly gradesRoot: Hex;
};

/** Thrown when a record has no assets: a tree has at least one leaf. */
export class GradesEmptyError extends BaseError {
  override readonly name = "GradesEmptyError";

  constructor(vault: Address, epoch: number) {
    super(`The decision for epoch ${epoch} of ${vault} names no asset. Give the whole record.`, DOCS);
  }
}

/** Thrown when a grade is not a whole number from 0 to 100. */
export class GradeInvalidError extends BaseError {
  override readonly name = "GradeInvalidError";
  readonly token: Address;

  constructor(token: Address, grade: number) {
    super(`The grade ${grade} of ${token} is none. A grade is a whole number from 0 to ${BEST}.`, DOCS);
    this.token = token;
  }
}

/** Thrown when a token is not among the assets of a record. */
export class GradeMissingError extends BaseError {
  override readonly name = "GradeMissingError";
  readonly token: Address;

  constructor(token: Address, epoch: number) {
    super(`The decision for epoch ${epoch} does not name ${token}. Ask for a token of its basket.`, DOCS);
    this.token = token;
  }
}

function toBps(grade: number | null, token: Address): number {
  if (grade === null) return NO_GRADE;
  if (!Number.isInteger(grade) || grade < 0 || grade > BEST) throw new GradeInvalidError(token, grade);
  return grade * BPS_A_POINT;
}

function gradesOf({ assets }: GradedRecord): Grade[] {
  return assets.map(({ token, traderGrade, investorGrade }) => {
    return { token, traderBps: toBps(traderGrade, token), investorBps: toBps(investorGrade, token) };
  });
}

function leafOf(place: Pick<GradedRecord, "chainId" | "vault" | "epoch">, grade: Grade): Hex {
  const { token, traderBps, investorBps } = grade;
  const fields = [BigInt(place.chainId), place.vault, place.epoch, token, traderBps, investorBps] as const;
  return keccak256(keccak256(encodeAbiParameters(LEAF, fields)));
}

/** The tree that StandardMerkleTree would build from the fields. Of leaves that are hashed already, in half the time. */
function treeOf(record: GradedRecord): SimpleMerkleTree {
  if (record.assets.length === 0) throw new GradesEmptyError(record.vault, record.epoch);
  return SimpleMerkleTree.of(gradesOf(record).map((grade) => leafOf(record, grade)));
}

/**
 * Root of the tree of a decision's grades. The order of the assets does not count.
 *
 * @example
 * decisionHashOf(contentHash, gradesRoot(record)) === epoch.decisionHash; // true
 */
export function gradesRoot(record: GradedRecord): Hex {
  return treeOf(record).root as Hex;
}

/**
 * A token's grade in a decision, with what `GradeBook.verifyGrade` needs to believe it. Throws GradeMissingError.
 *
 * @example
 * const { vault, epoch, grade, proof } = gradeProof(record, token);
 * // gradeBook.verifyGrade(vault, epoch, contentHash, grade, proof)
 */
export function gradeProof(record: GradedRecord, token: Address): GradeProof {
  const index = record.assets.findIndex((asset) => isAddressEqual(asset.token, token));
  const grade = gradesOf(record)[index];
  if (grade === undefined) throw new GradeMissingError(token, record.epoch);
  const { chainId, vault, epoch } = record;
  return { chainId, vault, epoch, grade, proof: treeOf(record).getProof(index) as Hex[] };
}

/**
 * The hash of a decision, as the vault carries it.
 *
 * @example
 * decisionHashOf(canonicalHash(record), gradesRoot(record));
 */
export function decisionHashOf(contentHash: Hex, root: Hex): Hex {
  return keccak256(concatHex([contentHash, root]));
}

/**
 * Whether a proof leads to a decision, as `GradeBook.verifyGrade` decides it, without a chain.
 *
 * @example
 * isGradeProven(gradeProof(record, token), { contentHash, gradesRoot }, decisionHash); // true
 */
export function isGradeProven(proven: GradeProof, parts: DecisionParts, decisionHash: Hex): boolean {
  const { contentHash, gradesRoot: root } = parts;
  if (decisionHashOf(contentHash, root) !== decisionHash.toLowerCase()) return false;
  return SimpleMerkleTree.verify(root, leafOf(proven, proven.grade), proven.proof);
}
