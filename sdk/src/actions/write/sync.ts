import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type SyncParameters = {
  vault: Address;
  /** Index of the token in the basket. */
  index: number;
  account?: Account | Address | undefined;
};

export type SyncReturnType = PreparedAction<void>;
export type SyncErrorType = WriteErrorType;

/**
 * Brings the units of a token into line with the vault's balance. Anyone may.
 *
 * @example
 * await send(client, { tx: sync(client, { vault, index: 3 }).buildTx() });
 */
export function sync(client: AnyClient, { vault, index, account }: SyncParameters): SyncReturnType {
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "sync", args: [BigInt(index)] });
  return prepare({ client, account, buildTx: () => ({ to: vault, data, value: 0n }), decode: () => undefined });
}
