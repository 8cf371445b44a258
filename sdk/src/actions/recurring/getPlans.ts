import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { recurringOrdersAbi } from "../../abis/recurringOrders.ts";
import { ORDER_KINDS, ORDER_PERIODS, type OrderKind, type Schedule } from "../../recurring/schedule.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetPlansParameters = AtBlock & {
  recurringOrders: Address;
  /** Plans of this account only; of everybody when left out. */
  owner?: Address | undefined;
};

/** A plan that is in force, with its dates. */
export type RecurringPlan = Schedule & {
  id: bigint;
  owner: Address;
  batchDepositor: Address;
  kind: OrderKind;
  /** {raw cash} an order; of "withdraw-part": {bps} of the shares */
  amount: bigint;
  /** {raw cash} */
  tipCap: bigint;
};

export type GetPlansReturnType = { blockNumber: bigint; plans: readonly RecurringPlan[] };

export type GetPlansErrorType = ReadErrorType;

/** Plans in one call. */
const PAGE = 500n;

/**
 * Plans that are neither cancelled nor completed, oldest first.
 *
 * @example
 * const { plans } = await getPlans(client, { recurringOrders: contracts.RecurringOrders, owner: account.address });
 * plans.map((plan) => upcomingOrders(plan, 3));
 */
export async function getPlans(client: AnyClient, parameters: GetPlansParameters): Promise<GetPlansReturnType> {
  const { recurringOrders, owner } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: recurringOrders, abi: recurringOrdersAbi, blockNumber } as const;
  const count = await withTypedErrors(() => readContract(client, { ...at, functionName: "planCount" }));
  const plans: RecurringPlan[] = [];
  for (let first = 1n; first <= count; first += PAGE) {
    const page = await withTypedErrors(() =>
      readContract(client, { ...at, functionName: "plans", args: [first, PAGE] }),
    );
    for (const [index, plan] of page.entries()) {
      if (isAddressEqual(plan.owner, zeroAddress)) continue;
      if (owner !== undefined && !isAddressEqual(plan.owner, owner)) continue;
      const kind = ORDER_KINDS[plan.kind] ?? "deposit";
      const period = ORDER_PERIODS[plan.period] ?? "1-week";
      const tipCap = BigInt(plan.tipCap);
      plans.push(Object.freeze({ ...plan, id: first + BigInt(index), kind, period, tipCap }));
    }
  }
  return { blockNumber, plans: Object.freeze(plans) };
}
