import type { Account, Address } from "viem";
import { governanceTokenAbi } from "../../../abis/governanceToken.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type BurnGimParameters = {
  gim: Address;
  /** {GIM wei} */
  amount: bigint;
  account?: Account | Address | undefined;
};

export type BurnGimReturnType = PreparedAction<void>;
export type BurnGimErrorType = WriteErrorType;

/**
 * Burns GIM of the account, for ever.
 *
 * @example
 * await send(client, { tx: burnGim(client, { gim, amount: parseEther("1") }).buildTx() });
 */
export function burnGim(client: AnyClient, parameters: BurnGimParameters): BurnGimReturnType {
  const { gim, amount } = parameters;
  requirePositive(amount, "amount");
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: gim,
    abi: governanceTokenAbi,
    functionName: "burn",
    args: [amount],
    account,
    toResult: toNothing,
    getSpends: async () => [{ token: gim, amount, owner: addressOf(account) }],
  });
}
