import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { prepareCall, toNothing } from "../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ClaimBatchParameters = {
  depositor: Address;
  /** Each gets all that is his, shares, cash and refunds; the account alone when left out. */
  controllers?: readonly Address[] | undefined;
  account?: Account | Address | undefined;
};

export type ClaimBatchReturnType = PreparedAction<void>;

export type ClaimBatchErrorType = WriteErrorType;

/**
 * Sends controllers what their requests became and what was not exchanged. Anyone may, for anyone; about 200 fit into a
 * transaction.
 *
 * @example
 * await send(client, { tx: claimBatch(client, { depositor }).buildTx() });
 */
export function claimBatch(client: AnyClient, parameters: ClaimBatchParameters): ClaimBatchReturnType {
  const account = resolveAccount(client, parameters.account);
  const controllers = parameters.controllers ?? [addressOf(account)];
  if (controllers.length === 0) throw new ArgumentInvalidError("controllers", "must name at least one account");
  return prepareCall(client, {
    to: parameters.depositor,
    abi: batchDepositorAbi,
    functionName: "claimMany",
    args: [controllers],
    account,
    toResult: toNothing,
  });
}
