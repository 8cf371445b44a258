import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type CancelRequestParameters = {
  depositor: Address;
  side: "deposit" | "redeem";
  batch: bigint;
  /** Whose request; the account when left out, or somebody who made the account his operator. */
  controller?: Address | undefined;
  /** Gets the cash or shares back; the controller when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw cash} or {share wei} sent back. */
export type CancelRequestReturnType = PreparedAction<{ amount: bigint }>;

export type CancelRequestErrorType = WriteErrorType;

/**
 * Takes a whole request back, until 30 minutes before the window of its batch.
 *
 * @example
 * const action = cancelRequest(client, { depositor, side: "deposit", batch });
 * await send(client, { tx: action.buildTx() });
 */
export function cancelRequest(client: AnyClient, parameters: CancelRequestParameters): CancelRequestReturnType {
  const { depositor, side, batch } = parameters;
  const account = resolveAccount(client, parameters.account);
  const controller = parameters.controller ?? addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: side === "deposit" ? "cancelDepositRequest" : "cancelRedeemRequest",
    args: [batch, parameters.receiver ?? controller, controller],
    account,
    toResult: (amount) => ({ amount }),
  });
}
