import { mulDivUp, type SaleStatus, saleCapOf, type VestedAtParameters, vestedAt } from "@gimbal/sdk";
import { parseAmount } from "../../amounts.ts";
import type { SaleState } from "../../data/sales.ts";
import { amount, exactAmount, time } from "../../format.ts";

/** States of a sale in the words of a list. */
export const STATUS_WORDS: Readonly<Record<SaleStatus, string>> = {
  announced: "Announced, not funded yet",
  funded: "Funded, not open yet",
  open: "Open",
  succeeded: "Ended, sold",
  missed: "Ended below its soft cap",
  lapsed: "Lapsed: never funded",
  cancelled: "Cancelled",
};

/** States in which a commitment is settled: refunds and tokens can be had. */
export const isOver = (status: SaleStatus): boolean =>
  status === "succeeded" || status === "missed" || status === "lapsed" || status === "cancelled";

/** {raw payment tokens} for one whole sale token when the hard cap is met, rounded up: never too cheap. */
export function priceOf({ sale: { terms }, saleToken }: Pick<SaleState, "sale" | "saleToken">): bigint {
  return mulDivUp(terms.hardCap, 10n ** BigInt(saleToken.decimals), terms.saleAmount);
}

/** {raw payment tokens} that each tier may commit, tier 1 first. */
export function capsOf({ tiers, paymentToken }: Pick<SaleState, "tiers" | "paymentToken">): readonly bigint[] {
  return tiers.map((tier) => saleCapOf(tier, paymentToken.decimals));
}

/** What the form would commit, or why it cannot. */
export interface CommitPlan {
  /** {raw payment tokens} */
  readonly amount: bigint;
  readonly amountFault: string | undefined;
  /** Words for the button that cannot be pressed; undefined: it can. */
  readonly fault: string | undefined;
}

/** {raw payment tokens} that the account may still commit and has; undefined before it is known. */
export function mostToCommit({ sale: { access }, balance }: SaleState): bigint | undefined {
  if (access === undefined || balance === undefined) return undefined;
  const left = access.cap - access.committed;
  return left < balance ? left : balance;
}

/** What was typed, by the rules of the sale. */
export function planCommit(text: string, state: SaleState): CommitPlan {
  const { sale, paymentToken, balance, now, account } = state;
  const { status, access } = sale;
  const typed = parseAmount(text, paymentToken.decimals);
  const asked = typed.raw ?? 0n;
  const show = (raw: bigint) => `${exactAmount(raw, paymentToken.decimals, 4)} ${paymentToken.symbol}`;
  const left = access && access.cap - access.committed;
  const amountFault =
    typed.fault ??
    (left !== undefined && asked > left
      ? `Your cap leaves ${show(left)}.`
      : balance !== undefined && asked > balance
        ? `You have ${show(balance)}.`
        : undefined);
  const fault = (() => {
    if (status !== "open") return STATUS_WORDS[status];
    if (account === undefined) return undefined;
    if (access === undefined || access.tier === 0) return "Your tier at the snapshot does not let you in";
    if (BigInt(now) < access.opensAt) return `Opens for you on ${time(access.opensAt).exact}`;
    if (typed.fault !== undefined) return "Correct the amount";
    if (asked === 0n) return "Type an amount";
    if (left !== undefined && asked > left) return "More than your cap";
    return balance !== undefined && asked > balance ? `Not enough ${paymentToken.symbol}` : undefined;
  })();
  return { amount: asked, amountFault, fault };
}

/** A moment of a vesting and what is out by then. */
export interface VestingStep {
  readonly label: string;
  /** {s} */
  readonly at: bigint;
  /** {raw sale tokens} */
  readonly vested: bigint;
}

/** What is out at the cliff, half-way and at the end; moments that fall together are told once. */
export function vestingSteps(parameters: VestedAtParameters): readonly VestingStep[] {
  const { end, cliff, vesting } = parameters;
  const step = (label: string, at: bigint): VestingStep => ({ label, at, vested: vestedAt(parameters, at) });
  if (vesting === 0n) return [step("All of it", end)];
  const half = end + vesting / 2n;
  return [
    step(cliff === 0n ? "Begins" : "Cliff", end + cliff),
    ...(half > end + cliff ? [step("Half-way", half)] : []),
    ...(cliff === vesting ? [] : [step("All of it", end + vesting)]),
  ];
}

/** {raw} of a sale's token with its unit. */
export const tokenWords = (raw: bigint | null | undefined, token: { symbol: string; decimals: number }) =>
  amount(raw, token.decimals, token.symbol);
