import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type ApplyBasketParameters = {
  vault: Address;
  /** Exactly as announced, in the same order. */
  add: readonly Address[];
  drop: readonly Address[];
  account?: Account | Address | undefined;
};

export type ApplyBasketReturnType = PreparedAction<void>;
export type ApplyBasketErrorType = WriteErrorType;

/**
 * Applies an announced basket change after its delay. Anyone may.
 *
 * @example
 * await send(client, { tx: applyBasket(client, { vault, add: [link], drop: [] }).buildTx() });
 */
export function applyBasket(client: AnyClient, parameters: ApplyBasketParameters): ApplyBasketReturnType {
  const { vault, add, drop, account } = parameters;
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "applyBasket", args: [[...add], [...drop]] });
  return prepare({ client, account, buildTx: () => ({ to: vault, data, value: 0n }), decode: () => undefined });
}
