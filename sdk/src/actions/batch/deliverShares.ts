import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { min, mulDivUp } from "../../math/fixed.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import { getBatchApprovals, getBatchSpends } from "./approval.ts";
import { getBatchCurve } from "./getBatchCurve.ts";

const D27 = 10n ** 27n;

export type DeliverSharesParameters = {
  depositor: Address;
  batch: bigint;
  /** {share wei} most to sell; less is taken when less cash is left. */
  maxShares: bigint;
  /** D27{raw cash/share wei} least price accepted. */
  minPrice: bigint;
  /** Gets the cash; the account when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

export type DeliverSharesReturnType = PreparedAction<{
  /** {share wei} taken */
  shares: bigint;
  /** {raw cash} paid */
  assets: bigint;
}>;

export type DeliverSharesErrorType = WriteErrorType;

/**
 * Sells shares to the depositors of an open batch, at a price that rises from NAV - 1%.
 *
 * @example
 * const { depositPrice } = await getBatchCurve(client, { depositor, batch });
 * const action = deliverShares(client, { depositor, batch, maxShares, minPrice: depositPrice });
 * const { shares, assets } = await action.simulate();
 */
export function deliverShares(client: AnyClient, parameters: DeliverSharesParameters): DeliverSharesReturnType {
  const { depositor, batch, maxShares, minPrice } = parameters;
  requirePositive(maxShares, "maxShares");
  const account = resolveAccount(client, parameters.account);
  const caller = addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "deliverShares",
    args: [batch, maxShares, minPrice, parameters.receiver ?? caller],
    account,
    toResult: ([shares, assets]) => ({ shares, assets }),
    getRequirements: () => getBatchApprovals(client, { depositor, owner: caller, token: "share", amount: maxShares }),
    getSpends: async () => {
      const { assetsLeft, depositPrice } = await getBatchCurve(client, { depositor, batch });
      const amount = min(maxShares, mulDivUp(assetsLeft, D27, depositPrice)); // as the contract counts
      return getBatchSpends(client, { depositor, owner: caller, token: "share", amount });
    },
  });
}
