import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type CancelEpochParameters = {
  vault: Address;
  account?: Account | Address | undefined;
};

export type CancelEpochReturnType = PreparedAction<void>;
export type CancelEpochErrorType = WriteErrorType;

/**
 * Stops a rebalance: cancels the open epoch and a pending change of the basket. The curator or the guardian.
 *
 * @example
 * await send(curator, { tx: cancelEpoch(curator, { vault }).buildTx() });
 */
export function cancelEpoch(client: AnyClient, parameters: CancelEpochParameters): CancelEpochReturnType {
  const { vault, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "cancelEpoch",
    args: [],
    account,
    toResult: toNothing,
  });
}
