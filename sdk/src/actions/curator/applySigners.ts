import type { Account, Address } from "viem";
import { keeperRegistryAbi } from "../../abis/keeperRegistry.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ApplySignersParameters = {
  keeperRegistry: Address;
  vault: Address;
  signers: readonly Address[];
  /** How many of them must sign a decision. */
  threshold: number;
  account?: Account | Address | undefined;
};

export type ApplySignersReturnType = PreparedAction<void>;
export type ApplySignersErrorType = WriteErrorType;

/**
 * Puts announced decision signers in force, exactly those, after the delay. Anyone.
 *
 * @example
 * await send(client, { tx: applySigners(client, { keeperRegistry, vault, signers, threshold: 2 }).buildTx() });
 */
export function applySigners(client: AnyClient, parameters: ApplySignersParameters): ApplySignersReturnType {
  const { keeperRegistry, vault, signers, threshold, account } = parameters;
  if (threshold < 1 || threshold > signers.length) {
    throw new ArgumentInvalidError("threshold", `must be from 1 to the ${signers.length} signers, not ${threshold}`);
  }
  return prepareCall(client, {
    to: keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "applySigners",
    args: [vault, signers, threshold],
    account,
    toResult: toNothing,
  });
}
