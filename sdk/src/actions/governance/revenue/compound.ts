import type { Account, Address, Hex } from "viem";
import { compounderAbi } from "../../../abis/compounder.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, addressOf, requireBps, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

/** How one token becomes shares of the account's index. */
export type IndexDeposit = {
  /** {share wei} that the account gets, exactly */
  shares: bigint;
  basketNonce: number;
  /** Path from the token to the hub for the whole amount first; "0x" when the token is the hub. */
  entry: Hex;
  /** In basket order, as `findRoute` gives them. */
  routes: readonly Hex[];
};

export type CompoundParameters = {
  compounder: Address;
  /** Reward tokens to claim. */
  tokens: readonly Address[];
  /** Whose revenue; the account when left out. Another one must let anyone start it. */
  owner?: Address | undefined;
  /** {bps} that the account keeps of another one's revenue. Default 0. */
  feeBps?: number | undefined;
  /** For an account that deposits in an index: one for each token. */
  deposits?: readonly IndexDeposit[] | undefined;
  account?: Account | Address | undefined;
};

/** What is compounded for one account. */
export type CompoundOrder = Pick<CompoundParameters, "tokens" | "feeBps" | "deposits"> & { owner: Address };

export type CompoundReturnType = PreparedAction<void>;
export type CompoundErrorType = WriteErrorType;

/**
 * Claims revenue and does with it what its owner chose with `setPolicy`. What cannot be done is paid out.
 *
 * @example
 * const { tokens } = await getClaimable(client, { distributor, account, tokens: [gim, usdc] });
 * await send(client, { tx: compound(client, { compounder, tokens }).buildTx() });
 */
export function compound(client: AnyClient, parameters: CompoundParameters): CompoundReturnType {
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: parameters.compounder,
    abi: compounderAbi,
    functionName: "compound",
    args: [toOrder({ ...parameters, owner: parameters.owner ?? addressOf(account) })],
    account,
    toResult: toNothing,
  });
}

/** An order as the contract takes it. Throws ArgumentInvalidError. */
export function toOrder({ owner, feeBps = 0, tokens, deposits = [] }: CompoundOrder) {
  requireBps(feeBps, "feeBps");
  if (tokens.length === 0) throw new ArgumentInvalidError("tokens", "must name at least one reward token");
  if (deposits.length !== 0 && deposits.length !== tokens.length) {
    throw new ArgumentInvalidError("deposits", "must be one for each token, or none");
  }
  return {
    account: owner,
    feeBps,
    tokens: [...tokens],
    deposits: deposits.map((deposit) => ({ ...deposit, routes: [...deposit.routes] })),
  };
}
