import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type ClaimParameters = {
  vault: Address;
  token: Address;
  /** Receives the tokens; the account when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

export type ClaimResult = { /** {raw tokens} paid */ amount: bigint };
export type ClaimReturnType = PreparedAction<ClaimResult>;
export type ClaimErrorType = WriteErrorType;

/**
 * Collects what an earlier redemption could not pay in one token.
 *
 * @example
 * const action = claim(client, { vault, token });
 * const { amount } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function claim(client: AnyClient, parameters: ClaimParameters): ClaimReturnType {
  const { vault, token } = parameters;
  const account = resolveAccount(client, parameters.account);
  const args = [token, parameters.receiver ?? addressOf(account)] as const;
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "claim", args });
  return prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: (result) => ({
      amount: decodeFunctionResult({ abi: indexVaultAbi, functionName: "claim", data: result }),
    }),
  });
}
