import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { royaltyReceiverAbi } from "../../../abis/royaltyReceiver.ts";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { requireTokenId } from "../../../services/checks.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, type WriteErrorType, withTypedErrors } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type PayOutRoyaltiesParameters = {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** What vaults pay in: their shares, so the address of an index. */
  token: Address;
  account?: Account | Address | undefined;
};

/** {raw tokens} sent to the token's owner. */
export type PayOutRoyaltiesReturnType = PreparedAction<{ amount: bigint }>;
export type PayOutRoyaltiesErrorType = WriteErrorType;

/**
 * Sends all royalties that wait in one token to the strategy's present owner. Anyone may.
 *
 * @example
 * const action = await payOutRoyalties(client, { registry, id, token: vault });
 * const { amount } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function payOutRoyalties(
  client: AnyClient,
  parameters: PayOutRoyaltiesParameters,
): Promise<PayOutRoyaltiesReturnType> {
  const { registry, id, token, account } = parameters;
  requireTokenId(id);
  const receiver = await withTypedErrors(() =>
    readContract(client, { address: registry, abi: strategyRegistryAbi, functionName: "receiverOf", args: [id] }),
  );
  return prepareCall(client, {
    to: receiver,
    abi: royaltyReceiverAbi,
    functionName: "payOut",
    args: [token],
    account,
    toResult: (amount) => ({ amount }),
  });
}
