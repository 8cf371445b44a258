import type { Account, Address } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { prepareCall, toNothing } from "../call.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";

export type OfferCuratorParameters = {
  vault: Address;
  /** Who may accept; the zero address gives the role up for ever, at once. */
  candidate: Address;
  account?: Account | Address | undefined;
};

export type OfferCuratorReturnType = PreparedAction<void>;
export type OfferCuratorErrorType = WriteErrorType;

/**
 * Offers the role of curator to another account. The curator only.
 *
 * @example
 * await send(curator, { tx: offerCurator(curator, { vault, candidate }).buildTx() });
 */
export function offerCurator(client: AnyClient, parameters: OfferCuratorParameters): OfferCuratorReturnType {
  const { vault, candidate, account } = parameters;
  return prepareCall(client, {
    to: vault,
    abi: indexVaultAbi,
    functionName: "offerCurator",
    args: [candidate],
    account,
    toResult: toNothing,
  });
}
