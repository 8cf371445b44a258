import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ClaimSharesParameters = {
  depositor: Address;
  /** {share wei} at most what `getBatchAccount` names as `sharesOut`. */
  shares: bigint;
  /** Whose; the account when left out, or somebody who made the account his operator. */
  controller?: Address | undefined;
  /** Gets the shares; the controller when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw cash} that was paid for the shares. */
export type ClaimSharesReturnType = PreparedAction<{ assets: bigint }>;

export type ClaimSharesErrorType = WriteErrorType;

/**
 * Sends shares that deposit requests became, all or some, to any receiver.
 *
 * @example
 * const { sharesOut } = await getBatchAccount(client, { depositor, controller });
 * await send(client, { tx: claimShares(client, { depositor, shares: sharesOut, receiver }).buildTx() });
 */
export function claimShares(client: AnyClient, parameters: ClaimSharesParameters): ClaimSharesReturnType {
  const { depositor, shares } = parameters;
  requirePositive(shares, "shares");
  const account = resolveAccount(client, parameters.account);
  const controller = parameters.controller ?? addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "mint",
    args: [shares, parameters.receiver ?? controller, controller],
    account,
    toResult: (assets) => ({ assets }),
  });
}
