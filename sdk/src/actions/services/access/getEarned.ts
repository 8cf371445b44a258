import type { Address } from "viem";
import { readContract } from "viem/actions";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireTokenId } from "../../../services/checks.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetEarnedParameters = AtBlock & {
  /** AccessPass. */
  pass: Address;
  /** Token of the registry that was used. */
  asset: bigint;
};

/** {raw USDC} and {GIM wei} that were not paid yet. */
export type GetEarnedReturnType = { blockNumber: bigint; usdc: bigint; gim: bigint };
export type GetEarnedErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * What an asset earned by the use of credits; `claimEarned` pays it to its owner.
 *
 * @example
 * const { usdc } = await getEarned(client, { pass, asset: 2n });
 */
export async function getEarned(client: AnyClient, parameters: GetEarnedParameters): Promise<GetEarnedReturnType> {
  const { pass, asset } = parameters;
  requireTokenId(asset, "asset");
  const blockNumber = await resolveBlock(client, parameters);
  const request = { address: pass, abi: accessPassAbi, functionName: "earnedOf", args: [asset], blockNumber } as const;
  const { usdc, gim } = await withTypedErrors(() => readContract(client, request));
  return { blockNumber, usdc, gim };
}
