import type { Account, Address, Hash } from "viem";
import { readContract } from "viem/actions";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireTokenId } from "../../../services/checks.ts";
import { type AnyClient, type WriteErrorType, withTypedErrors } from "../../client.ts";
import { type SetStrategyReturnType, setStrategy } from "../../curator/setStrategy.ts";
import type { Strategy } from "../../curator/terms.ts";

export type AdoptStrategyParameters = {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  vault: Address;
  /** The version that the curator has read; it must be the newest one. The newest, whatever it is, when left out. */
  expectedHash?: Hash | undefined;
  /** {bps} Most that the royalty may be; any when left out. */
  maxRoyaltyBps?: number | undefined;
  account?: Account | Address | undefined;
};

export type AdoptStrategyReturnType = SetStrategyReturnType & {
  /** What is announced. `applyStrategy` takes exactly this after the vault's delay: keep it, the registry may change. */
  strategy: Strategy;
};

export type AdoptStrategyErrorType = WriteErrorType;

/**
 * Announces that an index follows a strategy of the registry: its receiver of royalties, its rate and its newest version,
 * as they are now. The curator only; `applyStrategy` puts it in force after the delay.
 *
 * @example
 * const action = await adoptStrategy(curator, { registry, id, vault, expectedHash });
 * await send(curator, { tx: action.buildTx() });
 * // seven days later, by anyone
 * await send(client, { tx: applyStrategy(client, { vault, strategy: action.strategy }).buildTx() });
 */
export async function adoptStrategy(
  client: AnyClient,
  parameters: AdoptStrategyParameters,
): Promise<AdoptStrategyReturnType> {
  const { registry, id, vault, expectedHash, maxRoyaltyBps, account } = parameters;
  requireTokenId(id);
  const strategy = await withTypedErrors(() =>
    readContract(client, { address: registry, abi: strategyRegistryAbi, functionName: "strategyOf", args: [id] }),
  );
  const { methodologyHash, royaltyBps } = strategy;
  if (expectedHash !== undefined && expectedHash.toLowerCase() !== methodologyHash) {
    throw new ArgumentInvalidError("expectedHash", `is not the newest version, which is ${methodologyHash}. Read it`);
  }
  if (maxRoyaltyBps !== undefined && royaltyBps > maxRoyaltyBps) {
    throw new ArgumentInvalidError("maxRoyaltyBps", `is ${maxRoyaltyBps}, and the royalty is ${royaltyBps} now`);
  }
  return Object.freeze({ ...setStrategy(client, { vault, strategy, account }), strategy: Object.freeze(strategy) });
}
