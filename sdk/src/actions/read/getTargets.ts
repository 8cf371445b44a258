import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { unpackFloatPrice } from "../../math/floats.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, withTypedErrors } from "../client.ts";
import { getBasket } from "./getBasket.ts";

export type GetTargetsParameters = AtBlock & { vault: Address };

export type TokenTarget = {
  token: Address;
  decimals: number;
  /** {bps} proposed */
  weightBps: number;
  /** D27{USD/tok} snapshot of the epoch */
  snapshotPrice: bigint;
  notSold: boolean;
  notBought: boolean;
  /** D27{tok/share at multiplier 1} now */
  units: bigint;
  /** D27{tok/share at multiplier 1} wanted; equal to `units` where nothing may trade */
  targetUnits: bigint;
};

export type GetTargetsReturnType = { blockNumber: bigint; tokens: readonly TokenTarget[]; basketNonce: number };

export type GetTargetsErrorType = ReadErrorType;

/**
 * What each token has and should have in the current rebalance.
 *
 * @example
 * const { tokens } = await getTargets(client, { vault });
 * const surplus = tokens.filter(({ units, targetUnits }) => units > targetUnits);
 */
export async function getTargets(client: AnyClient, parameters: GetTargetsParameters): Promise<GetTargetsReturnType> {
  const { tokens, basketNonce, blockNumber } = await getBasket(client, parameters);
  const at = { address: parameters.vault, abi: indexVaultAbi, blockNumber } as const;
  const [targets, targetUnits] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "targets" }),
      readContract(client, { ...at, functionName: "targetUnits" }),
    ]),
  );
  const merged = tokens.map(({ token, decimals, units }, index) => {
    const { weightBps = 0, price = 0n, freeze = 0 } = targets[index] ?? {};
    return {
      token,
      decimals,
      weightBps,
      snapshotPrice: unpackFloatPrice(price),
      notSold: (freeze & 1) !== 0,
      notBought: (freeze & 2) !== 0,
      units,
      targetUnits: targetUnits[index] ?? units,
    };
  });
  return { blockNumber, tokens: merged, basketNonce };
}
