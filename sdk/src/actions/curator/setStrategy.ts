import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import type { Strategy } from "./terms.ts";

export type SetStrategyParameters = {
  vault: Address;
  strategy: Strategy;
  account?: Account | Address | undefined;
};

export type SetStrategyReturnType = PreparedAction<void>;
export type SetStrategyErrorType = WriteErrorType;

/**
 * Announces whose methodology an index follows and what he gets of its fees. The curator only.
 *
 * @example
 * const strategy = { recipient, royaltyBps: 500, methodologyHash: methodologyHash(document) };
 * await send(curator, { tx: setStrategy(curator, { vault, strategy }).buildTx() });
 */
export function setStrategy(client: AnyClient, parameters: SetStrategyParameters): SetStrategyReturnType {
  const { vault, strategy, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "setStrategy",
    args: [strategy],
    account,
    toResult: toNothing,
  });
}
