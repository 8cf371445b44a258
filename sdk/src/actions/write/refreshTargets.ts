import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type RefreshTargetsParameters = { vault: Address; account?: Account | Address | undefined };
export type RefreshTargetsReturnType = PreparedAction<void>;
export type RefreshTargetsErrorType = WriteErrorType;

/**
 * Recomputes the targets of the running rebalance at live prices, with the same weights. Anyone may, once an hour.
 *
 * @example
 * await send(client, { tx: refreshTargets(client, { vault }).buildTx() });
 */
export function refreshTargets(
  client: AnyClient,
  { vault, account }: RefreshTargetsParameters,
): RefreshTargetsReturnType {
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "refreshTargets" });
  return prepare({ client, account, buildTx: () => ({ to: vault, data, value: 0n }), decode: () => undefined });
}
