import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireSomebody } from "../../../services/checks.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";
import { planNumber, type QuoteReturnType, quotePlan } from "./quoteCredits.ts";

export type BuyPlanParameters = {
  /** AccessPass. */
  pass: Address;
  /** Number of the plan, from 0; `getCredits` lists them. */
  plan: number;
  /** {periods of 30 days} 1 to 36; they follow what runs already. Default 1. */
  periods?: bigint | undefined;
  /** USDC or GIM. */
  currency: Address;
  /** {raw currency} most that it may cost; what it costs now when left out. */
  maxCost?: bigint | undefined;
  /** For whom it runs; the account when left out. It cannot be transferred. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw currency} */
export type BuyPlanReturnType = PreparedAction<{ cost: bigint }> & { quote: QuoteReturnType };
export type BuyPlanErrorType = WriteErrorType;

/**
 * Buys or prolongs a plan.
 *
 * @example
 * const action = await buyPlan(client, { pass, plan: 0, periods: 12n, currency: usdc });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * await send(client, { tx: action.buildTx() });
 */
export async function buyPlan(client: AnyClient, parameters: BuyPlanParameters): Promise<BuyPlanReturnType> {
  const { pass, plan, periods = 1n, currency } = parameters;
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { receiver = owner } = parameters;
  requireSomebody(receiver, "receiver");
  const quote = await quotePlan(client, { pass, plan, periods, currency, payer: owner });
  const { maxCost = quote.cost } = parameters;
  if (maxCost < quote.cost) {
    throw new ArgumentInvalidError("maxCost", `is ${maxCost}, and this costs ${quote.cost}`);
  }
  const action = prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "buyPlan",
    args: [planNumber(plan), periods, currency, maxCost, receiver],
    account,
    toResult: (cost) => ({ cost }),
    getRequirements: () => getApprovals(client, owner, pass, [{ token: currency, amount: maxCost }]),
    getSpends: async () => [{ token: currency, amount: quote.cost, owner }],
  });
  return Object.freeze({ ...action, quote });
}
