import { time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Days since 1970 as "2026-01-31". */
const day = (days: bigint): string => time(days * 86_400n).split(" ")[0] ?? "";

/** Sentences of recurring orders and of purchases of several indices. */
export const recurringSentences: Sentences<Extract<ContractErrorName, `RecurringOrders_${string}`>> = {
  RecurringOrders_AddressInvalid: ([account]) => `${account} is no contract.`,
  RecurringOrders_AllowanceTooSmall: ([token, allowance, needed], say) =>
    `Recurring orders may take ${say.amount(allowance, token)} of the payer's, and ${say.amount(needed, token)} are needed. Approve more.`,
  RecurringOrders_AmountInvalid: ([amount, minimum, maximum]) =>
    `An order must be for ${minimum} to ${maximum}, in the smallest units, not for ${amount}.`,
  RecurringOrders_BalanceTooSmall: ([token, balance, needed], say) =>
    `The payer holds ${say.amount(balance, token)}, and ${say.amount(needed, token)} are needed.`,
  RecurringOrders_DepositorUnknown: ([batchDepositor]) =>
    `${batchDepositor} takes no batch deposits for an index of this protocol.`,
  RecurringOrders_EndInvalid: ([lastDay, start]) =>
    `The last day of the plan would be ${day(lastDay)}, before its first order at ${time(start)}.`,
  RecurringOrders_GasTooLow: ([id]) => `There was too little gas for the order of plan ${id}. Raise the gas limit.`,
  RecurringOrders_NotDue: ([id, next]) => `The next order of plan ${id} is due at ${time(next)}.`,
  RecurringOrders_NothingExecuted: () => "None of these orders could be filed now.",
  RecurringOrders_NothingToRedeem: ([id]) =>
    `The withdrawal of plan ${id} comes to nothing: its owner has no shares, or it is too small.`,
  RecurringOrders_PermitInvalid: () =>
    "A plan needs an allowance for later orders: approve it, or sign a permit of the token itself.",
  RecurringOrders_PlanEnded: ([id, lastDay]) => `The last day of plan ${id} was ${day(lastDay)}.`,
  RecurringOrders_PlanUnknown: ([id]) => `There is no plan ${id}, or it was cancelled or completed.`,
  RecurringOrders_RequestsEmpty: () => "Name at least one index to buy.",
  RecurringOrders_SignatureInvalid: ([length]) => `The permit signature has ${length} bytes instead of 65. Sign again.`,
  RecurringOrders_Simulated: () => "The order would be filed now. This was only a trial.",
  RecurringOrders_StartInvalid: ([start, timestamp]) =>
    `A plan starts from now (${time(timestamp)}) to a year ahead, not at ${time(start)}.`,
  RecurringOrders_TipTooHigh: ([actual, maximum]) =>
    `A tip may be ${maximum} at most, in the smallest units of the cash, not ${actual}.`,
  RecurringOrders_TransferFailed: ([token, from, to], say) =>
    `${say.token(token)} refused a transfer from ${from} to ${to}.`,
  RecurringOrders_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
};
