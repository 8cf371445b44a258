import type { Account, Address } from "viem";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetClaimerParameters = {
  distributor: Address;
  /** Who may claim for the account, to any receiver, such as the Compounder; the zero address for nobody. */
  claimer: Address;
  account?: Account | Address | undefined;
};

export type SetClaimerReturnType = PreparedAction<void>;
export type SetClaimerErrorType = WriteErrorType;

/**
 * Names who may claim the account's revenue besides itself.
 *
 * @example
 * await send(client, { tx: setClaimer(client, { distributor, claimer: contracts.Compounder }).buildTx() });
 */
export function setClaimer(client: AnyClient, parameters: SetClaimerParameters): SetClaimerReturnType {
  const { distributor, claimer, account } = parameters;
  return prepareCall(client, {
    to: distributor,
    abi: revenueDistributorAbi,
    functionName: "setClaimer",
    args: [claimer],
    account,
    toResult: toNothing,
  });
}
