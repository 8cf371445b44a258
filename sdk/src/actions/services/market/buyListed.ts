import type { Account, Address, Hash } from "viem";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";
import { type QuoteListingReturnType, quoteListing } from "./quoteListing.ts";

export type BuyListedParameters = {
  /** StrategyMarket. */
  market: Address;
  listingId: bigint;
  /** {units} Default 1. */
  units?: bigint | undefined;
  /** {raw currency} most that it may cost; what it costs now when left out. */
  maxCost?: bigint | undefined;
  /** The version of a strategy that the buyer has read. The newest one, whatever it is, when left out. */
  expectedHash?: Hash | undefined;
  account?: Account | Address | undefined;
};

/** {raw currency} */
export type BuyListedReturnType = PreparedAction<{ cost: bigint }> & {
  /** What it costs now and who gets it. */
  quote: QuoteListingReturnType;
};

export type BuyListedErrorType = WriteErrorType;

/**
 * Buys units of an offer: token and payments move in one call, or nothing does. It fails when the seller publishes another
 * version in between.
 *
 * @example
 * const action = await buyListed(client, { market, listingId, expectedHash });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * await send(client, { tx: action.buildTx() });
 */
export async function buyListed(client: AnyClient, parameters: BuyListedParameters): Promise<BuyListedReturnType> {
  const { market, listingId, units = 1n } = parameters;
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const quote = await quoteListing(client, { market, listingId, units });
  const { cost, currency } = quote;
  const { maxCost = cost, expectedHash = quote.expectedHash } = parameters;
  if (maxCost < cost) throw new ArgumentInvalidError("maxCost", `is ${maxCost}, and this costs ${cost}`);
  const action = prepareCall(client, {
    to: market,
    abi: strategyMarketAbi,
    functionName: "buy",
    args: [listingId, units, maxCost, expectedHash],
    account,
    toResult: (paid) => ({ cost: paid }),
    // A price never changes, so that the approval needs no more than the cost.
    getRequirements: () => getApprovals(client, owner, market, [{ token: currency, amount: cost }]),
    getSpends: async () => [{ token: currency, amount: cost, owner }],
  });
  return Object.freeze({ ...action, quote });
}
