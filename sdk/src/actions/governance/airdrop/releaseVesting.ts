import type { Account, Address } from "viem";
import { merkleAirdropAbi } from "../../../abis/merkleAirdrop.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ReleaseVestingParameters = {
  airdrop: Address;
  /** Number of the wave, from 0. */
  wave: bigint;
  /** Who is paid; the account when left out. */
  owner?: Address | undefined;
  account?: Account | Address | undefined;
};

export type ReleaseVestingResult = { /** {GIM wei} paid */ amount: bigint };
export type ReleaseVestingReturnType = PreparedAction<ReleaseVestingResult>;
export type ReleaseVestingErrorType = WriteErrorType;

/**
 * Pays what has vested of a claim since the last time.
 *
 * @example
 * const action = releaseVesting(client, { airdrop, wave: 0n });
 * const { amount } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function releaseVesting(client: AnyClient, parameters: ReleaseVestingParameters): ReleaseVestingReturnType {
  const { airdrop, wave } = parameters;
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: airdrop,
    abi: merkleAirdropAbi,
    functionName: "release",
    args: [wave, parameters.owner ?? addressOf(account)],
    account,
    toResult: (amount): ReleaseVestingResult => ({ amount }),
  });
}
