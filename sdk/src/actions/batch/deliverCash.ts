import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { mulDiv, mulDivUp } from "../../math/fixed.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import { getBatchApprovals, getBatchSpends } from "./approval.ts";
import { getBatchCurve } from "./getBatchCurve.ts";

const D27 = 10n ** 27n;

export type DeliverCashParameters = {
  depositor: Address;
  batch: bigint;
  /** {raw cash} most to pay; less is taken when fewer shares are left. */
  maxAssets: bigint;
  /** D27{raw cash/share wei} largest price accepted. */
  maxPrice: bigint;
  /** Gets the shares; the account when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

export type DeliverCashReturnType = PreparedAction<{
  /** {raw cash} taken */
  assets: bigint;
  /** {share wei} sent */
  shares: bigint;
}>;

export type DeliverCashErrorType = WriteErrorType;

/**
 * Buys shares from the redeemers of an open batch, at a price that falls from NAV + 1%.
 *
 * @example
 * const { redeemPrice } = await getBatchCurve(client, { depositor, batch });
 * const action = deliverCash(client, { depositor, batch, maxAssets, maxPrice: redeemPrice });
 * const { shares, assets } = await action.simulate();
 */
export function deliverCash(client: AnyClient, parameters: DeliverCashParameters): DeliverCashReturnType {
  const { depositor, batch, maxAssets, maxPrice } = parameters;
  requirePositive(maxAssets, "maxAssets");
  const account = resolveAccount(client, parameters.account);
  const caller = addressOf(account);
  /** {raw cash} that is taken at this block's price: as the contract counts. */
  const taken = async (): Promise<bigint> => {
    const { sharesLeft, redeemPrice } = await getBatchCurve(client, { depositor, batch });
    const all = mulDivUp(sharesLeft, redeemPrice, D27);
    return all <= maxAssets ? all : mulDivUp(mulDiv(maxAssets, D27, redeemPrice), redeemPrice, D27);
  };
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "deliverCash",
    args: [batch, maxAssets, maxPrice, parameters.receiver ?? caller],
    account,
    toResult: ([assets, shares]) => ({ assets, shares }),
    getRequirements: () => getBatchApprovals(client, { depositor, owner: caller, token: "asset", amount: maxAssets }),
    getSpends: async () => getBatchSpends(client, { depositor, owner: caller, token: "asset", amount: await taken() }),
  });
}
