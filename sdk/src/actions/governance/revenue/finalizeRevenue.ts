import type { Account, Address } from "viem";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type FinalizeRevenueParameters = {
  distributor: Address;
  /** The reward token. */
  token: Address;
  account?: Account | Address | undefined;
};

export type FinalizeRevenueReturnType = PreparedAction<void>;
export type FinalizeRevenueErrorType = WriteErrorType;

/**
 * Shares the pot of a finished week out, so that it can be claimed. Anyone; `claimRevenue` does it too.
 *
 * @example
 * await send(client, { tx: finalizeRevenue(client, { distributor, token: usdc }).buildTx() });
 */
export function finalizeRevenue(client: AnyClient, parameters: FinalizeRevenueParameters): FinalizeRevenueReturnType {
  const { distributor, token, account } = parameters;
  return prepareCall(client, {
    to: distributor,
    abi: revenueDistributorAbi,
    functionName: "finalize",
    args: [token],
    account,
    toResult: toNothing,
  });
}
