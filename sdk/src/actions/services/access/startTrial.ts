import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type StartTrialParameters = {
  /** AccessPass. */
  pass: Address;
  account?: Account | Address | undefined;
};

export type StartTrialReturnType = PreparedAction<void>;
export type StartTrialErrorType = WriteErrorType;

/**
 * Begins the account's trial of seven days, which pays for any service. Once an account.
 *
 * @example
 * await send(client, { tx: startTrial(client, { pass }).buildTx() });
 */
export function startTrial(client: AnyClient, { pass, account }: StartTrialParameters): StartTrialReturnType {
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "startTrial",
    args: [],
    account,
    toResult: toNothing,
  });
}
