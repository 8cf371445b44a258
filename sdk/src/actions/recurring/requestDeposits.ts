import { type Account, type Address, decodeFunctionResult, encodeFunctionData, parseAbi } from "viem";
import { readContract } from "viem/actions";
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

const recurringOrdersAbi = parseAbi([
  "struct DepositRequest { address batchDepositor; uint256 assets; }",
  "struct Permit { uint8 kind; uint256 amount; uint256 nonce; uint256 deadline; bytes signature; }",
  "function requestDeposits(DepositRequest[] requests, Permit permit) returns (uint256[] requestIds)",
  "function cash() view returns (address)",
]);

export type DepositRequest = { batchDepositor: Address /** {raw cash} */; assets: bigint };

export type RequestDepositsParameters = {
  /** The contract RecurringOrders. */
  recurringOrders: Address;
  deposits: readonly DepositRequest[];
  /** How the contract may take the cash. Default "approval". */
  authorization?: Authorization | undefined;
  /** {s} of a permit. Default: 20 minutes after the latest block. */
  deadline?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type RequestDepositsResult = { /** Batch of each request, in their order. */ requestIds: readonly bigint[] };

export type RequestDepositsReturnType = PreparedAction<RequestDepositsResult, ZapPermit> & {
  cash: Address;
  /** {raw cash} taken in all */
  total: bigint;
};

export type RequestDepositsErrorType = WriteErrorType;

/**
 * Buys several indices in one transaction: files a deposit request with the batch depositor of each. The requests belong to
 * the account, which may cancel each until its batch locks.
 *
 * @example
 * const action = await requestDeposits(client, { recurringOrders, deposits: [{ batchDepositor, assets: 50_000_000n }] });
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
  for (const [index, { assets }] of deposits.entries()) requirePositive(assets, `deposits[${index}].assets`);
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const at = { address: recurringOrders, abi: recurringOrdersAbi } as const;
  const [cash, deadline] = await Promise.all([
    withTypedErrors(() => readContract(client, { ...at, functionName: "cash" })),
    resolveDeadline(client, parameters.deadline),
  ]);
  const total = deposits.reduce((sum, { assets }) => sum + assets, 0n);
  const action = prepare<RequestDepositsResult, ZapPermit>({
    client,
    account,
    buildTx: (permit = NO_PERMIT) => ({
      to: recurringOrders,
      data: encodeFunctionData({ abi: recurringOrdersAbi, functionName: "requestDeposits", args: [deposits, permit] }),
      value: 0n,
    }),
    decode: (data) => ({
      requestIds: decodeFunctionResult({ abi: recurringOrdersAbi, functionName: "requestDeposits", data }),
    }),
    getRequirements: () =>
      getAuthorization(client, {
        authorization,
        owner,
        spender: recurringOrders,
        token: cash,
        amount: total,
        deadline,
      }),
  });
  return Object.freeze({ ...action, cash, total });
}
