import { type Account, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { getBasket } from "../read/getBasket.ts";
import { quoteFill } from "../read/quoteFill.ts";
import { getApprovals, type Spend } from "../requirements.ts";

export type FillParameters = {
  vault: Address;
  /** Token that the index sells. */
  sellToken: Address;
  /** Token that the index buys. */
  buyToken: Address;
  /** {raw tokens of sellToken} at most; the vault clamps to surplus, deficit and budgets. */
  maxSell: bigint;
  /** {raw tokens of sellToken} at least. Default 1. */
  minSell?: bigint | undefined;
  /** {raw tokens of buyToken} at most. */
  maxPay: bigint;
  /** Given: the account is a contract and pays in `onFill`. Left out: the vault pulls the payment. */
  callbackData?: Hex | undefined;
  /** IndexLens. Given: `getRequirements` looks whether the account holds what the fill costs in this block. */
  lens?: Address | undefined;
  account?: Account | Address | undefined;
};

export type FillResult = { /** {raw tokens} */ sold: bigint /** {raw tokens} */; paid: bigint };
export type FillReturnType = PreparedAction<FillResult>;
export type FillErrorType = WriteErrorType;

/**
 * Buys what an index has too much of, for what it has too little of, at the price of the curve.
 *
 * @example
 * const action = await fill(client, { vault, sellToken: weth, buyToken: usdc, maxSell, maxPay });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * const { sold, paid } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function fill(client: AnyClient, parameters: FillParameters): Promise<FillReturnType> {
  const { vault, sellToken, buyToken, maxSell, minSell = 1n, maxPay, callbackData = "0x", lens } = parameters;
  requirePositive(maxSell, "maxSell");
  const account = resolveAccount(client, parameters.account);
  const { tokens, basketNonce } = await getBasket(client, { vault });
  const indexOf = (wanted: Address, argument: string): bigint => {
    const index = tokens.findIndex(({ token }) => token.toLowerCase() === wanted.toLowerCase());
    if (index === -1) throw new ArgumentInvalidError(argument, `${wanted} is not in this index`);
    return BigInt(index);
  };
  const [i, j] = [indexOf(sellToken, "sellToken"), indexOf(buyToken, "buyToken")];
  const data = encodeFunctionData({
    abi: indexVaultAbi,
    functionName: "fill",
    args: [i, j, maxSell, minSell, maxPay, basketNonce, callbackData],
  });
  const payment = callbackData === "0x" ? [{ token: buyToken, amount: maxPay }] : [];
  /** A contract that pays in its callback may get the payment there; a fill that is refused takes nothing. */
  const getSpends = async (): Promise<Spend[]> => {
    if (lens === undefined || callbackData !== "0x") return [];
    const { fillable, paid } = await quoteFill(client, { lens, vault, i: Number(i), j: Number(j), maxSell });
    return fillable ? [{ token: buyToken, amount: paid, owner: addressOf(account) }] : [];
  };
  return prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: (result) => {
      const [sold, paid] = decodeFunctionResult({ abi: indexVaultAbi, functionName: "fill", data: result });
      return { sold, paid };
    },
    getRequirements: () => getApprovals(client, addressOf(account), vault, payment),
    getSpends,
  });
}
