import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type ClaimCashParameters = {
  depositor: Address;
  /** {raw cash} at most what `getBatchAccount` names as `assetsOut`. */
  assets: bigint;
  /** Whose; the account when left out, or somebody who made the account his operator. */
  controller?: Address | undefined;
  /** Gets the cash; the controller when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {share wei} that the cash was received for. */
export type ClaimCashReturnType = PreparedAction<{ shares: bigint }>;

export type ClaimCashErrorType = WriteErrorType;

/**
 * Sends cash that redeem requests became, all or some, to any receiver.
 *
 * @example
 * const { assetsOut } = await getBatchAccount(client, { depositor, controller });
 * await send(client, { tx: claimCash(client, { depositor, assets: assetsOut, receiver }).buildTx() });
 */
export function claimCash(client: AnyClient, parameters: ClaimCashParameters): ClaimCashReturnType {
  const { depositor, assets } = parameters;
  requirePositive(assets, "assets");
  const account = resolveAccount(client, parameters.account);
  const controller = parameters.controller ?? addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "withdraw",
    args: [assets, parameters.receiver ?? controller, controller],
    account,
    toResult: (shares) => ({ shares }),
  });
}
