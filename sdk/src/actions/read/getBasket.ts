import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetBasketParameters = AtBlock & { vault: Address };

export type BasketToken = {
  token: Address;
  decimals: number;
  /** Its balance may fall by itself. */
  mayShrink: boolean;
  /** D27{tok/share at multiplier 1} */
  units: bigint;
  /** {raw tokens} that all shares stand for */
  holdings: bigint;
};

export type GetBasketReturnType = {
  blockNumber: bigint;
  /** In index order. */
  tokens: readonly BasketToken[];
  /** Every call that names tokens by index carries it. */
  basketNonce: number;
};

export type GetBasketErrorType = ReadErrorType;

/** AssetFlags.MAY_SHRINK */
const MAY_SHRINK = 4;

/**
 * Tokens of an index in index order, with what they stand for.
 *
 * @example
 * const { tokens } = await getBasket(client, { vault });
 * tokens[0]; // { token: "0x...", decimals: 8, mayShrink: false, units: 41n, holdings: 100n }
 */
export async function getBasket(client: AnyClient, parameters: GetBasketParameters): Promise<GetBasketReturnType> {
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: parameters.vault, abi: indexVaultAbi, blockNumber } as const;
  const [[assets, units, holdings], basketNonce] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "basket" }),
      readContract(client, { ...at, functionName: "basketNonce" }),
    ]),
  );
  const tokens = assets.map(({ token, decimals, flags }, index) => ({
    token,
    decimals,
    mayShrink: (flags & MAY_SHRINK) !== 0,
    units: units[index] ?? 0n,
    holdings: holdings[index] ?? 0n,
  }));
  return { blockNumber, tokens, basketNonce };
}
