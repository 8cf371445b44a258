import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, requirePositive, withTypedErrors } from "../client.ts";
import type { TokenAmount } from "../requirements.ts";
import { getBasket } from "./getBasket.ts";

export type PreviewMintParameters = AtBlock & { vault: Address /** {share wei} */; shares: bigint };

export type PreviewMintReturnType = {
  blockNumber: bigint;
  /** {raw tokens} that the mint would pull, in index order */
  amounts: readonly TokenAmount[];
  /** {share wei} of the mint fee, paid on top in kind */
  feeShares: bigint;
  /** {bps} in force */
  mintFeeBps: number;
  basketNonce: number;
};

export type PreviewMintErrorType = ReadErrorType;

/**
 * What minting asks for now.
 *
 * @example
 * const { amounts, feeShares } = await previewMint(client, { vault, shares: parseEther("1") });
 */
export async function previewMint(
  client: AnyClient,
  parameters: PreviewMintParameters,
): Promise<PreviewMintReturnType> {
  const { vault, shares } = parameters;
  requirePositive(shares, "shares");
  const { tokens, basketNonce, blockNumber } = await getBasket(client, parameters);
  const at = { address: vault, abi: indexVaultAbi, blockNumber } as const;
  const [[raw, feeShares], { mintFeeBps }] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "previewMint", args: [shares] }),
      readContract(client, { ...at, functionName: "fees" }),
    ]),
  );
  const amounts = tokens.map(({ token }, index) => ({ token, amount: raw[index] ?? 0n }));
  return { blockNumber, amounts, feeShares, mintFeeBps, basketNonce };
}
