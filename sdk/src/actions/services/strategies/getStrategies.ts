import type { Address } from "viem";
import { readContract } from "viem/actions";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireTokenId } from "../../../services/checks.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";
import { type RegisteredStrategy, readStrategy } from "./getStrategy.ts";

export type GetStrategiesParameters = AtBlock & {
  /** StrategyRegistry. */
  registry: Address;
  /** First id; ids count from 1. Default 1. */
  from?: bigint | undefined;
  /** At most this many. Default 100. */
  count?: number | undefined;
  /** StrategySharesFactory: then `shares` says which tokens are locked in shares. */
  sharesFactory?: Address | undefined;
};

export type GetStrategiesReturnType = {
  blockNumber: bigint;
  /** Tokens of the registry. */
  total: number;
  strategies: readonly RegisteredStrategy[];
};

export type GetStrategiesErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * Strategies and datasets, oldest first.
 *
 * @example
 * const { strategies, total } = await getStrategies(client, { registry });
 */
export async function getStrategies(
  client: AnyClient,
  parameters: GetStrategiesParameters,
): Promise<GetStrategiesReturnType> {
  const { registry, from = 1n, count = 100, sharesFactory } = parameters;
  requireTokenId(from, "from");
  const blockNumber = await resolveBlock(client, parameters);
  return withTypedErrors(async () => {
    const at = { address: registry, abi: strategyRegistryAbi, blockNumber } as const;
    const total = Number(await readContract(client, { ...at, functionName: "count" }));
    const length = Math.max(0, Math.min(count, total - Number(from) + 1));
    const ids = Array.from({ length }, (_, index) => from + BigInt(index));
    const strategies = await Promise.all(
      ids.map((id) => readStrategy({ client, registry, sharesFactory, blockNumber }, id)),
    );
    return { blockNumber, total, strategies: Object.freeze(strategies) };
  });
}
