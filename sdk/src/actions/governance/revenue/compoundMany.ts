import type { Account, Address } from "viem";
import { compounderAbi } from "../../../abis/compounder.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { type CompoundOrder, toOrder } from "./compound.ts";

export type CompoundManyParameters = {
  compounder: Address;
  /** One for each account that lets anyone start it. */
  orders: readonly CompoundOrder[];
  account?: Account | Address | undefined;
};

export type CompoundManyReturnType = PreparedAction<void>;
export type CompoundManyErrorType = WriteErrorType;

/**
 * Compounds the revenue of many accounts for the fee that they allow; one that fails is left out.
 *
 * @example
 * const orders = accounts.map((owner) => ({ owner, feeBps: 50, tokens: [usdc] }));
 * await send(client, { tx: compoundMany(client, { compounder, orders }).buildTx() });
 */
export function compoundMany(client: AnyClient, parameters: CompoundManyParameters): CompoundManyReturnType {
  const { compounder, orders, account } = parameters;
  if (orders.length === 0) throw new ArgumentInvalidError("orders", "must name at least one account");
  return prepareCall(client, {
    to: compounder,
    abi: compounderAbi,
    functionName: "compoundMany",
    args: [orders.map(toOrder)],
    account,
    toResult: toNothing,
  });
}
