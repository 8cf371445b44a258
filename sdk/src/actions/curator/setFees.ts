import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import type { FeeParams } from "./terms.ts";

export type SetFeesParameters = {
  vault: Address;
  /** D18{1/s} and {bps}; see `toStreamingRate`. */
  fees: FeeParams;
  account?: Account | Address | undefined;
};

export type SetFeesReturnType = PreparedAction<void>;
export type SetFeesErrorType = WriteErrorType;

/**
 * Lowers the fees of an index at once, or announces a raise that `applyFees` may apply after the delay. The curator only.
 *
 * @example
 * const fees = { streamingRate: toStreamingRate(50), mintFeeBps: 0, recipient };
 * await send(curator, { tx: setFees(curator, { vault, fees }).buildTx() });
 */
export function setFees(client: AnyClient, parameters: SetFeesParameters): SetFeesReturnType {
  const { vault, fees, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "setFees",
    args: [fees],
    account,
    toResult: toNothing,
  });
}
