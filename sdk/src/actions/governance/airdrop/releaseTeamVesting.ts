import type { Account, Address } from "viem";
import { teamVestingAbi } from "../../../abis/teamVesting.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ReleaseTeamVestingParameters = {
  teamVesting: Address;
  /** What vests in it. */
  token: Address;
  account?: Account | Address | undefined;
};

export type ReleaseTeamVestingReturnType = PreparedAction<void>;
export type ReleaseTeamVestingErrorType = WriteErrorType;

/**
 * Sends the team what has vested. Anyone; it goes to the beneficiary.
 *
 * @example
 * await send(client, { tx: releaseTeamVesting(client, { teamVesting, token: gim }).buildTx() });
 */
export function releaseTeamVesting(
  client: AnyClient,
  parameters: ReleaseTeamVestingParameters,
): ReleaseTeamVestingReturnType {
  const { teamVesting, token, account } = parameters;
  return prepareCall(client, {
    to: teamVesting,
    abi: teamVestingAbi,
    functionName: "release",
    args: [token],
    account,
    toResult: toNothing,
  });
}
