import type { Account, Address } from "viem";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { requireRate, requireTokenId } from "../../../services/checks.ts";
import { REGISTRY_LIMITS } from "../../../services/strategies.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetStrategyRoyaltyParameters = {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** {bps} of the creator's part of a vault's fees; at most 5,000. */
  royaltyBps: number;
  account?: Account | Address | undefined;
};

export type SetStrategyRoyaltyReturnType = PreparedAction<void>;
export type SetStrategyRoyaltyErrorType = WriteErrorType;

/**
 * Sets the royalty of adoptions from now on. Vaults keep the rate that they adopted. The token's owner only.
 *
 * @example
 * await send(owner, { tx: setStrategyRoyalty(owner, { registry, id, royaltyBps: 1_500 }).buildTx() });
 */
export function setStrategyRoyalty(
  client: AnyClient,
  parameters: SetStrategyRoyaltyParameters,
): SetStrategyRoyaltyReturnType {
  const { registry, id, royaltyBps, account } = parameters;
  requireTokenId(id);
  requireRate(royaltyBps, "royaltyBps", REGISTRY_LIMITS.royaltyBps);
  return prepareCall(client, {
    to: registry,
    abi: strategyRegistryAbi,
    functionName: "setRoyalty",
    args: [id, royaltyBps],
    account,
    toResult: toNothing,
  });
}
