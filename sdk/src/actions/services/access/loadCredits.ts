import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { requireUnits } from "../../../services/checks.ts";
import { creditId, type ServiceName } from "../../../services/credits.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type LoadCreditsParameters = {
  /** AccessPass. */
  pass: Address;
  service: ServiceName | bigint;
  units: bigint;
  account?: Account | Address | undefined;
};

export type LoadCreditsReturnType = PreparedAction<void>;
export type LoadCreditsErrorType = WriteErrorType;

/**
 * Moves credits from the wallet into the meter, from which receipts are settled. They leave it a day after `requestUnload`.
 *
 * @example
 * await send(client, { tx: loadCredits(client, { pass, service: "signals", units: 500n }).buildTx() });
 */
export function loadCredits(client: AnyClient, parameters: LoadCreditsParameters): LoadCreditsReturnType {
  const { pass, service, units, account } = parameters;
  const id = creditId(service);
  requireUnits(units);
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "load",
    args: [id, units],
    account,
    toResult: toNothing,
  });
}
