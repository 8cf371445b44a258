import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type CheckPriceParameters = {
  vault: Address;
  /** Index of the token in the basket. */
  index: number;
  account?: Account | Address | undefined;
};

export type CheckPriceResult = { notSold: boolean; notBought: boolean };
export type CheckPriceReturnType = PreparedAction<CheckPriceResult>;
export type CheckPriceErrorType = WriteErrorType;

/**
 * Advances the breaker of a token whose price jumped: freezes it, or thaws it once the new price is confirmed. Anyone may.
 *
 * @example
 * const action = checkPrice(client, { vault, index: 3 });
 * const { notSold } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function checkPrice(client: AnyClient, parameters: CheckPriceParameters): CheckPriceReturnType {
  const { vault, index, account } = parameters;
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "checkPrice", args: [BigInt(index)] });
  return prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: (result) => {
      const freeze = decodeFunctionResult({ abi: indexVaultAbi, functionName: "checkPrice", data: result });
      return { notSold: (freeze & 1) !== 0, notBought: (freeze & 2) !== 0 };
    },
  });
}
