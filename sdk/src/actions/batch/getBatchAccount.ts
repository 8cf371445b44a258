import type { Address, ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetBatchAccountParameters = AtBlock & { depositor: Address; controller: Address };

/** One request whose outcome is not counted yet. */
export type OpenRequest = { batch: bigint; amount: bigint };

export type GetBatchAccountReturnType = {
  blockNumber: bigint;
  /** {raw cash} by batch, the older first */
  deposits: readonly OpenRequest[];
  /** {share wei} by batch, the older first */
  redemptions: readonly OpenRequest[];
} & ReadContractReturnType<typeof batchDepositorAbi, "accountOf">;

export type GetBatchAccountErrorType = ReadErrorType;

/**
 * Everything that a controller has in a batch depositor: pending, to be claimed, to be refunded.
 *
 * @example
 * const { pendingAssets, sharesOut, refundAssets } = await getBatchAccount(client, { depositor, controller });
 */
export async function getBatchAccount(
  client: AnyClient,
  parameters: GetBatchAccountParameters,
): Promise<GetBatchAccountReturnType> {
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: parameters.depositor, abi: batchDepositorAbi, blockNumber } as const;
  const args = [parameters.controller] as const;
  const [account, deposits, redemptions] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "accountOf", args }),
      readContract(client, { ...at, functionName: "depositRequestsOf", args }),
      readContract(client, { ...at, functionName: "redeemRequestsOf", args }),
    ]),
  );
  return { blockNumber, ...account, deposits: toRequests(deposits), redemptions: toRequests(redemptions) };
}

function toRequests([batches, amounts]: readonly [readonly bigint[], readonly bigint[]]): OpenRequest[] {
  return batches.map((batch, index) => ({ batch, amount: amounts[index] ?? 0n })).filter(({ amount }) => amount !== 0n);
}
