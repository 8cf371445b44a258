import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type EarlyExitParameters = {
  escrow: Address;
  /** {GIM wei} largest accepted penalty. Default: the penalty of now, which only falls while time passes. */
  maxPenalty?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type EarlyExitResult = { /** {GIM wei} paid */ amountOut: bigint /** {GIM wei} kept */; penalty: bigint };

export type EarlyExitReturnType = PreparedAction<EarlyExitResult> & {
  /** {GIM wei} that the transaction accepts at most */
  maxPenalty: bigint;
};

export type EarlyExitErrorType = WriteErrorType;

/**
 * Pays a running lock out, less a penalty for the time left.
 *
 * @example
 * const action = await earlyExit(client, { escrow });
 * const { amountOut, penalty } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function earlyExit(client: AnyClient, parameters: EarlyExitParameters): Promise<EarlyExitReturnType> {
  const { escrow } = parameters;
  const account = resolveAccount(client, parameters.account);
  const at = { address: escrow, abi: votingEscrowAbi } as const;
  const maxPenalty =
    parameters.maxPenalty ??
    (await withTypedErrors(() =>
      readContract(client, { ...at, functionName: "penaltyOf", args: [addressOf(account)] }),
    ));
  const action = prepareCall(client, {
    to: escrow,
    abi: votingEscrowAbi,
    functionName: "earlyExit",
    args: [maxPenalty],
    account,
    toResult: ([amountOut, penalty]): EarlyExitResult => ({ amountOut, penalty }),
  });
  return Object.freeze({ ...action, maxPenalty });
}
