import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import type { FeeParams } from "./terms.ts";

export type ApplyFeesParameters = {
  vault: Address;
  fees: FeeParams;
  account?: Account | Address | undefined;
};

export type ApplyFeesReturnType = PreparedAction<void>;
export type ApplyFeesErrorType = WriteErrorType;

/**
 * Applies fees that were announced with `setFees`, exactly those, after the delay. Anyone.
 *
 * @example
 * await send(client, { tx: applyFees(client, { vault, fees }).buildTx() });
 */
export function applyFees(client: AnyClient, parameters: ApplyFeesParameters): ApplyFeesReturnType {
  const { vault, fees, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "applyFees",
    args: [fees],
    account,
    toResult: toNothing,
  });
}
