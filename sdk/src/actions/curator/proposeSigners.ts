import type { Account, Address } from "viem";
import { keeperRegistryAbi } from "../../abis/keeperRegistry.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ProposeSignersParameters = {
  keeperRegistry: Address;
  vault: Address;
  signers: readonly Address[];
  /** How many of them must sign a decision. */
  threshold: number;
  account?: Account | Address | undefined;
};

export type ProposeSignersReturnType = PreparedAction<void>;
export type ProposeSignersErrorType = WriteErrorType;

/**
 * Announces other decision signers of an index. The curator only; `applySigners` puts them in force after the delay.
 *
 * @example
 * await send(curator, { tx: proposeSigners(curator, { keeperRegistry, vault, signers, threshold: 2 }).buildTx() });
 */
export function proposeSigners(client: AnyClient, parameters: ProposeSignersParameters): ProposeSignersReturnType {
  const { keeperRegistry, vault, signers, threshold, account } = parameters;
  if (threshold < 1 || threshold > signers.length) {
    throw new ArgumentInvalidError("threshold", `must be from 1 to the ${signers.length} signers, not ${threshold}`);
  }
  return prepareCall(client, {
    to: keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "proposeSigners",
    args: [vault, signers, threshold],
    account,
    toResult: toNothing,
  });
}
