import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import { getBatchApprovals, getBatchSpends } from "./approval.ts";

export type RequestRedeemParameters = {
  depositor: Address;
  /** {share wei} at least a millionth of a share. */
  shares: bigint;
  /** Owns the request and what becomes of it; the account when left out. */
  controller?: Address | undefined;
  /** Whose shares; the account when left out, or somebody who made the account his operator. */
  owner?: Address | undefined;
  account?: Account | Address | undefined;
};

export type RequestRedeemReturnType = PreparedAction<{ batch: bigint }>;

export type RequestRedeemErrorType = WriteErrorType;

/**
 * Asks for cash for shares of an index, in its next batch.
 *
 * @example
 * const action = requestRedeem(client, { depositor, shares: parseEther("1") });
 * const { batch } = await action.simulate();
 */
export function requestRedeem(client: AnyClient, parameters: RequestRedeemParameters): RequestRedeemReturnType {
  const { depositor, shares } = parameters;
  requirePositive(shares, "shares");
  const account = resolveAccount(client, parameters.account);
  const owner = parameters.owner ?? addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "requestRedeem",
    args: [shares, parameters.controller ?? owner, owner],
    account,
    toResult: (batch) => ({ batch }),
    getRequirements: () => getBatchApprovals(client, { depositor, owner, token: "share", amount: shares }),
    getSpends: () => getBatchSpends(client, { depositor, owner, token: "share", amount: shares }),
  });
}
