import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { BPS } from "../../math/fixed.ts";
import { bitmapOf, tokensIn } from "../bitmap.ts";
import { type AnyClient, addressOf, requireBps, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { previewRedeem } from "../read/previewRedeem.ts";
import type { TokenAmount } from "../requirements.ts";

export type RedeemParameters = {
  vault: Address;
  /** {share wei} */
  shares: bigint;
  /** Receives the tokens; the account when left out. */
  receiver?: Address | undefined;
  /** Owns the claims of legs that cannot be paid now; the account when left out. */
  owedTo?: Address | undefined;
  /** {bps} below the previewed amounts that is still accepted. Default 10. */
  slippageBps?: number | undefined;
  /** Tokens whose leg is not tried and becomes a claim at once. */
  skip?: readonly Address[] | undefined;
  account?: Account | Address | undefined;
};

export type RedeemResult = {
  /** {raw tokens} sent or deferred, in index order */
  amounts: readonly bigint[];
  /** Tokens whose leg became a claim. */
  deferred: readonly Address[];
};

export type RedeemReturnType = PreparedAction<RedeemResult> & {
  /** {raw tokens} at least, in index order */
  minAmounts: readonly TokenAmount[];
};

export type RedeemErrorType = WriteErrorType;

/**
 * Burns shares for every token of the basket, in kind and free of charge.
 *
 * @example
 * import { redeem, send } from "@gimbal/sdk";
 *
 * const action = await redeem(client, { vault, shares: parseEther("1") });
 * const { deferred } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function redeem(client: AnyClient, parameters: RedeemParameters): Promise<RedeemReturnType> {
  const { vault, shares, slippageBps = 10, skip = [] } = parameters;
  requireBps(slippageBps, "slippageBps");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { amounts, basketNonce } = await previewRedeem(client, { vault, shares });
  const tokens = amounts.map(({ token }) => token);
  const minAmounts = amounts.map(({ token, amount }) => ({
    token,
    amount: (amount * (BPS - BigInt(slippageBps))) / BPS,
  }));
  const data = encodeFunctionData({
    abi: indexVaultAbi,
    functionName: "redeem",
    args: [
      shares,
      parameters.receiver ?? owner,
      parameters.owedTo ?? owner,
      minAmounts.map(({ amount }) => amount),
      bitmapOf(tokens, skip),
      basketNonce,
    ],
  });
  const action = prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: (result) => {
      const [paid, bitmap] = decodeFunctionResult({ abi: indexVaultAbi, functionName: "redeem", data: result });
      return { amounts: paid, deferred: tokensIn(tokens, bitmap) };
    },
    getSpends: async () => [{ token: vault, amount: shares, owner }],
  });
  return Object.freeze({ ...action, minAmounts });
}
