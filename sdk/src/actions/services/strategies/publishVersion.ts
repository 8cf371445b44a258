import type { Account, Address, Hash } from "viem";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { requireHash, requireText, requireTokenId } from "../../../services/checks.ts";
import { REGISTRY_LIMITS } from "../../../services/strategies.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type PublishVersionParameters = {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** Where the document is; 1 to 512 bytes. */
  uri: string;
  /** keccak256 of the document. */
  hash: Hash;
  account?: Account | Address | undefined;
};

/** `index` of the version; they count from 0. */
export type PublishVersionReturnType = PreparedAction<{ index: bigint }>;
export type PublishVersionErrorType = WriteErrorType;

/**
 * Appends a version. Vaults keep the one that they adopted. The token's owner only.
 *
 * @example
 * await send(owner, { tx: publishVersion(owner, { registry, id, uri, hash }).buildTx() });
 */
export function publishVersion(client: AnyClient, parameters: PublishVersionParameters): PublishVersionReturnType {
  const { registry, id, uri, hash, account } = parameters;
  requireTokenId(id);
  requireText(uri, "uri", REGISTRY_LIMITS.uri);
  requireHash(hash, "hash");
  return prepareCall(client, {
    to: registry,
    abi: strategyRegistryAbi,
    functionName: "publish",
    args: [id, uri, hash],
    account,
    toResult: (index) => ({ index }),
  });
}
