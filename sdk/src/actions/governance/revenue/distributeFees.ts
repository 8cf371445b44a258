import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type DistributeFeesParameters = { vault: Address; account?: Account | Address | undefined };
export type DistributeFeesReturnType = PreparedAction<void>;
export type DistributeFeesErrorType = WriteErrorType;

/**
 * Pays an index's accrued fees in shares to strategy, creator and protocol. Anyone may. `collectFees` does it for many
 * and splits the protocol's part at once.
 *
 * @example
 * await send(client, { tx: distributeFees(client, { vault }).buildTx() });
 */
export function distributeFees(
  client: AnyClient,
  { vault, account }: DistributeFeesParameters,
): DistributeFeesReturnType {
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "distributeFees",
    args: [],
    account,
    toResult: toNothing,
  });
}
