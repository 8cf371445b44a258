import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type SetBatchOperatorParameters = {
  depositor: Address;
  operator: Address;
  approved: boolean;
  account?: Account | Address | undefined;
};

export type SetBatchOperatorReturnType = PreparedAction<void>;

export type SetBatchOperatorErrorType = WriteErrorType;

/**
 * Lets somebody file, cancel and claim for the account, or ends that. Only for who may be trusted with all of it.
 *
 * @example
 * await send(client, { tx: setBatchOperator(client, { depositor, operator, approved: false }).buildTx() });
 */
export function setBatchOperator(
  client: AnyClient,
  { depositor, operator, approved, account }: SetBatchOperatorParameters,
): SetBatchOperatorReturnType {
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "setOperator",
    args: [operator, approved],
    account,
    toResult: toNothing,
  });
}
