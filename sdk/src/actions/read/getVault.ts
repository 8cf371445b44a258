import { type Address, erc20Abi, type ReadContractReturnType } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

type VaultRead<N extends "limits" | "destinations" | "fees" | "strategy"> = ReadContractReturnType<
  typeof indexVaultAbi,
  N
>;

export type GetVaultParameters = AtBlock & { vault: Address };

export type GetVaultReturnType = {
  address: Address;
  blockNumber: bigint;
  name: string;
  symbol: string;
  /** {share wei} with accrued fee shares */
  totalSupply: bigint;
  /** {share wei} accrued as fees and not yet minted */
  pendingFeeShares: bigint;
  /** D27{1} */
  multiplier: bigint;
  /** D27{share wei} */
  aggregate: bigint;
  basketSize: number;
  basketNonce: number;
  /** Limits that hold for ever. */
  limits: VaultRead<"limits">;
  /** Where a move to safety goes, for ever. */
  destinations: VaultRead<"destinations">;
  fees: VaultRead<"fees">;
  strategy: VaultRead<"strategy">;
  /** The zero address when nobody is. */
  curator: Address;
  /** Minting, fills and proposals in the guardian's pause; redeeming and claiming cannot be paused. */
  paused: { mint: boolean; fill: boolean; propose: boolean; until: number };
};

export type GetVaultErrorType = ReadErrorType;

/**
 * State, fees, limits, destinations and strategy of an index, at one block.
 *
 * @example
 * import { createPublicClient, http } from "viem";
 * import { getVault } from "@gimbal/sdk";
 *
 * const client = createPublicClient({ transport: http("http://127.0.0.1:8545") });
 * const { symbol, totalSupply } = await getVault(client, { vault });
 */
export async function getVault(client: AnyClient, parameters: GetVaultParameters): Promise<GetVaultReturnType> {
  const { vault } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: vault, abi: indexVaultAbi, blockNumber } as const;
  const share = { address: vault, abi: erc20Abi, blockNumber } as const;
  return withTypedErrors(async () => {
    // All at once: a client that batches asks for them in one round.
    const state = Promise.all([
      readContract(client, { ...share, functionName: "name" }),
      readContract(client, { ...share, functionName: "symbol" }),
      readContract(client, { ...share, functionName: "totalSupply" }),
      readContract(client, { ...at, functionName: "pendingFeeShares" }),
      readContract(client, { ...at, functionName: "multiplier" }),
      readContract(client, { ...at, functionName: "aggregate" }),
      readContract(client, { ...at, functionName: "basketSize" }),
      readContract(client, { ...at, functionName: "basketNonce" }),
    ]);
    const terms = Promise.all([
      readContract(client, { ...at, functionName: "limits" }),
      readContract(client, { ...at, functionName: "destinations" }),
      readContract(client, { ...at, functionName: "fees" }),
      readContract(client, { ...at, functionName: "strategy" }),
      readContract(client, { ...at, functionName: "curator" }),
      readContract(client, { ...at, functionName: "paused" }),
    ]);
    const [
      [name, symbol, totalSupply, pendingFeeShares, multiplier, aggregate, basketSize, basketNonce],
      [limits, destinations, fees, strategy, curator, [bits, until]],
    ] = await Promise.all([state, terms]);
    const paused = { mint: (bits & 1) !== 0, fill: (bits & 2) !== 0, propose: (bits & 4) !== 0, until };
    const supply = { totalSupply, pendingFeeShares, multiplier, aggregate };
    const basket = { basketSize: Number(basketSize), basketNonce };
    const rules = { limits, destinations, fees, strategy, curator, paused };
    return { address: vault, blockNumber, name, symbol, ...supply, ...basket, ...rules };
  });
}
