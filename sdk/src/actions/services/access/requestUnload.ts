import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { requireUnits } from "../../../services/checks.ts";
import { creditId, type ServiceName } from "../../../services/credits.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type RequestUnloadParameters = {
  /** AccessPass. */
  pass: Address;
  service: ServiceName | bigint;
  /** 0 takes the notice back. */
  units: bigint;
  account?: Account | Address | undefined;
};

export type RequestUnloadReturnType = PreparedAction<void>;
export type RequestUnloadErrorType = WriteErrorType;

/**
 * Gives one day of notice that credits are to leave the meter; it replaces an earlier one. `unloadCredits` follows.
 *
 * @example
 * await send(client, { tx: requestUnload(client, { pass, service: "signals", units: 100n }).buildTx() });
 */
export function requestUnload(client: AnyClient, parameters: RequestUnloadParameters): RequestUnloadReturnType {
  const { pass, service, units, account } = parameters;
  const id = creditId(service);
  if (units !== 0n) requireUnits(units);
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "requestUnload",
    args: [id, units],
    account,
    toResult: toNothing,
  });
}
