import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type UnpauseIndexParameters = {
  vault: Address;
  account?: Account | Address | undefined;
};

export type UnpauseIndexReturnType = PreparedAction<void>;
export type UnpauseIndexErrorType = WriteErrorType;

/**
 * Lifts a pause early. The guardian only.
 *
 * @example
 * await send(guardian, { tx: unpauseIndex(guardian, { vault }).buildTx() });
 */
export function unpauseIndex(client: AnyClient, parameters: UnpauseIndexParameters): UnpauseIndexReturnType {
  const { vault, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "unpause",
    args: [],
    account,
    toResult: toNothing,
  });
}
