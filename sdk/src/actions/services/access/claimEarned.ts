import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { requireSomebody, requireTokenId } from "../../../services/checks.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ClaimEarnedParameters = {
  /** AccessPass. */
  pass: Address;
  /** Token of the registry that was used. */
  asset: bigint;
  /** USDC or GIM. */
  currency: Address;
  account?: Account | Address | undefined;
};

/** {raw currency} */
export type ClaimEarnedReturnType = PreparedAction<{ amount: bigint }>;
export type ClaimEarnedErrorType = WriteErrorType;

/**
 * Pays what an asset earned by the use of credits to its present owner. Anyone may.
 *
 * @example
 * await send(client, { tx: claimEarned(client, { pass, asset: 2n, currency: usdc }).buildTx() });
 */
export function claimEarned(client: AnyClient, parameters: ClaimEarnedParameters): ClaimEarnedReturnType {
  const { pass, asset, currency, account } = parameters;
  requireTokenId(asset, "asset");
  requireSomebody(currency, "currency");
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "claimEarned",
    args: [asset, currency],
    account,
    toResult: (amount) => ({ amount }),
  });
}
