import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
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

export type CommitToSaleParameters = {
  sale: Address;
  /** {raw payment tokens} added to the commitment */
  amount: bigint;
  account?: Account | Address | undefined;
};

export type CommitToSaleReturnType = PreparedAction<void>;
export type CommitToSaleErrorType = WriteErrorType;

/**
 * Commits payment tokens to a sale, within the cap and from the opening of the account's tier. What is not accepted
 * comes back with `settleSale`.
 *
 * @example
 * const action = await commitToSale(client, { sale, amount: parseUnits("1000", 6) });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * await send(client, { tx: action.buildTx() });
 */
export async function commitToSale(
  client: AnyClient,
  parameters: CommitToSaleParameters,
): Promise<CommitToSaleReturnType> {
  const { sale, amount } = parameters;
  requirePositive(amount, "amount");
  const account = resolveAccount(client, parameters.account);
  const at = { address: sale, abi: saleRoundAbi } as const;
  const { paymentToken } = await withTypedErrors(() => readContract(client, { ...at, functionName: "terms" }));
  return prepareCall(client, {
    to: sale,
    abi: saleRoundAbi,
    functionName: "commit",
    args: [amount],
    account,
    toResult: toNothing,
    getRequirements: () => getApprovals(client, addressOf(account), sale, [{ token: paymentToken, amount }]),
    getSpends: async () => [{ token: paymentToken, amount, owner: addressOf(account) }],
  });
}
