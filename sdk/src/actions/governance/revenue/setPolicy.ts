import { type Account, type Address, zeroAddress } from "viem";
import { compounderAbi } from "../../../abis/compounder.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { type CompoundModeName, toCompoundMode } from "../../../governance/compounding.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, requireBps, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetPolicyParameters = {
  compounder: Address;
  mode: CompoundModeName;
  /** Whether anyone may start it, such as a keeper; the account alone by default. */
  anyone?: boolean | undefined;
  /** {bps} of each amount that a caller may keep. Default 0. */
  maxFeeBps?: number | undefined;
  /** {bps} below the mean or oracle price, for the modes that trade. Default 0. */
  maxSlippageBps?: number | undefined;
  /** The index of the mode "index". */
  vault?: Address | undefined;
  account?: Account | Address | undefined;
};

export type SetPolicyReturnType = PreparedAction<void>;
export type SetPolicyErrorType = WriteErrorType;

/**
 * Chooses what becomes of the account's revenue. The compounder must also be its claimer: see `setClaimer`.
 *
 * @example
 * await send(client, { tx: setClaimer(client, { distributor, claimer: compounder }).buildTx() });
 * await send(client, { tx: setPolicy(client, { compounder, mode: "lock", anyone: true, maxFeeBps: 50 }).buildTx() });
 */
export function setPolicy(client: AnyClient, parameters: SetPolicyParameters): SetPolicyReturnType {
  const { compounder, mode, anyone = false, maxFeeBps = 0, maxSlippageBps = 0, vault, account } = parameters;
  requireBps(maxFeeBps, "maxFeeBps");
  requireBps(maxSlippageBps, "maxSlippageBps");
  if ((mode === "index") !== (vault !== undefined)) {
    throw new ArgumentInvalidError("vault", 'is for the mode "index", and only for it');
  }
  const policy = { mode: toCompoundMode(mode), anyone, maxFeeBps, maxSlippageBps, vault: vault ?? zeroAddress };
  return prepareCall(client, {
    to: compounder,
    abi: compounderAbi,
    functionName: "setPolicy",
    args: [policy],
    account,
    toResult: toNothing,
  });
}
