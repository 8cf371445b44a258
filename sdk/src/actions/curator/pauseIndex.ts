import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type PauseIndexParameters = {
  vault: Address;
  mint?: boolean | undefined;
  fill?: boolean | undefined;
  propose?: boolean | undefined;
  account?: Account | Address | undefined;
};

export type PauseIndexReturnType = PreparedAction<void>;
export type PauseIndexErrorType = WriteErrorType;

/**
 * Pauses minting, fills or proposals for a while. The guardian only; redeeming and claiming cannot be paused.
 *
 * @example
 * await send(guardian, { tx: pauseIndex(guardian, { vault, mint: true }).buildTx() });
 */
export function pauseIndex(client: AnyClient, parameters: PauseIndexParameters): PauseIndexReturnType {
  const { vault, mint, fill, propose, account } = parameters;
  const bits = (mint ? 1 : 0) | (fill ? 2 : 0) | (propose ? 4 : 0);
  if (bits === 0) throw new ArgumentInvalidError("mint, fill, propose", "must name at least one of them to pause");
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "pause",
    args: [bits],
    account,
    toResult: toNothing,
  });
}
