import type { Account, Address } from "viem";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import type { TokenAmount } from "../../requirements.ts";

export type ClaimRevenueParameters = {
  distributor: Address;
  /** Reward tokens to claim; one whose transfers fail must be left out. */
  tokens: readonly Address[];
  /** Whose revenue; the account when left out. Another one must have named the account with `setClaimer`. */
  owner?: Address | undefined;
  /** Receives the tokens; the owner of the revenue when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

export type ClaimRevenueResult = { /** {raw tokens} in the order of the tokens */ amounts: readonly TokenAmount[] };
export type ClaimRevenueReturnType = PreparedAction<ClaimRevenueResult>;
export type ClaimRevenueErrorType = WriteErrorType;

/**
 * Pays out the revenue of all finished weeks. The cost does not depend on their number.
 *
 * @example
 * const action = claimRevenue(client, { distributor, tokens: [usdc, gim] });
 * const { amounts } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function claimRevenue(client: AnyClient, parameters: ClaimRevenueParameters): ClaimRevenueReturnType {
  const { distributor, tokens } = parameters;
  if (tokens.length === 0) throw new ArgumentInvalidError("tokens", "must name at least one reward token");
  const account = resolveAccount(client, parameters.account);
  const owner = parameters.owner ?? addressOf(account);
  return prepareCall(client, {
    to: distributor,
    abi: revenueDistributorAbi,
    functionName: "claim",
    args: [owner, [...tokens], parameters.receiver ?? owner],
    account,
    toResult: (amounts): ClaimRevenueResult => ({
      amounts: tokens.map((token, index) => ({ token, amount: amounts[index] ?? 0n })),
    }),
  });
}
