import type { Account, Address } from "viem";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CancelSaleParameters = {
  sale: Address;
  account?: Account | Address | undefined;
};

export type CancelSaleReturnType = PreparedAction<void>;
export type CancelSaleErrorType = WriteErrorType;

/**
 * Cancels a sale before it ends: everybody is refunded. The guardian only.
 *
 * @example
 * await send(guardian, { tx: cancelSale(guardian, { sale }).buildTx() });
 */
export function cancelSale(client: AnyClient, parameters: CancelSaleParameters): CancelSaleReturnType {
  const { sale, account } = parameters;
  return prepareCall(client, {
    to: sale,
    abi: saleRoundAbi,
    functionName: "cancel",
    args: [],
    account,
    toResult: toNothing,
  });
}
