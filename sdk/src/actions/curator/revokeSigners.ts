import type { Account, Address } from "viem";
import { keeperRegistryAbi } from "../../abis/keeperRegistry.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type RevokeSignersParameters = {
  keeperRegistry: Address;
  vault: Address;
  account?: Account | Address | undefined;
};

export type RevokeSignersReturnType = PreparedAction<void>;
export type RevokeSignersErrorType = WriteErrorType;

/**
 * Takes all decision signers from an index at once: nobody can propose weights for it. The curator or the guardian.
 *
 * @example
 * await send(curator, { tx: revokeSigners(curator, { keeperRegistry, vault }).buildTx() });
 */
export function revokeSigners(client: AnyClient, parameters: RevokeSignersParameters): RevokeSignersReturnType {
  const { keeperRegistry, vault, account } = parameters;
  return prepareCall(client, {
    to: keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "revokeSigners",
    args: [vault],
    account,
    toResult: toNothing,
  });
}
