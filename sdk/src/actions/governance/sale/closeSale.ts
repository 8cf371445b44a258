import type { Account, Address } from "viem";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CloseSaleParameters = { sale: Address; account?: Account | Address | undefined };

export type CloseSaleResult = {
  /** {raw payment tokens} to the issuer */
  payment: bigint;
  /** {raw payment tokens} to the protocol */
  fee: bigint;
  /** {raw sale tokens} back to the issuer */
  unsold: bigint;
};

export type CloseSaleReturnType = PreparedAction<CloseSaleResult>;
export type CloseSaleErrorType = WriteErrorType;

/**
 * Pays the issuer and the protocol after the end, and sends back what was not sold. Anyone may.
 *
 * @example
 * const action = closeSale(client, { sale });
 * const { payment, unsold } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function closeSale(client: AnyClient, { sale, account }: CloseSaleParameters): CloseSaleReturnType {
  return prepareCall(client, {
    to: sale,
    abi: saleRoundAbi,
    functionName: "close",
    args: [],
    account,
    toResult: ([payment, fee, unsold]): CloseSaleResult => ({ payment, fee, unsold }),
  });
}
