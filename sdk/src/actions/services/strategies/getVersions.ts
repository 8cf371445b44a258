import type { Address } from "viem";
import { readContract } from "viem/actions";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireTokenId } from "../../../services/checks.ts";
import type { StrategyVersion } from "../../../services/strategies.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetVersionsParameters = AtBlock & {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** First version; they count from 0. Default 0. */
  from?: number | undefined;
  /** At most this many. Default 100. */
  count?: number | undefined;
};

export type GetVersionsReturnType = { blockNumber: bigint; total: number; versions: readonly StrategyVersion[] };
export type GetVersionsErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * What was published of a strategy or dataset and when, oldest first.
 *
 * @example
 * const { versions } = await getVersions(client, { registry, id: 1n });
 */
export async function getVersions(
  client: AnyClient,
  parameters: GetVersionsParameters,
): Promise<GetVersionsReturnType> {
  const { registry, id, from = 0, count = 100 } = parameters;
  requireTokenId(id);
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: registry, abi: strategyRegistryAbi, blockNumber } as const;
  const [total, versions] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "versionCount", args: [id] }),
      readContract(client, { ...at, functionName: "versions", args: [id, BigInt(from), BigInt(count)] }),
    ]),
  );
  const numbered = versions.map((version, index) => Object.freeze({ ...version, index: from + index }));
  return { blockNumber, total: Number(total), versions: Object.freeze(numbered) };
}
