import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { prepareCall, toNothing } from "../../call.ts";
import {
  type AnyClient,
  addressOf,
  requirePositive,
  resolveAccount,
  type WriteErrorType,
  withTypedErrors,
} from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";

export type BidParameters = {
  /** Shares of a locked token. */
  shares: Address;
  /** {raw currency} at least `minBid` of `getShares`. */
  amount: bigint;
  account?: Account | Address | undefined;
};

export type BidReturnType = PreparedAction<void>;
export type BidErrorType = WriteErrorType;

/**
 * Bids for the locked token. The first bid, of at least the reserve price, begins an auction of seven days. A bid is paid
 * at once; a beaten one comes back with `withdrawBid`.
 *
 * @example
 * const { minBid } = await getShares(client, { shares });
 * const action = await bid(client, { shares, amount: minBid });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * await send(client, { tx: action.buildTx() });
 */
export async function bid(client: AnyClient, parameters: BidParameters): Promise<BidReturnType> {
  const { shares, amount } = parameters;
  requirePositive(amount, "amount");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { currency } = await withTypedErrors(() =>
    readContract(client, { address: shares, abi: strategySharesAbi, functionName: "terms" }),
  );
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "bid",
    args: [amount],
    account,
    toResult: toNothing,
    getRequirements: () => getApprovals(client, owner, shares, [{ token: currency, amount }]),
    getSpends: async () => [{ token: currency, amount, owner }],
  });
}
