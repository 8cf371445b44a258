import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type CloseEpochParameters = { vault: Address; account?: Account | Address | undefined };
export type CloseEpochReturnType = PreparedAction<void>;
export type CloseEpochErrorType = WriteErrorType;

/**
 * Closes a rebalance early, once every tradable token is at its target. Anyone may.
 *
 * @example
 * await send(client, { tx: closeEpoch(client, { vault }).buildTx() });
 */
export function closeEpoch(client: AnyClient, { vault, account }: CloseEpochParameters): CloseEpochReturnType {
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "closeEpoch" });
  return prepare({ client, account, buildTx: () => ({ to: vault, data, value: 0n }), decode: () => undefined });
}
