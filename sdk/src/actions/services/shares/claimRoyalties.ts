import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { requireSomebody } from "../../../services/checks.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ClaimRoyaltiesParameters = {
  /** Shares of a locked token. */
  shares: Address;
  token: Address;
  /** Who is paid; the account when left out. */
  holder?: Address | undefined;
  /** Most rounds in one transaction. Default 365, a year of them. */
  maxRounds?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type ClaimRoyaltiesResult = {
  /** {raw tokens} */
  amount: bigint;
  /** Whether no round is left. */
  isComplete: boolean;
};

export type ClaimRoyaltiesReturnType = PreparedAction<ClaimRoyaltiesResult>;
export type ClaimRoyaltiesErrorType = WriteErrorType;

const YEAR = 365n; // {rounds}

/**
 * Sends a holder his part of the rounds that he has not claimed, also of shares that he sold since. Anyone may.
 *
 * @example
 * const action = claimRoyalties(client, { shares, token: vault });
 * const { amount, isComplete } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function claimRoyalties(client: AnyClient, parameters: ClaimRoyaltiesParameters): ClaimRoyaltiesReturnType {
  const { shares, token, maxRounds = YEAR } = parameters;
  requireSomebody(token, "token");
  requirePositive(maxRounds, "maxRounds");
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "claim",
    args: [parameters.holder ?? addressOf(account), token, maxRounds],
    account,
    toResult: ([amount, isComplete]): ClaimRoyaltiesResult => ({ amount, isComplete }),
  });
}
