import type { Account, Address } from "viem";
import { batchFactoryAbi } from "../../abis/batchFactory.ts";
import { prepareCall } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type CreateBatchDepositorParameters = {
  batchFactory: Address;
  vault: Address;
  account?: Account | Address | undefined;
};

export type CreateBatchDepositorReturnType = PreparedAction<{ depositor: Address }>;

export type CreateBatchDepositorErrorType = WriteErrorType;

/**
 * Gives an index its batch depositor. Anyone may, once an index.
 *
 * @example
 * const action = createBatchDepositor(client, { batchFactory: contracts.BatchFactory, vault });
 * const { depositor } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function createBatchDepositor(
  client: AnyClient,
  { batchFactory, vault, account }: CreateBatchDepositorParameters,
): CreateBatchDepositorReturnType {
  return prepareCall(client, {
    to: batchFactory,
    abi: batchFactoryAbi,
    functionName: "create",
    args: [vault],
    account,
    toResult: (depositor) => ({ depositor }),
  });
}
