import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { requireSomebody } from "../../../services/checks.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type HarvestRoyaltiesParameters = {
  /** Shares of a locked token. */
  shares: Address;
  /** What royalties came in: an index, USDC or GIM. */
  token: Address;
  account?: Account | Address | undefined;
};

/** {raw tokens} shared out */
export type HarvestRoyaltiesReturnType = PreparedAction<{ amount: bigint }>;
export type HarvestRoyaltiesErrorType = WriteErrorType;

/**
 * Brings royalties to the shares and shares them out by the balances of the second before. Anyone, once a token and day.
 *
 * @example
 * await send(client, { tx: harvestRoyalties(client, { shares, token: vault }).buildTx() });
 */
export function harvestRoyalties(
  client: AnyClient,
  parameters: HarvestRoyaltiesParameters,
): HarvestRoyaltiesReturnType {
  const { shares, token, account } = parameters;
  requireSomebody(token, "token");
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "harvest",
    args: [token],
    account,
    toResult: (amount) => ({ amount }),
  });
}
