import type { Address } from "viem";
import { readContract } from "viem/actions";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";
import type { TokenAmount } from "../../requirements.ts";

export type GetClaimableParameters = AtBlock & {
  distributor: Address;
  account: Address;
  /** Reward tokens to ask about. */
  tokens: readonly Address[];
};

export type GetClaimableReturnType = {
  blockNumber: bigint;
  /** {raw tokens} in the order of the tokens, all finished weeks together */
  amounts: readonly TokenAmount[];
  /** The tokens of which there is something: what `claimRevenue` should be given. */
  tokens: readonly Address[];
};

export type GetClaimableErrorType = ReadErrorType;

/**
 * The account's part of the revenue of all finished weeks that it has not claimed.
 *
 * @example
 * const { tokens } = await getClaimable(client, { distributor, account, tokens: [gim, usdc, vault] });
 * await send(client, { tx: claimRevenue(client, { distributor, tokens }).buildTx() });
 */
export async function getClaimable(
  client: AnyClient,
  parameters: GetClaimableParameters,
): Promise<GetClaimableReturnType> {
  const { distributor, account, tokens } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: distributor, abi: revenueDistributorAbi, blockNumber } as const;
  const amounts = await withTypedErrors(() =>
    Promise.all(
      tokens.map(async (token) => ({
        token,
        amount: await readContract(client, { ...at, functionName: "claimable", args: [account, token] }),
      })),
    ),
  );
  const claimable = amounts.filter(({ amount }) => amount > 0n).map(({ token }) => token);
  return { blockNumber, amounts, tokens: claimable };
}
