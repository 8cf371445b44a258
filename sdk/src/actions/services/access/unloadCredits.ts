import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { creditId, type ServiceName } from "../../../services/credits.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type UnloadCreditsParameters = {
  /** AccessPass. */
  pass: Address;
  service: ServiceName | bigint;
  account?: Account | Address | undefined;
};

/** Credits that came back into the wallet. */
export type UnloadCreditsReturnType = PreparedAction<{ units: bigint }>;
export type UnloadCreditsErrorType = WriteErrorType;

/**
 * Moves what was in notice back into the wallet, as far as it was not used meanwhile.
 *
 * @example
 * await send(client, { tx: unloadCredits(client, { pass, service: "signals" }).buildTx() });
 */
export function unloadCredits(client: AnyClient, parameters: UnloadCreditsParameters): UnloadCreditsReturnType {
  const { pass, service, account } = parameters;
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "unload",
    args: [creditId(service)],
    account,
    toResult: (units) => ({ units }),
  });
}
