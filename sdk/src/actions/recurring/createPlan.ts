import { type Account, type Address, decodeFunctionResult, encodeFunctionData, parseAbi } from "viem";
import { readContract } from "viem/actions";
import { recurringOrdersAbi } from "../../abis/recurringOrders.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { ORDER_KINDS, ORDER_PERIODS, type OrderKind, type OrderPeriod } from "../../recurring/schedule.ts";
import { getAuthorization, NO_PERMIT, type ZapPermit } from "../authorization.ts";
import {
  type AnyClient,
  addressOf,
  requireBps,
  requirePositive,
  resolveAccount,
  type WriteErrorType,
  withTypedErrors,
} from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { getApprovals, type Requirement } from "../requirements.ts";
import { resolveDeadline } from "../zap.ts";

export type CreatePlanParameters = {
  recurringOrders: Address;
  batchDepositor: Address;
  kind: OrderKind;
  period: OrderPeriod;
  /** {raw cash} an order; of "withdraw-part": {bps} of the shares held when the order is filed. */
  amount: bigint;
  /** {s} first order; now when left out. */
  start?: number | undefined;
  /** {s} any second of the last day (UTC) on which orders are filed; no end when left out. */
  end?: number | undefined;
  /** Number of orders; no limit when left out. */
  orders?: number | undefined;
  /** {raw cash} most that whoever files an order gets for it. Default 0: the protocol's keepers work for nothing. */
  tipCap?: bigint | undefined;
  /**
   * What orders may take in all: {raw cash} of deposits, {share wei} of withdrawals. Deposits: `orders` of them with
   * their tips when left out, or twelve. An allowance is one for all plans of an account: add what others still need.
   */
  allowance?: bigint | undefined;
  /** How the allowance is given. Default "approval". */
  authorization?: "approval" | "erc2612" | undefined;
  account?: Account | Address | undefined;
};

export type CreatePlanResult = { id: bigint };

export type CreatePlanReturnType = PreparedAction<CreatePlanResult, ZapPermit> & {
  /** Token that orders take. */
  token: Address;
  /** {raw tokens} that orders may take in all */
  allowance: bigint;
};

export type CreatePlanErrorType = WriteErrorType;

/** Orders that an approval covers when neither their number nor the approval is given. */
const DEFAULT_ORDERS = 12n;

const DAY = 86_400; // {s}

const shareAbi = parseAbi(["function share() view returns (address)"]);

function requireWhole(value: number, argument: string, maximum: number): void {
  if (!Number.isInteger(value) || value < 0 || value > maximum) {
    throw new ArgumentInvalidError(argument, `must be a whole number from 0 to ${maximum}, not ${value}`);
  }
}

/** {raw tokens} as given, or what the orders of a deposit plan need. */
function allowanceOf({ kind, amount, tipCap = 0n, orders = 0, allowance }: CreatePlanParameters): bigint {
  if (allowance !== undefined) {
    requirePositive(allowance, "allowance");
    return allowance;
  }
  if (kind === "deposit") return (amount + tipCap) * (orders === 0 ? DEFAULT_ORDERS : BigInt(orders));
  throw new ArgumentInvalidError("allowance", "must say how many shares a withdrawal plan may take in all");
}

function newPlanOf({ batchDepositor, kind, period, amount, ...rest }: CreatePlanParameters) {
  const { start = 0, end = 0, orders = 0, tipCap = 0n } = rest;
  requirePositive(amount, "amount");
  if (kind === "withdraw-part") requireBps(Number(amount), "amount");
  requireWhole(start, "start", 2 ** 40 - 1);
  requireWhole(end, "end", 65_535 * DAY);
  requireWhole(orders, "orders", 65_535);
  if (amount >= 2n ** 64n) throw new ArgumentInvalidError("amount", `is more than a plan can hold: ${amount}`);
  if (tipCap < 0n || tipCap >= 2n ** 32n) {
    throw new ArgumentInvalidError("tipCap", `must be from 0 to the contract's highest tip, not ${tipCap}`);
  }
  const [kindIndex, periodIndex] = [ORDER_KINDS.indexOf(kind), ORDER_PERIODS.indexOf(period)];
  if (kindIndex < 0) throw new ArgumentInvalidError("kind", `must be one of ${ORDER_KINDS.join(", ")}, not ${kind}`);
  if (periodIndex < 0)
    throw new ArgumentInvalidError("period", `must be one of ${ORDER_PERIODS.join(", ")}, not ${period}`);
  return {
    batchDepositor,
    kind: kindIndex,
    period: periodIndex,
    start,
    lastDay: Math.floor(end / DAY),
    orders,
    amount,
    tipCap: Number(tipCap),
  };
}

/**
 * Makes a plan: a deposit or withdrawal every week, two weeks, four weeks or month, until it is cancelled.
 *
 * @example
 * const action = await createPlan(client, {
 *   recurringOrders: contracts.RecurringOrders, batchDepositor, kind: "deposit", period: "month",
 *   amount: 50_000_000n, orders: 24, authorization: "erc2612",
 * });
 * let permit: ZapPermit | undefined;
 * for (const requirement of await action.getRequirements()) {
 *   if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
 *   if (requirement.kind === "permit") permit = requirement.toPermit(await account.signTypedData(requirement.typedData));
 * }
 * await send(client, { tx: action.buildTx(permit) });
 */
export async function createPlan(client: AnyClient, parameters: CreatePlanParameters): Promise<CreatePlanReturnType> {
  const { recurringOrders, batchDepositor, kind, authorization = "approval", tipCap = 0n } = parameters;
  const plan = newPlanOf(parameters);
  const allowance = allowanceOf(parameters);
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const [cash, share, deadline] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { address: recurringOrders, abi: recurringOrdersAbi, functionName: "cash" }),
      readContract(client, { address: batchDepositor, abi: shareAbi, functionName: "share" }),
      resolveDeadline(client, undefined),
    ]),
  );
  const pays = kind === "deposit";
  const token = pays ? cash : share;
  const call = { abi: recurringOrdersAbi, functionName: "create" } as const;
  const spender = recurringOrders;
  const action = prepare<CreatePlanResult, ZapPermit>({
    client,
    account,
    buildTx: (permit = NO_PERMIT) => ({
      to: recurringOrders,
      data: encodeFunctionData({ ...call, args: [plan, pays ? permit : NO_PERMIT, pays ? NO_PERMIT : permit] }),
      value: 0n,
    }),
    decode: (data) => ({ id: decodeFunctionResult({ ...call, data }) }),
    getRequirements: async (): Promise<Requirement[]> => [
      // Withdrawals take shares, and their tips cash: one month's tip is asked for, more may be approved.
      ...(pays ? [] : await getApprovals(client, owner, spender, [{ token: cash, amount: tipCap }])),
      ...(await getAuthorization(client, { authorization, owner, spender, token, amount: allowance, deadline })),
    ],
    // An owner may get the cash or the shares later: orders take them when they are filed, the plan itself takes nothing.
    getSpends: async () => [],
    takesPermit: true,
  });
  return Object.freeze({ ...action, token, allowance });
}
