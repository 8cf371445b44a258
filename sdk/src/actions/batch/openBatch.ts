import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type OpenBatchParameters = {
  depositor: Address;
  batch: bigint;
  account?: Account | Address | undefined;
};

export type OpenBatchReturnType = PreparedAction<void>;

export type OpenBatchErrorType = WriteErrorType;

/**
 * Opens a batch in its window: deposits and redemptions cross at NAV. Anyone may, once a batch.
 *
 * @example
 * const action = openBatch(client, { depositor, batch: batchInWindow(timestamp) });
 * await send(client, { tx: action.buildTx() });
 */
export function openBatch(client: AnyClient, { depositor, batch, account }: OpenBatchParameters): OpenBatchReturnType {
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "open",
    args: [batch],
    account,
    toResult: toNothing,
  });
}
