import type { Address, Hash } from "viem";
import { getChainId, readContract } from "viem/actions";
import { gradeBookAbi } from "../../../abis/gradeBook.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import type { GradeProof } from "../../../grades.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

/** With all that `gradeProof` of @gimbal/sdk/grades gives. */
export type VerifyGradeOnChainParameters = AtBlock &
  GradeProof & {
    /** GradeBook. */
    gradeBook: Address;
    /** keccak256 of the record's canonical JSON. */
    contentHash: Hash;
  };

export type VerifyGradeOnChainReturnType = { blockNumber: bigint };
export type VerifyGradeOnChainErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * Asks the chain whether a decision said this of a token. Returns when it did, and throws the contract's error in words
 * when it did not, or when nobody wrote the decision of that epoch down.
 *
 * @example
 * import { gradeProof } from "@gimbal/sdk/grades";
 *
 * await verifyGradeOnChain(client, { gradeBook, contentHash, ...gradeProof(record, token) });
 */
export async function verifyGradeOnChain(
  client: AnyClient,
  parameters: VerifyGradeOnChainParameters,
): Promise<VerifyGradeOnChainReturnType> {
  const { gradeBook, chainId, vault, epoch, contentHash, grade, proof } = parameters;
  const [blockNumber, actual] = await Promise.all([
    resolveBlock(client, parameters),
    withTypedErrors(() => getChainId(client)),
  ]);
  // The book counts its own chain into the leaf, and would call the proof wrong without saying why.
  if (chainId !== actual) throw new ArgumentInvalidError("chainId", `is ${chainId}, and this is chain ${actual}`);
  const args = [vault, epoch, contentHash, grade, proof] as const;
  const request = { address: gradeBook, abi: gradeBookAbi, functionName: "verifyGrade", args, blockNumber } as const;
  await withTypedErrors(() => readContract(client, request));
  return { blockNumber };
}
