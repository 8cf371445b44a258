import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";

export type FundSaleParameters = { sale: Address; account?: Account | Address | undefined };
export type FundSaleReturnType = PreparedAction<void>;
export type FundSaleErrorType = WriteErrorType;

/**
 * Brings all tokens of a sale, by its issuer and before its start.
 *
 * @example
 * const action = await fundSale(client, { sale });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * await send(client, { tx: action.buildTx() });
 */
export async function fundSale(client: AnyClient, parameters: FundSaleParameters): Promise<FundSaleReturnType> {
  const { sale } = parameters;
  const account = resolveAccount(client, parameters.account);
  const at = { address: sale, abi: saleRoundAbi } as const;
  const terms = await withTypedErrors(() => readContract(client, { ...at, functionName: "terms" }));
  const amounts = [{ token: terms.saleToken, amount: terms.saleAmount }];
  return prepareCall(client, {
    to: sale,
    abi: saleRoundAbi,
    functionName: "fund",
    args: [],
    account,
    toResult: toNothing,
    getRequirements: () => getApprovals(client, addressOf(account), sale, amounts),
    getSpends: async () => amounts.map((amount) => ({ ...amount, owner: addressOf(account) })),
  });
}
