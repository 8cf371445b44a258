import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetBatchCurveParameters = AtBlock & { depositor: Address; batch: bigint };

/** Prices D27{raw cash/share wei} at that block, and what is left of both sides. */
export type GetBatchCurveReturnType = { blockNumber: bigint } & ReadContractReturnType<
  typeof batchDepositorAbi,
  "curveOf"
>;

export type GetBatchCurveErrorType = ReadErrorType;

/**
 * Prices of an open batch and what is left to exchange. Throws what a delivery would throw.
 *
 * @example
 * const { depositPrice, assetsLeft } = await getBatchCurve(client, { depositor, batch });
 */
export async function getBatchCurve(
  client: AnyClient,
  parameters: GetBatchCurveParameters,
): Promise<GetBatchCurveReturnType> {
  const { depositor, batch } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: depositor, abi: batchDepositorAbi, blockNumber } as const;
  const curve = await withTypedErrors(() => readContract(client, { ...at, functionName: "curveOf", args: [batch] }));
  return { blockNumber, ...curve };
}
