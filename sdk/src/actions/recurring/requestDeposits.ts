import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { readContract } from "viem/actions";
import { recurringOrdersAbi } from "../../abis/recurringOrders.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { type Authorization, getAuthorization, NO_PERMIT, type ZapPermit } from "../authorization.ts";
import {
  type AnyClient,
  addressOf,
  requirePositive,
  resolveAccount,
  type WriteErrorType,
  withTypedErrors,
} from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { resolveDeadline } from "../zap.ts";

export type BatchDeposit = {
  batchDepositor: Address;
  /** {raw cash} */
  assets: bigint;
};

export type RequestDepositsParameters = {
  recurringOrders: Address;
  /** At least one; the same index may be named twice. */
  deposits: readonly BatchDeposit[];
  /** How the cash may be taken. Default "approval". */
  authorization?: Authorization | undefined;
  /** {s} of a signature. Default: 20 minutes after the latest block. */
  deadline?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type RequestDepositsResult = {
  /** Batch of each deposit, in the order of `deposits`. */
  requestIds: readonly bigint[];
};

export type RequestDepositsReturnType = PreparedAction<RequestDepositsResult, ZapPermit> & {
  /** {raw cash} of all deposits */
  assets: bigint;
};

export type RequestDepositsErrorType = WriteErrorType;

/**
 * Requests deposits into several indices in one transaction. The requests belong to the account.
 *
 * @example
 * const action = await requestDeposits(client, {
 *   recurringOrders: contracts.RecurringOrders,
 *   deposits: [{ batchDepositor: first, assets: 70_000_000n }, { batchDepositor: second, assets: 30_000_000n }],
 * });
 * for (const requirement of await action.getRequirements()) {
 *   if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
 * }
 * await send(client, { tx: action.buildTx() });
 */
export async function requestDeposits(
  client: AnyClient,
  parameters: RequestDepositsParameters,
): Promise<RequestDepositsReturnType> {
  const { recurringOrders, deposits, authorization = "approval" } = parameters;
  if (deposits.length === 0) throw new ArgumentInvalidError("deposits", "must name at least one index");
  for (const { assets } of deposits) requirePositive(assets, "deposits.assets");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const assets = deposits.reduce((sum, deposit) => sum + deposit.assets, 0n);
  const [cash, deadline] = await Promise.all([
    withTypedErrors(() =>
      readContract(client, { address: recurringOrders, abi: recurringOrdersAbi, functionName: "cash" }),
    ),
    resolveDeadline(client, parameters.deadline),
  ]);
  const call = { abi: recurringOrdersAbi, functionName: "requestDeposits" } as const;
  const action = prepare<RequestDepositsResult, ZapPermit>({
    client,
    account,
    buildTx: (permit = NO_PERMIT) => ({
      to: recurringOrders,
      data: encodeFunctionData({ ...call, args: [deposits, permit] }),
      value: 0n,
    }),
    decode: (data) => ({ requestIds: decodeFunctionResult({ ...call, data }) }),
    getRequirements: () =>
      getAuthorization(client, {
        authorization,
        owner,
        spender: recurringOrders,
        token: cash,
        amount: assets,
        deadline,
      }),
    getSpends: async () => [{ token: cash, amount: assets, owner }],
    takesPermit: true,
  });
  return Object.freeze({ ...action, assets });
}
