import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { zapAbi } from "../../abis/zap.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { BPS, mulDivUp } from "../../math/fixed.ts";
import { type Authorization, getAuthorization, NO_PERMIT, type ZapPermit } from "../authorization.ts";
import { type AnyClient, addressOf, requireBps, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { previewMint } from "../read/previewMint.ts";
import type { TokenAmount } from "../requirements.ts";
import { findRoute, type Route, type Venue } from "../routes.ts";
import { hubOf, isNative, resolveDeadline } from "../zap.ts";

export type ZapInParameters = {
  zap: Address;
  venue: Venue;
  vault: Address;
  /** Token that pays; `NATIVE` for Ether. */
  tokenIn: Address;
  /** {share wei} received exactly. */
  shares: bigint;
  /** {bps} above the quoted cost that may be spent; what is not needed comes back. Default 50. */
  slippageBps?: number | undefined;
  /** {raw tokens} that may be spent at most, in place of `slippageBps`: what a person has agreed to, whatever the quotes say by now. */
  maxIn?: bigint | undefined;
  /** {bps} largest accepted mint fee. Default: the fee in force now. */
  maxFeeBps?: number | undefined;
  /** Receives the shares; the account when left out. */
  receiver?: Address | undefined;
  /** {s} Default: 20 minutes after the latest block. */
  deadline?: bigint | undefined;
  /** How the zap may take `tokenIn`. Default "approval". */
  authorization?: Authorization | undefined;
  account?: Account | Address | undefined;
};

export type ZapInResult = { /** {raw tokens} of the input given back */ refunded: bigint };

export type ZapInReturnType = PreparedAction<ZapInResult, ZapPermit> & {
  /** {raw tokens} of the input at most */
  amountIn: bigint;
  /** {raw tokens} of the input that the quotes say */
  quotedIn: bigint;
};

export type ZapInErrorType = WriteErrorType;

/** A route for every leg, in index order. */
async function findRoutes(
  client: AnyClient,
  venue: Venue,
  hub: Address,
  legs: readonly TokenAmount[],
): Promise<Route[]> {
  return Promise.all(
    legs.map(async (leg) => {
      const route = await findRoute(client, { venue, hub, side: "buy", leg });
      if (route === undefined) throw new ArgumentInvalidError("tokenIn", `finds no pool that sells ${leg.token}`);
      return route;
    }),
  );
}

/**
 * Buys the whole basket with one token or Ether and mints exactly `shares`.
 *
 * @example
 * import { send, zapIn } from "@gimbal/sdk";
 *
 * const action = await zapIn(client, {
 *   zap: contracts.Zap, venue: external, vault, tokenIn: usdc, shares: parseEther("1"), authorization: "permit2",
 * });
 * let permit: ZapPermit | undefined;
 * for (const requirement of await action.getRequirements()) {
 *   if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
 *   if (requirement.kind === "permit2") permit = requirement.toPermit(await account.signTypedData(requirement.typedData));
 * }
 * await send(client, { tx: action.buildTx(permit) });
 */
export async function zapIn(client: AnyClient, parameters: ZapInParameters): Promise<ZapInReturnType> {
  const { zap, venue, vault, tokenIn, shares, slippageBps = 50, authorization = "approval" } = parameters;
  requireBps(slippageBps, "slippageBps");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { amounts, mintFeeBps, basketNonce } = await previewMint(client, { vault, shares });
  const [routes, deadline] = await Promise.all([
    findRoutes(client, venue, hubOf(tokenIn, venue), amounts),
    resolveDeadline(client, parameters.deadline),
  ]);
  const quotedIn = routes.reduce((sum, { hubAmount }) => sum + hubAmount, 0n);
  const amountIn = parameters.maxIn ?? mulDivUp(quotedIn, BPS + BigInt(slippageBps), BPS);
  const params = {
    vault,
    tokenIn,
    amountIn,
    shares,
    receiver: parameters.receiver ?? owner,
    deadline,
    basketNonce,
    maxFeeBps: parameters.maxFeeBps ?? mintFeeBps,
    entry: "0x",
    routes: routes.map(({ path }) => path),
  } as const;
  const native = isNative(tokenIn);
  const action = prepare<ZapInResult, ZapPermit>({
    client,
    account,
    buildTx: (permit = NO_PERMIT) => ({
      to: zap,
      data: encodeFunctionData({ abi: zapAbi, functionName: "zapIn", args: [params, permit] }),
      value: native ? amountIn : 0n,
    }),
    decode: (data) => ({ refunded: decodeFunctionResult({ abi: zapAbi, functionName: "zapIn", data }) }),
    getRequirements: async () =>
      native
        ? []
        : getAuthorization(client, { authorization, owner, spender: zap, token: tokenIn, amount: amountIn, deadline }),
    getSpends: async () => (native ? [] : [{ token: tokenIn, amount: amountIn, owner }]),
    takesPermit: !native,
  });
  return Object.freeze({ ...action, amountIn, quotedIn });
}
