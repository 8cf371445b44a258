import type { Account, Address } from "viem";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type VetoOptimisticParameters = { module: Address; id: bigint; account?: Account | Address | undefined };
export type VetoOptimisticResult = { /** {veGIM wei} added to the vetoes */ votes: bigint };
export type VetoOptimisticReturnType = PreparedAction<VetoOptimisticResult>;
export type VetoOptimisticErrorType = WriteErrorType;

/**
 * Vetoes an optimistic proposal with everything that the account had at its snapshot.
 *
 * @example
 * await send(client, { tx: vetoOptimistic(client, { module, id }).buildTx() });
 */
export function vetoOptimistic(
  client: AnyClient,
  { module, id, account }: VetoOptimisticParameters,
): VetoOptimisticReturnType {
  return prepareCall(client, {
    to: module,
    abi: optimisticModuleAbi,
    functionName: "veto",
    args: [id],
    account,
    toResult: (votes): VetoOptimisticResult => ({ votes }),
  });
}
