import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CashOutParameters = {
  /** Shares of a token that was bought out. */
  shares: Address;
  /** {share wei} burned */
  amount: bigint;
  account?: Account | Address | undefined;
};

/** {raw currency} paid for the shares */
export type CashOutReturnType = PreparedAction<{ paid: bigint }>;
export type CashOutErrorType = WriteErrorType;

/**
 * Burns shares of a token that was bought out for their part of the price.
 *
 * @example
 * const { balance } = await getShares(client, { shares, account });
 * await send(client, { tx: cashOut(client, { shares, amount: balance }).buildTx() });
 */
export function cashOut(client: AnyClient, parameters: CashOutParameters): CashOutReturnType {
  const { shares, amount } = parameters;
  requirePositive(amount, "amount");
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "cashOut",
    args: [amount],
    account,
    toResult: (paid) => ({ paid }),
    getSpends: async () => [{ token: shares, amount, owner: addressOf(account) }],
  });
}
