import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import type { Strategy } from "./terms.ts";

export type ApplyStrategyParameters = {
  vault: Address;
  strategy: Strategy;
  account?: Account | Address | undefined;
};

export type ApplyStrategyReturnType = PreparedAction<void>;
export type ApplyStrategyErrorType = WriteErrorType;

/**
 * Applies a strategy that was announced with `setStrategy`, exactly that one, after the delay. Anyone.
 *
 * @example
 * await send(client, { tx: applyStrategy(client, { vault, strategy }).buildTx() });
 */
export function applyStrategy(client: AnyClient, parameters: ApplyStrategyParameters): ApplyStrategyReturnType {
  const { vault, strategy, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "applyStrategy",
    args: [strategy],
    account,
    toResult: toNothing,
  });
}
