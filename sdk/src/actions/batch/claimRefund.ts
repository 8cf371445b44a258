import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ClaimRefundParameters = {
  depositor: Address;
  side: "deposit" | "redeem";
  /** Whose; the account when left out, or somebody who made the account his operator. */
  controller?: Address | undefined;
  /** Gets the cash or shares; the controller when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw cash} or {share wei} sent back. */
export type ClaimRefundReturnType = PreparedAction<{ amount: bigint }>;

export type ClaimRefundErrorType = WriteErrorType;

/**
 * Sends back what was not exchanged in batches that are over.
 *
 * @example
 * await send(client, { tx: claimRefund(client, { depositor, side: "deposit" }).buildTx() });
 */
export function claimRefund(client: AnyClient, parameters: ClaimRefundParameters): ClaimRefundReturnType {
  const account = resolveAccount(client, parameters.account);
  const controller = parameters.controller ?? addressOf(account);
  return prepareCall(client, {
    to: parameters.depositor,
    abi: batchDepositorAbi,
    functionName: parameters.side === "deposit" ? "claimDepositRefund" : "claimRedeemRefund",
    args: [parameters.receiver ?? controller, controller],
    account,
    toResult: (amount) => ({ amount }),
  });
}
