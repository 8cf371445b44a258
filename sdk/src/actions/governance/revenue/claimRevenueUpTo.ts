import type { Account, Address } from "viem";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ClaimRevenueUpToResult = {
  /** {raw tokens} */
  amount: bigint;
  /** Whether nothing of the finished weeks is left. */
  isComplete: boolean;
};

export type ClaimRevenueUpToParameters = {
  distributor: Address;
  token: Address;
  /** Points of the account's history to go through at most: more cost more gas. */
  maxSegments: bigint;
  /** Whose revenue; the account when left out. */
  owner?: Address | undefined;
  /** Receives the tokens; the owner of the revenue when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

export type ClaimRevenueUpToReturnType = PreparedAction<ClaimRevenueUpToResult>;
export type ClaimRevenueUpToErrorType = WriteErrorType;

/**
 * Pays out revenue of one token in parts, for an account whose lock changed so often that `claimRevenue` runs out of gas.
 * Repeat it until `isComplete`.
 *
 * @example
 * const action = claimRevenueUpTo(client, { distributor, token: usdc, maxSegments: 200n });
 * const { isComplete } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function claimRevenueUpTo(
  client: AnyClient,
  parameters: ClaimRevenueUpToParameters,
): ClaimRevenueUpToReturnType {
  const { distributor, token, maxSegments } = parameters;
  requirePositive(maxSegments, "maxSegments");
  const account = resolveAccount(client, parameters.account);
  const owner = parameters.owner ?? addressOf(account);
  return prepareCall(client, {
    to: distributor,
    abi: revenueDistributorAbi,
    functionName: "claimUpTo",
    args: [owner, token, parameters.receiver ?? owner, maxSegments],
    account,
    toResult: ([amount, isComplete]): ClaimRevenueUpToResult => ({ amount, isComplete }),
  });
}
