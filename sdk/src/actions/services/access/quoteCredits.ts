import { type Address, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireRange, requireUnits } from "../../../services/checks.ts";
import { creditId, MAX_PLAN_PERIODS, type ServiceName } from "../../../services/credits.ts";
import {
  type AnyClient,
  type AtBlock,
  addressOf,
  type ReadErrorType,
  resolveAccount,
  resolveBlock,
  withTypedErrors,
} from "../../client.ts";

/** What is paid in. */
type Paying = AtBlock & {
  /** AccessPass. */
  pass: Address;
  /** USDC or GIM. */
  currency: Address;
  /** Whose tier counts; the client's account when left out. */
  payer?: Address | undefined;
};

export type QuoteCreditsParameters = Paying & {
  service: ServiceName | bigint;
  units: bigint;
};

export type QuotePlanParameters = Paying & {
  /** Number of the plan, from 0. */
  plan: number;
  /** {periods of 30 days} Default 1. */
  periods?: bigint | undefined;
};

export type QuoteReturnType = {
  blockNumber: bigint;
  /** {raw currency} with the payer's discount, rounded up */
  cost: bigint;
  /** {raw currency} without a discount */
  listCost: bigint;
};

export type QuoteCreditsReturnType = QuoteReturnType;
export type QuotePlanReturnType = QuoteReturnType;
export type QuoteCreditsErrorType = ReadErrorType | ArgumentInvalidError;
export type QuotePlanErrorType = QuoteCreditsErrorType;

/** Number of a plan as contracts take it. */
export function planNumber(plan: number): bigint {
  if (!Number.isSafeInteger(plan) || plan < 0 || plan > 999) {
    throw new ArgumentInvalidError("plan", `must be a whole number from 0 to 999, not ${plan}`);
  }
  return BigInt(plan);
}

/** Whether the currency is GIM, and not USDC. Throws for another token: the pass would refuse it later. */
async function isGim(client: AnyClient, { pass, currency }: Paying, blockNumber: bigint): Promise<boolean> {
  const at = { address: pass, abi: accessPassAbi, blockNumber } as const;
  const [usdc, gim] = await Promise.all([
    readContract(client, { ...at, functionName: "usdc" }),
    readContract(client, { ...at, functionName: "gim" }),
  ]);
  if (isAddressEqual(currency, gim)) return true;
  if (isAddressEqual(currency, usdc)) return false;
  throw new ArgumentInvalidError("currency", `must be USDC (${usdc}) or GIM (${gim}), not ${currency}`);
}

/**
 * What credits cost now, with the discount of the payer's tier at the last week start.
 *
 * @example
 * const { cost, listCost } = await quoteCredits(client, { pass, service: "signals", units: 1_000n, currency: usdc });
 */
export async function quoteCredits(
  client: AnyClient,
  parameters: QuoteCreditsParameters,
): Promise<QuoteCreditsReturnType> {
  const { pass, units, currency } = parameters;
  const id = creditId(parameters.service);
  requireUnits(units);
  const payer = parameters.payer ?? addressOf(resolveAccount(client, undefined));
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: pass, abi: accessPassAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const [inGim, { usdc, gim }, cost] = await Promise.all([
      isGim(client, parameters, blockNumber),
      readContract(client, { ...at, functionName: "priceOf", args: [id] }),
      readContract(client, { ...at, functionName: "costOf", args: [payer, id, units, currency] }),
    ]);
    return { blockNumber, cost, listCost: (inGim ? gim : usdc) * units };
  });
}

/**
 * What a plan costs now, with the discount of the payer's tier at the last week start.
 *
 * @example
 * const { cost } = await quotePlan(client, { pass, plan: 0, periods: 12n, currency: usdc });
 */
export async function quotePlan(client: AnyClient, parameters: QuotePlanParameters): Promise<QuotePlanReturnType> {
  const { pass, currency, periods = 1n } = parameters;
  const plan = planNumber(parameters.plan);
  requireRange(periods, "periods", 1n, MAX_PLAN_PERIODS);
  const payer = parameters.payer ?? addressOf(resolveAccount(client, undefined));
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: pass, abi: accessPassAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const [inGim, { usdcPrice, gimPrice }, cost] = await Promise.all([
      isGim(client, parameters, blockNumber),
      readContract(client, { ...at, functionName: "planOf", args: [plan] }),
      readContract(client, { ...at, functionName: "planCostOf", args: [payer, plan, periods, currency] }),
    ]);
    return { blockNumber, cost, listCost: (inGim ? gimPrice : usdcPrice) * periods };
  });
}
