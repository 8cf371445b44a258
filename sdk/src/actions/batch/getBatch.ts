import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { type BatchWindow, batchWindow } from "../../math/batches.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetBatchParameters = AtBlock & {
  depositor: Address;
  /** The batch that takes requests when left out. */
  batch?: bigint | undefined;
};

/** Totals of a batch: {raw cash}, {share wei}, and the price D27{raw cash/share wei} at which its sides crossed. */
export type GetBatchReturnType = BatchWindow & {
  blockNumber: bigint;
  batch: bigint;
} & ReadContractReturnType<typeof batchDepositorAbi, "batchOf">;

export type GetBatchErrorType = ReadErrorType;

/**
 * What was asked for in a batch and what became of it, with the times of its window.
 *
 * @example
 * const { batch, lockedAt, assets } = await getBatch(client, { depositor });
 */
export async function getBatch(client: AnyClient, parameters: GetBatchParameters): Promise<GetBatchReturnType> {
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: parameters.depositor, abi: batchDepositorAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const batch = parameters.batch ?? (await readContract(client, { ...at, functionName: "collecting" }));
    const totals = await readContract(client, { ...at, functionName: "batchOf", args: [batch] });
    return { blockNumber, batch, ...batchWindow(batch), ...totals };
  });
}
