import type { Account, Address } from "viem";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { requireSomebody, requireTokenId } from "../../../services/checks.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetResaleReceiverParameters = {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** Who gets the resale royalty from now on, and alone can hand it on. */
  receiver: Address;
  account?: Account | Address | undefined;
};

export type SetResaleReceiverReturnType = PreparedAction<void>;
export type SetResaleReceiverErrorType = WriteErrorType;

/**
 * Hands the right to the resale royalty on. Whoever has it only: the author, or to whom he gave it.
 *
 * @example
 * await send(author, { tx: setResaleReceiver(author, { registry, id, receiver }).buildTx() });
 */
export function setResaleReceiver(
  client: AnyClient,
  parameters: SetResaleReceiverParameters,
): SetResaleReceiverReturnType {
  const { registry, id, receiver, account } = parameters;
  requireTokenId(id);
  requireSomebody(receiver, "receiver");
  return prepareCall(client, {
    to: registry,
    abi: strategyRegistryAbi,
    functionName: "setResaleReceiver",
    args: [id, receiver],
    account,
    toResult: toNothing,
  });
}
