import { formatUnits } from "viem";
import { time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts of batch deposits. */
type BatchContract = "BatchDepositor" | "BatchFactory";

const DAY = 86_400n;
const WINDOW = 14_400n; // {s}

/** When the window of a batch opens, in words. */
const opening = (batch: bigint): string => time(batch * DAY);

/** Sentences for the errors of batch deposits. */
export const batchSentences: Sentences<Extract<ContractErrorName, `${BatchContract}_${string}`>> = {
  /* BatchDepositor */
  BatchDepositor_AlreadyOpened: ([batch]) => `The batch of ${opening(batch)} is open already.`,
  BatchDepositor_AmountTooLarge: ([amount, maximum]) =>
    `The amount ${amount} is more than can be counted here: at most ${maximum}.`,
  BatchDepositor_AmountTooSmall: ([amount, minimum]) =>
    `The smallest request is ${minimum} in the token's smallest units, and this one is ${amount}. Ask for more.`,
  BatchDepositor_BalanceUnknown: ([token], say) => `${say.token(token)} does not tell its balances now.`,
  BatchDepositor_BatchEmpty: ([batch]) => `Nobody asked for anything in the batch of ${opening(batch)}.`,
  BatchDepositor_CashUnusable: ([cash], say) =>
    `${say.token(cash)} has no fresh price, is away from one US dollar or is frozen, so nothing is exchanged now. What is not exchanged is refunded after the window.`,
  BatchDepositor_ClaimTooLarge: ([amount, available]) =>
    `You can claim ${available} now, and asked for ${amount}. Reload to see what is ready.`,
  BatchDepositor_ClaimTooSmall: ([amount]) =>
    `A claim of ${amount} would send nothing, because it rounds to zero. Claim more at once.`,
  BatchDepositor_GasTooLow: ([left, needed]) =>
    `The transaction has too little gas: ${left} left where ${needed} are needed. Raise the gas limit or name fewer accounts.`,
  BatchDepositor_Locked: ([batch]) =>
    `Requests of the batch of ${opening(batch)} cannot be cancelled now. What is not exchanged can be claimed back from ${time(batch * DAY + WINDOW)}.`,
  BatchDepositor_MintPaused: () =>
    "New shares of this index are paused, so its batches are not settled. What is not exchanged is refunded after the window.",
  BatchDepositor_NavMoved: ([nav, opened]) =>
    `The index is worth ${formatUnits((nav * 100n) / opened, 2)} times what it was at the opening of the batch, and only 5% up or down is traded. What is not exchanged is refunded after the window.`,
  BatchDepositor_NotAClone: () =>
    "This is the template that batch depositors are copied from. Use the one of an index.",
  BatchDepositor_NotInWindow: ([batch]) =>
    `The batch of ${opening(batch)} is settled from then until ${time(batch * DAY + WINDOW)}, and not now.`,
  BatchDepositor_NotOpened: ([batch]) => `The batch of ${opening(batch)} is not open yet. Anyone can open it.`,
  BatchDepositor_NothingToExchange: ([batch]) =>
    `Nothing is left to exchange in the batch of ${opening(batch)}, or the amount is too small to count.`,
  BatchDepositor_NothingToSend: ([controller]) => `There is nothing to send to ${controller} now.`,
  BatchDepositor_PreviewUnsupported: () =>
    "What a request becomes is known only after its batch. Look at the index's value per share for an estimate.",
  BatchDepositor_PriceBeyondLimit: ([price, limit]) =>
    `The price is ${formatUnits(price, 15)} now, and you accept ${formatUnits(limit, 15)}. Wait or change your limit.`,
  BatchDepositor_PriceOutOfRange: () => "A share is worth too little or too much to be counted exactly here.",
  BatchDepositor_ReceivedTooLittle: ([token, received, wanted], say) =>
    `Only ${say.amount(received, token)} of ${say.amount(wanted, token)} arrived. Tokens that take a fee cannot be used.`,
  BatchDepositor_ReceiverInvalid: ([receiver]) => `Nothing can be sent to ${receiver}. Choose another receiver.`,
  BatchDepositor_TokenFrozen: ([token], say) =>
    `The price of ${say.token(token)} is not trusted now, and the index holds more than 1% of it, so nothing is exchanged. What is not exchanged is refunded after the window.`,
  BatchDepositor_TokenShort: ([token], say) =>
    `The index holds less ${say.token(token)} than it should, so nothing is exchanged. What is not exchanged is refunded after the window.`,
  BatchDepositor_TokenUnpriced: ([token], say) =>
    `There is no fresh price of ${say.token(token)}, so nothing is exchanged. What is not exchanged is refunded after the window.`,
  BatchDepositor_Unauthorized: ([caller, account]) =>
    `${caller} may not act for ${account}. Only the account itself and its operators may.`,

  /* BatchFactory */
  BatchFactory_AddressInvalid: ([account]) => `${account} is not a contract.`,
  BatchFactory_DecimalsTooLarge: ([actual, maximum]) =>
    `The cash has ${actual} decimals, and at most ${maximum} are supported.`,
  BatchFactory_DepositorExists: ([, depositor]) => `This index has its batch depositor already: ${depositor}.`,
  BatchFactory_VaultUnknown: ([vault]) => `${vault} is not an index of the factory.`,
};
