import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { zapAbi } from "../../abis/zap.ts";
import { BPS } from "../../math/fixed.ts";
import { type Authorization, getAuthorization, NO_PERMIT, type ZapPermit } from "../authorization.ts";
import { bitmapOf, tokensIn } from "../bitmap.ts";
import { type AnyClient, addressOf, requireBps, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { previewRedeem } from "../read/previewRedeem.ts";
import { findRoute, type Venue } from "../routes.ts";
import { hubOf, resolveDeadline } from "../zap.ts";

export type ZapOutParameters = {
  zap: Address;
  venue: Venue;
  vault: Address;
  /** {share wei} */
  shares: bigint;
  /** Token received; `NATIVE` for Ether. */
  tokenOut: Address;
  /** {bps} below the quoted amount that is still accepted. Default 50. */
  slippageBps?: number | undefined;
  /** {raw tokens} to be received at least, in place of `slippageBps`: what a person has agreed to, whatever the quotes say by now. */
  minOut?: bigint | undefined;
  /** Receives the token, and in kind the legs that no pool buys; the account when left out. */
  receiver?: Address | undefined;
  /** {s} Default: 20 minutes after the latest block. */
  deadline?: bigint | undefined;
  /** Tokens whose leg is not tried and becomes a claim of the account. */
  skip?: readonly Address[] | undefined;
  /** How the zap may take the shares. Default "approval". */
  authorization?: Authorization | undefined;
  account?: Account | Address | undefined;
};

export type ZapOutResult = {
  /** {raw tokens} of tokenOut that reach the receiver */
  amountOut: bigint;
  /** Tokens whose leg becomes a claim of the account. */
  deferred: readonly Address[];
  /** Tokens that the receiver gets in kind. */
  inKind: readonly Address[];
};

export type ZapOutReturnType = PreparedAction<ZapOutResult, ZapPermit> & {
  /** {raw tokens} of tokenOut at least */
  minOut: bigint;
  /** {raw tokens} of tokenOut that the quotes say */
  quotedOut: bigint;
};

export type ZapOutErrorType = WriteErrorType;

/**
 * Redeems shares and sells what arrives for one token or Ether.
 *
 * @example
 * const action = await zapOut(client, {
 *   zap: contracts.Zap, venue: external, vault, shares: parseEther("1"), tokenOut: NATIVE,
 * });
 * for (const requirement of await action.getRequirements()) {
 *   if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
 * }
 * await send(client, { tx: action.buildTx() });
 */
export async function zapOut(client: AnyClient, parameters: ZapOutParameters): Promise<ZapOutReturnType> {
  const { zap, venue, vault, shares, tokenOut, slippageBps = 50, skip = [], authorization = "approval" } = parameters;
  requireBps(slippageBps, "slippageBps");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const hub = hubOf(tokenOut, venue);
  const { amounts, basketNonce } = await previewRedeem(client, { vault, shares });
  const tokens = amounts.map(({ token }) => token);
  const skipBitmap = bitmapOf(tokens, skip);
  const [routes, deadline] = await Promise.all([
    Promise.all(
      amounts.map(async (leg, index) => {
        const isSkipped = ((skipBitmap >> BigInt(index)) & 1n) === 1n;
        return isSkipped ? undefined : findRoute(client, { venue, hub, side: "sell", leg });
      }),
    ),
    resolveDeadline(client, parameters.deadline),
  ]);
  const quotedOut = routes.reduce((sum, route) => sum + (route?.hubAmount ?? 0n), 0n);
  const minOut = parameters.minOut ?? (quotedOut * (BPS - BigInt(slippageBps))) / BPS;
  const params = {
    vault,
    shares,
    tokenOut,
    minOut,
    receiver: parameters.receiver ?? owner,
    deadline,
    basketNonce,
    skipBitmap,
    routes: routes.map((route) => route?.path ?? "0x"),
    exit: "0x",
  } as const;
  const action = prepare<ZapOutResult, ZapPermit>({
    client,
    account,
    buildTx: (permit = NO_PERMIT) => ({
      to: zap,
      data: encodeFunctionData({ abi: zapAbi, functionName: "zapOut", args: [params, permit] }),
      value: 0n,
    }),
    decode: (data) => {
      const [amountOut, deferred, inKind] = decodeFunctionResult({ abi: zapAbi, functionName: "zapOut", data });
      return { amountOut, deferred: tokensIn(tokens, deferred), inKind: tokensIn(tokens, inKind) };
    },
    getRequirements: () =>
      getAuthorization(client, { authorization, owner, spender: zap, token: vault, amount: shares, deadline }),
    getSpends: async () => [{ token: vault, amount: shares, owner }],
    takesPermit: true,
  });
  return Object.freeze({ ...action, minOut, quotedOut });
}
