import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type AcceptCuratorParameters = {
  vault: Address;
  account?: Account | Address | undefined;
};

export type AcceptCuratorReturnType = PreparedAction<void>;
export type AcceptCuratorErrorType = WriteErrorType;

/**
 * Accepts the role of curator that was offered.
 *
 * @example
 * await send(candidate, { tx: acceptCurator(candidate, { vault }).buildTx() });
 */
export function acceptCurator(client: AnyClient, parameters: AcceptCuratorParameters): AcceptCuratorReturnType {
  const { vault, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "acceptCurator",
    args: [],
    account,
    toResult: toNothing,
  });
}
