import type { Account, Address, Hash } from "viem";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireHash, requireRate, requireText } from "../../../services/checks.ts";
import { REGISTRY_LIMITS, STRATEGY_KINDS, type StrategyKind } from "../../../services/strategies.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type RegisterStrategyParameters = {
  /** StrategyRegistry. */
  registry: Address;
  /** A model or a rule set that vaults adopt, or data that decisions name. Default "strategy". */
  kind?: StrategyKind | undefined;
  /** Where the document is; 1 to 512 bytes. */
  uri: string;
  /** keccak256 of the document: of a methodology, `methodologyHash(document)`. */
  hash: Hash;
  /** {bps} of the creator's part of the fees of a vault that adopts it; at most 5,000, and 0 of a dataset. Default 0. */
  royaltyBps?: number | undefined;
  /** {bps} of the price of each sale, to the author, for ever; at most 1,000. Default 0. */
  resaleBps?: number | undefined;
  account?: Account | Address | undefined;
};

export type RegisterStrategyReturnType = PreparedAction<{ id: bigint }>;
export type RegisterStrategyErrorType = WriteErrorType;

/**
 * Registers a strategy or a dataset as a token of the account, which is its author for ever.
 *
 * @example
 * const hash = methodologyHash(document);
 * const action = registerStrategy(client, { registry, uri: "ipfs://...", hash, royaltyBps: 2_000, resaleBps: 500 });
 * const { id } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function registerStrategy(
  client: AnyClient,
  parameters: RegisterStrategyParameters,
): RegisterStrategyReturnType {
  const { registry, kind = "strategy", uri, hash, royaltyBps = 0, resaleBps = 0, account } = parameters;
  if (!STRATEGY_KINDS.includes(kind)) {
    throw new ArgumentInvalidError("kind", `must be one of ${STRATEGY_KINDS.join(", ")}, not ${kind}`);
  }
  requireText(uri, "uri", REGISTRY_LIMITS.uri);
  requireHash(hash, "hash");
  requireRate(royaltyBps, "royaltyBps", kind === "strategy" ? REGISTRY_LIMITS.royaltyBps : 0);
  requireRate(resaleBps, "resaleBps", REGISTRY_LIMITS.resaleBps);
  return prepareCall(client, {
    to: registry,
    abi: strategyRegistryAbi,
    functionName: "register",
    args: [STRATEGY_KINDS.indexOf(kind), uri, hash, royaltyBps, resaleBps],
    account,
    toResult: (id) => ({ id }),
  });
}
