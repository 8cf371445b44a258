import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { BPS, mulDivUp } from "../../math/fixed.ts";
import { type AnyClient, addressOf, requireBps, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { previewMint } from "../read/previewMint.ts";
import { getApprovals, type TokenAmount } from "../requirements.ts";

export type MintParameters = {
  vault: Address;
  /** {share wei} received exactly. */
  shares: bigint;
  /** Receives the shares; the account when left out. */
  receiver?: Address | undefined;
  /** {bps} on top of the previewed amounts that the mint may take and the approvals allow. Default 10. */
  slippageBps?: number | undefined;
  /** {bps} largest accepted mint fee. Default: the fee in force now. */
  maxFeeBps?: number | undefined;
  account?: Account | Address | undefined;
};

export type MintResult = { /** {raw tokens} pulled, in index order */ amounts: readonly bigint[] };

export type MintReturnType = PreparedAction<MintResult> & {
  /** {raw tokens} at most, in index order */
  maxAmounts: readonly TokenAmount[];
  /** {share wei} of the mint fee on top */
  feeShares: bigint;
};

export type MintErrorType = WriteErrorType;

/**
 * Mints shares for an in-kind payment of every token.
 *
 * @example
 * import { mint, send } from "@gimbal/sdk";
 *
 * const action = await mint(client, { vault, shares: parseEther("1") });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * await send(client, { tx: action.buildTx() });
 */
export async function mint(client: AnyClient, parameters: MintParameters): Promise<MintReturnType> {
  const { vault, shares, slippageBps = 10 } = parameters;
  requireBps(slippageBps, "slippageBps");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { amounts, feeShares, mintFeeBps, basketNonce } = await previewMint(client, { vault, shares });
  const maxFeeBps = parameters.maxFeeBps ?? mintFeeBps;
  requireBps(maxFeeBps, "maxFeeBps");
  const maxAmounts = amounts.map(({ token, amount }) => ({
    token,
    amount: mulDivUp(amount, BPS + BigInt(slippageBps), BPS),
  }));
  const limits = maxAmounts.map(({ amount }) => amount);
  const data = encodeFunctionData({
    abi: indexVaultAbi,
    functionName: "mint",
    args: [shares, parameters.receiver ?? owner, limits, maxFeeBps, basketNonce],
  });
  const action = prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: (result) => ({
      amounts: decodeFunctionResult({ abi: indexVaultAbi, functionName: "mint", data: result }),
    }),
    getRequirements: () => getApprovals(client, owner, vault, maxAmounts),
    getSpends: async () => amounts.map((amount) => ({ ...amount, owner })),
  });
  return Object.freeze({ ...action, maxAmounts, feeShares });
}
