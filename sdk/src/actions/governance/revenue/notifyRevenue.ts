import type { Account, Address } from "viem";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";

export type NotifyRevenueParameters = {
  distributor: Address;
  token: Address;
  /** {raw tokens} */
  amount: bigint;
  account?: Account | Address | undefined;
};

export type NotifyRevenueReturnType = PreparedAction<void>;
export type NotifyRevenueErrorType = WriteErrorType;

/**
 * Pays into this week's pot of the stakers, past the split. Revenue goes to the splitter; this is for gifts.
 *
 * @example
 * const action = notifyRevenue(client, { distributor, token: usdc, amount: 1_000_000_000n });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * await send(client, { tx: action.buildTx() });
 */
export function notifyRevenue(client: AnyClient, parameters: NotifyRevenueParameters): NotifyRevenueReturnType {
  const { distributor, token, amount } = parameters;
  requirePositive(amount, "amount");
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: distributor,
    abi: revenueDistributorAbi,
    functionName: "notify",
    args: [token, amount],
    account,
    toResult: toNothing,
    getRequirements: () => getApprovals(client, addressOf(account), distributor, [{ token, amount }]),
    getSpends: async () => [{ token, amount, owner: addressOf(account) }],
  });
}
