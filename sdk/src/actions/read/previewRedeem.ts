import type { Address } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, requirePositive, withTypedErrors } from "../client.ts";
import type { TokenAmount } from "../requirements.ts";
import { getBasket } from "./getBasket.ts";

export type PreviewRedeemParameters = AtBlock & { vault: Address /** {share wei} */; shares: bigint };

export type PreviewRedeemReturnType = {
  blockNumber: bigint;
  /** {raw tokens} that the redemption would pay, in index order */
  amounts: readonly TokenAmount[];
  basketNonce: number;
};

export type PreviewRedeemErrorType = ReadErrorType;

/**
 * What redeeming pays now, before shortfalls of tokens that may shrink.
 *
 * @example
 * const { amounts } = await previewRedeem(client, { vault, shares: parseEther("1") });
 */
export async function previewRedeem(
  client: AnyClient,
  parameters: PreviewRedeemParameters,
): Promise<PreviewRedeemReturnType> {
  const { vault, shares } = parameters;
  requirePositive(shares, "shares");
  const { tokens, basketNonce, blockNumber } = await getBasket(client, parameters);
  const at = { address: vault, abi: indexVaultAbi, blockNumber } as const;
  const raw = await withTypedErrors(() =>
    readContract(client, { ...at, functionName: "previewRedeem", args: [shares] }),
  );
  const amounts = tokens.map(({ token }, index) => ({ token, amount: raw[index] ?? 0n }));
  return { blockNumber, amounts, basketNonce };
}
