import type { Account, Address, Hex } from "viem";
import { buybackAbi } from "../../../abis/buyback.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type BuyBackParameters = {
  buyback: Address;
  /** Uniswap path from a token with a route to GIM, as `encodePath` writes it. */
  path: Hex;
  account?: Account | Address | undefined;
};

export type BuyBackReturnType = PreparedAction<{ /** {GIM wei} */ burned: bigint }>;
export type BuyBackErrorType = WriteErrorType;

/**
 * Buys GIM with the next part of the protocol's revenue and burns it. Anyone, once an interval of the route.
 *
 * @example
 * const action = buyBack(client, { buyback, path });
 * const { burned } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function buyBack(client: AnyClient, parameters: BuyBackParameters): BuyBackReturnType {
  const { buyback, path, account } = parameters;
  return prepareCall(client, {
    to: buyback,
    abi: buybackAbi,
    functionName: "buy",
    args: [path],
    account,
    toResult: (burned) => ({ burned }),
  });
}
